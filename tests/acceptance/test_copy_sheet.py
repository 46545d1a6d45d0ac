# SPDX-License-Identifier: Apache-2.0
"""The check sheet of a copy says what the acceptance says, and of no other case's papers."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from api.demo import samples
from attest.holders.repository import naming_index
from attest.tables import private_records
from tests.acceptance.page_samples import STAFF
from tests.codes import read_page
from tests.homes import copy_of
from tests.people import Browser, add_accounts, signed_in
from tests.worlds import World, fill, open_filled, open_world

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["tests.api_parts"]


def test_the_sheet_says_what_was_checked(own_world: World) -> None:
    """Paper, number, parties, clerk, how, digest, pages and entry; the look that shows them is an entry."""
    world = own_world
    add_accounts(world)
    case, licence = world.cases["XF-001"], world.accepted["licence"]
    asked = world.acceptance(case, "business-licence.pdf", assurance="certified_copy", checked_by="clerk.zw")
    accepted = world.made("ZW", "acceptances", asked)
    size = world.size
    page = signed_in(world, "clerk").get(f"/counter/sheet?case={case}&acceptance={accepted['id']}").text
    one = samples.sample("business-licence.pdf")
    for said in (
        one.sha256,
        one.number,
        "clerk.zw",
        world.entry(accepted["index"]).digest().hex(),
        f"entry {accepted['index']}",
        "/verify",
    ):
        assert said in page, said
    assert [world.kind_of(index) for index in range(size, world.size)] == ["usage.checked"]
    assert world.entry(licence["index"]).digest().hex() not in page


def test_no_sheet_of_what_fell_or_came_in_elsewhere(own_world: World) -> None:
    """Another case's acceptance, one taken back and one that is not there read the same."""
    world = own_world
    add_accounts(world)
    case = world.cases["XF-001"]
    clerk = signed_in(world, "clerk")
    asked = world.acceptance(case, "business-licence.pdf")
    fallen = world.made("ZW", "acceptances", asked)["id"]
    world.made("ZW", f"acceptances/{fallen}:retract", {"reason": "checked_wrongly"})
    answers = [
        clerk.get(f"/counter/sheet?case={case}&acceptance={one}")
        for one in (fallen, world.accepted["layout"]["id"], "0" * 32, "x", "")
    ]
    assert {one.status_code for one in answers} == {404}


def a_sheet(world: World) -> tuple[dict[str, Any], str]:
    """An acceptance made at the window, and its sheet."""
    add_accounts(world)
    case = world.cases["XF-001"]
    accepted = world.made("ZW", "acceptances", world.acceptance(case, "business-licence.pdf"))
    return accepted, sheet_of(world, accepted["id"])


def sheet_of(world: World, acceptance: str) -> str:
    """The sheet of an acceptance, as the clerk sees it."""
    case = world.cases["XF-001"]
    page = signed_in(world, "clerk").get(f"/counter/sheet?case={case}&acceptance={acceptance}")
    assert page.status_code == 200
    return page.text


def test_the_code_leads_to_the_public_page_of_this_entry(own_world: World) -> None:
    """A scanner reads an address of entry and digest alone; anybody who opens it learns whether it is so.

    The leaf hash, which the public tiles hold for everybody, opens nothing and reads as a hash of nothing.
    """
    world = own_world
    accepted, sheet = a_sheet(world)
    (address,) = read_page(sheet)
    path = f"/verify?entry={accepted['index']}&digest={world.entry(accepted['index']).digest().hex()}"
    assert address == f"http://localhost{path}"
    one = samples.sample("business-licence.pdf")
    for personal in (
        one.number,
        one.sha256,
        world.cases["XF-001"],
        accepted["id"],
        accepted["leaf"],
        *world.holders.values(),
    ):
        assert personal not in address
    anyone = Browser(world)
    assert 'data-named="held"' in anyone.get(path).text
    other = path.replace(f"entry={accepted['index']}", "entry=0")
    beyond = path.replace(f"entry={accepted['index']}", "entry=999999999")
    public = f"/verify?entry={accepted['index']}&digest={accepted['leaf']}"
    for wrong in (other, beyond, public):
        assert 'data-named="other"' in anyone.get(wrong).text
    told = [
        anyone.get(f"/verify/now?entry={accepted['index']}&digest={digest}").json()
        for digest in (accepted["leaf"], "0" * 64)
    ]
    assert told == [{"state": "not_held", "size": world.size, "index": None}] * 2
    assert "data-named" not in anyone.get("/verify").text


