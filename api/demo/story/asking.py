# SPDX-License-Identifier: Apache-2.0
"""Other departments ask what they need not ask the applicant for, and rely on what they are told."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from api.demo import samples
from api.demo.seed import FLAT, SHOP, case_of, sample_cases
from api.demo.story.beginning import LEASED, TAKEN
from api.demo.story.deeds import accept, check, open_case, receipt_fault, rely

if TYPE_CHECKING:
    from api.demo.story.play import Story

LICENCE, LEASE, DEED = TAKEN[1], TAKEN[2], TAKEN[3]
_SALE: Final = (
    "transfer-application.pdf",
    "deed-flat.jpg",
    "sale-contract.pdf",
    "deed-tax-receipt.pdf",
    "marriage-certificate.jpg",
)
_DAY: Final = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}")


def recognise(story: Story) -> str:
    """Food, fire, tobacco and real estate ask for their own items on the web; told by whom and when."""
    for item, (who, request) in sample_cases(story.holders).items():
        asker = "XF" if item == "XF-001" else who
        open_case(story, asker, asker, {**request, "channel": "web"})
    for asker in ("SC", "XF", "YC"):
        story.checked[asker] = check(story, asker, asker)
        _expect_recognised(story, asker, "licence", LICENCE)
    _expect_recognised(story, "YC", "premises.leased", LEASE, DEED)
    leased = story.checked["YC"]["premises.leased"]
    story.expect_equal("it says until when", leased.get("valid_until"), "2045-02-28")
    story.expect("the sentence says until when", "2045" in leased["text"], leased["text"])
    for file in _SALE:
        answer = accept(story, "ZR", "ZR", file)
        story.expect_equal(f"ZR accepts {file}", (answer.status, answer.code), (201, ""))
    second = case_of(
        "ZR-007",
        "web",
        [("buyer", "zhou"), ("buyer", "xu"), ("seller", "he")],
        {"ownership": "joint", "mortgaged": "no", "applicant": "self"},
        FLAT,
        story.holders,
    )
    open_case(story, "ZR-again", "ZR", second)
    story.checked["ZR-again"] = check(story, "ZR", "ZR-again")
    _expect_recognised(story, "ZR-again", "marital_status", _SALE[4], by="ZR", through=None)
    return str(story.checked["SC"]["licence"]["text"])


def _expect_recognised(
    story: Story, case: str, requirement: str, *files: str, by: str = "YC", through: str | None = "ZW"
) -> None:
    result = story.checked[case][requirement]
    where = f"{case} {requirement}"
    if not story.expect_equal(f"{where} is recognised", result["verdict"], "recognised"):
        return
    wanted = {story.accepted[file]["id"] for file in files}
    story.expect_equal(f"{where} rests on", {one["id"] for one in result["acceptances"]}, wanted)
    for one in result["acceptances"]:
        story.expect_equal(f"{where}: by whom", (one["authority"], one["received_by"]), (by, through))
        story.expect(f"{where}: when", one["accepted_at"] > 0, one)
    story.expect(f"{where}: the sentence names a day", _DAY.search(result["text"]), result["text"])


def require(story: Story) -> str:
    """What is not recognised is required, each with its own reason."""
    wanted: dict[tuple[str, str], str] = {
        ("YC", "photo"): "evidence.never_seen",
        ("YC", "residence_permit"): "validity.expired",
        ("YC", "identity"): "handling.check_only",
        ("YC", "application"): "reuse.this_case_only",
        ("SC", "identity"): "handling.check_only",
        ("SC", "layout"): "evidence.never_seen",
        ("XF", "drawings"): "evidence.never_seen",
        ("ZR-again", "tax"): "reuse.single_use",
        ("ZR-again", "deed"): "handling.surrender",
    }
    for (case, requirement), reason in wanted.items():
        result = story.checked[case][requirement]
        seen = (result["verdict"], result["reason"])
        story.expect_equal(f"{case} {requirement}", seen, ("required", reason))
        story.expect(f"{case} {requirement} says what to do", result["next"], result)
    expired, shown = story.checked["YC"]["residence_permit"], story.checked["YC"]["identity"]
    story.expect("expired says when", "19 May 2019" in expired["text"], expired["text"])
    story.expect("check only says not kept", "is not kept" in shown["text"], shown["text"])
    again = accept(story, "ZR", "ZR-again", _SALE[3])
    seen = (again.status // 100, again.code)
    story.expect_equal("a used tax receipt is not accepted again", seen, (4, "acceptance.single_use"))
    return ", ".join(sorted(set(wanted.values())))


def rely_on_them(story: Story) -> str:
    """They rely on what was recognised; each reliance is an entry with a receipt that names its ground."""
    uses = [
        ("SC", "licence", LICENCE),
        ("XF", "licence", LICENCE),
        ("YC", "licence", LICENCE),
        ("YC", "premises.leased", LEASE),
        ("YC", "premises.leased", DEED),
    ]
    for who, requirement, file in uses:
        answer = rely(story, who, who, requirement, story.accepted[file]["id"])
        where = f"{who} relies on {file}"
        if not story.expect_equal(where, (answer.status, answer.code), (201, "")):
            continue
        story.relied[f"{who} {file}"] = answer
        story.expect_equal(f"{where}: ground", answer["ground"], "recognition")
        cited = (answer["guide"] != answer["policy"], answer["policy"])
        story.expect_equal(f"{where}: the policy in force is cited", cited, (True, policy_of(story, who)))
        story.expect(f"{where}: a legal ground is named", answer["legal"], answer["legal"])
        fault = receipt_fault(story, who, answer)
        story.expect(f"{where}: the receipt proves its entry", not fault, fault)
    refused = rely(story, "YC", "YC", "residence_permit", story.accepted[TAKEN[4]]["id"])
    seen = (refused.status // 100, refused.code)
    story.expect_equal("nobody relies on what expired", seen, (4, "reliance.not_recognised"))
    listed = story.doors.get(
        "YC", f"/api/v1/acceptances/{story.accepted[LICENCE]['id']}/reliances", purpose="采信追溯"
    ).must(200)
    departments = {one["department"] for one in listed["reliances"]}
    story.expect_equal("the authority sees who relied", departments, {"SC", "XF", "YC"})
    return f"{len(story.relied)} reliances, each with ground and policy"


def policy_of(story: Story, department: str) -> str:
    """The digest of a department's newest policy as anybody reads it; of the stated default where none is."""
    listed = story.doors.get("", "/api/v1/catalogue/versions").must(200)["versions"]
    code, version = next(
        (
            (one["code"], one["version"])
            for one in reversed(listed)
            if one["code"] == department and one["subject"] == "policy"
        ),
        ("default", 0),
    )
    read = story.doors.get("", f"/api/v1/catalogue/versions/policy/{code}/{version}").must(200)
    return sha256(read.body).hexdigest()


