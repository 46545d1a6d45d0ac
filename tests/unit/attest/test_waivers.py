# SPDX-License-Identifier: Apache-2.0
"""Grounds in law for not asking: which hold for a use, and that a receipt keeps those of its own index."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from attest.catalogue.commands import Publication, Publish
from attest.catalogue.waivers import applying
from attest.recognition.commands import Rely
from attest.recognition.legal import legal_grounds
from attest.registry.model import GOVERNANCE
from ledger.hashing import sha256
from tests.attest_parts import a_ledger
from tests.recognition_parts import catalogue_json, demo_item, demo_types

if TYPE_CHECKING:
    from pathlib import Path

EVERYWHERE = ("sharing", "electronic_file", "once_collected")
ASKED = ("sharing", "once_collected")
LICENCE = (*EVERYWHERE, "licence_related")


@pytest.mark.parametrize(
    ("ground", "item", "type_", "lower", "said"),
    [
        ("recognition", "GA-008", "marriage_certificate", False, EVERYWHERE),
        ("recognition", "XF-001", "business_licence", False, LICENCE),
        (
            "recognition",
            "XF-001",
            "business_licence",
            True,
            (*LICENCE, "licence_upper"),
        ),
        ("recognition", "GA-008", "marriage_certificate", True, EVERYWHERE),
        ("recognition", "SC-001", "deed", False, (*EVERYWHERE, "market_sharing")),
        ("data_check", "GA-010", "id_card", False, (*ASKED, "vehicle_checked")),
        (
            "data_check",
            "ZR-007",
            "deed_tax_receipt",
            False,
            (*ASKED, "deed_tax_checked"),
        ),
        ("recognition", "ZR-007", "deed_tax_receipt", False, EVERYWHERE),
        ("data_check", "ZR-007", "deed", False, ASKED),
    ],
)
def test_a_ground_holds_for_its_kind_of_use(
    ground: str, item: str, type_: str, *, lower: bool, said: tuple[str, ...]
) -> None:
    """By the ground of the use, kind of item, item, paper and level, in the document's order."""
    found = applying(demo_types(), ground, demo_item(item), type_, lower=lower)
    assert tuple(one.code for one in found) == said


def test_a_receipt_keeps_the_grounds_of_its_index(tmp_path: Path) -> None:
    """Another version of the types, without grounds, holds for later receipts and changes no earlier one."""
    with a_ledger(tmp_path) as ledger:
        licence = ledger.accept(ledger.fire_case(), "business-licence.pdf", "XF")
        act, store = Rely(ledger.catalogue), ledger.log.store
        tobacco = ledger.tobacco_case()
        first = ledger.reliance(tobacco, "licence", licence, "YC-004")
        before = ledger.act(act, first, "YC")
        said = legal_grounds(first, ledger.catalogue, store, before.index)
        types = {**catalogue_json("types"), "version": 2}
        del types["waivers"]
        body = json.dumps(types, ensure_ascii=False).encode()
        ledger.act(Publish(), Publication("types", "types", 2, sha256(body)), GOVERNANCE, attached=[body])
        assert legal_grounds(first, ledger.catalogue, store, before.index) == said
        second = ledger.reliance(ledger.tobacco_case(), "licence", licence, "YC-004")
        after = ledger.act(act, second, "YC")
        later = legal_grounds(second, ledger.catalogue, store, after.index)
    assert [one.of for one in said] == ["requirement", "waiver", "waiver", "waiver", "waiver"]
    assert all(one.says is not None for one in said if one.of == "waiver")
    assert later == said[:1]
