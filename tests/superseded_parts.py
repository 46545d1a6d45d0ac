# SPDX-License-Identifier: Apache-2.0
"""Evidence of papers that were renewed, or copied better, since: real files and others made of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from attest.materials.commands import Accept
from attest.materials.model import Supersession
from attest.supersession.model import BETTER_COPY, RENEWED
from attest.verify import Evidence
from attest.verify.statements import Superseded
from tests.attest_context import a_key
from tests.attest_parts import NOW
from tests.evidence_damage import field, unsay
from tests.evidence_parts import LICENCE, altered, position, restated, says

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.evidence_parts import Scene

DAY: Final = 86_400
STATUS: Final = "acceptance.status"


def superseded(scene: Scene) -> dict[str, int]:
    """Indexes of an acceptance that was renewed, of a reliance on it, and of one copied better; anchored."""
    ledger, catalogue = scene.ledger, scene.ledger.catalogue
    case_no, other = ledger.fire_case(), ledger.food_case()
    first = ledger.accept(case_no, LICENCE, "XF")
    relied = ledger.rely(other, "licence", first, "SC-002", "SC")
    new: dict[str, Any] = {"number": "92990101MA99A1172F-2", "issued": date(2026, 11, 2)}
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


def superseded_files(scene: Scene) -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    """Real files, and statuses that say something else, in files of the right and the wrong version."""
    files = {name: scene.evidence(index).format() for name, index in superseded(scene).items()}
    for name, octets in files.items():
        yield name, octets, {}
        yield f"{name}, in a file of version 1", altered(octets, field("v", to=1)), {}
        yield f"{name}, in a file of version 3", altered(octets, field("v", to=3)), {}
        yield f"{name}, silent", altered(octets, unsay(STATUS)), {}
        yield f"{name}, stale", octets, {"now": NOW + 2 * DAY}
        yield f"{name}, by a thief", restated(scene, octets, STATUS, "XF", key=a_key("thief")), {}
        for moment in (-60, 0, 60):
            yield f"{name}, as of {moment}", octets, {"as_of": NOW + moment}
        yield f"{name}, plain", restated(scene, octets, STATUS, "XF", superseded=None), {}
    octets = files["renewed"]
    size = says(Evidence.parse(octets), STATUS).as_of_size
    for how in (RENEWED, BETTER_COPY):
        for index, time in ((size - 1, NOW), (size - 1, NOW + 50), (size + 5, NOW), (0, 0)):
            told = Superseded(how, index, time)
            bent = restated(scene, octets, STATUS, "XF", superseded=told)
            yield f"{how} at {index}, {time}", bent, {}
            yield f"{how} at {index}, {time}, asked before", bent, {"now": NOW + 60, "as_of": NOW + 20}
    ended = {"state": "retracted", "retracted": (size - 1, NOW)}
    yield "renewed and retracted", restated(scene, octets, STATUS, "XF", **ended), {}
    for wrong in ({"how": "copied"}, {"index": -1}, {"more": 1}):
        status = says(Evidence.parse(octets), STATUS)
        body = {**status.body(), "superseded": {**status.superseded.document(), **wrong}}
        text = scene.state(status, "XF", body=body)
        yield f"superseded with {wrong}", altered(octets, partial(_put_status, text)), {}


def _put_status(text: str, document: Any) -> None:
    document["statements"][position(document, STATUS)] = text
