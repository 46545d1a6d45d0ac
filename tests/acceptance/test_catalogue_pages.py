# SPDX-License-Identifier: Apache-2.0
"""The catalogue's pages without a browser: what they show, and publishing with two persons."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from hashlib import sha256
from html import unescape
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from api.demo import samples
from api.identity.accounts import Account
from api.identity.roles import EDITOR, REVIEWER
from api.web.catalogue.sheets import XLSX
from tests.people import Browser, add_accounts, signed_in

if TYPE_CHECKING:
    import httpx

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

STAFF = (
    Account("editor", "目录戊", frozenset({EDITOR}), "SC", "法规科"),
    Account("editor.too", "目录己", frozenset({EDITOR}), "SC", "法规科"),
    Account("reviewer.sc", "审核庚", frozenset({REVIEWER}), "SC", "食品科"),
    Account("editor.xf", "目录辛", frozenset({EDITOR}), "XF", ""),
)


def guide(**change: Any) -> dict[str, Any]:
    """The food guide as it was published here, changed."""
    made = next(one for one in samples.items() if one["code"] == "SC-002")
    return {**made, "receivers": ["ZW", "WJ"], **change}


def code_of(answer: httpx.Response) -> str:
    """The code of a refusal page."""
    found = re.search(r'data-code="([a-z_.]+)"', answer.text)
    return found[1] if found else ""


def draft_of(answer: httpx.Response) -> str:
    """The address of the draft that an answer leads to."""
    assert answer.status_code == 303, answer.text
    place = answer.headers["location"]
    assert re.fullmatch(r"/catalogue/drafts/[0-9a-f]{32}", place)
    return str(place)


def keep(browser: Browser, document: Any, at: str = "/catalogue/drafts", **more: str) -> httpx.Response:
    """Have a document kept as a draft, or as a draft's next text."""
    return browser.post(at, text=json.dumps(document, ensure_ascii=False), keep="yes", **more)


def publish(browser: Browser, place: str, revision: int = 1) -> httpx.Response:
    """Press the second person's button."""
    return browser.post(f"{place}/publish", revision=str(revision))


@pytest.fixture
def staffed(own_world: World) -> World:
    """A ledger of its own with two editors and a reviewer of SC, and an editor of another department."""
    add_accounts(own_world, *STAFF)
    return own_world


def shorter() -> dict[str, Any]:
    """The food guide with a shorter promise and one paper less."""
    made: dict[str, Any] = json.loads(json.dumps(guide(version=2)))
    made["clocks"][-1]["promised_limit"]["n"] -= 1
    made["requirements"] = [one for one in made["requirements"] if one["code"] != "equipment"]
    return made


def test_two_persons_publish(staffed: World) -> None:
    """One account drafts; it may not publish; another of the department does, as the API's own entry."""
    editor, second = signed_in(staffed, "editor"), signed_in(staffed, "reviewer.sc")
    place = draft_of(keep(editor, shorter(), key="k1"))
    size = staffed.size
    refused = publish(editor, place)
    assert (refused.status_code, code_of(refused)) == (403, "draft.same_person")
    assert [staffed.kind_of(index) for index in range(size, staffed.size)] == ["usage.refused"]
    size = staffed.size
    page = second.get(place).text
    assert "data-publish" in page
    assert "目录戊" in page
    answer = publish(second, place)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/catalogue/items/SC-002?version=2"
    assert staffed.kind_of(size) == "catalogue.published"
    body = staffed.get("SC", "catalogue/versions/item/SC-002/2")
    assert body.json() == shorter()
    item = second.get("/catalogue/items/SC-002?version=2").text
    assert body.headers["etag"].strip('"') in item
    assert "editor" in unescape(item)
    assert "reviewer.sc" in item
    assert "reviewer.sc" not in Browser(staffed).get("/catalogue/items/SC-002?version=2").text
    assert publish(second, place).status_code == 303  # a second press is the same act
    assert staffed.size == size + 1


def test_whoever_corrects_a_draft_wrote_it(staffed: World) -> None:
    """The one who looked at another text is told so; whoever wrote the last text may not publish that."""
    first, second = signed_in(staffed, "editor"), signed_in(staffed, "editor.too")
    place = draft_of(keep(first, shorter(), key="k1"))
    other = {**shorter(), "notice": "另一说明"}
    assert keep(second, other, place, revision="1").status_code == 303
    stale = publish(second, place, 1)
    assert (stale.status_code, code_of(stale)) == (409, "draft.changed")
    assert code_of(publish(second, place, 2)) == "draft.same_person"
    assert publish(first, place, 2).status_code == 303
    assert staffed.get("SC", "catalogue/versions/item/SC-002/2").json() == other
    assert code_of(publish(second, place, 2)) == "draft.ended"


