# SPDX-License-Identifier: Apache-2.0
"""Papers that their issuer denied, and the evidence of them: real files and others made of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from attest.data_checks.commands import Deny
from attest.data_checks.model import Denial
from attest.recognition.commands import Rely
from attest.verify.statements import Denied, Disputed
from tests.attest_parts import NOW, TODAY
from tests.evidence_parts import LICENCE, restated
from tests.numbers import licence_number
from tests.status_parts import STATUS, in_every_way, misspelt, said_elsewhere, status_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from attest.acts import Written
    from tests.attest_parts import Meaning
    from tests.evidence_parts import Scene
    from tests.status_parts import Told

NUMBER: Final = licence_number(61)
SINCE: Final = date(2026, 11, 2)


class Unruled(Rely):
    """A reliance that the service let through against its own rules."""

    def check(self, *_: object) -> None:
        return


def licence(ledger: Meaning, case_no: str, number: str = NUMBER) -> Written:
    """A licence of the eatery and its operator that nobody else accepted, in XF's case."""
    record = ledger.acceptance(case_no, LICENCE, "XF", number=number)
    document = replace(record.document, sha256=ledger.context.random(32))
    return ledger.accept(case_no, LICENCE, "XF", number=number, document=document)


def deny(ledger: Meaning, number: str = NUMBER, person: str = "eatery", **more: Any) -> Written:
    """SC says unasked that its licence of this number stands no more."""
    parties = (("holder", ledger.holders[person]),)
    said = Denial(None, None, "business_licence", "SC", number, parties, "superseded", SINCE)
    return ledger.act(Deny(ledger.catalogue), replace(said, **more), "SC")


def denied(scene: Scene) -> dict[str, int]:
    """Indexes of an acceptance that was denied, of a reliance before and one after, of one made anew."""
    ledger = scene.ledger
    accepted = licence(ledger, ledger.fire_case())
    relied = ledger.rely(ledger.food_case(), "licence", accepted, "SC-002", "SC")
    deny(ledger)
    record = ledger.reliance(ledger.food_case(), "licence", accepted, "SC-002")
    against = ledger.act(Unruled(ledger.catalogue), record, "SC")
    anew = licence(ledger, ledger.fire_case())
    scene.anchor()
    ledger.fire_case()
    return {
        "denied": accepted.index,
        "relied, denied later": relied.index,
        "relied, denied before": against.index,
        "accepted anew": anew.index,
    }


def said_denied(index: int, time: int) -> Denied:
    """SC's word, wherever and whenever."""
    return Denied("SC", index, time, "revoked", SINCE)


def denied_files(scene: Scene, others: Mapping[str, int]) -> Iterator[Told]:
    """Real files, and statuses that say something else, in files of the right and the wrong version.

    `others`: indexes of re-asks and of a mandate, of which the paper is said to be denied before and after.
    """
    files = {name: scene.evidence(index).format() for name, index in denied(scene).items()}
    yield from in_every_way(scene, files)
    for name in ("denied", "relied, denied later"):
        octets = files[name]
        yield f"{name}, plain", restated(scene, octets, STATUS, "XF", denied=None), {}
        yield from said_elsewhere(scene, name, octets, "denied", said_denied)
        size = status_of(octets).as_of_size
        beside: dict[str, dict[str, Any]] = {
            "retracted": {"state": "retracted", "retracted": (size - 1, NOW)},
            "expired": {"valid_until": date(2020, 1, 1)},
            "disputed": {"disputed": Disputed(size - 2, NOW, TODAY)},
            "too early": {"as_of_size": 0},
        }
        for other, more in beside.items():
            yield f"{name} and {other}", restated(scene, octets, STATUS, "XF", **more), {}
        wrongs = ({"since": "soon"}, {"reason": "lost"}, {"index": -1}, {"by": "nobody!"}, {"more": 1})
        yield from misspelt(scene, name, octets, "denied", wrongs)
    for name, index in others.items():
        if name == "outside":
            continue  # it cites no acceptance
        octets = scene.evidence(index).format()
        signer = "SC" if name == "mandate" else "XF"
        for at in (index - 1, index + 1):
            bent = restated(scene, octets, STATUS, signer, denied=said_denied(at, NOW + 50))
            yield f"{name}, denied at {at}", bent, {"now": NOW + 60}
            yield f"{name}, denied at {at}, asked before", bent, {"now": NOW + 60, "as_of": NOW + 20}
