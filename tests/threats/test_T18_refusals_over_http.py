# SPDX-License-Identifier: Apache-2.0
"""T18: nobody looks a person up without a case and a purpose, and every attempt is an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attest.private import open_private

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


@pytest.mark.parametrize(
    ("less", "more", "code"),
    [
        ("case", {}, "lookup.case_missing"),
        ("purpose", {}, "lookup.purpose_missing"),
        ("", {"case": "990101202601010000019"}, "case.unknown"),
        ("", {"requirements": ["marriage"]}, "lookup.outside_list"),
    ],
)
def test_a_refused_lookup_is_an_entry(world: World, less: str, more: dict[str, object], code: str) -> None:
    """A look-up without case or purpose, or beyond its case, is refused; the refusal names who tried."""
    asked = {"case": world.cases["SC-002"], "purpose": "just looking", **more}
    asked.pop(less, None)
    size = world.size
    answer = world.post("SC", "recognitions:check", asked)
    assert answer.status_code in {403, 404}
    assert (answer.json()["code"], answer.json()["index"]) == (code, size)
    assert (world.size, world.kind_of(size)) == (size + 1, "usage.refused")
    _, record = open_private(size, world.ledger.store, world.ledger.context.sealer)
    assert (record["department"], record["key"]) == ("SC", world.key_id("SC"))
    assert record["outcome"] == [code]


def test_an_answered_lookup_is_an_entry_in_the_cases_file(world: World) -> None:
    """A look-up that is answered is an entry with its purpose, and the trace of its case shows it."""
    case, size = world.cases["SC-002"], world.size
    asked = {"case": case, "purpose": "the licence of this applicant"}
    assert world.post("SC", "recognitions:check", asked).status_code == 200
    assert (world.size, world.kind_of(size)) == (size + 1, "usage.checked")
    trace = world.get("SC", f"cases/{case}/trace", purpose="supervision").json()
    assert size in [entry["index"] for entry in trace["entries"]]