def test_a_draft_of_an_older_version_waits(staffed: World) -> None:
    """Published meanwhile over the API: the draft says so, is refused, and goes on from the newer version."""
    editor, second = signed_in(staffed, "editor"), signed_in(staffed, "editor.too")
    place = draft_of(keep(editor, shorter(), key="k1"))
    api = {"subject": "item", "document": guide(version=2, notice="接口公布")}
    assert staffed.post("SC", "catalogue/versions", api).status_code == 201
    refused = publish(second, place)
    assert (refused.status_code, code_of(refused)) == (409, "draft.stale")
    page = editor.get(place).text
    assert "data-stale" in page
    assert "/catalogue/items/SC-002/compare?from=1&amp;to=2" in page
    old = keep(editor, {**shorter(), "version": 1}, place, revision="1")
    assert old.status_code == 422
    assert "version 2 stands" in unescape(old.text)
    assert keep(editor, {**shorter(), "version": 2}, place, revision="1").status_code == 303
    assert publish(second, place, 2).status_code == 303
    assert staffed.get("SC", "catalogue/versions/item/SC-002/3").json() == {**shorter(), "version": 3}


def test_what_is_not_ready_is_not_published(staffed: World) -> None:
    """Unchanged, or with an error of the guide check: refused, said on the page, nothing in the log."""
    editor, second = signed_in(staffed, "editor"), signed_in(staffed, "reviewer.sc")
    same = draft_of(editor.post("/catalogue/drafts", start="SC-002", key="k0"))
    assert code_of(publish(second, same)) == "draft.unchanged"
    faulty = shorter()
    faulty["requirements"][0]["text"]["zh"] = "其他材料"
    place = draft_of(keep(editor, faulty, key="k1"))
    page = second.get(place).text
    assert 'data-code="guide.catch_all"' in page
    assert "data-publish" not in page
    size = staffed.size
    assert code_of(publish(second, place)) == "draft.faulty"
    assert staffed.size == size


def test_a_draft_is_its_departments(staffed: World) -> None:
    """To another department it is not there; of another's item no draft can be made."""
    editor, stranger = signed_in(staffed, "editor"), signed_in(staffed, "editor.xf")
    place = draft_of(keep(editor, shorter(), key="k1"))
    for answer in (
        stranger.get(place),
        stranger.get(f"{place}/list?as=.csv"),
        publish(stranger, place),
        stranger.post(f"{place}/drop", revision="1"),
        keep(stranger, shorter(), place, revision="1"),
    ):
        assert (answer.status_code, code_of(answer)) == (404, "draft.unknown")
    assert place not in stranger.get("/catalogue/drafts").text
    assert stranger.post("/catalogue/drafts", start="SC-002", key="k").status_code == 404
    refused = keep(stranger, shorter(), key="k2")
    assert refused.status_code == 422
    assert "not your department" in unescape(refused.text)
    assert 'data-sound="no"' in refused.text
    assert editor.post(f"{place}/drop", revision="1").status_code == 303
    assert code_of(editor.post(f"{place}/drop", revision="1")) == "draft.ended"


def test_a_key_kept_elsewhere_publishes_elsewhere(staffed: World) -> None:
    """A department whose key is not here is told so; its draft stays, the log does not grow."""
    add_accounts(
        staffed,
        Account("ed.wj", "目录壬", frozenset({EDITOR}), "WJ", ""),
        Account("rev.wj", "审核癸", frozenset({REVIEWER}), "WJ", ""),
    )
    document = next(one for one in samples.items() if one["code"] == "WJ-005")
    place = draft_of(keep(signed_in(staffed, "ed.wj"), document, key="k1"))
    second, size = signed_in(staffed, "rev.wj"), staffed.size
    refused = publish(second, place)
    assert (refused.status_code, code_of(refused)) == (403, "key.not_custodial")
    assert staffed.size == size
    assert "data-publish" in second.get(place).text


