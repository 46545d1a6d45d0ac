# SPDX-License-Identifier: Apache-2.0
"""Bundles come into the log as guides do: signed by who leads them, versioned, fitting, found by digest."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from attest.bundles.breaking import unfit_by
from attest.bundles.repository import bundle_of, guides_of
from attest.catalogue.commands import Publication, Publish
from attest.catalogue.repository import latest_version, list_versions
from attest.registry.model import GOVERNANCE
from attest.standards.document import parse_standard
from ledger.errors import CommandRejected
from ledger.hashing import sha256
from tests.attest_context import a_key
from tests.attest_parts import DEMO, OWN_KEY, TODAY, Meaning, a_ledger
from tests.bundle_parts import BUNDLES

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Meaning:
    return _with_bundles(tmp_path_factory.mktemp("bundles"))


def _with_bundles(folder: Path) -> Meaning:
    """A ledger in which the demo's bundles and the guides of their members are published."""
    made = a_ledger(folder)
    bundles = [(DEMO / "catalogue" / "bundles" / f"{code}.json").read_bytes() for code in BUNDLES]
    for code in {member["item"] for body in bundles for member in json.loads(body)["members"]}:
        if latest_version("item", code, made.log.store) is None:
            _publish(made, "item", (DEMO / "catalogue" / "items" / f"{code}.json").read_bytes())
    for body in bundles:
        _publish(made, "bundle", body)
    return made


def _publish(made: Meaning, subject: str, body: bytes) -> None:
    said = json.loads(body)
    record, authority = Publication(subject, said["code"], said["version"], sha256(body)), said["authority"]
    if authority == OWN_KEY:
        signed = made.external(
            Publish(), made.prepared(Publish(), record, OWN_KEY), a_key(OWN_KEY), attached=[body]
        )
        made.submit(signed)
    else:
        made.act(Publish(), record, authority, attached=[body])


def _next(**change: Any) -> tuple[Publication, bytes]:
    document = json.loads((DEMO / "catalogue" / "bundles" / "newborn.json").read_bytes())
    body = json.dumps({**document, "version": 2, **change}, ensure_ascii=False).encode()
    return Publication("bundle", "newborn", 2, sha256(body)), body


def test_published_bundles_are_read_back(ledger: Meaning) -> None:
    """The newest version and a named one are what was signed; members' guides come with it."""
    published = [row for row in list_versions(ledger.log.store) if row[0] == "bundle"]
    assert published == [("bundle", "newborn", 1, "ZW"), ("bundle", "restaurant", 1, "ZW")]
    bundle, place = bundle_of("restaurant", None, ledger.log.store)
    assert bundle_of("restaurant", 1, ledger.log.store) == (bundle, place)
    body = (DEMO / "catalogue" / "bundles" / "restaurant.json").read_bytes()
    assert (place.digest, place.department) == (sha256(body), "ZW")
    guides = guides_of(bundle, ledger.catalogue, ledger.log.store)
    assert {step: one.code for step, one in guides.items()} == {
        "food": "SC-002",
        "fire": "XF-001",
        "sign": "ZJ-051",
        "tobacco": "YC-004",
    }
    with pytest.raises(CommandRejected) as caught:
        bundle_of("nothing", None, ledger.log.store)
    assert caught.value.code == "bundle.unknown"


@pytest.mark.parametrize(
    ("change", "issuer", "code"),
    [
        ({}, "SC", "issuer.mismatch"),
        ({}, GOVERNANCE, "issuer.mismatch"),
        ({"authority": "SC"}, "ZW", "issuer.mismatch"),
        ({"version": 3}, "ZW", "catalogue.invalid"),
        ({"code": "other"}, "ZW", "catalogue.invalid"),
        ({"members": []}, "ZW", "catalogue.invalid"),
        ({"roles": ["mother", "father", "newborn", "newborn "]}, "ZW", "catalogue.invalid"),
    ],
)
def test_what_is_refused(ledger: Meaning, change: dict[str, Any], issuer: str, code: str) -> None:
    """A bundle of another, of another code or version, or that is none, is refused with its reason."""
    record, body = _next(**change)
    assert ledger.refusal(Publish(), record, issuer, attached=[body]) == code


def test_members_must_be_published(ledger: Meaning) -> None:
    """A member whose guide nobody published, or that does not fit it, is refused."""
    document = json.loads((DEMO / "catalogue" / "bundles" / "newborn.json").read_bytes())
    unknown = [{**document["members"][0], "item": "WJ-999"}, *document["members"][1:]]
    record, body = _next(members=unknown)
    assert ledger.refusal(Publish(), record, "ZW", attached=[body]) == "item.unknown"
    later = [{**document["members"][0], "version": 7}, *document["members"][1:]]
    record, body = _next(members=later)
    assert ledger.refusal(Publish(), record, "ZW", attached=[body]) == "item.unknown"
    unfit = [{**document["members"][0], "answers": {}}, *document["members"][1:]]
    record, body = _next(members=unfit)
    assert ledger.refusal(Publish(), record, "ZW", attached=[body]) == "catalogue.invalid"


def test_a_new_version(tmp_path: Path) -> None:
    """The next version is the one in force; the earlier one stays readable."""
    with _with_bundles(tmp_path) as ledger:
        record, body = _next()
        ledger.act(Publish(), record, "ZW", attached=[body])
        assert bundle_of("newborn", None, ledger.log.store)[0].version == 2
        assert bundle_of("newborn", 1, ledger.log.store)[0].version == 1
        assert ledger.refusal(Publish(), record, "ZW", attached=[body]) == "catalogue.version"


def test_the_guide_in_force_on_the_day_counts(tmp_path: Path) -> None:
    """A member's guide that is published ahead waits; without a day the newest is meant."""
    with _with_bundles(tmp_path) as ledger:
        first = TODAY + timedelta(days=30)
        guide = json.loads((DEMO / "catalogue" / "items" / "XF-001.json").read_bytes())
        ahead = {**guide, "version": 2, "in_force": first.isoformat()}
        _publish(ledger, "item", json.dumps(ahead, ensure_ascii=False).encode())
        bundle, _ = bundle_of("restaurant", None, ledger.log.store)
        for day, version in ((TODAY, 1), (first - timedelta(days=1), 1), (first, 2), (None, 2)):
            guides = guides_of(bundle, ledger.catalogue, ledger.log.store, day=day)
            assert guides["fire"].version == version, day


def test_a_standard_that_drops_a_bundle_s_field_names_it(tmp_path: Path) -> None:
    """The place of the field on the bundle's form; a version that has it leaves nothing unfit."""
    folder = DEMO / "catalogue"
    whole = parse_standard(json.loads((folder / "standards" / "food-business.v1.json").read_bytes()))
    with _with_bundles(tmp_path) as ledger:
        document = json.loads((folder / "bundles" / "newborn.json").read_bytes())
        field = {**document["fields"][0], "standard": {"code": "food-business", "field": "area"}}
        newer = {**document, "version": 2, "fields": [field, *document["fields"][1:]]}
        _publish(ledger, "bundle", json.dumps(newer, ensure_ascii=False).encode())
        assert unfit_by(whole, ledger.log.store) == []
        fields = tuple(one for one in whole.fields if one.code != "area")
        (found,) = unfit_by(replace(whole, fields=fields), ledger.log.store)
    assert (found.subject, found.code, found.version) == ("bundle", "newborn", 2)
    assert found.place == "/fields/0/standard/field"
