# SPDX-License-Identifier: Apache-2.0
"""Outsiders see, offline, whether a reliance on a data check rests on the issuer's own signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.evidence_parts import a_scene, told
from tests.verdict_cases import on_grounds

if TYPE_CHECKING:
    from pathlib import Path


def test_a_data_check_is_proved_by_the_issuers_own_entry(tmp_path: Path) -> None:
    """Its word proves the ground; what somebody else saw or checked does not, whatever the receipt says."""
    scene = a_scene(tmp_path)
    try:
        got = {
            name: told(scene.judge(scene.evidence(index).format()))
            for name, index in on_grounds(scene).items()
        }
    finally:
        scene.ledger.close()
    other = ("not_valid", "status.other_ground")
    assert got == {
        "on the issuer's word": ("valid", "status.stood"),
        "on a copy that was seen": other,
        "on another's data check": other,
    }
