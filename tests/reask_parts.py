# SPDX-License-Identifier: Apache-2.0
"""A year at the windows in one ledger: people, cases and papers by the hundred, with re-asks planted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from attest.acts import Custodial, Written
from attest.cases.commands import OpenCase
from attest.codes import citizen_number_check
from attest.holders.commands import NameHolderCommand
from attest.materials.commands import Retract
from attest.materials.model import Citation, Document
from attest.reask.commands import Ask, ClaimHeld, Receive
from attest.reask.model import Claim, Request
from attest.recognition.commands import Rely
from tests.attest_parts import FLAT, SHOP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attest.materials.model import Acceptance
    from ledger.commands import Command, Outcome
    from tests.attest_parts import Meaning

CHANNELS: Final = ("window", "web", "mobile", "kiosk", "station", "courier")
ANSWERS: Final[dict[str, dict[str, str]]] = {
    "XF-001": {"procedure": "promise"},
    "SC-002": {"prepacked": "no", "catering": "no", "applicant": "self"},
    "YC-004": {"premises": "owned", "residence": "local", "applicant": "self"},
}
AUTHORITY: Final = {"XF-001": "XF", "SC-002": "SC", "YC-004": "YC"}
_PORTION: Final = 500


def all_at_once(ledger: Meaning, commands: Sequence[Command[Any]]) -> list[Any]:
    """The answers of commands that are decided in this order, many in one transaction."""

    async def run() -> list[Outcome[Any]]:
        done: list[Outcome[Any]] = []
        for start in range(0, len(commands), _PORTION):
            some = commands[start : start + _PORTION]
            done += await asyncio.gather(*(ledger.log.writer.submit(one) for one in some))
        return done

    return [one.answer for one in asyncio.run(run())]


@dataclass
class Windows:
    """Collects what happens, then lets it happen: `done()` gives the answers in order."""

    ledger: Meaning
    waiting: list[Command[Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.receive = Receive(self.ledger.catalogue)
        self.asks = Ask(self.ledger.catalogue)
        self.claims = ClaimHeld(self.ledger.catalogue)

    def done(self) -> list[Any]:
        """Have all that waits decided."""
        waiting, self.waiting = self.waiting, []
        return all_at_once(self.ledger, waiting)

    def people(self, count: int) -> list[bytes]:
        """Holder ids of so many new people."""
        for number in range(count):
            body = f"99010119{70 + number // 1000:02d}0101{number % 1000:03d}"
            person = body + citizen_number_check(body)
            self.waiting.append(NameHolderCommand("SC", "111", person, "样例", self.ledger.context))
        return [holder for _, holder in self.done()]

    def open(self, item: str, person: bytes, channel: str = "window", about: Any = SHOP) -> str:
        """A case of one person, who applies and operates."""
        name = person.hex()
        self.ledger.holders[name] = person
        parties = {"applicant": name, "operator": name}
        opening = self.ledger.opening(item, ANSWERS[item], parties, channel=channel, about=about)
        self._act(OpenCase(self.ledger.catalogue), opening, AUTHORITY[item])
        return opening.case_no

    def paper(self, case_no: str, item: str, person: bytes, type_: str, **more: Any) -> Acceptance:
        """The record of a paper of that person, of its own bytes."""
        random = self.ledger.context.random
        values: dict[str, Any] = {
            "type": type_,
            "document": Document(random(32), random(32), 1000, "application/pdf", "department"),
            "issuer": "SC" if type_ == "business_licence" else "own",
            "number": None,
            "issued": date(2025, 3, 12),
            "valid_until": None,
            "parties": (("holder", person),),
            "about": SHOP,
        }
        return self.ledger.acceptance(case_no, "business-licence.pdf", AUTHORITY[item], **{**values, **more})

    def accept(
        self, case_no: str, item: str, person: bytes, type_: str = "business_licence", **more: Any
    ) -> None:
        """Take a paper in."""
        self._act(self.receive, self.paper(case_no, item, person, type_, **more), AUTHORITY[item])

    def ask(self, case_no: str, item: str, **more: Any) -> None:
        """Ask for something."""
        values: dict[str, Any] = {"notice": "request", "channel": "window", "requirement": "licence"}
        values = {"type": None, "what": None, **values, **more}
        self._act(self.asks, Request(case_no, self.ledger.context.random(32), **values), AUTHORITY[item])

    def claim(
        self,
        case_no: str,
        item: str,
        requirement: str = "licence",
        channel: str = "window",
        *,
        again: bool = True,
    ) -> None:
        """「我已交过」, taken down at the window; `again`: and was asked again."""
        salt = self.ledger.context.random(32)
        record = Claim(case_no, salt, channel, requirement, None, again=again)
        self._act(self.claims, record, AUTHORITY[item])

    def retract(self, written: Written, department: str) -> None:
        """Take an acceptance back."""
        self._act(Retract(), self.ledger.retraction(written), department)

    def rely(self, case_no: str, item: str, written: Written) -> None:
        """Use an acceptance instead of asking."""
        record = self.ledger.reliance(case_no, "licence", written, item)
        self._act(Rely(self.ledger.catalogue), record, AUTHORITY[item])

    def cite(self, written: Written) -> Citation:
        """A citation of an entry."""
        return self.ledger.cite(written)

    def _act(self, act: Any, record: Any, issuer: str) -> None:
        self.waiting.append(Custodial(act, record, issuer, self.ledger.context))


OTHER: Final = FLAT