def hold_to_policy(story: Story) -> str:
    """The tobacco bureau decides by the policy that it published; by any other nobody relies."""
    question = {"case": story.cases["YC"], "purpose": "受理审查", "requirements": ["licence"]}
    told = story.doors.post("YC", "recognitions:check", question).must(200)["policy"]
    story.expect_equal("the answer names the policy", (told["authority"], told["version"]), ("YC", 1))
    story.expect_equal("and its digest", told["digest"], policy_of(story, "YC"))
    entry = story.doors.get("auditor", f"/api/v1/entries/{told['index']}").must(200)["envelope"]["entry"]
    published = (entry["kind"], entry["issuer"], entry["body"]["document"])
    story.expect_equal(
        "the entry named published it", published, ("catalogue.published", "YC", told["digest"])
    )
    food = {"case": story.cases["SC"], "purpose": "受理审查"}
    other = story.doors.post("SC", "recognitions:check", food).must(200)["policy"]
    story.expect_equal("each department has its own", other["digest"], policy_of(story, "SC"))
    story.expect("and they differ", other["digest"] != told["digest"], other)
    request = {"case": story.cases["YC"], "requirement": "licence", "policy": other["digest"]}
    refused = story.doors.post("YC", "reliances", {**request, "acceptance": story.accepted[LICENCE]["id"]})
    seen = (refused.status // 100, refused.code)
    story.expect_equal("nobody relies by another policy", seen, (4, "reliance.policy"))
    looser = next(one for one in samples.policies() if one["authority"] == "YC")
    rule = {**looser["rules"][0], "code": "loose", "types": ["health_certificate"], "max_age_days": 366}
    answer = story.doors.post(
        "YC",
        "catalogue/versions",
        {"subject": "policy", "document": {**looser, "version": 2, "rules": [rule]}},
    )
    seen = (answer.status // 100, answer.code)
    story.expect_equal("a policy looser than the type is refused", seen, (4, "catalogue.invalid"))
    return f"YC policy v1 (entry {told['index']}), SC v{other['version']}; another policy {refused.code}"


def own_shop(story: Story, name: str, owner: str, premises: str = "owned") -> None:
    """A web case in which somebody says what the shop is to them."""
    request = case_of(
        "YC-004",
        "web",
        [("applicant", owner), ("operator", owner)],
        {**LEASED, "premises": premises},
        SHOP,
        story.holders,
    )
    open_case(story, name, "YC", request)


def shown_deed(story: Story, case: str, **shown: Any) -> tuple[str, str]:
    """Verdict and reason for the title to the premises when a deed is shown."""
    presented = [{"type": "real_estate_deed", "issuer": "ZR", **shown}]
    result = check(story, "YC", case, requirements=["premises.owned"], presented=presented)["premises.owned"]
    return result["verdict"], result["reason"]


def roles(story: Story) -> str:
    """The landlord's deed serves the tenant through the lease, in the landlord's role and in no other."""
    leased = story.checked["YC"]["premises.leased"]
    story.expect_equal("lease and deed together", leased["verdict"], "recognised")
    used = {one["type"] for one in leased["acceptances"]}
    story.expect_equal("both are used", used, {"lease_contract", "real_estate_deed"})
    own_shop(story, "tenant-owns", "chen")
    alone = check(story, "YC", "tenant-owns", requirements=["premises.owned"])["premises.owned"]
    story.expect_equal("the tenant is no owner", alone["verdict"], "required")
    own_shop(story, "landlord-leases", "lin", "leased")
    turned = check(story, "YC", "landlord-leases", requirements=["premises.leased"])["premises.leased"]
    seen = (turned["verdict"], turned["reason"])
    story.expect_equal("the lessor is no lessee", seen, ("required", "party.wrong_role"))
    return f"tenant: {leased['reason']} with {len(used)} papers; lessor as lessee: {turned['reason']}"


def refuse(story: Story) -> str:
    """Look-ups without case or purpose, or outside the list, are refused, and each refusal is an entry."""
    case = story.cases["SC"]
    questions = {
        "lookup.case_missing": {"purpose": "受理审查"},
        "lookup.purpose_missing": {"case": case},
        "lookup.outside_list": {"case": case, "purpose": "受理审查", "requirements": ["marital_status"]},
        "case.unknown": {"case": story.cases["ZR"], "purpose": "受理审查"},
    }
    for code, question in questions.items():
        answer = story.doors.post("SC", "recognitions:check", question)
        if not story.expect_equal(f"refused: {code}", (answer.status // 100, answer.code), (4, code)):
            continue
        entry = story.doors.get("auditor", f"/api/v1/entries/{answer['index']}").must(200)
        seen = (entry["envelope"]["entry"]["kind"], entry["envelope"]["entry"]["body"]["department"])
        story.expect_equal(f"{code} is an entry", seen, ("usage.refused", "SC"))
    return f"{len(questions)} look-ups refused, {len(questions)} entries usage.refused"
