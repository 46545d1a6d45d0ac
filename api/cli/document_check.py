# SPDX-License-Identifier: Apache-2.0
"""`once catalogue` over one document that is no guide: looked over, brought in, written as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api.cli import ExitCode, emit
from api.cli.policy_check import check_policy_document, wrong_words
from api.cli.words import of_two, printable
from attest.catalogue.documents import Named, read_document
from attest.catalogue.listing.model import NOTE
from attest.catalogue.reading import CatalogueError
from attest.policies.document import POLICY_FORMAT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from attest.catalogue.listing.model import Fault
    from attest.catalogue.model import MaterialTypes, ServiceItem

_WRONG: Final = (
    "错误  {place}  (catalogue.invalid)\n    应为：{wanted}\n    → 改正后再发布。",
    "error  {place}  (catalogue.invalid)\n    wanted: {wanted}\n    → Correct it before it is published.",
)
_ROW: Final = ("错误  第 {row} 行  ({code})\n    {text}", "error  row {row}  ({code})\n    {text}")
_SOUND: Final = (
    "{subject}/{code} 第 {version} 版：写法正确；是否与账本相符，发布时再核对。",
    "{subject}/{code} version {version}: reads as it must; whether it fits is seen when it is published.",
)
_NOTHING: Final = ("有错误，什么也没有写。", "There are errors; nothing was written.")
_WRITTEN: Final = ("已写入 {0}", "written to {0}")


def check_document(
    value: Any,
    faults: Sequence[Fault],
    items: Sequence[ServiceItem],
    types: MaterialTypes,
    language: str,
    *,
    as_json: bool,
) -> int:
    """Exit code: 0 it reads, 1 it does not; a policy is held against guides and types besides."""
    sound = all(one.severity == NOTE for one in faults)
    if sound and isinstance(value, dict) and value.get("format") == POLICY_FORMAT:
        return check_policy_document(value, items, types, language, as_json=as_json)
    named, findings, lines = _looked(value, faults, language)
    said = {"subject": named.subject, "code": named.code, "version": named.version} if named else None
    if named is not None:
        lines.append(_sound(named, language))
    emit({"document": said, "findings": findings}, "\n".join(lines), as_json=as_json)
    return ExitCode.VALID if named is not None else ExitCode.NOT_VALID


def bring_in_document(
    value: Any, faults: Sequence[Fault], out: Path | None, language: str, *, as_json: bool
) -> int:
    """Write the document of a table into a new folder; None: only report."""
    from api.lists.files import write_documents

    named, findings, lines = _looked(value, faults, language)
    names: list[str] = []
    if named is None:
        lines.append(of_two(_NOTHING, language))
    elif out is None:
        lines.append(_sound(named, language))
    else:
        names = write_documents(out, {f"{named.code}.v{named.version}.json": value})
        lines.append(of_two(_WRITTEN, language).format(out / names[0]))
    emit(
        {"findings": findings, "written": names, "sound": named is not None},
        "\n".join(lines),
        as_json=as_json,
    )
    return ExitCode.VALID if named is not None else ExitCode.NOT_VALID


def write_document(value: Any, faults: Sequence[Fault], out: Path, language: str, *, as_json: bool) -> int:
    """Write a document as a table of places, or as JSON by the ending."""
    from api.lists.files import document_bytes
    from ledger.durable import replace_file

    named, findings, lines = _looked(value, faults, language)
    if named is not None:
        replace_file(out, document_bytes(value, out.suffix.lower(), language))
        lines.append(of_two(_WRITTEN, language).format(out))
    emit({"findings": findings, "written": named is not None}, "\n".join(lines), as_json=as_json)
    return ExitCode.VALID if named is not None else ExitCode.NOT_VALID


def published_document(
    name: str, url: str | None, key_file: Path | None, department: str | None, language: str
) -> Any:
    """A document of a ledger by `SUBJECT/CODE` (the newest) or `SUBJECT/CODE/VERSION`."""
    from api.cli.client import Client, ClientError, find_place, segment

    subject, _, rest = name.partition("/")
    code, _, version = rest.partition("/")
    with Client(find_place(url, key_file, department), language) as client:
        if not version:
            every = client.every("catalogue/versions", "versions")
            found = [one["version"] for one in every if (one["subject"], one["code"]) == (subject, code)]
            if not found:
                raise ClientError("the ledger has published no such document")
            version = str(max(found))
        return client.get(f"catalogue/versions/{segment(subject)}/{segment(code)}/{segment(version)}")


def _looked(
    value: Any, faults: Sequence[Fault], language: str
) -> tuple[Named | None, list[dict[str, Any]], list[str]]:
    """What the document is (None: it does not read), what is wrong with it, and the same in lines."""
    findings: list[dict[str, Any]] = [dict(one.json()) for one in faults]
    lines = [
        of_two(_ROW, language).format(row=one["row"], code=one["code"], text=printable(str(one[language])))
        for one in findings
    ]
    if any(one["severity"] != NOTE for one in findings):
        return None, findings, lines
    try:
        return read_document(value), findings, lines
    except CatalogueError as error:
        found = {"code": "catalogue.invalid", "place": error.path, "expected": error.detail}
        said = of_two(_WRONG, language).format(**wrong_words(error, language))
        return None, [*findings, found], [*lines, said]


def _sound(named: Named, language: str) -> str:
    return of_two(_SOUND, language).format(subject=named.subject, code=named.code, version=named.version)
