# SPDX-License-Identifier: Apache-2.0
"""`once erase`: what leads to people is destroyed on their request; without `--confirm` only said."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from api.cli import ExitCode, emit, progress
from api.cli.faults import GivenError
from api.cli.words import Language, of_two, spoken
from api.settings import load_settings

if TYPE_CHECKING:
    from api.erasing import Plan
    from api.operation.backup_list import KnownBackup
    from api.wiring import Ledger

_PLAN: Final = (
    "会删除：{entries} 条记录的内容，{materials} 份材料，{cases} 个办件，{files} 个文件。",
    "Would destroy: the contents of {entries} entries, {materials} materials, {cases} cases, {files} files.",
)
_ALLOWED: Final = (
    "可以删除，删除后无法恢复。确认请加 --confirm。",
    "It may be done, and cannot be undone. Add --confirm to do it.",
)
_DONE: Final = (
    "已删除 {entries} 条记录的内容（第 {index} 条）；备份过期后，{complete}全部清完。",
    "Destroyed the contents of {entries} entries (entry {index}); complete on {complete}, past all back-ups.",
)
_NUMBERS: Final = {
    "111": (
        "公民身份号码（111）18 位，末位是校验码。请核对后再输。",
        "A citizen number (111) has 18 characters, the last a check character. Look it up again.",
    ),
    "001": (
        "统一社会信用代码（001）18 位，末位是校验码。请核对后再输。",
        "A credit code (001) has 18 characters, the last a check character. Look it up again.",
    ),
}
_OTHER_NUMBER: Final = ("只含大写字母和数字。", "It has capital letters and digits alone.")
_STATES: Final = {
    "files": ("文件待清除", "files still to go"),
    "backups": ("待备份过期", "back-ups still kept"),
    "overdue": ("备份逾期未删", "back-ups overdue for deletion"),
    "complete": ("已清完", "complete"),
}
_THERE: Final = ("{path}：在，{day}前删除", "{path}: there, delete it by {day}")
_AWAY: Final = (
    "{path}：不在原处，若另存则{day}前删除",
    "{path}: not there; wherever it is, delete it by {day}",
)
_ARCHIVE: Final = (
    "档案副本由{by}保存，不随之删除（{ground}）",
    "the archival copy stays with {by} ({ground})",
)
_CAUSES: Final = {
    "retention": ("须保存到{day}之前{ground}", "to be kept; possible from {day}{ground}"),
    "for_ever": ("须永久保存{ground}", "to be kept for ever{ground}"),
    "archived": (
        "这里是档案副本，移交前不能删除{ground}",
        "the archival copy is the one here: not before it is handed over{ground}",
    ),
    "shared": ("另有当事人，须一并申请", "another person is a party: they have to ask together"),
    "disputed": ("有异议待答复", "a dispute waits for its answer"),
}


def command(
    *,
    department: Annotated[
        str, typer.Option(help="code of the department that was asked; PUBLIC: the holder alone")
    ] = "PUBLIC",
    confirm: Annotated[bool, typer.Option("--confirm", help="do it; it cannot be undone")] = False,
    listed: Annotated[bool, typer.Option("--list", help="erasures so far, and which are complete")] = False,
    lang: Annotated[Language | None, typer.Option(help="zh or en (default: LANG)")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> int:
    """Erase people: stdin holds one a line, the type of document and the number (`111 9901…`).

    People who share a material or a case are given together. Exit 1 where something must be kept.
    """
    if listed:
        return _list(spoken(lang), as_json=as_json)
    people = [line.split() for line in sys.stdin.read().splitlines() if line.strip()]
    if not people or any(len(one) != 2 for one in people):
        raise typer.BadParameter("stdin: a type and a number a line, such as: 111 990101199001010019")
    language = spoken(lang)
    _require_numbers(people)
    from api.wiring import open_ledger

    ledger = open_ledger(load_settings())
    try:
        return _run(ledger, people, department, confirm=confirm, language=language, as_json=as_json)
    finally:
        ledger.close()


def _require_numbers(people: list[list[str]]) -> None:
    """Refuse (GivenError) a number that is none, by its line alone: it is never written out."""
    from attest.errors import CodeError
    from attest.holders.commands import check_number

    for row, (kind, number) in enumerate(people, 1):
        try:
            check_number(kind, number)
        except CodeError as error:
            said = (
                f"标准输入第 {row} 个人的号码不合格式。",
                f"stdin, person {row}: the number is malformed.",
            )
            raise GivenError("holder.malformed", said, _NUMBERS.get(kind, _OTHER_NUMBER)) from error


def _list(language: str, *, as_json: bool) -> int:
    """Every erasure with its state: files still to go, back-ups still kept, or complete."""
    import time

    from api.database import open_store
    from api.erasing import known_copies, standing_of

    settings = load_settings()
    store = open_store(settings, read_only=True)
    try:
        known = known_copies(settings)
        found = standing_of(store, settings.backup_days, known, int(time.time()))
    finally:
        store.close()
    rows = [
        {"erasure": one.row.id.hex(), "index": one.row.index, "entries": one.row.entries, "state": one.state}
        | {
            "complete": one.complete.isoformat(),
            "held_by": [
                {"path": copy.path, "until": copy.until.isoformat(), "there": copy.is_there}
                for copy in one.held_by
            ],
        }
        for one in found
    ]
    lines = []
    for one in found:
        state = of_two(_STATES[one.state], language)
        lines.append(f"{one.row.index:>10}  {one.row.id.hex()}  {state}  {one.complete.isoformat()}")
        lines += [_copy(copy, language) for copy in one.held_by]
    emit({"erasures": rows}, "\n".join(lines), as_json=as_json)
    return ExitCode.VALID


def _copy(copy: KnownBackup, language: str) -> str:
    """A back-up that may hold it still."""
    words = _THERE if copy.is_there else _AWAY
    return "            " + of_two(words, language).format(path=copy.path, day=copy.until.isoformat())


def _run(
    ledger: Ledger,
    people: list[list[str]],
    department: str,
    *,
    confirm: bool,
    language: str,
    as_json: bool,
) -> int:
    import asyncio

    from api.erasing import erase, plan_erasure
    from attest.holders.commands import holder_lookup
    from attest.holders.repository import holder_by_lookup
    from ledger.errors import CommandRejected, ReadOnlyError

    found = [
        holder_by_lookup(holder_lookup(kind, number, ledger.context), ledger.store) for kind, number in people
    ]
    holders = [one for one in found if one is not None]
    if len(holders) != len(people):
        raise CommandRejected("holder.unknown", "the ledger knows no such person")
    plan = plan_erasure(ledger, holders)
    lines = [of_two(_PLAN, language).format(**_counts(plan)), *_hindrances(plan, language)]
    shown: dict[str, Any] = {**_counts(plan), "allowed": plan.allowed, "hindrances": _rows(plan)}
    shown["archives"] = [
        {"code": code, "kept_by": one.kept_by, "ground": one.citation.text} for code, one in plan.archives
    ]
    if not plan.allowed:
        emit(shown, "\n".join(lines), as_json=as_json)
        return ExitCode.NOT_VALID
    if not confirm:
        emit(shown, "\n".join([*lines, of_two(_ALLOWED, language)]), as_json=as_json)
        return ExitCode.VALID
    progress("\n".join(lines))
    ledger.writer.start()
    if ledger.writer.read_only is not None:
        raise ReadOnlyError(ledger.writer.read_only)
    done = asyncio.run(erase(ledger, holders, department))
    said = {"index": done.index, "entries": done.entries, "complete": done.complete.isoformat()}
    emit({"erasure": done.id.hex(), **said}, of_two(_DONE, language).format(**said), as_json=as_json)
    return ExitCode.VALID


def _counts(plan: Plan) -> dict[str, int]:
    return {
        "entries": plan.entries,
        "materials": plan.materials,
        "cases": plan.cases,
        "files": plan.files,
    }


def _hindrances(plan: Plan, language: str) -> list[str]:
    between = "：" if language == "zh" else ": "
    lines = []
    for one in plan.hindrances:
        ground = "" if one.ground is None else of_two(("（{}）", " ({})"), language).format(one.ground.text)
        day = one.possible.isoformat() if one.possible is not None else ""
        said = of_two(_CAUSES[one.cause], language).format(day=day, ground=ground)
        lines.append(f"  {one.kind} {one.code}{between}{said}")
    for code, archive in plan.archives:
        said = of_two(_ARCHIVE, language).format(by=archive.kept_by, ground=archive.citation.text)
        lines.append(f"  material {code}{between}{said}")
    return lines


def _rows(plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            "kind": one.kind,
            "code": one.code,
            "cause": one.cause,
            "possible": one.possible.isoformat() if one.possible is not None else None,
            "ground": one.ground.text if one.ground is not None else None,
            "archive": one.archive.kept_by if one.archive is not None else None,
        }
        for one in plan.hindrances
    ]
