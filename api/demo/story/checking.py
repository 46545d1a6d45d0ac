# SPDX-License-Identifier: Apache-2.0
"""The issuer is asked: it confirms, it denies, it is silent; and what it signed proves the reliance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api.demo import samples
from api.demo.host import MARKET
from api.demo.issuer import ANSWERS, HANGS
from api.demo.seed import SHOP, add_issuer_key, case_of
from api.demo.story.beginning import LEASED
from api.demo.story.deeds import check, open_case, receipt_fault, rely, stage_of, wait_for
from api.demo.story.proving import evidence_of, judged, state

if TYPE_CHECKING:
    from api.demo.story.play import Story

STANDS, REVOKED = (one["number"] for one in samples.register())
CASE: Final = "data-check"


def check_data(story: Story) -> str:
    """Nobody brings the licence: the market office's own system is asked about it by its number."""
    service = story.host.issuer
    if service is None:
        raise LookupError("the sample issuer does not run")
    add_issuer_key(story.doors, MARKET, service.signer.address)
    seen = {}
    for name, number in (("valid", STANDS), ("not valid", REVOKED)):
        _open(story, f"{CASE} {name}")
        seen[name] = _told(story, f"{CASE} {name}", number)
    _open(story, f"{CASE} silent")
    service.mode = HANGS
    try:
        seen["silent"] = _told(story, f"{CASE} silent", REVOKED[:-1] + "0")
    finally:
        service.mode = ANSWERS
    wanted = {
        "valid": ("recognised", "matched.number"),
        "not valid": ("required", "issuer.not_valid"),
        "silent": ("cannot_tell", "issuer.silent"),
    }
    for name, verdict in wanted.items():
        story.expect_equal(name, (seen[name]["verdict"], seen[name]["reason"]), verdict)
        story.expect(f"{name}: what to do", seen[name]["next"], seen[name])
    said = seen["not valid"]["text"]
    story.expect("it says why and since when", "revoked since 5 January 2026" in said, said)
    proved = _rely(story, seen["valid"]["acceptance"], service.signer.address.hex())
    return f"valid: {proved}; not valid: {seen['not valid']['reason']}; silent: {seen['silent']['verdict']}"


def _open(story: Story, name: str) -> None:
    request = case_of("YC-004", "web", [("applicant", "ma"), ("operator", "ma")], LEASED, SHOP, story.holders)
    open_case(story, name, "YC", request)


def _told(story: Story, case: str, number: str) -> dict[str, Any]:
    shown = [{"type": "business_licence", "issuer": MARKET, "number": number}]
    return check(story, "YC", case, requirements=["licence"], presented=shown)["licence"]


def _rely(story: Story, word: dict[str, Any], key: str) -> str:
    """The reliance rests on the issuer's own entry, names its legal ground, and verifies offline."""
    entry = story.doors.get("auditor", f"/api/v1/entries/{word['index']}").must(200)["envelope"]
    seen = (entry["entry"]["issuer"], entry["key"], entry["entry"]["body"]["assurance"])
    story.expect_equal("the issuer signed it, by its own key", seen, (MARKET, key, "data_check"))
    relied = rely(story, "YC", f"{CASE} valid", "licence", word["id"])
    if not story.expect_equal("YC relies on it", (relied.status, relied.code), (201, "")):
        return relied.code
    story.expect_equal("the ground", relied["ground"], "data_check")
    named = {one["of"] for one in relied["legal"]}
    story.expect("the policy's source for asking is named", "data_check" in named, named)
    fault = receipt_fault(story, "YC", relied)
    story.expect("the receipt proves its entry", not fault, fault)
    wait_for(lambda: stage_of(story, "YC", int(relied["index"])) == "anchored")
    code, verdict = judged(story, evidence_of(story, "YC", str(relied["id"]), "data-check"))
    story.expect_equal("it verifies offline", (code, verdict["verdict"]), (0, "valid"))
    story.expect_equal("what is cited stood", state(verdict, "status"), "passed")
    return str(verdict["reason"])
