# SPDX-License-Identifier: Apache-2.0
"""The promise itself, in one process: accepted once, recognised elsewhere, relied on, taken back."""

from __future__ import annotations

from pathlib import Path

from tests.attest_parts import a_ledger


def test_accepted_once_is_accepted_everywhere(tmp_path: Path) -> None:
    """What one department accepted another recognises and relies on, until it is taken back."""
    with a_ledger(tmp_path) as ledger:
        fire = ledger.fire_case()
        assert ledger.verdict("XF", fire, "licence") == ("required", "evidence.never_seen")
        licence = ledger.accept(fire, "business-licence.pdf", "XF")
        assert ledger.verdict("XF", fire, "licence") == ("recognised", "case.on_file")

        tobacco = ledger.tobacco_case()
        assert ledger.verdict("YC", tobacco, "licence") == ("recognised", "matched.holder")
        relied = ledger.rely(tobacco, "licence", licence, "YC-004", "YC")
        assert relied.index == ledger.size - 1

        ledger.retract(licence, "XF")
        assert ledger.verdict("YC", tobacco, "licence") == ("required", "acceptance.retracted")
