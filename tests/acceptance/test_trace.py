# SPDX-License-Identifier: Apache-2.0
"""The trace page over HTTP: what is found by what, who sees it, and that each look is one entry."""

from __future__ import annotations

import json
import re
import secrets
from typing import TYPE_CHECKING

import pytest

from api.proving.tracing import leaf_index
from attest.private import open_private
from attest.statements import Envelope
from ledger.hashing import leaf_hash
from tests.people import Browser, add_accounts, signed_in
from tests.worlds import OWN

if TYPE_CHECKING:
    import httpx

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]
WHY = "年度抽查"
ODD = (
    "9" * 99,
    "9" * 16,
    "999999999999999",
    "区块 999999999999999",
    "٣٤٥",
    "一二三",
    "ⅫⅫ",
    "\ufdfa" * 40,
    "a" * 64,
    "0" * 64,
    "f" * 32,
    "-1",
    "1e9",
    "'; DROP TABLE head; --",
    "%s%n",
    "../../etc/passwd",
    "😀" * 20,
    "第 条",
    "A" * 50,
    "990102-2026-000999",
)
"""Texts that name nothing in the log."""
UNFIT = ("", "\0", "12\0", "x" * 101, "y" * 60_000, "\u202e12", "e\u0301")
"""Texts that are no query at all."""


@pytest.fixture
def auditor(world: World) -> Browser:
    """Somebody who may see every case."""
    return person(world, "auditor")


def person(world: World, user: str) -> Browser:
    """Signed in, with the token that forms need."""
    add_accounts(world)
    return signed_in(world, user)


def ask(browser: Browser, query: str, purpose: str = WHY, path: str = "/trace") -> httpx.Response:
    """Send the form."""
    return browser.send("POST", path, {"csrf": browser.csrf, "q": query, "purpose": purpose})


def newest(world: World, before: int) -> list[str]:
    """Kinds of what was written since."""
    return [world.kind_of(index) for index in range(before, world.size)]


def said(answer: httpx.Response, query: str) -> str:
    """The page without what differs from one request to the next."""
    text = answer.text.replace(f'value="{query}"', "").replace(f"“{query}”", "")
    text = text.replace(answer.headers["x-request-id"], "")
    return re.sub(r'第 [0-9,]+ 条|[Ee]ntry [0-9,]+|data-recorded="[0-9]+"', "", text)


def entry_of(world: World, index: int) -> Envelope:
    """An entry as it stands."""
    return Envelope.parse(world.ledger.store.leaf(index))


def test_a_case_is_shown_newest_first_with_its_proofs(world: World, auditor: Browser) -> None:
    """Every entry of the case stands there with a checked proof, the look is one entry and says which."""
    before = world.size
    answer = ask(auditor, world.cases["XF-001"])
    assert answer.status_code == 200
    kinds = re.findall(r'<li class="[a-z]+" data-kind="([a-z.]+)"', answer.text)
    assert kinds[-1] == "case.opened"
    assert "material.accepted" in kinds[:-1]
    assert "trace.unread" not in answer.text
    assert newest(world, before) == ["usage.read"]
    assert f'data-recorded="{before}"' in answer.text
    assert "Proof fails" not in answer.text
    again = ask(auditor, world.cases["XF-001"])
    assert '<tr data-kind="usage.read">' in again.text


def test_looks_alike_are_one_line_and_none_is_lost(own_world: World) -> None:
    """Of a day, a department and a kind of look: number, first and last time, and each entry below; another
    purpose is a line of its own once purposes are open."""
    add_accounts(own_world)
    case = own_world.cases["SC-002"]
    auditor, asked = signed_in(own_world, "auditor"), {"case": case, "requirements": ["licence"]}
    first = own_world.size
    for _ in range(5):
        assert own_world.post("SC", "recognitions:check", {**asked, "purpose": "one"}).status_code == 200
    assert own_world.post("SC", "recognitions:check", {**asked, "purpose": "two"}).status_code == 200
    checks = [at for at in range(first, own_world.size) if own_world.kind_of(at) == "usage.checked"]
    assert len(checks) == 6

    def lines(page: str) -> list[tuple[str, list[int]]]:
        found = re.findall(r'<tr data-kind="([a-z.]+)"(?: data-alike="([0-9]+)")?>(.*?)</tr>', page)
        told = []
        for kind, alike, row in found:
            each = re.findall(r"<li>([0-9,]+) · ", row) or re.findall(r">([0-9,]+)</td>$", row)
            assert len(each) == int(alike or "1")
            told.append((kind, [int(one.replace(",", "")) for one in each]))
        return told

    shown = lines(ask(auditor, case).text)
    assert shown[0] == ("usage.checked", checks[::-1])
    page = auditor.post("/trace", q=case, purpose="年度抽查", open="purposes").text
    mine = [one for one in lines(page) if one[0] == "usage.checked" and set(one[1]) & set(checks)]
    assert mine == [("usage.checked", checks[5:]), ("usage.checked", checks[4::-1])]
    assert f"{sum(len(each) for _, each in lines(page))} times" in page


