# SPDX-License-Identifier: Apache-2.0
"""Bundles, types and standards by pages: one person drafts, a second of the same authority publishes."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from api.auth import OPERATOR
from api.demo import samples
from api.identity.accounts import Account
from api.identity.roles import EDITOR, REVIEWER
from tests.people import Browser, add_accounts, signed_in
from tests.worlds import restaurant

if TYPE_CHECKING:
    import httpx

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

STAFF = (
    Account("editor", "目录戊", frozenset({EDITOR}), "ZW", ""),
    Account("reviewer", "审核庚", frozenset({REVIEWER}), "ZW", ""),
    Account("editor.sc", "目录辛", frozenset({EDITOR}), "SC", ""),
    Account("editor.sc.b", "目录壬", frozenset({EDITOR}), "SC", ""),
    Account("operator.a", "运维甲", frozenset({OPERATOR}), None, ""),
    Account("operator.b", "运维乙", frozenset({OPERATOR}), None, ""),
)
PLACE = re.compile(r"/catalogue/documents/[0-9a-f]{32}")


@pytest.fixture
def staffed(own_world: World) -> World:
    add_accounts(own_world, *STAFF)
    return own_world


def code_of(answer: httpx.Response) -> str:
    found = re.search(r'data-code="([a-z_.]+)"', answer.text)
    return found[1] if found else ""


def keep(browser: Browser, document: Any, at: str = "/catalogue/documents", **more: str) -> httpx.Response:
    return browser.post(at, text=json.dumps(document, ensure_ascii=False), keep="yes", **more)


def send(world: World, browser: Browser, document: Any, key: str = "k9") -> httpx.Response:
    """A file as the page's script sends it: what is larger than a form takes."""
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    head = {
        "host": "localhost",
        "origin": "http://localhost",
        "cookie": cookie,
        "content-type": "application/json",
        "x-csrf-token": browser.csrf,
        "accept": "text/html",
    }
    path = f"/catalogue/documents?keep=yes&key={key}"
    return world.send("POST", path, content=json.dumps(document).encode(), headers=list(head.items()))


