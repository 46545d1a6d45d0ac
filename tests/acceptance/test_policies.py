# SPDX-License-Identifier: Apache-2.0
"""Recognition policies over HTTP: published, read by anybody, named in answers, cited and held to."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from api.demo import samples
from attest.policies.document import DEFAULT_DIGEST, DEFAULT_DOCUMENT
from attest.statements import Envelope
from attest.verify import Evidence
from tests.policy_parts import a_document
from tests.worlds import OWN

if TYPE_CHECKING:
    import httpx

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

DEFAULT = {"version": 0, "digest": DEFAULT_DIGEST.hex(), "index": None, "in_force": None}


def a_policy(version: int = 1, **terms: Any) -> dict[str, Any]:
    """The demo's policy of the tobacco bureau, with other terms for business licences."""
    document = next(one for one in samples.policies() if one["authority"] == "YC")
    licence = {**document["rules"][0], **terms}
    return {**document, "version": version, "rules": [licence, *document["rules"][1:]]}


def publish(world: World, document: dict[str, Any], who: str = "YC") -> dict[str, Any]:
    return world.made(who, "catalogue/versions", {"subject": "policy", "document": document})


def ask(world: World, who: str = "YC", case: str = "YC-004") -> dict[str, Any]:
    question = {"case": world.cases[case], "purpose": "审查", "requirements": ["licence"]}
    answer = world.post(who, "recognitions:check", question)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def rely(world: World, **more: Any) -> httpx.Response:
    acceptance = world.accepted["licence"]["id"]
    asked = {"case": world.cases["YC-004"], "requirement": "licence", "acceptance": acceptance, **more}
    return world.post("YC", "reliances", asked)


def test_a_policy_is_read_as_published(own_world: World) -> None:
    """The public text has the digest that the log names, and so has the default that nobody published."""
    made = publish(own_world, a_policy())
    read = own_world.get("", "catalogue/versions/policy/YC/1")
    assert sha256(read.content).hexdigest() == made["document"]
    assert read.headers["etag"] == f'"{made["document"]}"'
    entry = Envelope.parse(own_world.ledger.store.leaf(made["index"])).entry
    assert (entry.issuer, entry.body["subject"], entry.body["document"]) == ("YC", "policy", made["document"])
    assert own_world.get("", "catalogue/versions/policy/default/0").content == DEFAULT_DOCUMENT
    assert own_world.get("", "catalogue/versions/policy/default/1").status_code == 404
    listed = own_world.get("", "catalogue/versions").json()["versions"]
    expected = {"subject": "policy", "code": "YC", "version": 1, "department": "YC", "index": made["index"]}
    assert listed[-1] == expected


