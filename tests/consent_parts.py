# SPDX-License-Identifier: Apache-2.0
"""A guide that names a law which asks for consent: no shipped guide does, so that tests bring their own."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from attest.catalogue.repository import latest_version
from attest.days import day_of
from tests.attest_parts import OWN_KEY as OWN
from tests.attest_parts import demo

if TYPE_CHECKING:
    from tests.worlds import World

LAW: Final = {"text": "测试条例 第 1 条（为测试编写）", "certainty": "[gen]"}
ITEM: Final = "SC-091"
"""The food guide under a code of its own, so that nobody else's case asks for consent."""


def consent_guide(requirement: str = "licence", code: str = "SC-002", version: int = 2) -> dict[str, Any]:
    """The food guide, with one requirement that is recognised by consent alone."""
    guide: dict[str, Any] = demo("catalogue/items/SC-002.json")
    for one in guide["requirements"]:
        if one["code"] == requirement:
            one["consent"] = LAW
    return {**guide, "code": code, "version": version}


def consent_case(world: World, who: str = "SC") -> str:
    """A case of that guide, taken in by SC or by the window that keeps its own key; the guide comes first."""
    publish_consent(world)
    asked = {**world.case("SC-002"), "item": ITEM}
    sent = asked if who == "SC" else world.signed(who, "cases", asked)
    return str(world.made(who, "cases", sent)["case"])


def publish_consent(world: World) -> None:
    """Publish that guide, once in a ledger."""
    if latest_version("item", ITEM, world.ledger.store) is None:
        document = {**consent_guide(code=ITEM, version=1), "receivers": [OWN]}
        world.made("SC", "catalogue/versions", {"subject": "item", "document": document})


def consent_request(world: World, case: str, **more: Any) -> dict[str, Any]:
    """What records that the eatery's head consented at the window, for a month."""
    asked = {"case": case, "requirement": "licence", "holder": world.holders["eatery"], "present": "head"}
    return {**asked, "last_day": last_day(), **more}


def last_day(days: int = 30) -> str:
    """A day ahead, as requests and forms say it."""
    return (day_of(int(time.time())) + timedelta(days=days)).isoformat()
