# SPDX-License-Identifier: Apache-2.0
"""`ETag` and `If-Match` on cases (DESIGN 13): nothing is written in a case that went on since it was read."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from api.preconditions import wanted_tags
from attest.cases.repository import last_change
from ledger.canonical import dump
from tests.worlds import OWN, a_request_key

if TYPE_CHECKING:
    import httpx

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


@pytest.fixture(scope="module")
def world(file_world: World) -> World:
    """A ledger of this file's own: what is done here would change what others see."""
    return file_world


def a_case(world: World) -> str:
    """A new case of SC."""
    return str(world.made("SC", "cases", world.case("SC-002"))["case"])


def tag(world: World, case: str, who: str = "SC") -> str:
    """The case's tag, as its reader gets it."""
    answer = world.get(who, f"cases/{case}/trace", purpose="review")
    changed = answer.json()["changed"]
    assert answer.headers["etag"] == f'"{changed}"'
    assert changed == last_change(case, world.ledger.store)
    return answer.headers["etag"]


def write(
    world: World, path: str, value: Any, match: str | None, who: str = "SC", key: str = ""
) -> httpx.Response:
    """One write with this If-Match."""
    headers = [("content-type", "application/json"), ("idempotency-key", key or a_request_key())]
    headers += [("accept-language", "en")]
    headers += [("if-match", match)] if match is not None else []
    content = value if isinstance(value, bytes) else dump(value)
    return world.send("POST", f"/api/v1/{path}", who=who, content=content, headers=headers)


def test_a_write_counts_against_the_tag_and_a_look_does_not(world: World) -> None:
    """Looks leave the tag; a reliance changes it, and who read before is refused, nothing written."""
    case, licence = a_case(world), world.accepted["licence"]["id"]
    read = tag(world, case)
    world.post("SC", "recognitions:check", {"case": case, "purpose": "受理审查"})
    assert tag(world, case) == read
    relying = {"case": case, "requirement": "licence", "acceptance": licence}
    first = write(world, "reliances", relying, read)
    assert first.status_code == 201, first.text
    newer = tag(world, case)
    assert newer == f'"{first.json()["index"]}"'
    size = world.size
    late = write(world, "requests", {"case": case, "requirement": "layout"}, read)
    said = late.json()
    assert (late.status_code, said["code"], said["title"]) == (
        412,
        "precondition.failed",
        "The case has changed since it was read",
    )
    assert "new ETag" in said["next"]
    assert world.acts(size) == []
    assert write(world, "requests", {"case": case, "requirement": "layout"}, newer).status_code == 201


def test_a_repeat_is_answered_as_at_first(world: World) -> None:
    """The same request under the same key gets its first answer, though the case went on by it."""
    case = a_case(world)
    read, key = tag(world, case), a_request_key()
    asked = {"case": case, "requirement": "layout"}
    first, again = (write(world, "requests", asked, read, key=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["index"] == again.json()["index"]


def test_signed_acts_are_held_against_it_too(world: World) -> None:
    """A department that keeps its own key sends the tag beside what it signed."""
    case = world.cases[OWN]
    read = tag(world, case, OWN)
    asked = {"case": case, "requirement": "licence", "notice": "request"}
    signed = world.signed(OWN, "requests", asked)
    assert write(world, "requests", signed, '"0"', OWN).json()["code"] == "precondition.failed"
    assert write(world, "requests", signed, read, OWN).status_code == 201


@pytest.mark.parametrize(
    ("match", "status"),
    [("*", 201), ("{0}", 201), ('"0", {0}', 201), ("W/{0}", 412), ('"0"', 412), ("{0} junk", 412), ("", 412)],
)
def test_what_matches(world: World, match: str, status: int) -> None:
    """Any of the tags named, or a star; a weak tag or what is no list of tags never."""
    case = a_case(world)
    asked = {"case": case, "requirement": "layout"}
    assert write(world, "requests", asked, match.format(tag(world, case))).status_code == status


def test_what_is_in_no_case_that_is_there(world: World) -> None:
    """A new case matches nothing yet, a batch has no one case: refused rather than unheard."""
    opened = write(world, "cases", world.case("SC-002"), "*")
    batch = write(world, "acceptances:batch", {"acceptances": []}, "*")
    assert [one.json()["code"] for one in (opened, batch)] == ["precondition.failed"] * 2
    assert write(world, "cases", world.case("SC-002"), None).status_code == 201


def test_a_case_of_others_tells_nothing_by_its_tag(world: World) -> None:
    """Whoever may not write in it is refused as without a tag: whether the tag was right stays unsaid."""
    case = a_case(world)
    opening = world.case("SC-002", case)
    refused = [write(world, "cases", opening, match, "ZW") for match in (None, tag(world, case), '"0"', "*")]
    assert len({one.json()["code"] for one in refused}) == 1, [one.text for one in refused]
    assert refused[0].json()["code"] != "precondition.failed"


def test_of_many_at_once_one_is_taken(own_world: World) -> None:
    """Twelve writers who read the same state, in one batch: one goes through, the others are told."""
    world = own_world
    case = a_case(world)
    read = tag(world, case)

    async def all_at_once() -> list[int]:
        path, value = "/api/v1/requests", dump({"case": case, "requirement": "layout"})

        def one() -> Any:
            headers = [("content-type", "application/json"), ("idempotency-key", a_request_key())]
            headers += [("if-match", read), ("authorization", f"Bearer {world.keys['SC']}")]
            return world._answer("POST", path, value, headers, "127.0.0.1")

        return [answer.status_code for answer in await asyncio.gather(*(one() for _ in range(12)))]

    assert sorted(world.runner.run(all_at_once())) == [201] + [412] * 11


def test_tags_as_they_are_written() -> None:
    """A list of quoted tags; nothing is read out of anything else."""
    assert wanted_tags('"1", "2"') == {"1", "2"}
    assert wanted_tags(" * ") == {"*"}
    assert wanted_tags('W/"1", "2"') == {"2"}
    for text in ("1", '"1', '"1" "2"', '"1",', '"a b"', "'1'", ""):
        assert wanted_tags(text) == frozenset()