def test_what_does_not_fit_is_refused_and_leaves_nothing(own_world: World) -> None:
    """Another's, a looser, an unreadable one, a version out of turn: each by its code, and no entry."""
    size = own_world.size
    looser = a_policy(types=["health_certificate"], max_age_days=366, scans=...)
    del looser["rules"][0]["scans"]
    wrong: list[tuple[str, dict[str, Any], str]] = [
        ("XF", a_policy(), "issuer.mismatch"),
        ("operator", a_policy(), "issuer.mismatch"),
        ("YC", looser, "catalogue.invalid"),
        ("YC", a_policy(accepted_by=["NN"]), "catalogue.invalid"),
        ("YC", {**a_policy(), "grounds": ["data_check"]}, "catalogue.invalid"),
        ("YC", a_policy(2), "catalogue.version"),
    ]
    for who, document, code in wrong:
        answer = own_world.post(who, "catalogue/versions", {"subject": "policy", "document": document})
        assert (answer.status_code // 100, answer.json()["code"]) == (4, code), answer.text
        assert answer.json()["next"]
    assert own_world.acts(size) == []


def test_a_refusal_names_the_place(own_world: World) -> None:
    """The rule that is wrong is named by its JSON pointer, and what is expected there."""
    answer = own_world.post(
        "YC", "catalogue/versions", {"subject": "policy", "document": a_policy(max_age_days=0)}
    )
    assert answer.json()["path"] == "/rules/0/max_age_days"
    assert "from 1 to 36500" in answer.json()["detail"]


def test_every_answer_names_the_policy_of_who_decides(own_world: World) -> None:
    """First the default, then the version published, with its digest and entry; its terms decide."""
    before = ask(own_world)
    assert before["policy"] == {"authority": "YC", **DEFAULT}
    assert before["results"][0]["verdict"] == "recognised"
    made = publish(own_world, a_policy(accepted_by=["SC"]))
    after = ask(own_world)
    assert after["policy"] == {
        "authority": "YC",
        "version": 1,
        "digest": made["document"],
        "index": made["index"],
        "in_force": None,
    }
    result = after["results"][0]
    assert (result["verdict"], result["reason"]) == ("required", "authority.not_accepted")
    assert "policy" in result["text"]
    assert ask(own_world, "ZW", "XF-001")["policy"] == {"authority": "XF", **DEFAULT}


def test_a_reliance_is_held_to_the_policy_in_force(own_world: World) -> None:
    """One made by what the check named is refused once another version stands; what stands is cited."""
    made = publish(own_world, a_policy())
    named = ask(own_world)["policy"]["digest"]
    again = publish(own_world, a_policy(2, max_age_days=365))
    refused = rely(own_world, policy=named)
    assert (refused.status_code, refused.json()["code"]) == (409, "reliance.policy")
    assert "recognitions:check" in refused.json()["next"]
    receipt = rely(own_world, policy=again["document"])
    assert receipt.status_code == 201, receipt.text
    said = receipt.json()
    assert (said["policy"], said["ground"]) == (again["document"], "recognition")
    assert [(one["of"], one["text"]) for one in said["legal"] if one["of"] != "waiver"] == [
        ("requirement", "营业执照"),
        ("policy", a_policy()["rules"][0]["citation"]["text"]),
    ]
    body = Envelope.parse(own_world.ledger.store.leaf(said["index"])).entry.body
    guide = own_world.get("", "catalogue/versions/item/YC-004/1")
    assert (body["authority"], body["policy"]) == ("YC", again["document"])
    assert body["guide"] == said["guide"] == sha256(guide.content).hexdigest()
    assert made["document"] not in json.dumps(body)


def test_the_evidence_of_a_reliance_carries_its_policy(own_world: World) -> None:
    """The file holds the publication that the reliance cites, and governance's word on all versions."""
    made = publish(own_world, a_policy())
    receipt = rely(own_world).json()
    publish(own_world, a_policy(2))
    answer = own_world.get("YC", f"evidence/{receipt['id']}", purpose="存证")
    assert answer.status_code == 200, answer.text
    evidence = Evidence.parse(answer.content)
    assert [one.index for _, one in evidence.of_role("policy")] == [made["index"]]


def test_a_department_signs_its_policy_itself(own_world: World) -> None:
    """Prepared, signed with its own key, published; what is sent beside the entry must be what it names."""
    document = a_document(authority=OWN, otherwise={"max_age_days": 365})
    asked = {"subject": "policy", "document": document}
    signed = json.loads(own_world.signed(OWN, "catalogue/versions", asked))
    other = {**signed, "document": {**document, "otherwise": {"max_age_days": 366}}}
    size = own_world.size
    refused = own_world.post(OWN, "catalogue/versions", other)
    assert refused.status_code // 100 == 4, refused.text
    assert own_world.size == size
    made = own_world.made(OWN, "catalogue/versions", {**signed, "document": document})
    assert (made["subject"], made["code"], made["version"]) == ("policy", OWN, 1)
    assert own_world.get("", f"catalogue/versions/policy/{OWN}/1").json() == document


def test_a_policy_that_overtakes_one_to_come_warns(own_world: World) -> None:
    """Published after one that waits for its day, a policy in force now says that the other never holds."""
    first = publish(own_world, a_policy())
    assert "overtakes" not in first
    ahead = publish(own_world, {**a_policy(2), "in_force": "2099-01-01"})
    assert "overtakes" not in ahead
    assert publish(own_world, a_policy(3))["overtakes"] == [2]
    later = publish(own_world, {**a_policy(4), "in_force": "2099-01-02"})
    assert "overtakes" not in later
