# SPDX-License-Identifier: Apache-2.0
"""What the ledger says of an acceptance now to whoever can name it by its entry's digest."""

from __future__ import annotations

from datetime import datetime
from datetime import time as clock
from typing import TYPE_CHECKING

import pytest

from api.proving.present import KIND, Present, present_state, said_now
from api.proving.worse import WORSE
from api.web.texts import Texts, all_texts
from attest.days import CHINA
from attest.materials.repository import acceptance_by_id
from attest.verify.evidence import ACCEPTED
from attest.verify.reasons import REASONS
from tests.attest_parts import NOW
from tests.denied_parts import denied
from tests.disputed_parts import disputed
from tests.evidence_parts import LICENCE, Scene, a_scene
from tests.superseded_parts import superseded

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One ledger for all."""
    made = a_scene(tmp_path_factory.mktemp("present"))
    yield made
    made.ledger.close()


def asked(scene: Scene, index: int, now: int = NOW, digest: str = "") -> Present:
    """What the ledger says of the entry, named by its own digest or another."""
    store = scene.ledger.log.store
    own = scene.evidence(index).entries[0].signed.entry.digest().hex()
    return present_state(index, digest or own, scene.ledger.size, now, store)


def test_every_state(scene: Scene) -> None:
    """Standing, disputed until the answer, renewed, copied better, denied, retracted; each by its entry."""
    size = scene.ledger.size
    assert asked(scene, scene.accepted.index) == Present("standing", size)
    found = {**disputed(scene), **superseded(scene), **denied(scene)}
    for name, state in (
        ("answered", "standing"),
        ("disputed", "disputed"),
        ("renewed", "renewed"),
        ("better_copy", "better_copy"),
        ("denied", "denied"),
        ("accepted anew", "standing"),
    ):
        present = asked(scene, found[name])
        assert (present.state, present.size) == (state, scene.ledger.size)
        assert (present.index is None) == (state == "standing")
    ledger = scene.ledger
    gone = ledger.accept(ledger.fire_case(), LICENCE, "XF")
    index = ledger.retract(gone, "XF").index
    assert asked(scene, gone.index) == Present("retracted", ledger.size, index)


def test_a_period_that_is_over(scene: Scene) -> None:
    """A paper with a last day has expired the day after, whatever else is so."""
    ledger = scene.ledger
    accepted = ledger.accept(ledger.food_case(), "health-certificate.jpg", "SC")
    row = acceptance_by_id(accepted.id, ledger.log.store)
    assert row is not None
    assert row.valid_until is not None
    last = int(datetime.combine(row.valid_until, clock(23, 59, 59), CHINA).timestamp())
    assert asked(scene, accepted.index, last).state == "standing"
    assert asked(scene, accepted.index, last + 1).state == "expired"


def test_only_an_acceptance_named_by_its_digest(scene: Scene) -> None:
    """A leaf hash from the public tiles, another kind of entry and a place beyond the log: one answer."""
    nothing = Present("not_held", scene.ledger.size)
    public = scene.evidence(scene.accepted.index).entries[0].hash.hex()
    for digest in (public, "00" * 32):
        assert asked(scene, scene.accepted.index, digest=digest) == nothing
    assert asked(scene, scene.relied.index) == nothing
    store, size = scene.ledger.log.store, scene.ledger.size
    assert present_state(size, "00" * 32, size, NOW, store) == nothing


def test_every_state_has_its_words() -> None:
    """In both languages, with the step of its reason where it has one."""
    for language in ("zh", "en"):
        for state in KIND:
            said = said_now(Present(state, 1234, 56), Texts(language))
            assert f"verify.now_{state}" in all_texts()
            assert "{" not in said


def test_what_is_worse_has_headline_sentence_and_step() -> None:
    """Every state in which the paper does not stand goes before a valid file, in its line's colour."""
    standing = {"standing", "better_copy", "unasked"}
    assert set(WORSE[ACCEPTED]) == set(KIND) - standing
    assert all(one.kind == KIND[state] for state, one in WORSE[ACCEPTED].items())
    for those in WORSE.values():
        for state, one in those.items():
            assert f"verify.{one.head}" in all_texts()
            assert one.reasons or f"verify.said_{state}" in all_texts()
            assert all(REASONS[code].next_zh and REASONS[code].next_en for code in one.reasons[-1:])