def kept(answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    place = str(answer.headers["location"])
    assert PLACE.fullmatch(place)
    return place


def publish(browser: Browser, place: str, revision: int = 1, **more: str) -> httpx.Response:
    return browser.post(f"{place}/publish", revision=str(revision), **more)


def test_two_persons_publish_a_bundle(staffed: World) -> None:
    """Whoever drafts does not publish; the second sees what differs; the entry is the API's own."""
    editor, second = signed_in(staffed, "editor"), signed_in(staffed, "reviewer")
    newer = {**restaurant(), "version": 2, "notice": "新的说明"}
    place = kept(keep(editor, newer, key="k1"))
    assert code_of(publish(editor, place)) == "draft.same_person"
    size = staffed.size
    page = unescape(second.get(place).text)
    assert "data-publish" in page
    assert "新的说明" in page
    answer = publish(second, place)
    assert (answer.status_code, answer.headers["location"]) == (303, "/catalogue/bundles/restaurant")
    assert staffed.kind_of(size) == "catalogue.published"
    assert staffed.get("", "catalogue/versions/bundle/restaurant/2").json() == newer
    assert publish(second, place).status_code == 303  # a second press is the same act
    assert staffed.size == size + 1
    compared = Browser(staffed).get("/catalogue/bundles/restaurant/compare?from=1&to=2").text
    assert 'data-count="1"' in compared


def test_a_table_becomes_a_draft(staffed: World) -> None:
    """What stands is started from, written out as a table, changed in one cell, sent back and published."""
    editor, second = signed_in(staffed, "editor"), signed_in(staffed, "reviewer")
    place = kept(editor.post("/catalogue/documents", start="bundle/restaurant", key="k0"))
    assert code_of(publish(second, place)) == "draft.unchanged"
    table = list(csv.reader(io.StringIO(editor.get(f"{place}/list?as=.csv").content.decode("utf-8-sig"))))
    row = next(row for row in table if row[0] == "name/en")
    row[2] = "Opening a small restaurant"
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(table)  # as spreadsheets of many languages save it
    looked = editor.post(place, text=out.getvalue(), revision="1")
    assert 'data-sound="yes"' in looked.text
    assert "Opening a small restaurant" in looked.text
    assert "Cells stand between semicolons" in looked.text
    assert editor.post(place, text=out.getvalue(), revision="1", keep="yes").status_code == 303
    assert publish(second, place, 2).status_code == 303
    published = staffed.get("", "catalogue/versions/bundle/restaurant/2").json()
    assert published == {**restaurant(), "version": 2, "name": {**restaurant()["name"], "en": row[2]}}


def test_two_operators_publish_types_and_standards(staffed: World) -> None:
    """What governance publishes is drafted by one operator and published by another."""
    first, second = signed_in(staffed, "operator.a"), signed_in(staffed, "operator.b")
    editor = signed_in(staffed, "editor")
    types = {**samples.types(), "version": 2, "types": samples.types()["types"][:-1]}
    place = kept(send(staffed, first, types))
    assert code_of(publish(first, place)) == "draft.same_person"
    assert editor.get(place).status_code == 404
    assert place not in editor.get("/catalogue/documents").text
    assert publish(second, place).status_code == 303
    assert staffed.get("", "catalogue/versions/types/types/2").json() == types
    assert 'data-count="1"' in Browser(staffed).get("/catalogue/types/compare").text
    standard = next(one for one in samples.standards() if one["code"] == "national-codes")
    place = kept(keep(second, standard, key="k2"))
    assert publish(first, place).status_code == 303
    assert Browser(staffed).get("/catalogue/standards/national-codes").status_code == 200


def test_a_draft_that_drops_what_is_in_use_says_so(staffed: World) -> None:
    """The second person reads which type uses the field, in zh and en, and may publish it all the same."""
    first, second = signed_in(staffed, "editor.sc"), signed_in(staffed, "editor.sc.b")
    whole, later = (one for one in samples.standards() if one["code"] == "food-business")
    fields = [one for one in later["fields"] if one["code"] != "area"]
    for document, gone in ((whole, False), ({**later, "fields": fields}, True)):
        place = kept(keep(first, document))
        page = unescape(second.get(place).text)
        assert ("data-drops" in page) == gone
        if gone:
            assert "its field area names area of the standard" in page
            second.language = "zh"
            assert "数据项 area 对应标准的 area" in unescape(second.get(place).text)
            second.language = "en"
            assert code_of(publish(second, place)) == "standard.drops"
        assert publish(second, place, despite="drops" if gone else "").status_code == 303


def test_a_draft_of_types_says_what_it_breaks(staffed: World) -> None:
    """Without a type that a guide asks for, the draft names it, as the API's answer does; with it, none."""
    first, second = signed_in(staffed, "operator.a"), signed_in(staffed, "operator.b")
    whole = samples.types()
    rest = [one for one in whole["types"] if one["code"] != "food_layout"]
    for types, broken in (({**whole, "version": 2}, False), ({**whole, "version": 2, "types": rest}, True)):
        place = kept(send(staffed, first, types, f"k{broken}"))
        page = unescape(second.get(place).text)
        assert ("data-breaks" in page) == broken
    assert 'href="/catalogue/items/SC-002"' in page
    assert "/requirements/" in page
    made = staffed.made("operator", "catalogue/versions", {"subject": "types", "document": types})
    assert "SC-002" in [one["code"] for one in made["unfit"]]


def test_what_may_not_become_a_draft(staffed: World) -> None:
    """Another's, a guide, out of turn, unreadable, unfit: said in words, nothing kept."""
    stranger, editor = signed_in(staffed, "editor.sc"), signed_in(staffed, "editor")
    guide = next(one for one in samples.items() if one["code"] == "SC-002")
    newer = {**restaurant(), "version": 2}
    unfit = {**newer, "members": [{**newer["members"][0], "answers": {}}]}
    for browser, document, said in (
        (stranger, newer, "It belongs to ZW"),
        (editor, guide, "not a document"),
        (editor, {**newer, "version": 7}, "version 1 stands"),
        (editor, {**newer, "notice": ""}, "/notice"),
        (editor, unfit, "/answers"),
    ):
        answer = keep(browser, document, key="k")
        assert answer.status_code == 422, said
        if said != "not a document":
            assert said in unescape(answer.text), unescape(answer.text)
    assert not PLACE.search(editor.get("/catalogue/documents").text)
    for body in ("", "[]", "7", "a,b\n", "place,kind,value\nx,number,y\n", '{"format":"once/bundle/1"}'):
        answer = editor.post("/catalogue/documents", text=body, keep="yes", key="k")
        assert answer.status_code == 422, body
        assert "</html>" in answer.text


def test_what_is_wrong_is_said_in_the_readers_language(staffed: World) -> None:
    """A missing member, no format at all, no first version: named in words, what is wanted, what to do."""
    editor = signed_in(staffed, "editor")
    for document, zh, en in (
        ({"format": "once/availability/1"}, "缺少“编码”，请补上。", "“code” is missing: add it."),
        ({**restaurant(), "code": "cafe", "version": 2}, "新的文件从第 1 版写起", "begins with version 1"),
        ({**restaurant(), "version": 2, "members": [7]}, "“步骤 1”不合要求", "“step 1” is not as it must be"),
    ):
        pages = {}
        for language in ("zh", "en"):
            editor.language = language
            pages[language] = unescape(keep(editor, document, key="k").text)
        assert zh in pages["zh"]
        assert en not in pages["zh"]
        assert en in pages["en"]
        assert "field.missing" not in pages["zh"] + pages["en"]
    editor.language = "zh"
    table = editor.post("/catalogue/documents", text="位置,类型,值\ncode,文字,x\n", keep="yes", key="k")
    assert "文件类别（format）" in unescape(table.text)


def test_a_draft_waits_where_a_newer_version_stands(staffed: World) -> None:
    """Published meanwhile over the API: refused as stale; dropped, it is over."""
    editor, second = signed_in(staffed, "editor"), signed_in(staffed, "reviewer")
    place = kept(keep(editor, {**restaurant(), "version": 2, "notice": "草案"}, key="k1"))
    staffed.made(
        "ZW", "catalogue/versions", {"subject": "bundle", "document": {**restaurant(), "version": 2}}
    )
    assert code_of(publish(second, place)) == "draft.stale"
    assert "data-stale" in editor.get(place).text
    assert editor.post(f"{place}/drop", revision="1").status_code == 303
    assert code_of(publish(second, place)) == "draft.ended"
    assert Browser(staffed).get("/catalogue/documents").status_code in (303, 401, 403)