def test_any_entry_is_found_by_index_digest_and_leaf(world: World, auditor: Browser) -> None:
    """Entries of every kind in the log are found by their number, their digest and their leaf hash."""
    kinds: dict[str, int] = {}
    for index in range(world.size):
        kinds.setdefault(world.kind_of(index), index)
    assert len(kinds) >= 7
    for index in kinds.values():
        envelope = entry_of(world, index)
        leaf = leaf_hash(envelope.canonical()).hex()
        for query in (str(index), f"#{index}", envelope.entry.digest().hex(), leaf, leaf.upper()):
            answer = ask(auditor, query)
            assert answer.status_code == 200, (index, query)
            assert leaf in answer.text


def test_an_acceptance_is_found_by_its_id(world: World, auditor: Browser) -> None:
    """The number on a receipt leads to its entry, and the look joins the file of its case."""
    accepted = world.accepted["licence"]
    answer = ask(auditor, accepted["id"])
    assert answer.status_code == 200
    _, record = open_private(world.size - 1, world.ledger.store, world.ledger.context.sealer)
    assert (record["case"], record["purpose"]) == (world.cases["XF-001"], WHY)


def test_a_digest_with_another_end_is_not_found(world: World, auditor: Browser) -> None:
    """The whole digest counts, not the half by which it is looked up."""
    digest = entry_of(world, 3).entry.digest().hex()
    assert ask(auditor, digest[:-1] + ("0" if digest[-1] != "0" else "1")).status_code == 404


def test_leaf_hashes_are_found_at_their_place_only(world: World) -> None:
    """32 bytes that straddle two leaf hashes are no leaf hash."""
    store = world.ledger.store
    _, edge = store.edge()
    hashes = edge.hashes(0)
    assert leaf_index(hashes[64:96], store) == edge.tile_number(0) * 256 + 2
    assert leaf_index(hashes[48:80], store) is None


@pytest.mark.parametrize("query", ODD)
def test_odd_queries_are_not_found(world: World, auditor: Browser, query: str) -> None:
    """What names nothing is "not found", and that is one refusal on record."""
    before = world.size
    answer = ask(auditor, query)
    assert answer.status_code == 404
    assert newest(world, before) == ["usage.refused"]


def test_an_entry_beyond_the_end_is_told_by_the_end(world: World, auditor: Browser) -> None:
    """Where the log ends, and nothing of rights, to a clerk as to an auditor; the look is on record."""
    for who in (auditor, person(world, "clerk")):
        for more in (0, 1, 10**9):
            size = world.size
            answer = ask(who, str(size + more))
            assert answer.status_code == 404
            assert 'data-unfit="end"' in answer.text
            assert f"the log ended with entry {size - 1:,};" in answer.text
            assert "not yours" not in answer.text
            assert newest(world, size) == ["usage.refused"]
    foreign = ask(person(world, "clerk.sc"), str(world.accepted["licence"]["index"]))
    assert foreign.status_code == 404
    assert "not yours to see" in foreign.text


@pytest.mark.parametrize("path", ["/trace", "/trace/evidence"])
@pytest.mark.parametrize("query", UNFIT, ids=range(len(UNFIT)))
def test_unfit_queries_are_to_be_corrected(world: World, auditor: Browser, query: str, path: str) -> None:
    """What cannot be looked up is a fault of the form; nothing was looked up and nothing is recorded."""
    before = world.size
    assert ask(auditor, query, path=path).status_code == 422
    assert world.size == before


