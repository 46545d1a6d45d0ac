# SPDX-License-Identifier: Apache-2.0
"""`once catalogue`: check guides, bring them in from spreadsheets, write them out."""

from __future__ import annotations

from pathlib import Path  # typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from api.cli import ExitCode, emit
from api.cli.words import Language, of_two, printable, spoken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attest.catalogue.listing.model import Fault, Row
    from attest.catalogue.model import MaterialTypes, ServiceItem

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Check guides, bring them in, write them out."
)

ListFile = Annotated[
    Path, typer.Argument(help="a list (.xlsx, .csv, .json), an item, a folder of items, any document")
]
TypesFile = Annotated[
    Path | None, typer.Option("--types", help="document of the material types (default: those of the demo)")
]
GuidesFolder = Annotated[
    Path | None, typer.Option("--guides", help="guides that a policy must fit (default: those of the demo)")
]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON object")]
Lang = Annotated[Language | None, typer.Option(help="zh or en (default: LANG)")]
_SEVERITY: Final = {"error": ("错误", "error"), "warning": ("提醒", "warning"), "note": ("说明", "note")}
_COUNTED: Final = {"error": "处错误", "warning": "处提醒", "note": "处说明"}
_ROW: Final = ("第 {row} 行", "row {row}")


@app.command()
def check(
    file: ListFile,
    *,
    types: TypesFile = None,
    guides: GuidesFolder = None,
    url: Annotated[str | None, typer.Option(help="a ledger: name its bundles with these steps, too")] = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> int:
    """Look a guide, a list or any other document over; exit 1 where a finding is an error."""
    from api.cli.document_check import check_document
    from api.lists.files import document_in
    from attest.catalogue.listing.checking import check_list, unreadable

    language, known = spoken(lang), _types(types)
    document = document_in(file)
    if document is not None:
        return check_document(*document, _guides(guides), known, language, as_json=as_json)
    rows, faults = _read(file, known)
    found = [*unreadable(faults), *check_list(rows, known, _examples(types))]
    findings = _placed([one.json(_departments()) for one in found], rows)
    counts = {name: sum(one["severity"] == name for one in findings) for name in _SEVERITY}
    items = sorted({row.get("item") for row in rows if row.get("item")})
    lines = [line for one in findings for line in _lines(one, language)]
    more: dict[str, Any] = {}
    if url is not None:
        from api.cli.touching import lines_of, touching
        from attest.catalogue.listing.reading import items_of

        more = {"bundles": touching(url, items_of(rows, known)[0])}
        lines += lines_of(more["bundles"], language)
    total = [_many(counts[name], _COUNTED[name], words[1], language) for name, words in _SEVERITY.items()]
    lines.append(
        f"{_many(len(items), '个事项', 'item', language)}{of_two(('：', ': '), language)}"
        f"{of_two(('，', ', '), language).join(total)}"
    )
    emit({"items": items, "counts": counts, "findings": findings, **more}, "\n".join(lines), as_json=as_json)
    return ExitCode.NOT_VALID if counts["error"] else ExitCode.VALID


@app.command("import")
def bring_in(
    file: ListFile,
    *,
    out: Annotated[Path | None, typer.Option(help="new folder for the item documents")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only report; write nothing")] = False,
    types: TypesFile = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> int:
    """Make documents of a list; one error anywhere and nothing is written (exit 1)."""
    from api.cli.document_check import bring_in_document
    from api.lists.files import document_in, write_items
    from attest.catalogue.listing.reading import items_of

    if not dry_run and (out is None or out.exists()):
        raise typer.BadParameter("give --out with a folder that does not exist yet, or --dry-run")
    language, known = spoken(lang), _types(types)
    document = document_in(file)
    if document is not None:
        return bring_in_document(*document, None if dry_run else out, language, as_json=as_json)
    rows, faults = _read(file, known)
    items, more = items_of(rows, known) if rows else ([], [])
    found = _placed([fault.json() for fault in [*faults, *more]], rows)
    sound = bool(items) and not any(one["severity"] == "error" for one in found)
    names = write_items(out, items) if sound and out is not None and not dry_run else []
    read = [
        {"item": item.code, "version": item.version, "requirements": len(item.requirements)} for item in items
    ]
    lines = [line for one in found for line in _lines(one, language)]
    between = of_two(("：", ": "), language)
    for item in items:
        asked = _many(len(item.requirements), "项要件", "requirement", language)
        lines.append(f"{item.code} v{item.version}{between}{asked}")
    lines.append(_outcome(language, sound=sound, dry_run=dry_run, names=names, out=out))
    result: dict[str, Any] = {"rows": len(rows), "items": read, "faults": found, "written": names}
    emit({**result, "sound": sound, "dry_run": dry_run}, "\n".join(lines), as_json=as_json)
    return ExitCode.VALID if sound else ExitCode.NOT_VALID


@app.command()
def export(
    out: Annotated[Path, typer.Argument(help="the list to write: .xlsx, .csv or .json")],
    *,
    source: Annotated[
        list[Path] | None, typer.Option("--from", help="item, list or folder; may repeat; else the ledger")
    ] = None,
    document: Annotated[
        str | None, typer.Option(help="one document of the ledger: SUBJECT/CODE or SUBJECT/CODE/VERSION")
    ] = None,
    url: Annotated[str | None, typer.Option(help="the ledger, else ONCE_URL")] = None,
    key_file: Annotated[Path | None, typer.Option(help="file with the API key, else ONCE_API_KEY")] = None,
    department: Annotated[str | None, typer.Option("--as", help="department of the demo")] = None,
    types: TypesFile = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> int:
    """Write guides as a list; a list that is brought in and written again has the same rows."""
    from api.cli.faults import require_place
    from api.lists.files import ENDINGS, document_in, list_bytes
    from attest.catalogue.listing.reading import items_of
    from attest.catalogue.listing.writing import rows_of
    from ledger.durable import replace_file

    language = spoken(lang)
    ending = out.suffix.lower()
    if ending not in ENDINGS:
        raise typer.BadParameter(f"a list ends in {', '.join(ENDINGS)}")
    require_place(out)
    one = document_in(source[0]) if source and len(source) == 1 else None
    if one is not None or document is not None:
        from api.cli.document_check import published_document, write_document

        if one is None:
            one = (published_document(document or "", url, key_file, department, language), [])
        return write_document(*one, out, language, as_json=as_json)
    items, found = [], []
    if source:
        known = _types(types)
        for path in source:
            rows, wrong = _read(path, known)
            made, more = items_of(rows, known) if rows else ([], [])
            items += made
            found += _placed([fault.json() for fault in [*wrong, *more]], rows)
    else:
        known, items = _published(url, key_file, department, language)
    sound = not any(one["severity"] == "error" for one in found)
    rows = rows_of(items, known)
    if sound:
        replace_file(out, list_bytes(rows, ending, language))
    lines = [line for one in found for line in _lines(one, language)]
    if sound:
        lines.append(
            of_two(("{0}：{1}，{2}", "{0}: {1}, {2}"), language).format(
                out,
                _many(len(items), "个事项", "item", language),
                _many(len(rows), "行", "row", language),
            )
        )
    emit({"items": len(items), "rows": len(rows), "faults": found}, "\n".join(lines), as_json=as_json)
    return ExitCode.VALID if sound else ExitCode.NOT_VALID


@app.command()
def probe(
    *,
    url: Annotated[str | None, typer.Option(help="the ledger, else ONCE_URL")] = None,
    channel: Annotated[
        list[str] | None, typer.Option(help="address of another channel's guide, with {code} and {version}")
    ] = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> int:
    """Compare the guides that all channels show, by hash; exit 1 where one shows another guide."""
    from api.cli.client import find_url
    from api.cli.parity import look

    language = spoken(lang)
    seen = look(find_url(url), channel or ())
    apart = [one for one in seen if not one.same]
    lines = []
    for one in apart:
        lines.append(f"{one.subject} {one.code} v{one.version}")
        lines += [f"    {name:<10} {found or '—'}" for name, found in one.hashes.items()]
    said = ("{0} 个版本，不一致的 {1} 个", "{0} versions, {1} not the same everywhere")
    lines.append(of_two(said, language).format(len(seen), len(apart)))
    found = [
        {"subject": one.subject, "code": one.code, "version": one.version, "hashes": one.hashes}
        for one in apart
    ]
    emit({"versions": len(seen), "apart": found}, "\n".join(lines), as_json=as_json)
    return ExitCode.NOT_VALID if apart else ExitCode.VALID


@app.command()
def where(
    item: Annotated[str, typer.Argument(help="code of the item")],
    *,
    day: Annotated[str | None, typer.Option(help="YYYY-MM-DD, today where absent")] = None,
    url: Annotated[str | None, typer.Option(help="the ledger, else ONCE_URL")] = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> int:
    """Show where an item can be applied for; exit 1 where no place offers it on that day."""
    from api.cli.offered import lines_of, offered

    language = spoken(lang)
    found = offered(url, item, day, language)
    emit(found, "\n".join(lines_of(found, language)), as_json=as_json)
    open_ones = [one for one in found["places"] if one["state"] == "offered"]
    return ExitCode.VALID if open_ones else ExitCode.NOT_VALID


@app.command(hidden=True)
def aside() -> int:
    """Work on a list that a serving process was sent: one request on stdin, its answer on stdout."""
    import sys

    from api.lists.aside import answered, confine

    confine()
    sys.stdout.buffer.write(answered(sys.stdin.buffer.read()))
    return ExitCode.VALID


def _published(
    url: str | None, key_file: Path | None, department: str | None, language: str
) -> tuple[Any, Any]:
    """Types and the newest version of every item that a ledger has published."""
    from api.cli.client import Client, ClientError, find_place, segment
    from attest.catalogue.item_document import parse_item
    from attest.catalogue.types_document import parse_types

    with Client(find_place(url, key_file, department), language) as client:
        newest: dict[tuple[str, str], int] = {}
        for one in client.every("catalogue/versions", "versions"):
            newest[one["subject"], one["code"]] = one["version"]
        documents = {
            key: client.get(f"catalogue/versions/{key[0]}/{segment(key[1])}/{version}")
            for key, version in sorted(newest.items())
        }
    if ("types", "types") not in documents:
        raise ClientError("this ledger has published no material types yet")
    items = [parse_item(value) for (subject, _), value in documents.items() if subject == "item"]
    return parse_types(documents["types", "types"]), items


def _types(path: Path | None) -> MaterialTypes:
    from api.demo import samples
    from api.lists.files import read_types
    from attest.catalogue.types_document import parse_types

    return parse_types(samples.types()) if path is None else read_types(path)


def _examples(types: Path | None) -> list[str] | None:
    """The forms that the demo shows how to fill in; None, not looked at, for the types of another ledger."""
    from api.demo import samples

    return [one["code"] for one in samples.examples()] if types is None else None


def _guides(folder: Path | None) -> list[ServiceItem]:
    """Item documents: those of the demo, or of a folder."""
    from api.demo import samples
    from api.lists.files import read_items
    from attest.catalogue.item_document import parse_item

    return [parse_item(one) for one in samples.items()] if folder is None else read_items(folder)


def _read(path: Path, known: MaterialTypes) -> tuple[list[Row], list[Fault]]:
    """The rows of a list; nothing in it at all is a mistake, not a list in order."""
    from api.cli.faults import GivenError
    from api.lists.files import read_list

    rows, faults = read_list(path, known)
    if not rows and all(one.severity == "note" for one in faults):
        said = (f"{path} 里没有任何事项，什么也没有检查。", f"{path} holds no item: nothing was looked at.")
        raise GivenError("list_file.empty", said)
    return rows, faults


def _placed(found: list[dict[str, Any]], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Findings and faults by the file that they are in, where that was no list and has no rows."""
    made_of = {row.number: row for row in rows if row.file}
    for one in found:
        row = made_of.get(one["row"])
        if row is not None:
            one.update({"file": row.file, "row": 0, "item": one.get("item") or row.get("item")})
    return found


def _many(number: int, zh: str, en: str, language: str) -> str:
    """So many of a thing."""
    return f"{number} {zh}" if language == "zh" else f"{number} {en}{'' if number == 1 else 's'}"


def _departments() -> Mapping[str, Mapping[str, str]]:
    from api.demo import samples

    return {one["code"]: one["name"] for one in samples.departments()}


def _lines(one: Mapping[str, Any], language: str) -> list[str]:
    """A finding or a fault for people: severity, item, place, what is so, what to do."""
    from attest.catalogue.listing.columns import BY_KEY

    place = [str(one.get("item") or ""), str(one.get("file") or "")]
    if one["row"]:
        place.append(of_two(_ROW, language).format(row=one["row"]))
    column = BY_KEY.get(one["column"])
    place.append(column.header(language) if column else str(one["column"]))
    said = " · ".join(printable(part) for part in place if part)
    head = f"{of_two(_SEVERITY[one['severity']], language)}  {said}"
    lines = [f"{head}  ({one['code']})", f"    {printable(str(one[language]))}"]
    following = one.get(f"next_{language}")
    return lines if following is None else [*lines, f"    → {printable(str(following))}"]


def _outcome(language: str, *, sound: bool, dry_run: bool, names: Sequence[str], out: Path | None) -> str:
    if not sound:
        return of_two(("有错误，什么也没有写。", "There are errors; nothing was written."), language)
    if dry_run:
        return of_two(
            ("可以导入；这次只检查，没有写。", "Ready to be brought in; nothing was written."), language
        )
    number = _many(len(names), "份", "document", language)
    return of_two(("已写入 {0}：{1}", "written to {0}: {1}"), language).format(out, number)
