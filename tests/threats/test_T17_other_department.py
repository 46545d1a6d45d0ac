# SPDX-License-Identifier: Apache-2.0
"""T17: a clerk acts for another department."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from attest.acts import Act
from attest.cases.commands import OpenCase
from attest.catalogue.commands import Publication, Publish
from attest.errors import StatementError
from attest.materials.commands import Accept, Retract
from attest.recognition.commands import Rely
from ledger.hashing import sha256
from tests.attest_context import a_key
from tests.attest_parts import DEMO, Meaning, a_ledger

STRANGERS = ("SC", "YC", "ZR", "GA")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    with a_ledger(tmp_path_factory.mktemp("t17")) as made:
        yield made


def opening(ledger: Meaning) -> tuple[Act[Any], Any, str]:
    record = ledger.opening("XF-001", {"procedure": "promise"}, {"applicant": "eatery"})
    return OpenCase(ledger.catalogue), record, "auth.forbidden"


def acceptance(ledger: Meaning) -> tuple[Act[Any], Any, str]:
    record = ledger.acceptance(ledger.fire_case(), "business-licence.pdf", "XF")
    return Accept(ledger.catalogue), record, "case.unknown"


def retraction(ledger: Meaning) -> tuple[Act[Any], Any, str]:
    written = ledger.accept(ledger.fire_case(), "business-licence.pdf", "XF")
    return Retract(), ledger.retraction(written), "acceptance.unknown"


def reliance(ledger: Meaning) -> tuple[Act[Any], Any, str]:
    case = ledger.fire_case()
    written = ledger.accept(case, "business-licence.pdf", "XF")
    return Rely(ledger.catalogue), ledger.reliance(case, "licence", written, "XF-001"), "case.unknown"


MADE: list[Callable[[Meaning], tuple[Act[Any], Any, str]]] = [opening, acceptance, retraction, reliance]


@pytest.mark.parametrize("make", MADE)
def test_a_stranger_is_refused_and_leaves_nothing(
    ledger: Meaning, make: Callable[[Meaning], tuple[Act[Any], Any, str]]
) -> None:
    """Every act in XF's case is refused to every other department, through the service or signed."""
    act, record, code = make(ledger)
    for stranger in STRANGERS:
        assert ledger.refusal(act, record, stranger) == code
        made = ledger.prepared(act, record, stranger)
        assert ledger.refused(ledger.external(act, made, a_key(stranger))) == code


@pytest.mark.parametrize("make", MADE)
def test_signing_in_anothers_name_is_refused(
    ledger: Meaning, make: Callable[[Meaning], tuple[Act[Any], Any, str]]
) -> None:
    """An entry that says XF under another's key is foreign; sent under another's name it does not match."""
    act, record, _ = make(ledger)
    made = ledger.prepared(act, record, "XF")
    for stranger in STRANGERS:
        assert ledger.refused(ledger.external(act, made, a_key(stranger))) == "signature.foreign_key"
        with pytest.raises(StatementError) as refused:
            ledger.external(act, made, a_key("XF"), stranger)
        assert refused.value.code == "issuer.mismatch"


def test_nobody_publishes_anothers_guide(ledger: Meaning) -> None:
    """A guide belongs to the authority that it names and that published it first."""
    body = (DEMO / "catalogue" / "items" / "XF-001.json").read_bytes()
    newer = body.replace(b'"version": 1', b'"version": 2')
    record = Publication("item", "XF-001", 2, sha256(newer))
    assert ledger.refusal(Publish(), record, "SC", attached=[newer]) == "issuer.mismatch"
    other = body.replace(b'"XF-001"', b'"XF-777"')
    record = Publication("item", "XF-777", 1, sha256(other))
    assert ledger.refusal(Publish(), record, "SC", attached=[other]) == "issuer.mismatch"
    types = (DEMO / "catalogue" / "types.json").read_bytes()
    record = Publication("types", "types", 2, sha256(types))
    assert ledger.refusal(Publish(), record, "SC", attached=[types]) == "issuer.mismatch"
