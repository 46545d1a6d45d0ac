# SPDX-License-Identifier: Apache-2.0
"""Files that come in are looked at before anybody can accept them."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from attest.materials.repository import acceptance_by_id, upload_of
from attest.private import open_private
from tests.papers import a_locked_pdf, a_pdf, an_image

if TYPE_CHECKING:
    import httpx

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


def kept(world: World) -> set[str]:
    """Names of the files in the vault."""
    return {path.name for path in world.ledger.settings.vault.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("content", "media", "code"),
    [
        (an_image("JPEG"), "image/png", "media.mismatch"),
        (a_pdf(), "image/jpeg", "media.mismatch"),
        (b"PK\x03\x04" + bytes(400), "application/pdf", "media.mismatch"),
        (b"", "application/pdf", "document.empty"),
        (a_pdf()[:300], "application/pdf", "document.unreadable"),
        (an_image()[:900], "image/png", "document.unreadable"),
        (a_locked_pdf("owner", opens="reader"), "application/pdf", "document.encrypted"),
        (a_pdf(content=b""), "application/pdf", "document.blank"),
        (an_image("JPEG", word=""), "image/jpeg", "document.blank"),
        (a_pdf(pages=2_001), "application/pdf", "document.too_heavy"),
    ],
)
def test_what_cannot_be_taken_is_refused(world: World, content: bytes, media: str, code: str) -> None:
    """Each cause has its code, title and next step in both languages; nothing stays in the vault."""
    before = kept(world)
    path = f"/api/v1/documents/{sha256(content).hexdigest()}"
    said = []
    for language in ("zh", "en"):
        headers = [("content-type", media), ("accept-language", language)]
        headers.append(("idempotency-key", code + language))
        answer = world.send("PUT", path, who="ZW", content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        said.append((answer.json()["title"], answer.json()["next"]))
    assert said[0] != said[1]
    assert all(text for pair in said for text in pair)
    assert kept(world) == before
    assert upload_of("ZW", sha256(content).digest(), world.ledger.store, world.ledger.context) is None


def test_a_mismatch_names_what_the_file_is(world: World) -> None:
    """A renamed file is told by its content."""
    answer = world.put("ZW", b"II*\x00" + bytes(100), "application/pdf")
    assert (answer.json()["code"], answer.json()["found"]) == ("media.mismatch", "image/tiff")


def test_pages_are_a_fact_of_the_acceptance(own_world: World) -> None:
    """The answer to an upload counts pages, and the sealed record of the acceptance says the same."""
    content = a_pdf("three pages", pages=3)
    answer = own_world.put("ZW", content, "application/pdf")
    assert (answer.status_code, answer.json()["pages"]) == (201, 3)
    licence = own_world.acceptance(own_world.cases["XF-001"], "business-licence.pdf")
    asked = {**licence, "document": {"sha256": sha256(content).hexdigest()}}
    accepted = own_world.made("ZW", "acceptances", asked)
    store, sealer = own_world.ledger.store, own_world.ledger.context.sealer
    row = acceptance_by_id(bytes.fromhex(accepted["id"]), store)
    assert row is not None
    assert open_private(row.index, store, sealer)[1]["document"]["pages"] == 3


def test_many_at_once_are_all_looked_at(own_world: World) -> None:
    """Twelve uploads at the same time share two processes aside; each gets its own answer."""
    papers = [a_pdf(f"paper {n}", pages=n) for n in range(1, 13)]

    async def sent(paper: bytes) -> httpx.Response:
        digest = sha256(paper).hexdigest()
        given = [("content-type", "application/pdf"), ("idempotency-key", digest)]
        given.append(("authorization", f"Bearer {own_world.keys['ZW']}"))
        return await own_world._answer("PUT", f"/api/v1/documents/{digest}", paper, given, "127.0.0.1")

    async def all_sent() -> list[httpx.Response]:
        return await asyncio.gather(*(sent(paper) for paper in papers))

    assert [one.json().get("pages") for one in own_world.runner.run(all_sent())] == list(range(1, 13))


def test_the_same_file_again_is_not_refused(own_world: World) -> None:
    """A second upload of one file, and a second acceptance of it, stand: reuse is offered, not enforced."""
    content = a_pdf("twice")
    for _ in range(2):
        answer = own_world.put("ZW", content, "application/pdf")
        assert (answer.status_code, answer.json()["pages"]) == (201, 1)
    licence = own_world.acceptance(own_world.cases["XF-001"], "business-licence.pdf")
    asked = {**licence, "document": {"sha256": sha256(content).hexdigest()}}
    first, second = (own_world.made("ZW", "acceptances", asked) for _ in range(2))
    assert first["index"] < second["index"]
