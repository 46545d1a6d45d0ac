# SPDX-License-Identifier: Apache-2.0
"""Evidence in the production profile, where governance and a department keep their keys elsewhere."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from api.cli.verify import exit_code
from api.demo import samples
from api.trust_file import read_trust
from attest.keyfiles import read_passphrase
from attest.keys import KeyRing
from attest.oversight.live import LIFETIME
from attest.verify import verify
from attest.verify.model import OFFLINE
from ledger.canonical import read_canonical
from tests.homes import copy_of, once, settings_of
from tests.worlds import OWN, OWN_SIGNER, World, food_guide, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attest.statements import Signer


pytest_plugins = ["tests.api_parts"]


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where governance keeps its keystore, away from the service."""
    return tmp_path_factory.mktemp("governance")


@pytest.fixture(scope="module")
def world(production_home: Path, tmp_path_factory: pytest.TempPathFactory, outside: Path) -> Iterator[World]:
    """A production ledger: SC's key is kept by the service, WJ's by itself, governance's elsewhere."""
    home = copy_of(production_home, tmp_path_factory.mktemp("production") / "home")
    settings = settings_of(home, profile="production")
    shutil.move(settings.keys_folder / "governance.json", outside / "governance.json")
    made = open_world(home, profile="production")
    _fill(made, KeyRing(outside, read_passphrase(settings.passphrase_file)).signer("governance"))
    yield made
    made.close()


def _fill(world: World, governance: Signer) -> None:
    """Two departments, a guide, a person, a case at WJ and the paper that WJ accepted."""
    names = {one["code"]: one for one in samples.departments()}
    keys = {"SC": world.ledger.context.keys.signer("SC").address, OWN: OWN_SIGNER.address}
    for code, address in keys.items():
        named = {"code": code, "level": names[code]["level"], "name": names[code]["name"]}
        custody = "department" if code == OWN else "service"
        first = {**named, "key": {"custody": "department", "address": address.hex()}}
        world.made("operator", "departments", world.signed("operator", "departments", first, governance))
        key = {"department": code, "address": address.hex(), "custody": custody}
        world.made(
            "operator", "departments/keys", world.signed("operator", "departments/keys", key, governance)
        )
    types = {"subject": "types", "document": samples.types()}
    world.made(
        "operator", "catalogue/versions", world.signed("operator", "catalogue/versions", types, governance)
    )
    world.made("SC", "catalogue/versions", {"subject": "item", "document": food_guide()})
    for one in samples.people():
        person = {name: one[name] for name in ("id_type", "number", "name")}
        world.holders[one["key"]] = world.made("SC", "holders", person)["holder"]
    opened = world.made(OWN, "cases", world.signed(OWN, "cases", world.case("SC-002")))
    world.upload(OWN, "food-layout.pdf")
    asked = world.acceptance(opened["case"], "food-layout.pdf")
    world.accepted["layout"] = world.made(OWN, "acceptances", world.signed(OWN, "acceptances", asked))


def _evidence(world: World, folder: Path) -> Path:
    """The department's evidence of its acceptance, in a file."""
    world.ledger.publisher.publish_once()
    answer = world.get(OWN, f"evidence/{world.accepted['layout']['id']}", purpose="archive")
    assert answer.status_code == 200, answer.text
    file = folder / "paper.evidence.json"
    file.write_bytes(answer.content)
    return file


def _verified(world: World, file: Path) -> tuple[int, str]:
    """Exit code and words of `once verify --offline` by the trust file of the founding."""
    home = world.ledger.settings.home
    done = once(home, "verify", str(file), "--trust", str(home / "trust.json"), "--offline", "--lang", "en")
    return done.returncode, done.stdout


def test_evidence_waits_for_both_statements_and_ends_with_them(
    world: World, outside: Path, tmp_path: Path
) -> None:
    """Cannot tell without them, valid with governance's and the department's, cannot tell when they end."""
    home = world.ledger.settings.home
    code, said = _verified(world, _evidence(world, tmp_path))
    assert (code, "authority.snapshot_missing" in said) == (3, True)

    asked = once(home, "keys", "snapshot")
    assert asked.returncode == 0, asked.stderr
    (tmp_path / "snapshot.json").write_text(asked.stdout)
    passphrase = world.ledger.settings.passphrase_file
    signed = once(
        tmp_path / "nowhere",
        *("keys", "sign", "governance", str(tmp_path / "snapshot.json"), "--folder", str(outside)),
        *("--passphrase-file", str(passphrase)),
        more={"ONCE_PROFILE": "production"},
    )
    assert signed.returncode == 0, signed.stderr
    assert "registry.snapshot by governance" in signed.stderr
    assert read_canonical(signed.stdout.encode())  # the API takes just these bytes, without the end of a line
    (tmp_path / "signed.json").write_text(signed.stdout)
    kept = once(home, "keys", "deliver", str(tmp_path / "signed.json"))
    assert kept.returncode == 0, kept.stderr
    code, said = _verified(world, _evidence(world, tmp_path))
    assert (code, "status.ask_department" in said) == (3, True)

    wish: dict[str, Any] = {"kind": "acceptance.status", "acceptance": world.accepted["layout"]["id"]}
    world.made(OWN, "statements", world.signed(OWN, "statements", wish))
    file = _evidence(world, tmp_path)
    code, said = _verified(world, file)
    assert (code, said.startswith("Valid")) == (0, True), said

    trust = read_trust(home / "trust.json")
    later = verify(file.read_bytes(), trust, int(file.stat().st_mtime) + LIFETIME + 1, profile=OFFLINE)
    assert (later.reason, exit_code(later)) == ("freshness.stale", 3)


def test_the_door_takes_statements_from_their_issuer_alone(world: World) -> None:
    """Who may not say it is refused, and nothing is signed for those who sign for themselves."""
    own = {"kind": "acceptance.status", "acceptance": world.accepted["layout"]["id"]}
    refused = world.post("SC", "statements:prepare", own)
    assert (refused.status_code, refused.json()["code"]) == (404, "acceptance.unknown")
    refused = world.post("SC", "statements", world.signed(OWN, "statements", own))
    assert (refused.status_code, refused.json()["code"]) == (403, "issuer.mismatch")
    refused = world.post(OWN, "statements", own)
    assert (refused.status_code, refused.json()["code"]) == (400, "field.missing")
    register = {"kind": "registry.snapshot"}
    refused = world.post(OWN, "statements:prepare", register)
    assert (refused.status_code, refused.json()["code"]) == (403, "auth.forbidden")
    forged = world.signed("operator", "statements", register, OWN_SIGNER)
    refused = world.post("operator", "statements", forged)
    assert (refused.status_code, refused.json()["code"]) == (403, "signature.foreign_key")
