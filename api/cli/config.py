# SPDX-License-Identifier: Apache-2.0
"""`once config`: the effective settings, without secrets."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli import emit
from api.settings import CONFIG_NAME, ENV_PREFIX, load_settings


def command(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Show the effective settings: the environment over once.toml over defaults."""
    settings = load_settings()
    shown = settings.shown()
    width = max(len(name) for name in shown) + len(ENV_PREFIX)
    lines = [
        f"{ENV_PREFIX + name.upper():<{width}}  {'' if value is None else value}"
        for name, value in shown.items()
    ]
    lines.append(f"# from the environment and {settings.home / CONFIG_NAME}")
    emit(dict(shown), "\n".join(lines), as_json=as_json)
