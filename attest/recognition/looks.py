# SPDX-License-Identifier: Apache-2.0
"""What every look-up from a case has in common: who asks and why, what it reads, what refuses it first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from attest.cases.repository import own_case
from attest.catalogue.repository import POLICIES_FACT, TYPES_FACT
from attest.consents.repository import CONSENTS_FACT
from attest.mandates.repository import MANDATES_FACT
from attest.materials.repository import RETRACTIONS_FACT
from attest.oversight.model import Use
from attest.registry.model import SERVICE
from attest.registry.rules import keys_fact
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from attest.cases.model import CaseRow
    from attest.reading import Reader

LOOK_FACTS: Final = (
    TYPES_FACT,
    POLICIES_FACT,
    RETRACTIONS_FACT,
    MANDATES_FACT,
    CONSENTS_FACT,
    keys_fact(SERVICE),
)
"""Names of the facts that every look-up reads, beside those of its case."""


@dataclass(frozen=True, slots=True)
class Look:
    """Who asks, from which case, why; a missing case or purpose is a refusal, and an entry."""

    department: str
    key_id: str
    case_no: str | None
    purpose: str | None

    def case(self, reader: Reader) -> CaseRow:
        """The case that it is made from; CommandRejected by the first rule that refuses it."""
        if self.case_no is None:
            raise CommandRejected("lookup.case_missing", "a look-up names its case")
        if self.purpose is None:
            raise CommandRejected("lookup.purpose_missing", "a look-up says what it is for")
        return own_case(self.case_no, self.department, reader)

    def use(
        self,
        route: str,
        salts: bytes,
        count: int,
        outcome: tuple[str, ...],
        consulted: tuple[bytes, ...] = (),
    ) -> Use:
        """The entry that it is; `salts` are those of case and purpose, 32 bytes each."""
        return Use(
            department=self.department,
            case_no=self.case_no,
            case_salt=salts[:32],
            purpose=self.purpose,
            purpose_salt=salts[32:],
            route=route,
            key_id=self.key_id,
            count=count,
            outcome=outcome,
            consulted=consulted,
        )
