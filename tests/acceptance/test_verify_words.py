# SPDX-License-Identifier: Apache-2.0
"""The page of public verification without scripts: it promises no more than the file and the ledger hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tests.acceptance.test_denials import changed
from tests.people import Browser, as_person, dispute

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

RELY = "you may rely on it"


class Told(NamedTuple):
    """What stands first on the page: title, headline, colour of its band, and the band's text."""

    title: str
    head: str
    kind: str
    said: str


def told(stranger: Browser, evidence: str) -> Told:
    """The page of pasted evidence, as far as it is read at a glance."""
    page = stranger.post("/verify", evidence=evidence).text
    title = re.search(r"<title>(.*?) · ", page)
    band = re.search(r'<section class="band (\w+)".*?>(.*?)</section>', page, re.DOTALL)
    assert title is not None
    assert band is not None
    head = re.search(r"<h1[^>]*>(.*?)</h1>", band[2])
    assert head is not None
    return Told(title[1], head[1], band[1], re.sub("<[^>]+>", " ", band[2]))


def test_the_headline_says_what_the_ledger_knows_now(own_world: World) -> None:
    """Disputed, denied, retracted since: headline, title, colour and sentence say so, in both languages, and
    what the file says by itself stands below them."""
    world, stranger = own_world, Browser(own_world)
    licence = str(world.accepted["licence"]["id"])
    before = world.get("XF", f"evidence/{licence}", purpose="audit").text
    good = told(stranger, before)
    assert (good.title, good.head, good.kind, RELY in good.said) == ("Verified", "Verified", "ok", True)
    chen = as_person(world, "chen")
    assert dispute(chen, licence).status_code == 303

    def worse(kind: str, en: str, zh: str, why: str) -> None:
        for language, head in (("en", en), ("zh", zh)):
            stranger.language = language
            found = told(stranger, before)
            assert (found.title, found.head, found.kind) == (head, head, kind)
            assert ("可以采信" if language == "zh" else RELY) not in found.said
            assert {"zh": "文件本身：核验通过", "en": "The file by itself: Verified"}[language] in found.said
            assert language == "zh" or why in found.said

    worse("wait", "Not to be relied on for now", "暂不能采信", "Its holder disputes the material")
    page = chen.get(f"/my/materials/{licence}").text
    (id_,) = re.findall(r'action="/my/disputes/([0-9a-f]{32})/withdraw"', page)
    assert chen.post(f"/my/disputes/{id_}/withdraw", key=id_).status_code == 303
    stranger.language = "en"
    assert told(stranger, before) == good
    world.made("SC", "denials", changed(world))
    by = "不能采信：发证单位称不再有效"
    worse("fail", "Not to be relied on: denied by its issuer", by, "Its issuer says")
    world.made("ZW", f"acceptances/{licence}:retract", {"reason": "checked_wrongly"})
    worse("fail", "Not to be relied on: taken back", "不能采信：已撤回", "The acceptance was retracted")


def test_a_receipt_holds_and_its_material_serves_no_more(own_world: World) -> None:
    """After a retraction the receipt's file is valid, tells so, and nowhere says "you may rely on it"."""
    world, stranger = own_world, Browser(own_world)
    case = str(world.made("SC", "cases", world.case("SC-002"))["case"])
    licence = world.accepted["licence"]["id"]
    receipt = world.made("SC", "reliances", {"case": case, "requirement": "licence", "acceptance": licence})
    read = {"purpose": "audit"}
    before = world.get("SC", f"evidence/{receipt['id']}", **read).text
    page = stranger.post("/verify", evidence=before).text
    assert (RELY in page, "Now: it stands in the ledger" in page) == (True, True)
    gone = world.made("ZW", f"acceptances/{licence}:retract", {"reason": "checked_wrongly"})
    page = stranger.post("/verify", evidence=before).text
    found = told(stranger, before)
    assert (found.head, found.kind) == (
        "The receipt holds; its material is not to be relied on any more",
        "wait",
    )
    assert (found.title == found.head, RELY in page) == (True, False)
    assert "it was retracted later, and the receipt holds" in found.said
    assert f"Now: retracted by entry No. {gone['index']:,}" in page
    after = world.get("SC", f"evidence/{receipt['id']}", **read).text
    page = stranger.post("/verify", evidence=after).text
    assert "it was retracted later, and the receipt holds" in page
    assert RELY not in page


def test_what_its_issuer_denied_is_not_to_be_relied_on(own_world: World) -> None:
    """An older file is told so by the ledger's line; a newer one says by whom, which entry and since when."""
    world, stranger = own_world, Browser(own_world)
    case = str(world.made("SC", "cases", world.case("SC-002"))["case"])
    licence = world.accepted["licence"]["id"]
    receipt = world.made("SC", "reliances", {"case": case, "requirement": "licence", "acceptance": licence})
    read = {"purpose": "audit"}
    before = world.get("XF", f"evidence/{licence}", **read).text
    said = world.made("SC", "denials", changed(world))
    now = f"Now: in entry No. {said['index']:,} its issuer says that the paper stands no more"
    page = stranger.post("/verify", evidence=before).text
    assert (now in page, "Ask the applicant for a paper that is in force" in page) == (True, True)
    after = world.get("XF", f"evidence/{licence}", **read).text
    page = stranger.post("/verify", evidence=after).text
    assert (RELY in page, "what was accepted of it before counts no more" in page, now in page) == (
        False,
        True,
        False,
    )
    assert f"superseded by a new one since 2026-01-05; entry No. {said['index']:,}" in page
    page = stranger.post("/verify", evidence=world.get("SC", f"evidence/{receipt['id']}", **read).text).text
    assert (RELY in page, "The receipt holds." in page, now in page) == (False, True, True)
    assert "Denied by its issuer" in page