def bomb() -> bytes:
    """A small zip that unpacks to more than is taken."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<x>" + b" " * (70 << 20))
    return made.getvalue()


def odd_bodies() -> dict[str, tuple[str, bytes, int]]:
    """What is no list, and one that is, by name: media type, bytes, the status of the answer."""
    return {
        "no workbook": (XLSX, b"PK\x03\x04 nothing", 422),
        "a bomb": (XLSX, bomb(), 422),
        "no JSON": ("application/json", b"{", 422),
        "half a surrogate": ("application/json", b'{"format": "\\ud800"}', 422),
        "deep": ("application/json", b"[" * 100_000, 422),
        "a number": ("application/json", b"7", 200),
        "no header": ("text/csv", b"\n\n", 422),
        "other encoding": ("text/csv", b"\xff\xfe\xff", 422),
        "open quote": ("text/csv", b'"', 422),
        "nothing": ("text/csv", b"", 422),
        "a picture": ("image/png", b"\x89PNG\r\n\x1a\n", 415),
        "too much": ("text/csv", b"a" * ((10 << 20) + 1), 413),
    }


def test_no_file_is_too_odd(world: World) -> None:
    """What is no list is refused in words, at the check and as a draft; nothing is kept of it."""
    add_accounts(world, *STAFF)
    editor = signed_in(world, "editor")
    size, drafts = world.size, editor.get("/catalogue/drafts").text.count("/catalogue/drafts/")
    bodies = odd_bodies()
    for name, (media, body, status) in bodies.items():
        head = {"content-type": media, "x-csrf-token": editor.csrf, "accept": "text/html"}
        answer = send(world, editor, "/catalogue/check", body, head)
        assert answer.status_code == status, name
        assert "</html>" in answer.text
        unguarded = send(world, editor, "/catalogue/check", body, {"content-type": media})
        assert unguarded.status_code in (403, 413), name
    for name in ("a bomb", "a number", "nothing", "too much"):
        media, body, status = bodies[name]
        head = {"content-type": media, "x-csrf-token": editor.csrf, "accept": "text/html"}
        answer = send(world, editor, "/catalogue/drafts?keep=yes", body, head)
        assert answer.status_code == max(status, 422 if status == 200 else 0), name
    assert world.acts(size) == []
    assert editor.get("/catalogue/drafts").text.count("/catalogue/drafts/") == drafts


def send(world: World, browser: Browser, path: str, body: bytes, more: dict[str, str]) -> httpx.Response:
    """A file as the page's script sends it."""
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    head = {"host": "localhost", "origin": "http://localhost", "cookie": cookie, **more}
    return world.send("POST", path, content=body, headers=list(head.items()))


FORMULA = '=HYPERLINK("http://evil.example","其他材料")'


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_report_holds_no_formula(world: World, ending: str) -> None:
    """What a list calls a thing stands in the report as text, whatever a spreadsheet would make of it."""
    add_accounts(world, *STAFF)
    editor = signed_in(world, "editor")
    rows = [{"事项编码": "=1+1", "材料名称": FORMULA, "实施主体": "@SUM(A1)"}]
    text = json.dumps({"format": "once/guide-list/1", "rows": rows})
    answer = editor.post("/catalogue/check", text=text, **{"as": ending})
    assert answer.headers["content-disposition"] == f'attachment; filename="guide-check{ending}"'
    if ending == ".csv":
        found = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
        found = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert len(found) > 1
    assert any("HYPERLINK" in cell for row in found for cell in row)
    assert not [cell for row in found for cell in row if cell[:1] in "=+-@\t\r" and cell]


ODD = ("0", "99", "-1", "1e3", "٣", "9" * 5000, "", "%00", "<script>", "null")


def test_no_address_is_too_odd(world: World) -> None:
    """Odd codes, versions, answers and searches give a page or a refusal, never a fault."""
    anyone = Browser(world)
    for odd in ODD:
        for path in (
            f"/catalogue?q={odd}&department={odd}&kind={odd}",
            f"/catalogue/items/{odd}",
            f"/catalogue/items/SC-002?version={odd}",
            f"/catalogue/items/SC-002?a.{odd}={odd}&a.catering={odd}",
            f"/catalogue/items/SC-002/compare?from={odd}&to={odd}",
            f"/catalogue/bundles/{odd}?version={odd}",
            f"/catalogue/bundles/restaurant?a.premises={odd}",
        ):
            assert anyone.get(path).status_code < 500, path


