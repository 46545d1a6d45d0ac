# SPDX-License-Identifier: Apache-2.0
"""`once trace`: every step of a case in order, each with its proof."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import Annotated, Any, Final

import typer

from api.cli import ExitCode, emit, progress
from api.cli.words import STAGES, Language, of_two, spoken, what_was_done

_HEAD: Final = {
    "zh": "序号      时间（UTC）          部门          证明       事项",
    "en": "index     time (UTC)           issuer        entry                     proof      what",
}
_NOTHING: Final = {"zh": "本案尚无条目。", "en": "Nothing was done in this case yet."}
_SAID_BY: Final = {
    "retracted": "acceptance.retracted",
    "rectified": "acceptance.retracted",
    "denied": "material.denied",
}
"""By which kind of entry a paper fell."""
_FOOT: Final = {
    "zh": "共 {count} 条，日志现有 {size} 条，根值 {root}",
    "en": "{count} entries in a log of {size}, root {root}",
}
_FALLEN: Final = {
    "zh": "第 {of} 条的材料后来：{what}{why}（{by}，第 {index} 条）",
    "en": "the paper of entry {of} since: {what}{why} ({by}, entry {index})",
}
_NEXT: Final = {
    "zh": "每条都带证明：`--json` 输出原文；`已入序` 的条目稍后锚定。",
    "en": "Each has its proof: --json prints them; what is sequenced is anchored soon.",
}


def command(
    case: Annotated[str, typer.Argument(help="number of the case")],
    *,
    purpose: Annotated[str, typer.Option(help="why you look; it is recorded")] = "trace",
    url: Annotated[str | None, typer.Option(help="the ledger, else ONCE_URL")] = None,
    key_file: Annotated[Path | None, typer.Option(help="file with the API key, else ONCE_API_KEY")] = None,
    department: Annotated[str | None, typer.Option("--as", help="department of the demo")] = None,
    lang: Annotated[Language | None, typer.Option(help="zh or en (default: LANG)")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object, with records and proofs")] = False,
) -> int:
    """Show every entry of CASE in the log's order: time, issuer, what was done, how far it is anchored."""
    from api.cli.client import Client, find_place, reading, segment

    language = spoken(lang)
    with Client(find_place(url, key_file, department), language) as client:
        answer = client.get(f"cases/{segment(case)}/trace", purpose=purpose)
    with reading():
        lines, waiting = _lines(answer, language)
    if waiting and not as_json:
        progress(_NEXT[language])
    emit(answer, "\n".join(lines), as_json=as_json)
    return ExitCode.VALID


def _lines(answer: dict[str, Any], language: str) -> tuple[list[str], bool]:
    """What people read, and whether an entry waits to be anchored."""
    entries: list[dict[str, Any]] = answer["entries"]
    lines = [_HEAD[language] if entries else _NOTHING[language]]
    for one in entries:
        when = datetime.fromtimestamp(one["time"], UTC).strftime("%Y-%m-%d %H:%M:%S")
        stage = of_two(STAGES[one["receipt"]["stage"]], language)
        what = of_two(what_was_done(one["kind"], one["body"]), language)
        who, kind = _wide(_issuer(one["issuer"], language), 13), one["kind"]
        if language == "zh":
            shown = f"{_wide(stage, 10)} {f'{what}（{kind}）' if what else kind}"
        else:
            shown = f"{kind:<25} {_wide(stage, 10)} {what}"
        lines.append(f"{one['index']:<9} {when}  {who} {shown}")
    lines += [_fell(one, language) for one in answer["fallen"]]
    lines.append(_FOOT[language].format(count=len(entries), size=answer["size"], root=answer["root"]))
    return lines, any(one["receipt"]["stage"] == "sequenced" for one in entries)


def _fell(one: dict[str, Any], language: str) -> str:
    """That a paper fell: by which entry, whose, and why where the kind of entry does not say it already."""
    what = of_two(what_was_done(_SAID_BY[one["how"]], one), language)
    between = "，" if language == "zh" else ", "
    why = "" if one["how"] == "rectified" else between + _why(one["reason"], language)
    by = _issuer(one["by"], language)
    return _FALLEN[language].format(of=one["of"], what=what, why=why, by=by, index=one["index"])


def _why(reason: str, language: str) -> str:
    """A reason in the words of the page; one of a later version by its code."""
    from api.web.texts import all_texts

    return of_two(all_texts().get(f"entry_value.reason_{reason}", (reason, reason)), language)


def _issuer(code: str, language: str) -> str:
    return "账本服务" if code == "service" and language == "zh" else code


def _wide(text: str, cells: int) -> str:
    """The text filled up to a width on the screen, where a Chinese character takes two cells."""
    return text + " " * (cells - sum(2 if ord(one) > 0x2E7F else 1 for one in text))
