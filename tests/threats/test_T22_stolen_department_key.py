# SPDX-License-Identifier: Apache-2.0
"""T22: a department's key is stolen and signs new entries."""

from __future__ import annotations

from pathlib import Path

from attest.materials.commands import Accept
from attest.registry.commands import AddKey, RetireKey
from attest.registry.model import GOVERNANCE, KeyAdded, KeyRetired
from attest.registry.repository import key_by_address
from attest.registry.rules import key_valid
from tests.attest_context import a_key
from tests.attest_parts import Meaning, a_ledger

THIEF = a_key("XF second")


def steal(ledger: Meaning, case: str, file: str) -> tuple[int, bytes]:
    act = Accept(ledger.catalogue)
    made = ledger.prepared(act, ledger.acceptance(case, file, "XF"), "XF")
    written = ledger.submit(ledger.external(act, made, THIEF))
    return written.index, written.id


def test_the_key_ends_by_position(tmp_path: Path) -> None:
    """Entries before the compromise stand, those from it on do not count; after the end none enters."""
    with a_ledger(tmp_path) as ledger:
        ledger.act(AddKey(), KeyAdded("XF", THIEF.address, "department"), GOVERNANCE)
        case = ledger.fire_case()
        honest, _ = steal(ledger, case, "business-licence.pdf")
        forged, _ = steal(ledger, case, "fire-drawings.jpg")
        act = Accept(ledger.catalogue)
        kept = ledger.prepared(act, ledger.acceptance(case, "fire-promise.pdf", "XF"), "XF")

        retired = KeyRetired("XF", THIEF.address, "stolen", forged)
        ledger.act(RetireKey(), retired, GOVERNANCE)
        key = key_by_address(THIEF.address, ledger.log.store)
        assert key is not None
        assert [key_valid(key.added, key.retired, key.compromised_since, at) for at in (honest, forged)] == [
            True,
            False,
        ]
        assert ledger.verdict("XF", case, "licence")[0] == "recognised"
        assert ledger.verdict("XF", case, "drawings") == ("required", "acceptance.retracted")

        # back-dated: signed before the retirement, sent after it
        assert ledger.refused(ledger.external(act, kept, THIEF)) == "signature.retired_key"
        # another address in the name of the department
        assert ledger.refused(ledger.external(act, kept, a_key("thief"))) == "signature.foreign_key"
        # the department goes on with its other key
        ledger.accept(case, "fire-drawings.jpg", "XF")
        assert ledger.verdict("XF", case, "drawings")[0] == "recognised"
