# SPDX-License-Identifier: Apache-2.0
"""`once migrate`: bring the tables of a ledger to this program's schema, or back to an earlier one."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli import ExitCode, emit, progress


def command(
    *,
    check: Annotated[bool, typer.Option("--check", help="only say what there is to do")] = False,
    to: Annotated[str | None, typer.Option(help="schema to go to, else this program's own")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> int:
    """Change the tables of a ledger that nobody serves. Exit codes: 0 they fit, 1 they do not."""
    from api.operation.migrating import migrate_home, plan_of
    from api.settings import load_settings

    settings = load_settings()
    plan = plan_of(settings, to)
    result = {
        "found": plan.found,
        "target": plan.target,
        "steps": list(plan.steps),
        "faults": list(plan.faults),
        "done": False,
    }
    lines = [f"schema {plan.found}, to be {plan.target}", *plan.faults]
    if plan.fits:
        lines.append("nothing to do")
    elif check:
        lines.append(f"to do: {', '.join(plan.steps) or 'nothing that this program can'}")
        lines.append("before that take a back-up with the program that serves now: `once backup`")
    else:
        progress("changing the tables, then hashing every entry")
        plan, head = migrate_home(settings, to)
        result |= {"done": True, "size": head.size, "root": head.root.hex()}
        lines.append(f"done: {', '.join(plan.steps)}")
        lines.append(
            f"{head.size} entries, root {head.root.hex()}, as before; now `once audit`, `once rebuild`"
        )
    emit(result, "\n".join(lines), as_json=as_json)
    return ExitCode.VALID if plan.fits or result["done"] else ExitCode.NOT_VALID
