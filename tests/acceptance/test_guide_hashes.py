# SPDX-License-Identifier: Apache-2.0
"""Every channel shows the guide hash: the answers of the API, the counter's pages, the citizen's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from api.demo import samples
from tests.people import add_accounts, as_person, signed_in

if TYPE_CHECKING:
    from tests.people import Browser
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

ITEM = "SC-002"


def published(world: World, subject: str, code: str, version: int = 1) -> str:
    """The hash of a version, as the API gives it with the document."""
    answer = world.get("", f"catalogue/versions/{subject}/{code}/{version}")
    assert answer.status_code == 200, answer.text
    return str(answer.headers["etag"].strip('"'))


def shown(browser: Browser, path: str) -> list[str]:
    """The guide hashes that a page shows."""
    page = browser.get(path)
    assert page.status_code == 200, (path, page.text)
    return re.findall(r'data-guide="([0-9a-f]{64})"', page.text)


def test_every_answer_and_page_names_the_guide_of_the_case(own_world: World) -> None:
    """A check, a batch, where it is offered, the counter and the citizen's pages: the hash of one version.

    A newer version changes it where cases are opened, and nothing in the case that was opened before.
    """
    world, case = own_world, own_world.cases[ITEM]
    first = published(world, "item", ITEM)
    asked = {"case": case, "purpose": "admission", "requirements": ["application"]}
    places = next(one for one in samples.availability() if one["code"] == ITEM)
    world.made("SC", "catalogue/versions", {"subject": "availability", "document": places})
    guide = world.get("", f"catalogue/versions/item/{ITEM}/1").json()
    newer = {**guide, "version": 2, "notice": "样例二"}
    world.made("SC", "catalogue/versions", {"subject": "item", "document": newer})
    second = published(world, "item", ITEM, 2)
    assert first != second

    answer = world.post("SC", "recognitions:check", asked).json()
    assert (answer["version"], answer["guide"]) == (1, first)
    (one,) = world.post("SC", "recognitions:batch", {"checks": [asked]}).json()["results"]
    assert one["answer"]["guide"] == first
    where = world.get("", f"catalogue/items/{ITEM}/availability").json()
    assert (where["guide_version"], where["guide"]) == (2, second)
    assert where["document"] not in (first, second)

    add_accounts(world)
    clerk, owner = signed_in(world, "clerk.sc"), as_person(world, "eatery")
    add = f"/counter/add?case={case}&requirement=application&position=0"
    for browser, path in (
        (clerk, f"/counter?case={case}"),
        (clerk, f"/counter/notice?case={case}"),
        (clerk, add),
        (owner, f"/my/handed-in/{case}"),
        (owner, f"/my/submission/{case}"),
    ):
        assert shown(browser, path) == [first], path
    assert shown(clerk, f"/counter/new?item={ITEM}") == [second]
