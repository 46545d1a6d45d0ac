# SPDX-License-Identifier: Apache-2.0
"""Disputes and their answers, and the evidence of papers that are disputed: real files and others of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from attest.data_check_requests.commands import AnswerDataCheck, RequestDataCheck
from attest.data_check_requests.model import DataCheckAnswer, DataCheckRequest
from attest.materials.repository import acceptance_by_id
from attest.registry.model import SERVICE
from attest.verify.statements import Disputed
from tests.attest_parts import NOW, TODAY
from tests.evidence_parts import LICENCE, restated
from tests.status_parts import STATUS, in_every_way, misspelt, said_elsewhere, status_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attest.acts import Written
    from tests.attest_parts import Meaning
    from tests.evidence_parts import Scene
    from tests.status_parts import Told

DUE: Final = TODAY + timedelta(days=15)


def asking(ledger: Meaning, accepted: Written, person: str = "chen", **more: Any) -> DataCheckRequest:
    """A party's request."""
    row = acceptance_by_id(accepted.id, ledger.log.store)
    assert row is not None
    made = DataCheckRequest(
        acceptance=ledger.cite(accepted),
        case_no=row.case_no,
        case_salt=ledger.context.random(32),
        authority=row.authority,
        by=row.accepted_by,
        holder=ledger.holders[person],
        reason="wrong_content",
        text="地址不对",
        due=DUE,
    )
    return replace(made, **more)


def answering(ledger: Meaning, asked: Written, place: str, **more: Any) -> DataCheckAnswer:
    """An answer that declines."""
    made = DataCheckAnswer(
        ledger.cite(asked), place, ledger.context.random(32), "not_upheld", "record_correct", None, None
    )
    return replace(made, **more)


def disputed(scene: Scene) -> dict[str, int]:
    """Indexes of an acceptance that is disputed, of a reliance before that, of one whose dispute is over."""
    ledger = scene.ledger
    found: dict[str, int] = {}
    for name in ("answered", "disputed"):
        case_no, other = ledger.fire_case(), ledger.food_case()
        accepted = ledger.accept(case_no, LICENCE, "XF")
        relied = ledger.rely(other, "licence", accepted, "SC-002", "SC")
        asked = ledger.act(RequestDataCheck(), asking(ledger, accepted), SERVICE)
        if name == "answered":
            ledger.act(AnswerDataCheck(), answering(ledger, asked, case_no), "XF")
        found |= {name: accepted.index, f"relied, {name} later": relied.index}
    scene.anchor()
    ledger.fire_case()
    return found


def disputed_files(scene: Scene) -> Iterator[Told]:
    """Real files, and statuses that say something else, in files of the right and the wrong version."""
    files = {name: scene.evidence(index).format() for name, index in disputed(scene).items()}
    yield from in_every_way(scene, files)
    for name in ("disputed", "relied, disputed later"):
        octets = files[name]
        yield from said_elsewhere(scene, name, octets, "disputed", partial(Disputed, due=DUE))
        ended = {"state": "retracted", "retracted": (status_of(octets).as_of_size - 1, NOW)}
        yield f"{name} and retracted", restated(scene, octets, STATUS, "XF", **ended), {}
        over = {"valid_until": date(2020, 1, 1)}
        yield f"{name} and expired", restated(scene, octets, STATUS, "XF", **over), {}
        wrongs = ({"due": "soon"}, {"index": -1}, {"more": 1})
        yield from misspelt(scene, name, octets, "disputed", wrongs)
