# SPDX-License-Identifier: Apache-2.0
"""`once init`: found a ledger in $ONCE_HOME."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import emit, progress
from api.settings import load_settings

if TYPE_CHECKING:
    from api.home import FoundedHome


def command(
    *,
    origin: Annotated[str | None, typer.Option(help="name of the log in checkpoints, for ever")] = None,
    profile: Annotated[str | None, typer.Option(help="demo or production")] = None,
    department: Annotated[list[str] | None, typer.Option(help="make a keystore for it; may repeat")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Found a ledger in $ONCE_HOME: keys, database, entry 0, first checkpoint, trust.json."""
    from api.auth import OPERATOR
    from api.home import found_home
    from api.wiring import mint_api_key, open_ledger

    settings = load_settings(origin=origin, profile=profile)
    key = ""

    def mint(_: FoundedHome) -> None:
        nonlocal key
        ledger = open_ledger(settings)
        try:
            ledger.start()
            key = mint_api_key(ledger, None, {OPERATOR}, "operator")
        finally:
            ledger.close()

    progress(f"founding {settings.origin} ({settings.profile}) in {settings.home}")
    founded = found_home(settings, departments=department or (), then=mint)
    if settings.profile == "production":
        governance = settings.keys_folder / "governance.json"
        progress(f"MOVE {governance} AWAY FROM THIS MACHINE: whoever holds it decides who may speak.")
        progress("Departments and material types are quicker while it is here: docs/howto/start.md.")
        progress("The service works without it; governance signs with `once keys sign governance`.")
    lines = [
        f"home      {settings.home}",
        f"log       {founded.log_id.hex()}",
        f"log key   {founded.vkey}",
        *(f"{name:<9} 0x{address.hex()}" for name, address in founded.addresses.items()),
        f"operator  {key}   (shown this once)",
    ]
    result = {
        "home": str(settings.home),
        "origin": settings.origin,
        "profile": settings.profile,
        "log": founded.log_id.hex(),
        "log_key": founded.vkey,
        "addresses": {name: address.hex() for name, address in founded.addresses.items()},
        "operator_key": key,
    }
    emit(result, "\n".join(lines), as_json=as_json)