@pytest.mark.parametrize("path", ["/trace", "/trace/evidence"])
@pytest.mark.parametrize("purpose", ["", "  ", "\0", "z" * 201])
def test_without_a_purpose_nothing_is_shown(world: World, auditor: Browser, purpose: str, path: str) -> None:
    """A look-up without a purpose is refused, and the refusal is one entry."""
    before = world.size
    answer = ask(auditor, world.cases["XF-001"], purpose, path)
    assert answer.status_code == 422
    assert newest(world, before) == ["usage.refused"]
    assert "Material accepted" not in answer.text


def test_departments_see_their_own(world: World) -> None:
    """A clerk of the opener and a reviewer of the authority see the case; another department does not."""
    case = world.cases["XF-001"]
    assert ask(person(world, "clerk"), case).status_code == 200
    assert ask(person(world, "reviewer"), case).status_code == 200
    assert ask(person(world, "clerk.sc"), case).status_code == 404


def test_what_is_anothers_reads_as_what_is_not_there(own_world: World) -> None:
    """Cases, digests and evidence of others answer word for word as none, and leave one refusal."""
    world = own_world
    clerk = person(world, "clerk.sc")
    theirs = world.accepted["licence"]
    envelope = entry_of(world, theirs["index"])
    pairs = [
        ("/trace", world.cases["XF-001"], "990101202601010000019"),
        ("/trace", theirs["id"], secrets.token_hex(16)),
        ("/trace", envelope.entry.digest().hex(), secrets.token_hex(32)),
        ("/trace", leaf_hash(envelope.canonical()).hex(), secrets.token_hex(32)),
        ("/trace/evidence", theirs["id"], secrets.token_hex(16)),
    ]
    for path, foreign, absent in pairs:
        before = world.size
        one, none = ask(clerk, foreign, path=path), ask(clerk, absent, path=path)
        assert one.status_code == none.status_code == 404
        assert said(one, foreign) == said(none, absent)
        assert newest(world, before) == ["usage.refused"] * 2


def test_evidence_shows_no_private_record(world: World, auditor: Browser) -> None:
    """The file proves and opens nothing; the download is one entry in the file of its case."""
    accepted, before = world.accepted["licence"], world.size
    answer = ask(auditor, accepted["id"], path="/trace/evidence")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="{accepted["id"]}.evidence.json"'
    assert json.loads(answer.content)["private"] == []
    assert newest(world, before) == ["usage.read"]
    _, record = open_private(before, world.ledger.store, world.ledger.context.sealer)
    assert record["case"] == world.cases["XF-001"]
    mine = ask(person(world, "clerk"), accepted["id"], path="/trace/evidence")
    assert json.loads(mine.content)["private"] == []


def test_entries_of_other_kinds_have_no_evidence(world: World, auditor: Browser) -> None:
    """Evidence is made of acceptances and reliances; other ids, numbers and digests are not found."""
    opened = entry_of(world, next(i for i in range(world.size) if world.kind_of(i) == "case.opened"))
    for query in (opened.entry.id.hex(), opened.entry.digest().hex(), "0"):
        assert ask(auditor, query, path="/trace/evidence").status_code == 404


def test_no_personal_data_is_shown(world: World, auditor: Browser) -> None:
    """Neither names, numbers nor addresses of people stand on the page of a case or of its entries."""
    pages = [ask(auditor, world.cases[one]).text for one in ("XF-001", "SC-002", OWN)]
    pages += [ask(auditor, str(index)).text for index in range(0, world.size, 3)]
    for index in range(world.size):
        try:
            _, record = open_private(index, world.ledger.store, world.ledger.context.sealer)
        except LookupError:
            continue
        private = [record.get(name) for name in ("name", "number", "purpose", "key", "checked_by")]
        for text in private:
            if isinstance(text, str) and len(text) > 3 and text != WHY:
                assert not any(text in page for page in pages), (index, text)


def test_a_tampered_entry_is_told(own_world: World) -> None:
    """The page of a case whose entry somebody edited says which proof fails, instead of an error."""
    world, browser = own_world, person(own_world, "auditor")
    index = world.accepted["licence"]["index"]
    for leaf in (b"{}", world.ledger.store.leaf(index)[:-1] + b" "):
        with world.ledger.store.transaction() as connection:
            connection.exec_driver_sql("UPDATE entries SET leaf = ? WHERE idx = ?", (leaf, index))
        for query in (world.cases["XF-001"], str(index)):
            answer = ask(browser, query)
            assert answer.status_code == 200
            assert f"Entry: {index}." in answer.text
            assert "whole and unaltered" not in answer.text
