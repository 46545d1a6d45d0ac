# SPDX-License-Identifier: Apache-2.0
"""`once check`: which materials of a case may be skipped."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from api.cli import ExitCode, emit
from api.cli.faults import GivenError
from api.cli.words import Language, spoken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.cli.client import Client

_MARK: Final = {"recognised": "✓", "required": "•", "cannot_tell": "?"}
_HEAD: Final = {
    "zh": "办件 {case}，本次核对已记为第 {index} 条",
    "en": "case {case}, this question is recorded as entry {index}",
}
_POLICY: Final = {
    "zh": (
        "按 {authority} 采信政策第 {version} 版（第 {index} 条）",
        "{authority} 未发布采信政策，按默认政策",
    ),
    "en": (
        "by the recognition policy of {authority}, version {version} (entry {index})",
        "by the default policy: {authority} has published none",
    ),
}
"""A policy that was published, and the default."""
_GUIDE: Final = {
    "zh": "办事指南 {item} 第 {version} 版，指南指纹 {guide}",
    "en": "guide {item}, version {version}, guide hash {guide}",
}
_ALL: Final = {"zh": "无需再提交材料。", "en": "Nothing more has to be handed in."}
_LEGEND: Final = {
    "zh": "✓ 可免交   • 需提交   ? 暂无法判断",
    "en": "✓ may be skipped   • must be handed in   ? cannot tell now",
}


def command(
    *,
    case: Annotated[str, typer.Option(help="number of the case")],
    item: Annotated[str | None, typer.Option(help="its item: names requirements, refuses another's")] = None,
    purpose: Annotated[str, typer.Option(help="why you ask; it is recorded")] = "application",
    requirement: Annotated[list[str] | None, typer.Option(help="only this one; may repeat")] = None,
    url: Annotated[str | None, typer.Option(help="the ledger, else ONCE_URL")] = None,
    key_file: Annotated[Path | None, typer.Option(help="file with the API key, else ONCE_API_KEY")] = None,
    department: Annotated[str | None, typer.Option("--as", help="department of the demo")] = None,
    lang: Annotated[Language | None, typer.Option(help="zh or en (default: LANG)")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> int:
    """Ask what CASE still needs; exit 0 with an answer, 3 where the ledger cannot tell."""
    from api.cli.client import Client, find_place, reading

    language = spoken(lang)
    asked: dict[str, Any] = {"case": case, "purpose": purpose}
    if requirement:
        asked["requirements"] = requirement
    with Client(find_place(url, key_file, department), language) as client:
        answer = client.post("recognitions:check", asked)
        with reading():
            own = answer["item"]
        if item not in (None, own):
            raise _other_item(case, item or "", own)
        names = _names(client, answer, language) if item is not None else {}
    with reading():
        lines, unknown = _lines(answer, case, names, language)
    emit(answer, "\n".join(lines), as_json=as_json)
    return ExitCode.CANNOT_TELL if unknown else ExitCode.VALID


def _lines(
    answer: Mapping[str, Any], case: str, names: Mapping[str, str], language: str
) -> tuple[list[str], bool]:
    """What people read, and whether something cannot be told."""
    results = answer["results"]
    lines = [_HEAD[language].format(case=case, index=answer["index"])]
    lines.append(_POLICY[language][answer["policy"]["index"] is None].format_map(answer["policy"]))
    lines.append(_GUIDE[language].format_map(answer))
    for one in results:
        lines.append(f"{_MARK[one['verdict']]} {names.get(one['requirement'], one['requirement'])}")
        lines += [f"    {text}" for text in (one["text"], one["next"]) if text]
    lines.append(_LEGEND[language])
    if all(one["verdict"] == "recognised" for one in results):
        lines.append(_ALL[language])
    return lines, any(one["verdict"] == "cannot_tell" for one in results)


def _other_item(case: str, item: str, own: str) -> GivenError:
    said = (f"办件 {case} 办的不是 {item}，是 {own}。", f"case {case} is not of {item}: it is of {own}.")
    step = (f"请写 --item {own}，或者不写 --item。", f"Give --item {own}, or leave --item out.")
    return GivenError("option.item", said, step)


def _names(client: Client, answer: Mapping[str, Any], language: str) -> dict[str, str]:
    """Texts of the requirements, by code, of the very guide that the case pins."""
    from api.cli.client import reading, segment

    with reading():
        path = f"catalogue/versions/item/{segment(answer['item'])}/{answer['version']}"
    guide = client.get(path)
    with reading():
        return {
            one["code"]: str(one["text"]["zh" if language == "zh" else "en"]) for one in guide["requirements"]
        }
