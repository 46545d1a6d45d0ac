# SPDX-License-Identifier: Apache-2.0
"""`once doctor`: look over this installation and say what to do."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli import ExitCode, emit


def command(
    *,
    offline: Annotated[bool, typer.Option("--offline", help="do not ask the chain")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> int:
    """Look over machine, folder, keys, database, mark and chain; changes nothing. Exit 1: a look failed."""
    from api.operation.doctor_ledger import look_at_ledger
    from api.operation.doctor_machine import look_at_machine
    from api.operation.looking import bad, well
    from api.settings import CONFIG_NAME, SettingsError, load_settings

    try:
        settings = load_settings()
    except SettingsError as error:
        looks = [bad("config", str(error), f"correct {CONFIG_NAME} or the environment; see `once config`")]
    else:
        looks = [
            well("config", f"{settings.home / CONFIG_NAME} and the environment"),
            *look_at_machine(settings),
            *look_at_ledger(settings, offline=offline),
        ]
    width = max(len(look.name) for look in looks)
    lines = []
    for look in looks:
        lines.append(f"{look.state:<4}  {look.name:<{width}}  {look.text}")
        if look.todo:
            lines.append(f"{'':<4}  {'':<{width}}  -> {look.todo}")
    failed = [look.name for look in looks if look.state == "fail"]
    warned = [look.name for look in looks if look.state == "warn"]
    lines.append(f"{len(looks)} looks: {len(failed)} failed, {len(warned)} to look at")
    shown = [{"name": one.name, "state": one.state, "text": one.text, "todo": one.todo} for one in looks]
    emit({"ok": not failed, "looks": shown}, "\n".join(lines), as_json=as_json)
    return ExitCode.NOT_VALID if failed else ExitCode.VALID
