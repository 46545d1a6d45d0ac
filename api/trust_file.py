# SPDX-License-Identifier: Apache-2.0
"""`trust.json` of a ledger: written at founding without a chain, completed when the contract is founded."""

from __future__ import annotations

import fcntl
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from api.settings import SettingsError
from attest.verify.model import ANCHOR, CHECKS
from attest.verify.trust import MAX_TRUST_BYTES, ChainTrust, Trust
from ledger.chain.founding import Pins
from ledger.durable import replace_file
from ledger.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from attest.registry.model import Founding
    from ledger.note import NoteVerifier


def new_trust(founding: Founding, log_id: bytes, verifier: NoteVerifier) -> Trust:
    """Trust in a ledger that was just founded; no anchor can be required of it before it has a contract."""
    return Trust(
        origin=founding.origin,
        log=log_id,
        log_key=verifier.vkey(),
        checkpoint_signer=founding.checkpoint_signer,
        governance=founding.governance,
        service=founding.service,
        profile=founding.profile,
        chain=None,
        required=tuple(check for check in CHECKS if check != ANCHOR),
    )


def read_trust(path: Path) -> Trust:
    """The trust file; SettingsError where there is none or it is damaged."""
    try:
        with path.open("rb") as file:
            return Trust.parse(file.read(MAX_TRUST_BYTES + 1))  # one too many: enough to be refused
    except FileNotFoundError:
        raise SettingsError(f"no ledger was founded in {path.parent}: `once init` founds one") from None
    except (OSError, FormatError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from None


def write_trust(path: Path, trust: Trust) -> None:
    """Replace the file at once and durably: a reader sees the old one or the new one."""
    mode = path.stat().st_mode if path.exists() else None
    replace_file(path, trust.format() + b"\n")
    if mode is not None:  # whoever might read it before still may, whatever the umask
        path.chmod(mode & 0o777)


def change_trust(path: Path, change: Callable[[Trust], Trust]) -> None:
    """Replace the file by what is made of it as it is; whoever else changes it waits."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        write_trust(path, change(read_trust(path)))
    finally:
        os.close(folder)


def pins_of(trust: Trust) -> Pins | None:
    """The contract that identifies this ledger's chain, None while none is founded."""
    chain = trust.chain
    if chain is None:
        return None
    return Pins(chain.chain_id, chain.contract, chain.code_hash, chain.genesis_size, chain.genesis_root)


def with_pins(trust: Trust, pins: Pins) -> Trust:
    """The same trust with this contract; where it is the first, anchors are required from now on."""
    chain = ChainTrust(pins.chain_id, pins.contract, pins.code_hash, pins.genesis_size, pins.genesis_root)
    required = trust.required if trust.chain is not None else CHECKS
    return replace(trust, chain=chain, required=required)