def test_the_caller_does_not_choose_the_printed_address(own_world: World) -> None:
    """By another Host header the sheet of a demonstration is the same, in the code and in words."""
    world = own_world
    accepted, sheet = a_sheet(world)
    case, clerk = world.cases["XF-001"], signed_in(world, "clerk")
    path = f"/counter/sheet?case={case}&acceptance={accepted['id']}"
    forged = clerk.send("GET", path, headers={"host": "evil.example"})
    assert forged.status_code == 200
    assert "evil.example" not in forged.text
    assert read_page(forged.text) == read_page(sheet)


def test_a_real_ledger_prints_the_address_that_it_was_told(production_home: Path, tmp_path: Path) -> None:
    """No demonstration: with a public address the code leads there, without one the sheet says so."""
    home = copy_of(production_home, tmp_path / "home")
    with closing(open_world(home, profile="production")) as world:
        fill(world)
        accepted, sheet = a_sheet(world)
        assert 'class="qr"' not in sheet
        assert "No public address is set here" in sheet
        assert '/verify"' not in sheet.partition("<article")[2]
    with closing(open_filled(home, world, profile="production", public_url="http://localhost/")) as world:
        address = read_page(sheet_of(world, accepted["id"]))[0]
        assert address.startswith(f"http://localhost/verify?entry={accepted['index']}&")


def test_half_a_code_is_refused_in_words(world: World) -> None:
    """An address that was cut off or changed is a fault of the address, and no fault of the server."""
    anyone = Browser(world)
    digest = "0" * 64
    for query in (
        "entry=1",
        f"digest={digest}",
        "entry=-1&digest=" + digest,
        f"entry=1&digest={digest[:-1]}",
        f"entry=1&leaf={digest}",
        "entry=٣&digest=",
    ):
        answer = anyone.get(f"/verify?{query}")
        assert answer.status_code == 400, query
    assert anyone.get(f"/verify?entry={'9' * 15}&digest={digest}").status_code == 200


def test_authority_receiver_and_person_are_named_by_the_same_words(own_world: World) -> None:
    """ZW received for XF: first line and row name XF, another row ZW; the clerk by name, not by sign-in."""
    world = own_world
    add_accounts(world)
    case = world.cases["XF-001"]
    asked = world.acceptance(case, "business-licence.pdf", checked_by="clerk")
    accepted = world.made("ZW", "acceptances", asked)
    page = signed_in(world, "clerk").get(f"/counter/sheet?case={case}&acceptance={accepted['id']}").text
    names = {one["code"]: one["name"]["en"] for one in samples.departments()}
    assert f"{names['XF']} checked the attached file of this material, received through {names['ZW']}" in page
    assert f"<dt>Accepted by</dt><dd>{names['XF']}</dd>" in page
    assert f"<dt>Received through</dt><dd>{names['ZW']}</dd>" in page
    assert "<dt>Checked by</dt><dd>窗口甲</dd>" in page


def test_the_sheet_names_everybody_in_the_paper(own_world: World) -> None:
    """A lease says who lets and who rents: both stand on the sheet, also whom the case does not know."""
    world = own_world
    add_accounts(world, *STAFF)
    case = world.cases["YC-004"]
    world.upload("YC", "lease-contract.pdf")
    lease = world.made("YC", "acceptances", world.acceptance(case, "lease-contract.pdf"))
    page = signed_in(world, "clerk.yc").get(f"/counter/sheet?case={case}&acceptance={lease['id']}").text
    assert "<dt>lessor</dt><dd data-party>林淑芬</dd>" in page
    assert "<dt>lessee</dt><dd data-party>陈一鸣</dd>" in page


def test_a_party_whose_name_was_erased_stands_there_by_role(own_world: World) -> None:
    """A name that is kept no more leaves its role on the sheet, marked: nobody signs for fewer people."""
    world = own_world
    add_accounts(world, *STAFF)
    case, lessor = world.cases["YC-004"], bytes.fromhex(world.holders["lin"])
    world.upload("YC", "lease-contract.pdf")
    lease = world.made("YC", "acceptances", world.acceptance(case, "lease-contract.pdf"))
    named = naming_index(lessor, world.ledger.store)
    with world.ledger.store.transaction() as connection:
        connection.execute(update(private_records).where(private_records.c.idx == named).values(sealed=b""))
    page = signed_in(world, "clerk.yc").get(f"/counter/sheet?case={case}&acceptance={lease['id']}").text
    assert "<dt>lessor</dt><dd data-party>on record without a name</dd>" in page
    assert "<dt>lessee</dt><dd data-party>陈一鸣</dd>" in page
