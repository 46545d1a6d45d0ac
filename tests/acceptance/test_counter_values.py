# SPDX-License-Identifier: Apache-2.0
"""Values typed at the counter are held against the data standards before a paper is accepted."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

from api.demo import samples
from attest.private import open_private
from tests.people import Browser, add_accounts, signed_in
from tests.worlds import a_request_key

if TYPE_CHECKING:
    import httpx

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]
GOOD = "11990000MA0TE5T914"
WRONG = "11990000MA0TE5T915"


def publish(world: World, *codes: str) -> None:
    """The first version of these standards, by their department or governance."""
    for one in samples.standards():
        if one["code"] in codes and one["version"] == 1:
            who = "operator" if one["authority"] == "governance" else one["authority"]
            asked = {"subject": "standard", "document": one}
            assert world.post(who, "catalogue/versions", asked).status_code == 201


def at_the_counter(world: World) -> tuple[Browser, str]:
    add_accounts(world)
    return signed_in(world, "clerk.sc"), str(world.made("SC", "cases", world.case("SC-002"))["case"])


def form_of(clerk: Browser, case: str, requirement: str) -> str:
    return unescape(clerk.get(f"/counter/add?case={case}&requirement={requirement}&position=0").text)


def take_in(
    world: World, clerk: Browser, case: str, requirement: str, file: str, **typed: str
) -> httpx.Response:
    """Press `Original seen` with these values."""
    world.upload("SC", file)
    form = {
        "case": case,
        "requirement": requirement,
        "position": "0",
        "sha256": samples.sample(file).sha256,
        "assurance": "original",
        "submitted": "by_choice",
        "key": a_request_key(),
    }
    fields = {name.replace("__", "."): text for name, text in typed.items()}
    return clerk.post("/counter/accept", **{**form, **fields})


def licence(world: World, clerk: Browser, case: str, **typed: str) -> httpx.Response:
    return take_in(world, clerk, case, "licence", "business-licence.pdf", **typed)


def test_the_form_shows_the_fields_of_a_published_standard(own_world: World) -> None:
    """None while nothing is published; then each field by its name, a closed list as a choice."""
    world = own_world
    clerk, case = at_the_counter(world)
    assert "data-values" not in form_of(clerk, case, "application")
    publish(world, "national-codes", "food-business")
    page = form_of(clerk, case, "application")
    assert "data-values" in page
    assert '<select id="f-value-business_form"' in page
    assert 'name="value.credit_code"' in page
    dated = form_of(clerk, case, "licence")
    assert 'name="value.organisation_code"' in dated
    assert 'name="value.issued"' not in dated  # the form asks for the day itself


def test_a_wrong_value_is_told_at_its_field_and_nothing_is_accepted(own_world: World) -> None:
    """The rule in words, as the API says it; what was typed stays in the form, the paper is not accepted."""
    world = own_world
    publish(world, "national-codes")
    clerk, case = at_the_counter(world)
    answer = licence(world, clerk, case, value__credit_code=WRONG)
    page = unescape(answer.text)
    assert answer.status_code == 200
    asked = {"type": "business_licence", "values": {"credit_code": WRONG}}
    (fault,) = world.post("SC", "catalogue/values:check", asked).json()["faults"]
    assert f'<a href="#f-value-credit_code">{fault["text"]} {fault["next"]}</a>' in page
    assert f'value="{WRONG}"' in page
    assert world.kind_of(world.size - 1) == "usage.checked"
    assert licence(world, clerk, case, value__credit_code=GOOD).status_code == 303


def test_a_rule_between_fields_and_a_day_of_the_form_are_checked(own_world: World) -> None:
    """A day that is to come, asked by the form itself; a part of another value that differs."""
    world = own_world
    publish(world, "national-codes")
    clerk, case = at_the_counter(world)
    late = unescape(licence(world, clerk, case, issued="2999-01-01").text)
    assert '<a href="#f-issued">Against a quality rule' in late
    apart = licence(world, clerk, case, value__credit_code=GOOD, value__organisation_code="MA0TE5T99-9")
    assert '<a href="#f-value-organisation_code">' in apart.text


def test_what_is_left_empty_or_not_published_stops_nobody(own_world: World) -> None:
    """No values, no standard, or a day alone: accepted; once something is typed, what is missing is told."""
    world = own_world
    clerk, case = at_the_counter(world)
    assert licence(world, clerk, case, value__credit_code=WRONG).status_code == 303  # no standard yet
    publish(world, "national-codes")
    assert licence(world, clerk, case).status_code == 303
    assert licence(world, clerk, case, issued="2025-03-01").status_code == 303
    half = unescape(licence(world, clerk, case, value__organisation_code="MA0TE5T91").text)
    assert '<a href="#f-value-credit_code">' in half


def test_values_are_checked_and_not_kept(own_world: World) -> None:
    """No entry, no private record and no log line holds a value that was only checked."""
    world = own_world
    publish(world, "national-codes")
    clerk, case = at_the_counter(world)
    assert licence(world, clerk, case, value__credit_code=GOOD).status_code == 303
    index = world.size - 1
    while world.kind_of(index) != "material.accepted":
        index -= 1
    ledger = world.ledger
    assert GOOD not in str(open_private(index, ledger.store, ledger.context.sealer)[1])
    assert GOOD not in world.lines.getvalue().decode()
