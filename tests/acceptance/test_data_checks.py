# SPDX-License-Identifier: Apache-2.0
"""Data checks over HTTP: the issuer is asked, its signed answer is an entry, and is relied on as such."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from api.demo.issuer import FAILS, IssuerService
from attest.statements import Envelope
from tests.issuer_parts import LICENCE, PRESENTED, REVOKED, STANDING, ask, asking_world, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


@pytest.fixture
def service() -> Iterator[IssuerService]:
    """The market office's own system, which knows one licence."""
    with IssuerService("SC", [STANDING]) as made:
        yield made


@pytest.fixture
def asking(bare_home: Path, tmp_path: Path, service: IssuerService) -> Iterator[World]:
    with asking_world(bare_home, tmp_path / "home", service) as world:
        yield world


def rely(world: World, acceptance: str, **more: Any) -> Any:
    asked = {"case": world.cases["YC-004"], "requirement": "licence", "acceptance": acceptance, **more}
    return world.post("YC", "reliances", asked)


def test_a_confirmed_paper_is_recognised_on_the_issuers_word(asking: World, service: IssuerService) -> None:
    """Nobody brought it: the issuer signs that it stands, and the answer names that entry of its own key."""
    result = ask(asking, presented=PRESENTED)
    assert told(result) == ("recognised", "matched.number")
    one = result["acceptance"]
    assert (one["authority"], one["received_by"], one["assurance"]) == ("SC", None, "data_check")
    envelope = Envelope.parse(asking.ledger.store.leaf(one["index"]))
    assert (envelope.entry.issuer, envelope.key) == ("SC", service.signer.address)
    assert LICENCE.encode() not in asking.ledger.store.leaf(one["index"])
    assert told(ask(asking)) == ("recognised", "issuer.confirmed")
    assert service.asked == 1


def test_a_denied_paper_is_required_anew(asking: World, service: IssuerService) -> None:
    """What was accepted before counts no longer, whoever accepted it, even while the issuer is silent."""
    before = asking.accepted["licence"]["id"]
    service.register[:] = [REVOKED]
    result = ask(asking)
    assert told(result) == ("required", "issuer.not_valid")
    assert "revoked since 5 January 2026" in result["text"]
    assert asking.kind_of(asking.size - 2) == "material.denied"
    service.mode = FAILS
    assert told(ask(asking)) == ("required", "issuer.not_valid")
    refused = rely(asking, before)
    assert (refused.status_code, refused.json()["code"]) == (409, "reliance.not_recognised")


def test_a_silent_issuer_leaves_it_open(asking: World, service: IssuerService) -> None:
    """No answer is no verdict on the paper: what stands on another ground stands, the rest is not told."""
    service.mode = FAILS
    assert told(ask(asking)) == ("recognised", "matched.holder")
    other = asking.made("YC", "cases", asking.case("YC-004"))["case"]
    asking.cases["other"] = other
    shown = [{"type": "business_licence", "issuer": "SC", "number": "92990101MA99A9999X"}]
    result = ask(asking, "other", presented=shown)
    assert told(result) == ("cannot_tell", "issuer.silent")
    assert result["next"]
