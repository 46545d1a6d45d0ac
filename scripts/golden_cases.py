# SPDX-License-Identifier: Apache-2.0
"""The golden vector of a party that is added to a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attest.cases.adding import AddParty
from attest.cases.model import Addition
from attest.catalogue.repository import Catalogue
from scripts.golden_data_checks import vector

if TYPE_CHECKING:
    from collections.abc import Callable


def cases(case_no: str, now: int, signed: Any, secret: Callable[[str], bytes]) -> dict[str, Any]:
    """SC says who works in the kitchen of a case."""
    added = Addition(case_no, secret("added case salt"), (("employee", secret("added holder")[:16]),))
    return {"party_added": vector(AddParty(Catalogue()), added, "SC", now + 2200, signed, secret)[1]}
