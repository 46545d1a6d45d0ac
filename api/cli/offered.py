# SPDX-License-Identifier: Apache-2.0
"""`once catalogue where`: the places that offer an item on a day, for people."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from api.cli import ExitCode
from api.cli.client import ClientError, find_url
from api.cli.faults import GivenError
from api.cli.words import of_two, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SECONDS: Final = 20.0
_STATES: Final = {
    "offered": ("可以办", "open"),
    "closed": ("暂停", "closed"),
    "not_yet": ("尚未开始", "not yet"),
    "ended": ("已停办", "no longer"),
}
_GUIDE: Final = (
    "办事指南 {item} 第 {guide_version} 版，指南指纹 {guide}",
    "guide {item}, version {guide_version}, guide hash {guide}",
)
_INSTEAD: Final = ("    → 请到：{name}", "    → go to: {name}")


def offered(url: str | None, item: str, day: str | None, language: str) -> dict[str, Any]:
    """What the ledger answers; ClientError 3 where it is away, 2 where it refuses the question."""
    import httpx

    if day is not None and not is_day(day):
        step = ("请写成 YYYY-MM-DD，例如 2027-01-04。", "Write YYYY-MM-DD, such as 2027-01-04.")
        raise GivenError("option.day", (f"--day 不是日期：{day}", f"--day is no day: {day}"), step)
    address = f"{find_url(url)}/api/v1/catalogue/items/{quote(item, safe='')}/availability"
    try:
        with httpx.Client(timeout=SECONDS, trust_env=False, headers={"accept-language": language}) as client:
            answer = client.get(address, params={"day": day} if day is not None else {})
            said: dict[str, Any] = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ClientError(f"no answer: {type(error).__name__}", ExitCode.CANNOT_TELL) from error
    if answer.status_code != 200:
        code = ExitCode.CANNOT_TELL if answer.status_code >= 500 else ExitCode.USAGE
        raise ClientError(f"{said.get('title', '')} ({said.get('code', '')}) {said.get('next', '')}", code)
    return said


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar, `YYYY-MM-DD`."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def lines_of(found: Mapping[str, Any], language: str) -> Iterator[str]:
    """The guide's version and hash; a line or two a place: state, days and reason, where to go instead."""
    yield printable(of_two(_GUIDE, language).format_map(found))
    names = {one["code"]: one["name"] for one in found["places"]}
    for one in found["places"]:
        days = " – ".join(str(one[name]) for name in ("from", "until") if name in one)
        said = [of_two(_STATES[one["state"]], language), one["name"], one.get("address", ""), days]
        said.append(one.get("reason", ""))
        yield printable("  ".join(part for part in said if part))
        if "instead" in one:
            yield printable(of_two(_INSTEAD, language).format(name=names[one["instead"]]))
