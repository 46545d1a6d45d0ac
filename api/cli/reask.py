# SPDX-License-Identifier: Apache-2.0
"""`once reask`: rates of what was asked in vain, and every asking of a log judged again."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import Annotated, Any, Final

import typer

from api.cli import ExitCode, emit, progress
from api.cli.words import Language, spoken

app = typer.Typer(add_completion=False, no_args_is_help=True, help="What was asked in vain (应免未免).")

AsJson = Annotated[bool, typer.Option("--json", help="one JSON object")]
_COLUMNS: Final = (
    ("department", "部门", "department"),
    ("item", "事项", "item"),
    ("channel", "办理形式", "channel"),
    ("receipts", "收件", "receipts"),
    ("requests", "要求", "requests"),
    ("by_choice", "自愿", "by choice"),
    ("recognisable", "应免未免", "recognisable"),
    ("outside_list", "清单外", "outside list"),
    ("from_below", "上级重复", "from below"),
    ("rate", "比率", "rate"),
    ("reported", "申请人反映", "reported"),
)
_FOOT: Final = {
    "zh": "共 {reasks} 次重复索要，要求或收件 {askings} 次，日志 {size} 条",
    "en": "{reasks} re-asks in {askings} askings, of a log of {size}",
}


@app.command()
def report(
    *,
    url: Annotated[str | None, typer.Option(help="the ledger, else ONCE_URL")] = None,
    key_file: Annotated[Path | None, typer.Option(help="file with the API key, else ONCE_API_KEY")] = None,
    department: Annotated[str | None, typer.Option("--as", help="department of the demo")] = None,
    lang: Annotated[Language | None, typer.Option(help="zh or en (default: LANG)")] = None,
    as_json: AsJson = False,
) -> int:
    """Show re-asks by department, item and channel: an auditor's key shows all, a department's its own."""
    from api.cli.client import Client, find_place, reading

    language = spoken(lang)
    with Client(find_place(url, key_file, department), language) as client:
        answer = client.get("reasks/rates")
    with reading():
        rows: list[dict[str, Any]] = answer["rates"]
        table = [[zh if language == "zh" else en for _, zh, en in _COLUMNS]]
        table += [
            [_rate(one) if name == "rate" else str(one[name]) for name, _, _ in _COLUMNS] for one in rows
        ]
        widths = [max(_cells(row[at]) for row in table) for at in range(len(_COLUMNS))]
        lines = ["  ".join(_fill(text, widths[at], at > 2) for at, text in enumerate(row)) for row in table]
        total = {
            "reasks": sum(map(_reasks, rows)),
            "askings": sum(map(_askings, rows)),
            "size": answer["size"],
        }
        lines.append(_FOOT[language].format(**total))
    emit({**answer, "total": total}, "\n".join(lines), as_json=as_json)
    return ExitCode.VALID


@app.command()
def replay(*, as_json: AsJson = False) -> int:
    """Judge every asking again, in this home. Exit codes: 0 the same, 1 a re-ask is missing or unfounded."""
    from api.operation.backup import sealer_for
    from api.operation.rebuild import NoKeys
    from api.operation.snapshot import take_snapshot
    from api.operation.staging import private_folder
    from api.settings import load_settings
    from api.trust_file import read_trust
    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from attest.keyfiles import read_lookup_keys
    from attest.reask.replay import replay as judge_again
    from ledger.store import Store

    settings = load_settings()
    trust = read_trust(settings.trust_file)
    lookup = read_lookup_keys(settings.lookup_key_file)
    context = Context(trust.log, trust.origin, trust.profile, lookup, sealer_for(settings.kek_file), NoKeys())
    with private_folder(settings.home, "reask", progress) as folder:
        take_snapshot(settings, folder / "ledger.db")
        store = Store(f"sqlite:///{folder / 'ledger.db'}", read_only=True)
        try:
            done = judge_again(store, context, Catalogue(), progress)
        finally:
            store.close()
    lines = [f"missing    the asking at {index} has no re-ask" for index in done.missing]
    lines += [f"unfounded  the asking at {index} was not in vain" for index in done.unfounded]
    if done.closed:
        lines.append(f"note: {done.closed} askings could not be opened")
    lines.append(f"{done.reasks} re-asks in {done.askings} askings")
    result = {
        "askings": done.askings,
        "reasks": done.reasks,
        "missing": done.missing,
        "unfounded": done.unfounded,
        "closed": done.closed,
    }
    emit(result, "\n".join(lines), as_json=as_json)
    if done.missing or done.unfounded:
        return ExitCode.NOT_VALID
    return ExitCode.CANNOT_TELL if done.closed else ExitCode.VALID


def _reasks(one: dict[str, Any]) -> int:
    return int(one["recognisable"] + one["outside_list"])


def _askings(one: dict[str, Any]) -> int:
    return int(one["receipts"] - one["by_choice"] + one["requests"])


def _rate(one: dict[str, Any]) -> str:
    askings = _askings(one)
    return f"{100 * _reasks(one) / askings:.1f}%" if askings else "-"


def _cells(text: str) -> int:
    """Width on the screen, where a Chinese character takes two cells."""
    return sum(2 if ord(one) > 0x2E7F else 1 for one in text)


def _fill(text: str, width: int, right: bool) -> str:
    space = " " * (width - _cells(text))
    return space + text if right else text + space
