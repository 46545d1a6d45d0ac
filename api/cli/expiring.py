# SPDX-License-Identifier: Apache-2.0
"""`once expiring`: what a department relied on and will end soon."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import Annotated, Any, Final

import typer

from api.cli import ExitCode, emit
from api.cli.words import Language, spoken

_LINE: Final = {
    "zh": "{valid_until}（还有 {days_left} 天）  {material}  办件 {case}  {requirement}",
    "en": "{valid_until} ({days_left} days left)  {material}  case {case}  {requirement}",
}
_FOOT: Final = {
    "zh": "{days} 天内到期 {count} 项",
    "en": "{count} within {days} days",
}


def command(
    *,
    days: Annotated[int | None, typer.Option(min=0, max=366, help="how far ahead to look")] = None,
    url: Annotated[str | None, typer.Option(help="the ledger, else ONCE_URL")] = None,
    key_file: Annotated[Path | None, typer.Option(help="file with the API key, else ONCE_API_KEY")] = None,
    department: Annotated[str | None, typer.Option("--as", help="department of the demo")] = None,
    purpose: Annotated[str, typer.Option(help="why you look: it is recorded")] = "expiry review",
    lang: Annotated[Language | None, typer.Option(help="zh or en (default: LANG)")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> int:
    """List papers that your department relied on and that end soon, soonest first; each look is an entry."""
    from api.cli.client import Client, find_place, reading

    language = spoken(lang)
    asked: dict[str, Any] = {"purpose": purpose, "limit": 500}
    if days is not None:
        asked["days"] = days
    with Client(find_place(url, key_file, department), language) as client:
        pages = list(client.pages("expiries", "expiries", **asked))
    with reading():
        found, ahead = [one for page in pages for one in page["expiries"]], pages[-1]["days"]
        lines = [_LINE[language].format(**one) for one in found]
        lines.append(_FOOT[language].format(count=len(found), days=ahead))
    emit({"days": ahead, "expiries": found}, "\n".join(lines), as_json=as_json)
    return ExitCode.VALID
