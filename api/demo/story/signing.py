# SPDX-License-Identifier: Apache-2.0
"""A town's station that keeps its own key: it signs what `:prepare` answers, and nothing else passes."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from api.demo import samples
from api.demo.host import STATION
from api.demo.seed import SHOP, WINDOW, case_of
from api.demo.story.beginning import FIRM
from api.demo.story.deeds import material, receipt_fault
from api.signing import sign_prepared
from ledger.canonical import dump, read_json
from ledger.secp256k1 import Secp256k1Signer

if TYPE_CHECKING:
    from api.demo.doors import Answer
    from api.demo.story.play import Story

FILE: Final = "food-rules-list.pdf"
_HOUR: Final = 3600
_NAME: Final = {"zh": "光明镇便民服务中心", "en": "Guangming town service station"}


def sign_alone(story: Story) -> str:
    """The station's acceptance stands; repeated it gets its first index; tampered or stale it is refused."""
    signer = _let_in(story)
    prepared = _prepare_acceptance(story, signer)
    story.expect("nothing of the key is with the service", STATION not in story.host.addresses)
    request = sign_prepared(prepared, signer)
    other = Secp256k1Signer(secrets.token_bytes(32))
    refusals = {
        "tampered record": (_changed(request), "statement.mismatch"),
        "tampered signature": (_other_signature(request), ""),
        "another key": (sign_prepared(prepared, other), "signature.foreign_key"),
        "an hour old": (sign_prepared(_older(prepared), signer), "statement.stale"),
    }
    for text, (content, code) in refusals.items():
        answer = story.doors.post_bytes(STATION, "acceptances", content)
        refused = 400 <= answer.status < 500 and (answer.code == code or not code)
        story.expect(f"{text} is refused", refused, f"{answer.status} {answer.code}")
    first = story.doors.post_bytes(STATION, "acceptances", request)
    if not story.expect_equal("its own signature", (first.status, first.code), (201, "")):
        return first.code
    fault = receipt_fault(story, STATION, first)
    story.expect("the receipt proves its entry", not fault, fault)
    shown = story.doors.get(STATION, f"/api/v1/entries/{first['index']}").must(200)
    story.expect_equal("the log holds its key", shown["envelope"]["key"], signer.address.hex())
    again = story.doors.post_bytes(STATION, "acceptances", request)
    seen = (again.status, again.document.get("index"))
    story.expect_equal("an exact repeat", seen, (201, first["index"]))
    return f"entry {first['index']} signed by 0x{signer.address.hex()[:8]}…, 4 forgeries refused"


def _let_in(story: Story) -> Secp256k1Signer:
    """Register the station by its address, and mandate it as a receiver in the next version of a guide."""
    signer = Secp256k1Signer(secrets.token_bytes(32))
    key = {"custody": "department", "address": signer.address.hex()}
    department = {"code": STATION, "level": "town", "name": _NAME, "key": key}
    story.doors.post("operator", "departments", department).must(201)
    guide = next(one for one in samples.items() if one["code"] == "SC-002")
    newer = {**guide, "version": 2, "receivers": [WINDOW, STATION]}
    story.doors.post("SC", "catalogue/versions", {"subject": "item", "document": newer}).must(201)
    return signer


def _prepare_acceptance(story: Story, signer: Secp256k1Signer) -> bytes:
    """A case of the station's, signed by it, and what it would sign to accept a file there."""
    request = case_of(
        "SC-002",
        "station",
        FIRM,
        {"prepacked": "no", "catering": "no", "applicant": "self"},
        SHOP,
        story.holders,
    )
    prepared = story.doors.post(STATION, "cases:prepare", request).must(200)
    opened = story.doors.post_bytes(STATION, "cases", sign_prepared(prepared.body, signer)).must(201)
    story.cases["station"] = str(opened["case"])
    story.doors.put(STATION, samples.sample(FILE)).must(201)
    plain = story.doors.post(STATION, "acceptances", material(story, "station", FILE))
    story.expect(
        "the service cannot sign for it",
        400 <= plain.status < 500 and plain.code == "key.not_custodial",
        f"{plain.status} {plain.code}",
    )
    answer: Answer = story.doors.post(STATION, "acceptances:prepare", material(story, "station", FILE))
    return answer.must(200).body


def _document(content: bytes) -> dict[str, Any]:
    document: Any = read_json(content, max_bytes=1 << 20, max_depth=18)
    return dict(document)


def _changed(request: bytes) -> bytes:
    """The signed request with another assurance in its record."""
    document = _document(request)
    document["private"]["record"]["assurance"] = "scan"
    return dump(document, max_depth=18)


def _other_signature(request: bytes) -> bytes:
    """The signed request with one bit of the signature turned."""
    document = _document(request)
    signature = bytearray(bytes.fromhex(document["sig"]))
    signature[40] ^= 1
    document["sig"] = signature.hex()
    return dump(document, max_depth=18)


def _older(prepared: bytes) -> bytes:
    """What was prepared, dated an hour earlier."""
    document = _document(prepared)
    document["entry"]["time"] -= _HOUR
    return dump(document, max_depth=18)
