# SPDX-License-Identifier: Apache-2.0
"""Whether there is anything to choose: what is only shown, or checked, is never kept. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attest.catalogue.model import MaterialType, Requirement


def is_shown(requirement: Requirement, types: Mapping[str, MaterialType]) -> bool:
    """Whether every way to meet it is by papers that the log neither keeps nor serves."""
    ways = [types.get(one.type) for way in requirement.alternatives for one in way.evidence]
    return all(kind is not None and kind.handling != "keep" for kind in ways)
