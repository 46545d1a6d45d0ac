# SPDX-License-Identifier: Apache-2.0
"""A form of the counter that is refused has named nobody; one that is sent twice names nobody anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.acceptance.test_counter_denying import word
from tests.acceptance.test_counter_linking import IDENTIFIER, NAME, NUMBER, holder_of, linking, opened
from tests.acceptance.test_counter_linking import kitchen as start
from tests.acceptance.test_counter_names import NOBODYS, PEOPLE, kinds, new
from tests.acceptance.test_counter_party import form_of, kitchen
from tests.acceptance.test_faults_at_fields import faults
from tests.people import Browser, add_accounts, signed_in

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

UNFIT: Final = ("一\u0000鸣", "一\u202e鸣", "\ufeff一鸣", "一\u200b鸣", "一\n鸣", "一" * 101)


@pytest.fixture
def clerk(own_world: World) -> Browser:
    add_accounts(own_world)
    return signed_in(own_world, "clerk")


def test_a_denial_that_is_refused_names_nobody(own_world: World) -> None:
    """Another name, a key with other content: nobody new is on record; a repeat writes nothing at all."""
    world = own_world
    add_accounts(world)
    clerk = signed_in(world, "clerk.sc")
    size = world.size
    assert clerk.post("/counter/deny", **word(**{"name.holder": "别人"})).status_code == 422
    assert kinds(world, size) == ["usage.refused"]
    sent = word()
    assert clerk.post("/counter/deny", **sent).status_code == 303
    size = world.size
    assert clerk.post("/counter/deny", **sent).status_code == 303
    other = clerk.post("/counter/deny", **{**sent, "number.holder": NOBODYS, "name.holder": "新来者"})
    assert other.status_code == 409
    assert kinds(world, size) == []


def test_an_opening_that_is_refused_names_nobody(own_world: World, clerk: Browser) -> None:
    """New people beside one of another name; an application that is not there; a key with other content."""
    world, size = own_world, own_world.size
    fresh = {"name.operator.0": "新来者", "number.operator.0": NOBODYS}
    page = clerk.post("/counter/new", **new(**{**fresh, "name.applicant.0": "别家小馆"}))
    assert set(faults(page.text)) == {"f-applicant"}
    more = {"bundle": "restaurant", "with": "990101202601010000019"}
    assert set(faults(clerk.post("/counter/new", **new(**fresh, **more)).text)) == {"f-bundle"}
    assert "holder.named" not in kinds(world, size)
    sent = new(**fresh)
    first = clerk.post("/counter/new", **sent)
    assert first.status_code == 303
    size = world.size
    again = clerk.post("/counter/new", **sent)
    assert again.headers["location"] == first.headers["location"]
    assert clerk.post("/counter/new", **{**sent, "name.operator.0": "另一人"}).status_code == 200
    assert "holder.named" not in kinds(world, size)


def test_a_paper_that_is_refused_names_nobody(own_world: World) -> None:
    """What the act refuses (no such file, days that cannot be) is refused before who is on it is named."""
    world = own_world
    staff, case = kitchen(world)
    who = {"name.holder": "新来者", "number.holder": NOBODYS}
    for more in ({"sha256": "0" * 64}, {"issued": "2999-01-01"}):
        size = world.size
        page = staff.post(
            "/counter/accept", **form_of(case, **{**who, **more, "despite": "validity.not_yet"})
        )
        assert 'href="#f-sha256"' in page.text, more
        assert not {"holder.named", "case.party.added"} & set(kinds(world, size)), more
    sent, size = form_of(case, **who), world.size
    assert [staff.post("/counter/accept", **sent).status_code for _ in range(2)] == [303, 303]
    assert kinds(world, size).count("holder.named") == 1


@pytest.mark.parametrize("name", UNFIT)
def test_a_name_that_nobody_can_read_is_told(own_world: World, clerk: Browser, name: str) -> None:
    """Too long, a control, something invisible: a fault of the person's field, and what was typed stays."""
    world, size = own_world, own_world.size
    page = clerk.post("/counter/new", **new(name)).text
    assert set(faults(page)) == {"f-operator"}
    assert f'value="{PEOPLE["eatery"]["name"]}"' in page
    assert f'value="{PEOPLE["chen"]["number"]}"' in page
    staff, case = kitchen(world)
    size = world.size
    who = {"name.holder": name, "number.holder": PEOPLE["ma"]["number"]}
    page = staff.post("/counter/accept", **form_of(case, **who)).text
    assert set(faults(page)) == {"f-who-holder"}
    assert f'value="{PEOPLE["ma"]["number"]}"' in page
    page = staff.post("/counter/deny", **word(**{"name.holder": name})).text
    assert set(faults(page)) == {"f-who-holder"}
    assert f'value="{word()["number"]}"' in page
    assert not {"holder.named", "case.opened", "material.accepted"} & set(kinds(world, size))


def test_a_name_in_parts_is_put_together(own_world: World, clerk: Browser) -> None:
    """Letters with their marks apart, as some keyboards send them, are the same name."""
    own_world.made("ZW", "holders", {"id_type": "111", "number": NOBODYS, "name": "José"})
    form = new("Jose\u0301", **{"number.operator.0": NOBODYS})
    assert clerk.post("/counter/new", **form).status_code == 303


def test_linking_twice_names_nobody_anew(own_world: World) -> None:
    """The same press again, and its key with another content: neither names anybody."""
    world = own_world
    add_accounts(world)
    staff = signed_in(world, "clerk.sc")
    case = opened(staff, start(IDENTIFIER, provisional=True))
    child = holder_of(world, "provisional", IDENTIFIER)
    sent = linking(case, child, NAME, NUMBER)
    assert staff.post("/counter/link", **sent).status_code == 303
    size = world.size
    assert staff.post("/counter/link", **sent).status_code == 303
    assert staff.post("/counter/link", **{**sent, "number.other": NOBODYS}).status_code == 422
    assert "holder.named" not in kinds(world, size)
