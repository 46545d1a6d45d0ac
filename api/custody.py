# SPDX-License-Identifier: Apache-2.0
"""Keys that the service keeps for departments: found, or made by a child that may load eth_account."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Final

from api.cli.child import once_command, once_environment
from attest.errors import KeystoreError

if TYPE_CHECKING:
    from api.settings import Settings
    from attest.keys import KeyRing

_SECONDS: Final = 60


def department_key(code: str, settings: Settings, ring: KeyRing) -> bytes:
    """Address (20 bytes) of the department's keystore, made now if there is none (a second or two)."""
    if code in ring.names():
        return ring.signer(code).address
    child = subprocess.run(
        once_command("keys", "new", "--json", code),
        env=once_environment(settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
    if child.returncode != 0:
        raise KeystoreError("the keystore could not be made")
    return bytes.fromhex(json.loads(child.stdout)["addresses"][code])
