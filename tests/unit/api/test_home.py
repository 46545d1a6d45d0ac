# SPDX-License-Identifier: Apache-2.0
"""Founding a home: what stands there afterwards, and who may read it."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest

from api.cli.child import once_environment
from api.home import CORE_KEYS, found_home
from api.settings import SettingsError
from api.trust_file import pins_of, read_trust, with_pins, write_trust
from attest.statements import Envelope
from attest.verify.model import ANCHOR
from ledger.chain.founding import Pins
from ledger.checkpoint import open_checkpoint
from ledger.note import NoteVerifier
from ledger.store import Store
from tests.homes import DEPARTMENT, ORIGIN, once, settings_of

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["tests.home_parts"]


def test_entry_0_founds_the_log(home: Path) -> None:
    """Entry 0 names the keys, is signed by governance, and stands under a published checkpoint."""
    trust = read_trust(home / "trust.json")
    store = Store(f"sqlite:///{home / 'ledger.db'}")
    envelope = Envelope.parse(store.leaf(0))
    envelope.check_signature()
    published = store.latest_checkpoint()
    store.close()

    assert envelope.key == trust.governance
    assert (envelope.entry.kind, envelope.entry.log) == ("log.founded", trust.log)
    assert envelope.entry.body["profile"] == "demo"
    assert published is not None
    assert open_checkpoint(published.note, NoteVerifier.from_vkey(trust.log_key), ORIGIN).size == 1
    assert published.evm_signature is not None


def test_secrets_are_the_owners_alone(home: Path) -> None:
    """Folders have mode 0700 and every key file 0600."""
    secret = [path for folder in ("keys", "head") for path in (home / folder).iterdir()]
    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in secret}
    assert {0o700} == {stat.S_IMODE((home / name).stat().st_mode) for name in ("keys", "head", "vault")}
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert {*CORE_KEYS, DEPARTMENT} == {path.stem for path in (home / "keys").glob("*.json")}


def test_a_home_is_founded_once(home: Path) -> None:
    """Founding into a folder that holds anything touches nothing."""
    before = (home / "trust.json").read_bytes()
    with pytest.raises(SettingsError, match="not empty"):
        found_home(settings_of(home))
    assert before == (home / "trust.json").read_bytes()


def test_trust_gains_the_contract(home: Path) -> None:
    """Before there is a contract no anchor is required; afterwards it is, and the pins read back."""
    trust = read_trust(home / "trust.json")
    pins = Pins(31337, b"\1" * 20, b"\2" * 32, 1, b"\3" * 32)
    write_trust(home / "trust.json", with_pins(trust, pins))
    again = read_trust(home / "trust.json")

    assert pins_of(trust) is None
    assert ANCHOR not in trust.required
    assert pins_of(again) == pins
    assert ANCHOR in again.required
    assert list(home.glob(".trust*")) == []


def test_damaged_trust_is_named(tmp_path: Path) -> None:
    """A missing or damaged trust file is said, with what to do."""
    with pytest.raises(SettingsError, match="once init"):
        read_trust(tmp_path / "trust.json")
    (tmp_path / "trust.json").write_text("{}")
    with pytest.raises(SettingsError, match="cannot be read"):
        read_trust(tmp_path / "trust.json")


def test_children_get_the_same_settings(home: Path) -> None:
    """What a child process reads from its environment is what the parent has."""
    settings = settings_of(home, chain="http://127.0.0.1:1", port=7)
    stated = once_environment(settings)
    assert stated["ONCE_CHAIN"] == "http://127.0.0.1:1"
    assert (stated["ONCE_HOME"], stated["ONCE_PORT"]) == (str(home), "7")


def test_init_by_command(tmp_path: Path) -> None:
    """`once init` founds a home and shows the operator's key once; in production it warns of governance."""
    made = once(tmp_path / "home", "init", "--json", "--profile", "demo", "--origin", ORIGIN)
    assert made.returncode == 0, made.stderr
    said = json.loads(made.stdout)
    assert said["operator_key"].startswith("once_")
    assert said["log"] == read_trust(tmp_path / "home" / "trust.json").log.hex()
    assert said["operator_key"].encode() not in (tmp_path / "home" / "ledger.db").read_bytes()

    again = once(tmp_path / "home", "init", "--json", "--profile", "demo")
    assert again.returncode == 2
