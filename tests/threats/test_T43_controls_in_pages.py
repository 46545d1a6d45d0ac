# SPDX-License-Identifier: Apache-2.0
"""T43: NUL and other controls in what is typed or stands in an address: no page of ours holds one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import pytest

from tests.people import ACCOUNTS, Browser, add_accounts, as_person, signed_in

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
ODD: Final = "a\x00b\x01c\x0bd\x1be\x7ff"
PAGES: Final = (
    "/trace?q={}",
    "/counter?case={}",
    "/catalogue?q={}",
    "/verify?x={}",
    "/catalogue/{}",
    "/my/{}",
)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_holds_a_control(world: World, page: str) -> None:
    """Whoever asks, whether refused or shown: what was sent comes back without them, or not at all."""
    add_accounts(world, *ACCOUNTS)
    readers = [
        Browser(world),
        as_person(world, "chen"),
        signed_in(world, "clerk"),
        signed_in(world, "auditor"),
    ]
    for reader in readers:
        answer = reader.get(page.format(quote(ODD)))
        assert answer.headers["content-type"].startswith("text/html") or answer.status_code == 303
        assert not CONTROLS.search(answer.text), (page, answer.status_code)


def test_what_was_typed_comes_back_without_controls(world: World) -> None:
    """A form's fields that are shown again show a replacement character where a control stood."""
    auditor = signed_in(world, "auditor")
    auditor.get("/trace")
    answer = auditor.post("/trace", q=ODD, purpose=ODD)
    assert not CONTROLS.search(answer.text)
    assert "a\ufffdb\ufffdc" in answer.text
