# SPDX-License-Identifier: Apache-2.0
"""T55: an insider edits a guide without a new version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from attest.cases.commands import OpenCase
from attest.cases.repository import case_by_no
from attest.catalogue.commands import Publication, Publish
from attest.catalogue.repository import version_of
from attest.recognition.commands import Rely
from attest.registry.model import GOVERNANCE
from attest.registry.repository import text_of
from ledger.hashing import sha256
from tests.attest_parts import DEMO, Meaning, a_ledger

BODY = (DEMO / "catalogue" / "items" / "XF-001.json").read_bytes()


@pytest.fixture
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    with a_ledger(tmp_path_factory.mktemp("t55")) as made:
        yield made


def refusal(ledger: Meaning, version: int, body: bytes, issuer: str = "XF", code: str = "XF-001") -> str:
    record = Publication("item", code, version, sha256(body))
    return ledger.refusal(Publish(), record, issuer, attached=[body])


def test_a_changed_text_needs_a_new_version(ledger: Meaning) -> None:
    """The same version with another text, a skipped version and a text of another version are refused."""
    edited = BODY.replace(b'"procedure"', b'"procedures"')
    assert refusal(ledger, 1, edited) == "catalogue.version"
    assert refusal(ledger, 3, edited) == "catalogue.version"
    assert refusal(ledger, 2, BODY) == "catalogue.invalid"
    assert refusal(ledger, 1, BODY, code="XF-002") == "catalogue.invalid"
    assert refusal(ledger, 2, b"{}") == "catalogue.invalid"
    assert refusal(ledger, 2, b"\xff") == "catalogue.invalid"
    missing = Publication("item", "XF-001", 2, bytes(32))
    assert ledger.refusal(Publish(), missing, "XF", attached=[BODY]) == "field.missing"
    types = Publication("types", "other", 1, sha256(BODY))
    assert ledger.refusal(Publish(), types, GOVERNANCE, attached=[BODY]) == "catalogue.invalid"


def test_a_case_keeps_the_guide_of_its_day(ledger: Meaning) -> None:
    """After a new version a case answers by the guide it pinned; new cases open under the new one alone."""
    old_case = ledger.fire_case()
    old = ledger.opening("XF-001", {"procedure": "promise"}, {"applicant": "eatery"})
    newer = BODY.replace(b'"version": 1', b'"version": 2')
    ledger.act(Publish(), Publication("item", "XF-001", 2, sha256(newer)), "XF", attached=[newer])
    assert ledger.refusal(OpenCase(ledger.catalogue), old, "XF") == "catalogue.version"
    new_case = ledger.fire_case()
    versions = []
    for case in (old_case, new_case):
        row = case_by_no(case, ledger.log.store)
        assert row is not None
        versions.append(row.version)
    assert versions == [1, 2]
    licence = ledger.accept(old_case, "business-licence.pdf", "XF")
    record = ledger.reliance(old_case, "licence", licence, "XF-001")  # cites the new guide
    assert ledger.refusal(Rely(ledger.catalogue), record, "XF") == "reliance.guide"
    published = version_of("item", "XF-001", 1, ledger.log.store)
    assert published is not None
    ledger.act(Rely(ledger.catalogue), replace(record, guide=published.digest), "XF")
    assert text_of(published.digest, ledger.log.store) == BODY
