# SPDX-License-Identifier: Apache-2.0
"""One ledger composed of its parts: opened, started, closed; its API keys; its state."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from api.api_keys import EndKey, standing_keys
from api.auth import DEPARTMENT as DEPARTMENT_SCOPE
from api.auth import OPERATOR, authenticate
from api.problems import Problem
from api.settings import SettingsError, load_settings
from api.signing import sign_prepared
from api.wiring import mint_api_key, open_ledger
from attest.keys import KeyRing
from attest.statements import SUITE, Entry, Envelope
from ledger.canonical import dump, read_canonical
from ledger.errors import CommandRejected, FormatError, ReadOnlyError
from tests.homes import DEPARTMENT, environment, grow, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.wiring import Ledger

pytest_plugins = ["tests.home_parts"]


@pytest.fixture
def ledger(home: Path) -> Iterator[Ledger]:
    """A started ledger."""
    opened = open_ledger(settings_of(home))
    opened.start()
    yield opened
    opened.close()


def test_it_opens_and_is_ready(ledger: Ledger) -> None:
    """A founded home opens, takes entries, and says so."""
    health = ledger.health()
    assert (health.size, health.published, health.anchored) == (1, 1, None)
    assert health.reasons() == []
    assert ledger.context.log_id == ledger.trust.log


def test_opening_loads_no_chain_library(home: Path) -> None:
    """A serving process has neither web3 nor eth_account in memory, nor a client that nothing asks for."""
    code = (
        "import sys\n"
        "import api.serving\n"
        "from api.settings import load_settings\n"
        "from api.wiring import mint_api_key, open_ledger\n"
        "ledger = open_ledger(load_settings())\n"
        "ledger.start()\n"
        "mint_api_key(ledger, None, {'operator'})\n"
        "ledger.context.keys.signer('service')\n"
        "ledger.health(), ledger.close()\n"
        "unwanted = ('web3', 'eth_account', 'alembic', 'httpx', 'authlib')\n"
        "print([name for name in unwanted if name in sys.modules])\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.stdout.strip() == "[]", ran.stderr


def test_a_minted_key_opens_the_doors(ledger: Ledger) -> None:
    """A key works at once, is stored by its hash alone, and does not work any more once ended."""
    text = mint_api_key(ledger, DEPARTMENT, {DEPARTMENT_SCOPE}, "window 3")
    operator = mint_api_key(ledger, None, {OPERATOR})
    principal = authenticate(f"Bearer {text}", ledger.keys, 0)

    assert (principal.department, principal.scopes) == (DEPARTMENT, frozenset({DEPARTMENT_SCOPE}))
    assert authenticate(f"Bearer {operator}", ledger.keys, 0).department is None
    assert len(standing_keys(ledger.store)) == 2
    secret = text.split("_", 2)[2]
    assert all(
        secret.encode() not in bytes(row[1]) for row in ledger.store.query_raw("SELECT * FROM api_keys")
    )

    ledger.writer.submit_wait(EndKey(principal.key_id))
    ledger.keys.forget(principal.key_id)
    with pytest.raises(Problem):
        authenticate(f"Bearer {text}", ledger.keys, 0)
    with pytest.raises(CommandRejected):
        ledger.writer.submit_wait(EndKey(principal.key_id))


def test_minting_adds_no_entry(ledger: Ledger) -> None:
    """API keys are not part of the log."""
    mint_api_key(ledger, None, {OPERATOR})
    assert ledger.store.head().size == 1


def test_a_restored_database_is_read_only_and_serves_reads(home: Path) -> None:
    """A database older than the mark: reads are served, writes are refused, and the reason is said."""
    shutil.copy(home / "ledger.db", home / "yesterday.db")
    assert grow(home, "D990077") == 2
    for name in ("ledger.db-wal", "ledger.db-shm"):
        (home / name).unlink(missing_ok=True)
    shutil.copy(home / "yesterday.db", home / "ledger.db")
    ledger = open_ledger(settings_of(home))
    finding = ledger.start()

    assert (finding.action, finding.code) == ("read_only", "mark.ahead")
    assert ledger.health().reasons()[0].startswith("log.read_only: ")
    assert ledger.store.latest_checkpoint() is not None
    with pytest.raises(ReadOnlyError):
        mint_api_key(ledger, None, {OPERATOR})
    ledger.close()


def test_what_was_not_founded_is_not_opened(home: Path, tmp_path: Path) -> None:
    """No home, no database, another profile: each is said, and nothing is created."""
    with pytest.raises(SettingsError, match="once init"):
        open_ledger(settings_of(tmp_path / "nothing"))
    with pytest.raises(SettingsError, match="profile demo"):
        open_ledger(load_settings(home=home, profile="production"))
    (home / "ledger.db").unlink()
    shutil.rmtree(home / "head")
    with pytest.raises(SettingsError, match="database is missing"):
        open_ledger(settings_of(home))
    assert not (home / "ledger.db").exists()
    assert not (home / "head").exists()


def test_two_writers_of_one_home(home: Path) -> None:
    """A second process has a mark of its own, and both take entries."""
    first, second = open_ledger(settings_of(home)), open_ledger(settings_of(home))
    first.start()
    second.start()
    mint_api_key(first, None, {OPERATOR})
    mint_api_key(second, None, {OPERATOR})
    assert len(standing_keys(first.store)) == 2
    first.close()
    second.close()


def test_signing_what_was_prepared(ledger: Ledger) -> None:
    """The request that comes out is canonical, signed over the entry itself, and carries the private part."""
    entry = Entry(
        v=1,
        suite=SUITE,
        id=bytes(16),
        kind="material.accepted",
        log=ledger.context.log_id,
        issuer=DEPARTMENT,
        time=5,
        body={},
    )
    document = json.loads(entry.canonical())
    prepared: dict[str, object] = {
        "entry": document,
        "digest": "00" * 32,
        "private": {"salt": "00" * 32, "record": {}},
    }
    ring = KeyRing(ledger.settings.keys_folder, passphrase_of(ledger), demo=True)
    request = read_canonical(sign_prepared(json.dumps(prepared).encode(), ring.signer(DEPARTMENT)))

    assert isinstance(request, dict)
    assert {"entry", "key", "private", "sig"} == request.keys()
    Envelope.parse(dump({name: request[name] for name in ("entry", "key", "sig")})).check_signature()
    with pytest.raises(FormatError):
        sign_prepared(b"[]", ring.signer(DEPARTMENT))


def passphrase_of(ledger: Ledger) -> str:
    return ledger.settings.passphrase_file.read_text().strip()
