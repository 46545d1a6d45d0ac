# SPDX-License-Identifier: Apache-2.0
"""Asked in vain, and recalled: what a department should not have asked for, and what lost its ground."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.demo.story.asking import LICENCE
from api.demo.story.deeds import stage_of, wait_for
from api.demo.story.proving import evidence_of, judged, state

if TYPE_CHECKING:
    from api.demo.story.play import Story


def ask_in_vain(story: Story) -> str:
    """A request for what is known is told at once, counted and proved; one that is needed is not."""
    case = story.cases["SC"]
    told = _asked(story, {"case": case, "requirement": "licence", "notice": "supplement"})
    story.expect_equal("a licence that is known", told.get("finding"), "recognisable")
    beyond = _asked(story, {"case": case, "what": "单位介绍信"})
    story.expect_equal("a letter that no guide names", beyond.get("finding"), "outside_list")
    needed = _asked(story, {"case": case, "requirement": "layout"})
    story.expect_equal("a drawing that is missing", needed, {})
    rates = story.doors.get("auditor", "/api/v1/reasks/rates").must(200)["rates"]
    mine = [
        one for one in rates if (one["department"], one["item"], one["channel"]) == ("SC", "SC-002", "web")
    ]
    seen = [(one["requests"], one["recognisable"], one["outside_list"]) for one in mine]
    story.expect_equal("the rates count them", seen, [(3, 1, 1)])
    wait_for(lambda: stage_of(story, "auditor", int(told["index"])) == "anchored")
    code, verdict = judged(story, evidence_of(story, "SC", str(told["id"]), "reask"))
    story.expect_equal("its proof verifies offline", (code, verdict["verdict"]), (0, "valid"))
    story.expect_equal("what was known stood then", state(verdict, "status"), "passed")
    return f"2 of 3 requests in vain; {verdict['verdict']}: {verdict['reason']}"


def _asked(story: Story, request: dict[str, Any]) -> dict[str, Any]:
    """The re-ask that a request showed, empty where there is none."""
    answer = story.doors.post("SC", "requests", request)
    story.expect_equal("it is taken down", (answer.status, answer.code), (201, ""))
    return dict(answer["reask"] or {})


def recalled(story: Story) -> str:
    """Whoever relied on what was taken back finds each case in the inbox until it was seen."""
    wanted = {one["id"] for name, one in story.relied.items() if name == f"SC {LICENCE}"}

    def inbox(which: str) -> list[dict[str, Any]]:
        found = story.doors.get("SC", "/api/v1/recalls", purpose="采信追溯", state=which).must(200)
        return list(found["recalls"])

    wait_for(lambda: wanted <= {one["reliance"] for one in inbox("open")})
    mine = [one for one in inbox("open") if one["reliance"] in wanted]
    story.expect_equal("the inbox names the case", [one["case"] for one in mine], [story.cases["SC"]])
    for one in mine:
        story.doors.post_bytes("SC", f"recalls/{one['id']}:seen", b"").must(200)
    left = {one["reliance"] for one in inbox("open")} & wanted
    story.expect_equal("seen, it is not open", left, set())
    return f"{len(mine)} case of SC, seen"