def test_a_guide_shows_what_stays(world: World) -> None:
    """In a situation only its papers stay, and every page of it shows the hash that the API gives."""
    anyone = Browser(world)
    every = anyone.get("/catalogue/items/YC-004").text
    stay = anyone.get("/catalogue/items/YC-004?a.premises=leased&a.residence=local&a.applicant=self").text
    assert 'data-papers="9"' in every
    assert 'data-papers="5"' in stay
    assert "need-premises.leased" in stay
    assert "need-mandate" not in stay
    for path, subject in (
        ("items/YC-004", "item/YC-004"),
        ("bundles/restaurant", "bundle/restaurant"),
        ("types", "types/types"),
    ):
        digest = world.get("", f"catalogue/versions/{subject}/1").headers["etag"].strip('"')
        assert f'data-hash="{digest}"' in anyone.get(f"/catalogue/{path}").text
    elsewhere = anyone.get("/catalogue/items/SC-002?a.prepacked=yes&a.catering=no&a.applicant=self").text
    assert "data-papers" not in elsewhere
    assert "belongs elsewhere" in elsewhere
    half = anyone.get("/catalogue/items/YC-004?a.premises=leased").text
    assert 'href="#q-residence"' in half
    assert 'data-papers="9"' in half


def test_what_is_not_answered_is_named(world: World) -> None:
    """The form sent with nothing or half: every question that is left is named and linked."""
    anyone = Browser(world)
    for path in ("items/YC-004", "bundles/restaurant"):
        silent = anyone.get(f"/catalogue/{path}").text
        assert 'href="#q-premises"' not in silent
        nothing = unescape(anyone.get(f"/catalogue/{path}?version=1&asked=yes").text)
        for question in ("premises", "residence", "applicant"):
            assert f'href="#q-{question}"' in nothing, path
        half = unescape(anyone.get(f"/catalogue/{path}?asked=yes&a.premises=leased").text)
        assert 'href="#q-premises"' not in half
        assert "Not answered: " in half
        assert "Choose one answer." in half


def test_a_bundle_names_whose_paper_it_is(world: World) -> None:
    """A role in another paper is said in words, never by its code."""
    answers = "a.procedure=check&a.premises=leased&a.tobacco=yes&a.residence=local&a.applicant=self"
    page = unescape(Browser(world).get(f"/catalogue/bundles/restaurant?{answers}").text)
    assert "lease_contract.lessor" not in page
    assert "lessor of the Lease contract" in page


def test_nothing_sent_is_said(world: World) -> None:
    """The guide check, a list and a document without a file or text say so, and look at nothing."""
    add_accounts(world, *STAFF)
    editor = signed_in(world, "editor")
    for path in ("check", "drafts", "documents"):
        answer = editor.post(f"/catalogue/{path}", text=" \n ", key="k")
        assert answer.status_code == 422, path
        assert 'data-refused="list.nothing"' in answer.text


def test_a_version_ahead_waits_for_its_day(own_world: World) -> None:
    """Published with a first day to come: the version that holds is shown, the other says when."""
    ahead = {"subject": "item", "document": guide(version=2, in_force="2099-01-01")}
    own_world.made("SC", "catalogue/versions", ahead)
    anyone = Browser(own_world)
    assert "<b>v1</b>" in anyone.get("/catalogue/items/SC-002").text
    page = unescape(anyone.get("/catalogue/items/SC-002?version=2").text)
    assert "comes into force on 1 Jan 2099" in page
    compared = anyone.get("/catalogue/items/SC-002/compare?from=1&to=2").text
    assert 'data-count="1"' in compared


def test_every_channel_shows_the_same_hash(own_world: World) -> None:
    """Counter, printed notice, guide page and API name the version that a case pins, not the newest."""
    add_accounts(own_world)
    clerk, case = signed_in(own_world, "clerk.sc"), own_world.cases["SC-002"]
    own_world.made("SC", "catalogue/versions", {"subject": "item", "document": guide(version=2, notice="新")})
    hashes = {
        re.search(rf'data-{name}="([0-9a-f]{{64}})"', clerk.get(path).text)
        for path, name in (
            (f"/counter?case={case}", "guide"),
            (f"/counter/notice?case={case}", "guide"),
            ("/catalogue/items/SC-002?version=1", "hash"),
        )
    }
    shown = {found[1] for found in hashes if found is not None}
    first, second = (own_world.get("", f"catalogue/versions/item/SC-002/{n}") for n in (1, 2))
    assert len(hashes) == 3
    assert shown == {first.headers["etag"].strip('"')} == {sha256(first.content).hexdigest()}
    assert shown != {second.headers["etag"].strip('"')}
