# SPDX-License-Identifier: Apache-2.0
"""Provisional identifiers at the counter: cases are opened with them, and the number that comes is linked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from api.demo import samples
from attest.codes import citizen_number
from attest.days import day_of
from attest.holders.commands import holder_lookup
from attest.holders.repository import holder_by_lookup, links_among
from attest.private import open_private
from tests.acceptance.test_counter_names import tick
from tests.acceptance.test_counter_party import CERTIFICATE, form_of
from tests.acceptance.test_faults_at_fields import faults
from tests.acceptance.test_recall import state_of
from tests.people import Browser, add_accounts, signed_in
from tests.worlds import FOOD_ANSWERS, SHOP, a_request_key

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

IDENTIFIER: Final = "B990120260001"
NUMBER: Final = citizen_number("990101", day_of(1_700_000_000), 21)
NAME: Final = "林小满"
EATERY: Final = next(one for one in samples.people() if one["key"] == "eatery")


@pytest.fixture
def clerk(own_world: World) -> Browser:
    add_accounts(own_world)
    own_world.upload("SC", CERTIFICATE)
    return signed_in(own_world, "clerk.sc")


def kitchen(number: str, *, provisional: bool, name: str = NAME) -> dict[str, str]:
    """The filled form of a kitchen's case, in which somebody is named as its staff."""
    answers = {**FOOD_ANSWERS, "catering": "yes"}
    form = {
        "item": "SC-002",
        "way": "window",
        "about": SHOP["id"],
        "name.applicant.0": EATERY["name"],
        "number.applicant.0": EATERY["number"],
        "name.employee.0": name,
        "number.employee.0": number,
        "key": a_request_key(),
        **{f"answer.{code}": option for code, option in answers.items()},
    }
    return {**form, "provisional.employee.0": "yes"} if provisional else form


def opened(clerk: Browser, form: dict[str, str]) -> str:
    """The number of the case that the form opens."""
    answer = clerk.post("/counter/new", **form)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].partition("case=")[2])


def holder_of(world: World, id_type: str, number: str) -> bytes | None:
    context = world.ledger.context
    return holder_by_lookup(holder_lookup(id_type, number, context), world.ledger.store)


def linking(case: str, who: bytes | None, name: str, number: str, **more: str) -> dict[str, str]:
    """The filled form that links somebody of the case with another identifier."""
    assert who is not None
    form = {"case": case, "who": who.hex(), "name.other": name, "number.other": number}
    return {**form, "key": a_request_key(), **more}


def test_a_case_is_opened_with_a_provisional_identifier(own_world: World, clerk: Browser) -> None:
    """Ticked it is one; a wrong number is none, a real number is none, and odd signs are refused."""
    world = own_world
    for number, provisional, said in (
        (IDENTIFIER, False, "check it against the card"),
        ("990101199001010010", False, "check it against the card"),
        (NUMBER, True, "untick"),
        (EATERY["number"], True, "untick"),
        ("B-99/1", True, "letters and digits alone"),
    ):
        size = world.size
        page = clerk.post("/counter/new", **kitchen(number, provisional=provisional)).text
        assert set(faults(page)) == {"f-employee"}, number
        assert said in faults(page)["f-employee"], number
        assert world.size == size
        assert ('name="provisional.employee.0" value="yes" checked' in page) == provisional
    case = opened(clerk, kitchen(f" {IDENTIFIER.lower()} ", provisional=True))
    assert holder_of(world, "provisional", IDENTIFIER) is not None
    page = clerk.get(f"/counter?case={case}").text
    assert 'data-provisional="open"' in page
    assert f"/counter/link?case={case}&amp;who=" in page


def test_a_gap_takes_a_provisional_identifier(own_world: World, clerk: Browser) -> None:
    """Whom the case left unnamed is named with the paper, provisionally, at the same form."""
    world = own_world
    form = kitchen("", provisional=False, name="")
    case = opened(clerk, form)
    who = {"name.holder": NAME, "number.holder": IDENTIFIER}
    answer = clerk.post("/counter/accept", **form_of(case, **who))
    assert "f-who-holder" in faults(answer.text)
    sent = form_of(case, **who, **{"provisional.holder": "yes"})
    assert clerk.post("/counter/accept", **sent).status_code == 303
    assert state_of(clerk.get(f"/counter?case={case}").text, "health") == "here"
    assert holder_of(world, "provisional", IDENTIFIER) is not None


