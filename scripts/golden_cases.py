# SPDX-License-Identifier: Apache-2.0
"""The golden vectors of a case that is a step of a bundle, and of a party that is added to a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attest.cases.adding import AddParty
from attest.cases.commands import OpenCase
from attest.cases.model import Addition, BundleStep, Opening
from attest.catalogue.repository import Catalogue
from scripts.golden_data_checks import vector

if TYPE_CHECKING:
    from collections.abc import Callable


def cases(case_no: str, now: int, signed: Any, secret: Callable[[str], bytes]) -> dict[str, Any]:
    """SC opens the later step of a bundle, and says who works in the kitchen of a case."""
    opening = Opening(
        case_no,
        secret("opened case salt"),
        "SC-002",
        1,
        secret("opened guide"),
        "SC",
        "window",
        (("applicant", secret("opened holder")[:16]),),
        (("applicant", "self"), ("catering", "yes"), ("prepacked", "no")),
        None,
        BundleStep("restaurant", 1, "food", "99010120261018000001X"),
    )
    added = Addition(case_no, secret("added case salt"), (("employee", secret("added holder")[:16]),))
    return {
        "opened_in_bundle": vector(OpenCase(Catalogue()), opening, "SC", now + 2100, signed, secret)[1],
        "party_added": vector(AddParty(Catalogue()), added, "SC", now + 2200, signed, secret)[1],
    }
