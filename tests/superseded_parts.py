# SPDX-License-Identifier: Apache-2.0
"""Evidence of papers that were renewed, or copied better, since: real files and others made of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from attest.materials.commands import Accept
from attest.materials.model import Supersession
from attest.supersession.model import BETTER_COPY, RENEWED
from attest.verify.statements import Superseded
from tests.attest_parts import NOW
from tests.evidence_parts import LICENCE, restated
from tests.numbers import RENEWED_NUMBER
from tests.status_parts import STATUS, in_every_way, misspelt, said_elsewhere, status_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.evidence_parts import Scene
    from tests.status_parts import Told


def superseded(scene: Scene) -> dict[str, int]:
    """Indexes of an acceptance that was renewed, of a reliance on it, and of one copied better; anchored."""
    ledger, catalogue = scene.ledger, scene.ledger.catalogue
    case_no, other = ledger.fire_case(), ledger.food_case()
    first = ledger.accept(case_no, LICENCE, "XF")
    relied = ledger.rely(other, "licence", first, "SC-002", "SC")
    new: dict[str, Any] = {"number": RENEWED_NUMBER, "issued": date(2026, 11, 2)}
    found = {"renewed": first.index, "relied, renewed later": relied.index}
    for how, more in ((BETTER_COPY, {}), (RENEWED, new)):
        older = ledger.accept(case_no, LICENCE, "XF") if how == BETTER_COPY else first
        record = ledger.acceptance(case_no, LICENCE, "XF", **more)
        document = replace(record.document, sha256=ledger.context.random(32))
        newer = replace(record, document=document, supersedes=Supersession(ledger.cite(older), how))
        ledger.act(Accept(catalogue), newer, "XF")
        found.setdefault(how, older.index)
    scene.anchor()
    ledger.fire_case()
    return found


def superseded_files(scene: Scene) -> Iterator[Told]:
    """Real files, and statuses that say something else, in files of the right and the wrong version."""
    files = {name: scene.evidence(index).format() for name, index in superseded(scene).items()}
    yield from in_every_way(scene, files)
    for name, octets in files.items():
        yield f"{name}, plain", restated(scene, octets, STATUS, "XF", superseded=None), {}
    octets = files["renewed"]
    for how in (RENEWED, BETTER_COPY):
        yield from said_elsewhere(scene, how, octets, "superseded", partial(Superseded, how))
    ended = {"state": "retracted", "retracted": (status_of(octets).as_of_size - 1, NOW)}
    yield "renewed and retracted", restated(scene, octets, STATUS, "XF", **ended), {}
    wrongs = ({"how": "copied"}, {"index": -1}, {"more": 1})
    yield from misspelt(scene, "superseded", octets, "superseded", wrongs)
