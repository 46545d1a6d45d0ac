# SPDX-License-Identifier: Apache-2.0
"""A policy against what the log holds: its authority's guides, the material types, the departments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.days import day_of
from attest.policies.rules import check_policy
from attest.registry.repository import department_codes
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from attest.catalogue.repository import Catalogue
    from attest.policies.model import Policy
    from attest.reading import Reader


def require_fitting(policy: Policy, issuer: str, catalogue: Catalogue, now: int, reader: Reader) -> None:
    """Refuse another department's policy (CommandRejected), or one that does not fit (CatalogueError).

    `now` is Unix seconds: of each item of the department the guide in force then counts, and the newest.
    """
    if policy.authority != issuer:
        raise CommandRejected("issuer.mismatch", "the policy names another authority")
    items = catalogue.items_of(issuer, day_of(now), reader)
    known = {code for code, _, _ in department_codes(reader)}
    check_policy(policy, items, catalogue.types(reader), known)
