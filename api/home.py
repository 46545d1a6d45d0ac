# SPDX-License-Identifier: Apache-2.0
"""Founding a ledger: `$ONCE_HOME` with its keys, its database, entry 0, the first checkpoint and trust.json.

`trust.json` is written last: a home without it was not founded to the end, and is not opened.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.engine import make_url

from api.cli.child import once_command, once_environment
from api.copying import holds_tables
from api.founding import FoundingEntry
from api.log_signer import CHECKPOINT, LOG_KEY
from api.migrations import migrate
from api.settings import CONFIG_NAME, SettingsError, make_private_folder
from api.trust_file import new_trust, write_trust
from api.undoing import held, undone_on_failure
from attest.context import Context
from attest.keyfiles import create_kek, create_lookup_keys, create_private, write_log_key
from attest.keys import KeyRing
from attest.registry.model import GOVERNANCE, SERVICE, Founding
from attest.sealing import Sealer
from ledger.headmark import HeadMark
from ledger.log_id import log_id
from ledger.note import NoteSigner
from ledger.publisher import Publisher
from ledger.startup import initialise
from ledger.store import Store
from ledger.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from api.settings import Settings
    from attest.commitments import LookupKeys
    from attest.keyfiles import Kek

ANCHOR: Final = "anchor"
ADMIN: Final = "admin"
CORE_KEYS: Final = (CHECKPOINT, GOVERNANCE, SERVICE, ANCHOR, ADMIN)
"""Keystores of every ledger: two that the log id commits to, the service's own, two accounts on the chain."""
_CHILD_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class FoundedHome:
    """A ledger that was just founded: its id (32 bytes), its key for notes, every address (20) by name."""

    log_id: bytes
    vkey: str
    addresses: dict[str, bytes]


def found_home(
    settings: Settings,
    *,
    departments: Sequence[str] = (),
    then: Callable[[FoundedHome], None] = lambda _: None,
) -> FoundedHome:
    """Found the ledger that `settings` describe; `departments` get custodial keystores of their codes.

    SettingsError if something stands there already: nothing of it is touched. Where founding or what comes
    `then` fails, what was made is taken away, so that it can be done again.
    """
    home, existed = settings.home, settings.home.exists()
    make_private_folder(home)
    if any(home.iterdir()):
        raise SettingsError(_not_empty(settings))
    before = {**held(_places(settings)), home: frozenset() if existed else None}
    try:
        settings.keys_folder.mkdir(mode=0o700)
    except FileExistsError:  # another founding came first: what stands here now is its
        raise SettingsError(_not_empty(settings)) from None
    with undone_on_failure(before):
        founded = _found(settings, departments)
        then(founded)
    return founded


def _not_empty(settings: Settings) -> str:
    """Why nothing can be founded here, and what to do; a founding that was killed is told from a ledger."""
    home = settings.home
    if settings.trust_file.exists():
        step = "a ledger was founded here (`once keys api --scope operator` makes an operator's key)"
    elif settings.keys_folder.exists() or (home / CONFIG_NAME).exists():
        step = "what stands here was not founded to its end (no trust.json): look into it, then remove it, or"
        return f"{home} is not empty: {step} found a ledger in a new folder"
    else:
        step = "found a ledger in a new folder"
    return f"{home} is not empty: {step}"


def _places(settings: Settings) -> list[Path]:
    """Where founding makes something, if it is not below the home."""
    places = [settings.passphrase_file, settings.lookup_key_file, settings.kek_file]
    places += [settings.head_mark, settings.vault]
    database = make_url(settings.database_url)
    if database.get_backend_name() == "sqlite" and database.database:
        places += [Path(database.database + ending) for ending in ("", "-wal", "-shm", "-journal")]
    return places


def _found(settings: Settings, departments: Sequence[str]) -> FoundedHome:
    passphrase = secrets.token_urlsafe(32)
    create_private(settings.passphrase_file, passphrase.encode() + b"\n")
    _write_config(settings)
    with _keystores(settings, [*CORE_KEYS, *departments]) as child:
        key = Ed25519PrivateKey.generate()
        write_log_key(settings.keys_folder / LOG_KEY, key, passphrase)
        lookup = create_lookup_keys(settings.lookup_key_file)
        kek = create_kek(settings.kek_file)
        make_private_folder(settings.vault)
        store = Store(settings.database_url)
        _require_empty(store)
        migrate(store)
        said, errors = child.communicate(timeout=_CHILD_SECONDS)
    if child.returncode != 0:
        raise SettingsError(f"the keystores could not be made: {errors.decode(errors='replace').strip()}")
    addresses = {name: bytes.fromhex(address) for name, address in json.loads(said)["addresses"].items()}
    signer = NoteSigner(settings.origin, key)
    founding = Founding(
        settings.origin,
        signer.public_key,
        addresses[CHECKPOINT],
        addresses[GOVERNANCE],
        addresses[SERVICE],
        settings.profile,
    )
    ring = KeyRing(settings.keys_folder, passphrase, demo=settings.profile == "demo")
    name = _write_first_entry(settings, store, signer, founding, ring, lookup, kek)
    store.close()
    write_trust(settings.trust_file, new_trust(founding, name, signer.verifier()))
    return FoundedHome(name, signer.verifier().vkey(), addresses)


def _write_first_entry(
    settings: Settings,
    store: Store,
    signer: NoteSigner,
    founding: Founding,
    ring: KeyRing,
    lookup: LookupKeys,
    kek: Kek,
) -> bytes:
    """Mark the empty log, place entry 0, publish the first checkpoint; the log id."""
    name = log_id(founding.origin, founding.log_key, founding.checkpoint_signer, founding.governance)
    sealer = Sealer(kek.key, kek.version)
    context = Context(name, founding.origin, founding.profile, lookup, sealer, ring)
    mark = HeadMark.claim(settings.head_mark, signer, founding.origin)
    try:
        initialise(store, mark)
        writer = Writer(store, mark)
        writer.start()
        try:
            writer.submit_wait(FoundingEntry(founding, context))
            evm_signer = ring.signer(CHECKPOINT)
            Publisher(writer, store, signer, evm_signer, name, founding.origin).publish_once()
        finally:
            writer.close()
    finally:
        mark.close()
    return name


def _require_empty(store: Store) -> None:
    """A new ledger never joins the tables of another one."""
    if holds_tables(store):
        store.close()
        raise SettingsError("the database holds tables already: found a ledger in an empty one")


@contextmanager
def _keystores(settings: Settings, names: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """One child for all keystores: importing eth_account takes most of a second, and serving never does.

    It ends with the block, before anything is taken back; what it says on stderr is for us alone.
    """
    with subprocess.Popen(
        once_command("keys", "new", "--json", *names),
        env=once_environment(settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        try:
            yield child
        except BaseException:
            child.kill()
            raise


def _write_config(settings: Settings) -> None:
    """What must not change after founding, and the choice of chain, as `once.toml`."""
    lines = [f"profile = {json.dumps(settings.profile)}", f"origin = {json.dumps(settings.origin)}"]
    lines.append(f"chain = {json.dumps(settings.chain)}")
    database = make_url(settings.database_url)
    if database.get_backend_name() != "sqlite" and database.password is None:  # a password is no setting
        lines.append(f"database_url = {json.dumps(settings.database_url)}")
    descriptor = os.open(settings.home / CONFIG_NAME, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("# Settings of this ledger; ONCE_* in the environment stand above them.\n")
        file.write("\n".join(lines) + "\n")
