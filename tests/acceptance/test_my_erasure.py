# SPDX-License-Identifier: Apache-2.0
"""`/my/erasure`: in two steps, refused with ground and day, and only by the person themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from api.demo import samples
from api.erasing import erase, outlook_of, plan_erasure
from attest.erasure.repository import all_erasures
from tests.erasure_parts import a_case, a_world, found_by, live
from tests.homes import copy_of
from tests.people import add_accounts, as_person, signed_in
from tests.worlds import fill, open_world

if TYPE_CHECKING:
    from pathlib import Path

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


def state(page: str) -> str:
    """What the page is about."""
    found = re.search(r'data-erasure="([a-z]+)"', page)
    assert found is not None, page
    return found[1]


def test_two_steps_and_a_tick(bare_home: Path, tmp_path: Path) -> None:
    """Look, confirm with a tick, deleted; without the tick nothing happens; a second time nobody is there."""
    world = a_world(copy_of(bare_home, tmp_path / "home"))
    try:
        life = live(world)
        he = as_person(world, "he")
        page = he.get("/my/erasure")
        assert state(page.text) == "allowed"
        assert "/my/erasure/confirm" in page.text
        assert state(he.get("/my/erasure/confirm").text) == "confirm"
        for form in ({}, {"understood": "no"}):
            unticked = he.post("/my/erasure/confirm", **form)
            assert unticked.status_code == 422
            assert "Tick first" in unticked.text
        assert all_erasures(world.ledger.store) == []
        done = he.post("/my/erasure/confirm", understood="yes")
        assert (done.status_code, state(done.text)) == (200, "done")
        (row,) = all_erasures(world.ledger.store)
        assert row.id.hex() in done.text.replace("<wbr>", "")
        assert found_by(world, [life.number]) == set()
        assert he.get("/my/erasure").headers["location"].startswith("/sign-in")
        add_accounts(world)
        assert signed_in(world, "clerk").get("/my/erasure").status_code == 403
    finally:
        world.close()


def with_retention(document: dict[str, Any], code: str, **rule: Any) -> dict[str, Any]:
    """The next version of the types, in which one type has a law of its own."""
    citation = {"text": "不动产登记资料永久保存（样例）", "certainty": "[gen]"}
    types = [
        {**one, "retention": {**rule, "citation": citation}} if one["code"] == code else one
        for one in document["types"]
    ]
    return {**document, "version": document["version"] + 1, "types": types}


def test_the_page_says_ground_and_day(bare_home: Path, tmp_path: Path) -> None:
    """Ten years by the ledger's rule; a type's own law is named; what is kept for ever has no day."""
    world = open_world(copy_of(bare_home, tmp_path / "home"))
    try:
        fill(world)
        case = a_case(world, "he")
        world.upload("SC", "business-licence.pdf")
        party = [{"role": "holder", "holder": world.holders["he"]}]
        world.made("SC", "acceptances", world.acceptance(case, "business-licence.pdf", parties=party))
        he = as_person(world, "he")
        page = he.get("/my/erasure").text
        assert state(page) == "hindered"
        assert re.findall(r'data-cause="([a-z_]+)"', page) == ["retention", "retention"]
        assert "the retention rule of this ledger" in page
        assert re.findall(r'data-archive="([a-z_]+)"', page) == ["business_licence"]
        assert "在线政务服务若干规定第十二条" in page
        assert re.search(r"Possible from .*20\d\d", page) is not None
        newer = with_retention(samples.types(), "business_licence")
        world.made("operator", "catalogue/versions", {"subject": "types", "document": newer})
        page = he.get("/my/erasure").text
        assert sorted(re.findall(r'data-cause="([a-z_]+)"', page)) == ["for_ever", "retention"]
        assert "不动产登记资料永久保存（样例）" in page
        assert "No day can be named yet" in page
        assert state(he.get("/my/erasure/confirm").text) == "hindered"
        forced = he.post("/my/erasure/confirm", understood="yes")
        assert (forced.status_code, state(forced.text)) == (409, "hindered")
        assert all_erasures(world.ledger.store) == []
    finally:
        world.close()


def both(world: World) -> list[bytes]:
    """The eatery and its owner."""
    return [bytes.fromhex(world.holders[one]) for one in ("eatery", "chen")]


def test_who_share_ask_together(bare_home: Path, tmp_path: Path) -> None:
    """One of two parties is refused with that word; both together are erased, and nobody else."""
    world = a_world(copy_of(bare_home, tmp_path / "home"))
    try:
        alone = plan_erasure(world.ledger, both(world)[1:])
        assert not alone.allowed
        assert {one.cause for one in alone.hindrances} == {"shared"}
        assert alone.possible is None
        assert 'data-cause="shared"' in as_person(world, "chen").get("/my/erasure").text
        for some in (both(world), both(world)[:1], both(world)[1:], [bytes.fromhex(world.holders["lin"])]):
            seen, exact = outlook_of(world.ledger, some), plan_erasure(world.ledger, some)
            assert (seen.materials, seen.cases, seen.hindrances) == (
                exact.materials,
                exact.cases,
                exact.hindrances,
            )
        people = {one["key"]: one["number"] for one in samples.people()}
        assert plan_erasure(world.ledger, both(world)).allowed
        world.runner.run(erase(world.ledger, both(world), "ZW"))
        numbers = [people[one] for one in ("chen", "he")]
        assert found_by(world, numbers) == {people["he"]}
    finally:
        world.close()