def test_what_came_before_the_number_is_found_by_it(own_world: World, clerk: Browser) -> None:
    """The number's own case finds the paper of the identifier once the clerk has linked the two."""
    world = own_world
    first = opened(clerk, kitchen(IDENTIFIER, provisional=True))
    assert clerk.post("/counter/accept", **form_of(first)).status_code == 303
    later = opened(clerk, kitchen(NUMBER, provisional=False))
    assert state_of(clerk.get(f"/counter?case={later}").text, "health") == ""
    person = holder_of(world, "111", NUMBER)
    page = clerk.get(f"/counter/link?case={later}").text
    assert person is not None
    assert f'value="{person.hex()}"' in page
    size, sent = world.size, linking(later, person, NAME, IDENTIFIER)
    assert clerk.post("/counter/link", **sent).status_code == 303
    kinds = [world.kind_of(index) for index in range(size, world.size)]
    assert kinds.count("holder.linked") == 1
    assert world.entry(size + kinds.index("holder.linked")).issuer == "SC"
    assert state_of(clerk.get(f"/counter?case={later}").text, "health") == "to_use"
    assert 'data-provisional="linked"' in clerk.get(f"/counter?case={first}").text
    again = clerk.post("/counter/link", **{**sent, "key": a_request_key()})
    assert "linked already" in faults(again.text)["f-other"]


def test_the_number_is_linked_from_the_provisional_case(own_world: World, clerk: Browser) -> None:
    """A number that nobody had is named by it; a second press links nothing more."""
    world = own_world
    case = opened(clerk, kitchen(IDENTIFIER, provisional=True))
    child = holder_of(world, "provisional", IDENTIFIER)
    sent = linking(case, child, NAME, NUMBER)
    for _ in range(2):
        assert clerk.post("/counter/link", **sent).status_code == 303
    person = holder_of(world, "111", NUMBER)
    assert child is not None
    assert links_among([child], world.ledger.store) == {child: person}
    assert sum(world.kind_of(index) == "holder.linked" for index in range(world.size)) == 1
    page = clerk.post("/counter/link", **linking(case, child, NAME, NUMBER)).text
    assert "linked already" in faults(page)["f-who"]


def test_nobody_is_guessed(own_world: World, clerk: Browser) -> None:
    """An identifier of nobody, and another's name, are one refusal, on record; no holder is made."""
    world = own_world
    case = opened(clerk, kitchen(NUMBER, provisional=False))
    opened(clerk, kitchen(IDENTIFIER, provisional=True))
    person = holder_of(world, "111", NUMBER)
    pages = []
    for number, name in (("B990120269999", NAME), (IDENTIFIER, "林大满")):
        size = world.size
        answer = clerk.post("/counter/link", **linking(case, person, name, number))
        assert answer.status_code == 422
        pages.append(faults(answer.text))
        (refused,) = [at for at in range(size, world.size) if world.kind_of(at) == "usage.refused"]
        said = open_private(refused, world.ledger.store, world.ledger.context.sealer)[1]
        assert said["outcome"] == ["person.unknown"]
        box = tick(answer.text, "changed.other")
        assert box
        if number != IDENTIFIER:  # ticked, nobody stays nobody
            sent = linking(case, person, name, number, **{"changed.other": box})
            assert clerk.post("/counter/link", **sent).status_code == 422
    assert pages[0] == pages[1]
    assert set(pages[0]) == {"f-other"}
    assert holder_of(world, "provisional", "B990120269999") is None
    sent = linking(case, person, "林大满", IDENTIFIER, **{"changed.other": f"{IDENTIFIER} 林大满"})
    assert clerk.post("/counter/link", **sent).status_code == 303


def test_what_is_missing_stands_at_its_field(own_world: World, clerk: Browser) -> None:
    """Nobody chosen, half a pair, an identifier where a number is due, and somebody of another case."""
    world = own_world
    case = opened(clerk, kitchen(IDENTIFIER, provisional=True))
    child, stranger = holder_of(world, "provisional", IDENTIFIER), bytes.fromhex(world.holders["lin"])
    empty = clerk.post("/counter/link", **{**linking(case, stranger, "", ""), "who": ""})
    assert set(faults(empty.text)) == {"f-who", "f-other"}
    for form, place in (
        (linking(case, stranger, NAME, NUMBER), "f-who"),
        (linking(case, child, f"林\u202e{NAME}", NUMBER), "f-other"),
        (linking(case, child, NAME, ""), "f-other"),
        (linking(case, child, "", NUMBER), "f-other"),
        (linking(case, child, NAME, "B990120260002"), "f-other"),
        (linking(case, child, NAME, "B990120260002", **{"provisional.other": "yes"}), "f-other"),
    ):
        size = world.size
        answer = clerk.post("/counter/link", **form)
        assert (answer.status_code, set(faults(answer.text))) == (422, {place}), form
        assert "holder.linked" not in [world.kind_of(index) for index in range(size, world.size)]
