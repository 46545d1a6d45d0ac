# SPDX-License-Identifier: Apache-2.0
"""The number of an erasure leads to it: an auditor sees when, by whom, how much, how far; nobody's name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attest.erasure.repository import all_erasures
from tests.erasure_parts import a_world, live
from tests.homes import copy_of
from tests.people import add_accounts, as_person, signed_in

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["tests.api_parts"]


def test_the_number_that_the_citizen_noted_is_found(bare_home: Path, tmp_path: Path) -> None:
    """The citizen's page names who finds it; the auditor does; a clerk, or by another number, nobody."""
    world = a_world(copy_of(bare_home, tmp_path / "home"))
    try:
        life = live(world)
        he = as_person(world, "he")
        page = he.post("/my/erasure/confirm", understood="yes").text
        number = re.sub(r"<wbr>", "", re.findall(r"<code>([0-9a-f<>wbr]+)</code>", page)[0])
        assert "An auditor finds by it" in page
        (row,) = all_erasures(world.ledger.store)
        add_accounts(world)
        auditor = signed_in(world, "auditor")
        for asked in (number, number.upper(), str(row.index)):
            answer = auditor.post("/trace", q=asked, purpose="查证删除")
            assert answer.status_code == 200
            assert 'data-erasure="backups"' in answer.text
            assert f"The contents of {row.entries} entries are destroyed" in answer.text
            assert number in answer.text
            assert life.number not in answer.text
        assert signed_in(world, "clerk").post("/trace", q=number, purpose="查证删除").status_code == 404
        assert auditor.post("/trace", q="0" * 32, purpose="查证删除").status_code == 404
        gone = auditor.post("/oversight/person", number=life.number, purpose="查证删除")
        assert gone.status_code == 404
        assert "what was has been erased" in gone.text
    finally:
        world.close()
