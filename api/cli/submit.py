# SPDX-License-Identifier: Apache-2.0
"""`once submit`: put files into the vault and accept each as one material of a case."""

from __future__ import annotations

import re
from datetime import date
from hashlib import sha256
from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from api.cli import ExitCode, emit, progress
from api.cli.words import Language, of_two, spoken

if TYPE_CHECKING:
    from collections.abc import Mapping

_HOLDER: Final = re.compile(r"[0-9a-f]{32}\Z")
MEDIA: Final = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


def command(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="PDF, JPEG or PNG")],
    *,
    case: Annotated[str, typer.Option(help="number of the case")],
    kind: Annotated[str, typer.Option("--type", help="material type, such as business_licence")],
    party: Annotated[list[str], typer.Option(help="ROLE=HOLDER (id, or a name of the demo); may repeat")],
    issuer: Annotated[str, typer.Option(help="department that issued it, or own, or third_party")] = "own",
    number: Annotated[str | None, typer.Option(help="number printed on it")] = None,
    issued: Annotated[str | None, typer.Option(help="YYYY-MM-DD")] = None,
    valid_until: Annotated[str | None, typer.Option(help="YYYY-MM-DD")] = None,
    about: Annotated[str | None, typer.Option(help="KIND=ID, such as real_estate_unit=…")] = None,
    assurance: Annotated[str, typer.Option(help="original, certified_copy, scan or data_check")] = "scan",
    url: Annotated[str | None, typer.Option(help="the ledger, else ONCE_URL")] = None,
    key_file: Annotated[Path | None, typer.Option(help="file with the API key, else ONCE_API_KEY")] = None,
    department: Annotated[str | None, typer.Option("--as", help="department of the demo")] = None,
    lang: Annotated[Language | None, typer.Option(help="zh or en (default: LANG)")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> int:
    """Upload each FILE and accept it in a case; the same command again answers with the same entries."""
    from api.cli.client import Client, find_place, reading

    _require_given(issued, valid_until, assurance)
    place = find_place(url, key_file, department)
    if number is not None and len(files) > 1:
        raise typer.BadParameter("several files cannot have one number: submit them one by one")
    known: dict[str, Any] = {
        "case": case,
        "type": kind,
        "issuer": issuer,
        "number": number,
        "issued": issued,
        "valid_until": valid_until,
        "assurance": assurance,
        "parties": [_party(one, place.holders) for one in party],
    }
    if about is not None:
        thing, name = _pair(about, "--about")
        known["about"] = {"kind": thing, "id": name}
    asked = {name: value for name, value in known.items() if value is not None}
    accepted = []
    with Client(place, spoken(lang)) as client:
        for file in files:
            content = file.read_bytes()
            digest = sha256(content).hexdigest()
            progress(f"uploading {file.name} ({len(content):,} bytes)")
            client.put(f"documents/{digest}", content, media_of(content))
            answer = client.post("acceptances", {**asked, "document": {"sha256": digest}})
            accepted.append({"file": str(file), "sha256": digest, **answer})
    with reading():
        lines = [
            f"{one['file']}\n  entry {one['index']}  {one['receipt']['stage']}  acceptance {one['id']}"
            + _twin(one, spoken(lang))
            + _denied(one, spoken(lang))
            for one in accepted
        ]
    emit({"case": case, "acceptances": accepted}, "\n".join(lines), as_json=as_json)
    return ExitCode.VALID


_DENIED: Final = (
    "{department} 已声明，此编号的材料自 {since} 起不再有效（条目 {index}）：是那一份的请撤销本次受理",
    "{department} said: no more since {since} (entry {index}); if it is that paper, retract this acceptance",
)


def _twin(answer: dict[str, Any], language: str) -> str:
    """That this very file was accepted before, on a line of its own; empty where it was not."""
    twin = answer.get("duplicate_of")
    if twin is None:
        return ""
    said = ("这份文件已经收过：条目 {}，办件 {}", "this very file came in before: entry {}, case {}")
    return "\n  " + of_two(said, language).format(twin["index"], twin["case"])


def _denied(answer: dict[str, Any], language: str) -> str:
    """That its issuer had said no to a paper of this number, on a line of its own; empty where it had not."""
    denied = answer.get("denied")
    if denied is None:
        return ""
    return "\n  " + of_two(_DENIED, language).format_map(denied)


def media_of(content: bytes) -> str:
    """Media type by the first bytes, as the ledger will look at them."""
    for head, media in MEDIA.items():
        if content.startswith(head):
            return media
    raise typer.BadParameter("a file is PDF, JPEG or PNG")


def _pair(text: str, option: str) -> tuple[str, str]:
    name, mark, value = text.partition("=")
    if not (name and mark and value):
        raise typer.BadParameter(f"{option} takes NAME=VALUE")
    return name, value


def _party(text: str, holders: Mapping[str, str]) -> dict[str, str]:
    from api.cli.faults import GivenError

    role, name = _pair(text, "--party")
    holder = holders.get(name, name)
    if _HOLDER.match(holder) is None:
        known = "、".join(sorted(holders)), ", ".join(sorted(holders))
        said = f"--party {text}：没有这个持有主体。", f"--party {text}: there is no such holder."
        step = (
            f"写 32 位十六进制编号{f'，或者演示中的名字：{known[0]}' if holders else ''}。",
            f"Write its id of 32 hex digits{f', or a name of the demo: {known[1]}' if holders else ''}.",
        )
        raise GivenError("option.party", said, step)
    return {"role": role, "holder": holder}


def _require_given(issued: str | None, valid_until: str | None, assurance: str) -> None:
    """Refuse what no ledger takes before a file is sent."""
    from api.cli.faults import GivenError
    from attest.materials.model import ASSURANCES

    for option, day in (("--issued", issued), ("--valid-until", valid_until)):
        try:
            sound = day is None or (len(day) == len("2026-01-31") and bool(date.fromisoformat(day)))
        except ValueError:
            sound = False
        if not sound:
            said = f"{option} {day}：没有这一天。", f"{option} {day}: there is no such day."
            raise GivenError("option.day", said, ("请写成 YYYY-MM-DD。", "Write a day as YYYY-MM-DD."))
    if assurance not in ASSURANCES:
        said = f"--assurance {assurance}：没有这个词。", f"--assurance {assurance}: there is no such word."
        step = f"可用：{'、'.join(ASSURANCES)}。", f"Give one of {', '.join(ASSURANCES)}."
        raise GivenError("option.assurance", said, step)
