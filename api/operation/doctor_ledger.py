# SPDX-License-Identifier: Apache-2.0
"""Looks at one ledger: its folder, trust, keys, database, head mark, vault, port and chain."""

from __future__ import annotations

import http.client
import json
import os
import shlex
import stat
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from api.database import open_store
from api.home import CORE_KEYS
from api.log_signer import CUT_SHORT, LOG_KEY, log_signer, require_rotations
from api.migrations import SCHEMA, SchemaError
from api.operation import claims
from api.operation.backup_list import known_backups, overdue
from api.operation.database_fault import fault_of
from api.operation.erasure_list import NAME, ends_in, lines_of
from api.operation.looking import Look, bad, odd, well
from api.operation.rebuild import NoKeys
from api.operation.staging import left_behind
from api.operation.unfinished import note_of
from api.settings import SettingsError, read_secret, without_credentials
from api.trust_file import read_trust
from attest.context import Context
from attest.days import day_of
from attest.erasure.listed import ErasureListError, read_list
from attest.errors import AttestError
from attest.fitting import lookup_keys_fit
from attest.keyfiles import read_kek, read_lookup_keys, read_passphrase, read_private
from attest.registry.model import GOVERNANCE
from attest.sealing import Sealer
from attest.statements import Envelope
from attest.vault import sealed_size
from ledger.checkpoint import open_checkpoint
from ledger.errors import LedgerError
from ledger.hashing import sha256
from ledger.headmark import Marked, read_folder
from ledger.startup import Action, LogFacts, compare

if TYPE_CHECKING:
    from api.settings import Settings
    from attest.verify.trust import Trust
    from ledger.note import NoteVerifying
    from ledger.store import Store

SKEW: Final = 120
_SECONDS: Final = 2.0
_NEWEST: Final = 200
_NAMED: Final = 3
_RESTORE: Final = "restore it (docs/howto/backup.md)"


def look_at_ledger(settings: Settings, *, offline: bool) -> list[Look]:
    """All looks at the ledger in `settings.home`; those that need what is missing are left out."""
    looks = [_folder(settings), _left(settings)]
    if not settings.trust_file.exists():
        return [*looks, _unfounded(settings)]
    try:
        trust = read_trust(settings.trust_file)
    except SettingsError as error:
        return [*looks, bad("founded", str(error), _RESTORE)]
    looks.append(_founded(settings, trust))
    looks += _keys(settings, trust)
    try:
        store = open_store(settings)
    except SchemaError as error:
        looks.append(bad("schema", error.text, error.todo))
    except (SettingsError, LedgerError) as error:
        looks.append(bad("database", str(error), _RESTORE))
    except Exception as error:  # noqa: BLE001  # whatever a driver says when it cannot connect
        looks.append(_unusable(error))
    else:
        with closing(store):
            try:
                looks += _log(settings, trust, store)
            except LedgerError as error:
                looks.append(bad("log", str(error), "run `once audit`"))
            except Exception as error:  # noqa: BLE001  # likewise when it cannot read on
                looks.append(_unusable(error))
    looks.append(_port(settings))
    if not offline:
        looks.append(_chain(settings, trust))
    return looks


def _unusable(error: Exception) -> Look:
    """What a driver says, with the next step where it is known."""
    if fault := fault_of(error):
        return bad("database", fault.en, fault.next_en)
    return bad("database", f"not reachable: {type(error).__name__}", "start it; see ONCE_DATABASE_URL")


def _folder(settings: Settings) -> Look:
    home = settings.home
    if not home.is_dir():
        return bad("home", f"there is no folder {home}", "set ONCE_HOME, or found a ledger with `once init`")
    found = home.stat()
    if stat.S_IMODE(found.st_mode) & 0o077:
        return bad("home", f"{home} is open to others", f"look what was read, then chmod 700 {home}")
    if found.st_uid != os.geteuid():
        return bad("home", f"{home} belongs to another user", "run as the user of the service")
    if not os.access(home, os.W_OK):
        return bad("home", f"{home} cannot be written", "mount it for writing")
    return well("home", str(home))


def _left(settings: Settings) -> Look:
    """A back-up or a restore that died leaves keys, database and files in clear, which no list knows."""
    left = left_behind(settings.home)
    if left:
        said = f"runs that died left {', '.join(map(str, left[:_NAMED]))}: keys and records may lie there"
        todo = f"with no back-up or restore running: rm -rf {shlex.join(map(str, left[:_NAMED]))}"
        return odd("left", f"{said} in clear", todo)
    return well("left", "no run that died left a copy")


def _unfounded(settings: Settings) -> Look:
    note = note_of(settings)
    if note.exists():
        return bad(
            "founded", f"a restore was cut short: {note}", "`once restore` again: it says what to move away"
        )
    return bad("founded", f"no ledger in {settings.home}", "`once init` founds one")


def _founded(settings: Settings, trust: Trust) -> Look:
    said = f"{trust.origin} ({trust.profile})"
    if settings.profile != trust.profile or settings.origin != trust.origin:
        return bad("founded", f"{said}, and the settings say otherwise", "correct once.toml or ONCE_*")
    if not settings.is_loopback and trust.profile == "production":
        return odd("founded", f"{said}, reachable at {settings.host}", "put TLS in front of it")
    return well("founded", said)


def _keys(settings: Settings, trust: Trust) -> list[Look]:
    """Every file of secrets is there, closed to others, and what it should be."""
    looks = []
    try:
        read_passphrase(settings.passphrase_file)
        read_lookup_keys(settings.lookup_key_file)
        kek = read_kek(settings.kek_file)
        looks.append(well("secrets", f"passphrase, look-up keys, key encryption key (version {kek.version})"))
    except AttestError as error:
        looks.append(bad("secrets", str(error), "put the key files back, mode 0600"))
    try:
        log_signer(settings, trust)
        looks.append(well("log_key", "the one that trust.json names"))
    except SettingsError as error:
        todo = "once keys rotate-log" if CUT_SHORT in str(error) else "put the right file back"
        looks.append(bad("log_key", str(error), todo))
    except AttestError as error:
        looks.append(bad("log_key", str(error), "put log.pem and the passphrase back"))
    faults = []
    for name in CORE_KEYS:
        path = settings.keys_folder / f"{name}.json"
        if name == GOVERNANCE and not path.exists():
            continue
        try:
            read_private(path)
        except AttestError as error:
            faults.append(str(error))
    if faults:
        looks.append(bad("keystores", "; ".join(faults), "put the keystores back, mode 0600"))
    elif trust.profile == "production" and (settings.keys_folder / f"{GOVERNANCE}.json").exists():
        todo = "move governance.json to a machine of its own: whoever holds it decides who may speak"
        looks.append(odd("keystores", "the governance key lies in the service", todo))
    else:
        looks.append(well("keystores", "all there, closed to others"))
    return looks


def _log(settings: Settings, trust: Trust, store: Store) -> list[Look]:
    """The database's settings held when it was opened; now head, mark, checkpoint, newest entry, files."""
    verifier = trust.log_keys
    head, edge = store.edge()
    looks = [well("database", f"{without_credentials(settings.database_url)}, {head.size} entries")]
    keys = _rotations(settings, trust, store)
    if keys.state == "fail":  # by these keys nothing could be verified
        return [*looks, keys]
    looks.append(well("schema", f"{SCHEMA}, with every column of it"))
    damage = None if edge.root() == head.root else "the stored edge does not give the stored root"
    marked = Marked(None, None)
    if settings.head_mark.is_dir():
        marked = read_folder(settings.head_mark, [verifier], trust.origin)
    at = marked.checkpoint.size if marked.checkpoint else None
    root = store.root_at(at) if damage is None and at is not None and at <= head.size else None
    finding = compare(LogFacts(head, marked, root, damage))
    if finding.action is Action.READ_ONLY:
        looks.append(bad("mark", finding.text, "it serves reads only: docs/howto/backup.md says what next"))
    else:
        looks.append(well("mark", finding.text))
    published = store.latest_checkpoint()
    if published is None:
        looks.append(odd("checkpoint", "none was published", "`once serve` publishes one at once"))
    else:
        open_checkpoint(published.note, verifier, trust.origin)
        looks.append(well("checkpoint", f"{published.size} of {head.size} entries are signed for"))
    looks.append(_erasures(settings, verifier, trust.origin))
    looks.append(_backups(settings))
    looks.append(_newest(store, head.size))
    looks.append(_documents(settings, store))
    looks += _lookup_keys(settings, trust, store)
    looks.append(keys)
    return looks


def _erasures(settings: Settings, verifier: NoteVerifying, origin: str) -> Look:
    """The list that erases older back-ups again reaches as far as the head marks state."""
    path = settings.head_mark / NAME
    lines = lines_of(path) if path.is_file() else []
    try:
        read_list(lines, verifier, origin)
    except ErasureListError as error:
        return bad("erasures", f"{path}: {error}", "put a whole copy back there, by the newest log key")
    ends = ends_in(settings.head_mark, verifier, origin)
    cut = max((end.count for end in ends if not end.is_in(lines)), default=None)
    if cut is not None:
        said = f"the head mark states {cut} erasures; {path} has {len(lines)}, or is another list"
        return bad("erasures", said, "put a whole copy back there: an older back-up brings people back")
    return well("erasures", f"{len(lines)} are listed for older back-ups")


def _backups(settings: Settings) -> Look:
    """Back-ups past their day hold what was erased meanwhile."""
    known = known_backups(settings.head_mark)
    late = overdue(known, day_of(int(time.time())))
    if late:
        paths = ", ".join(one.path for one in late[:_NAMED])
        said = f"{len(late)} are kept past their day: {paths}"
        return odd("backups", said, "delete them: an erasure is complete only then")
    return well("backups", f"{sum(one.is_there for one in known)} there, none past its day")


def _newest(store: Store, size: int) -> Look:
    """A clock that went back would refuse what departments sign."""
    ahead = Envelope.parse(store.leaf(size - 1)).entry.time - time.time() if size else 0.0
    if ahead > SKEW:
        todo = "set the clock: what is signed at the right time would be refused"
        return bad("time", f"the newest entry is {round(ahead)} s ahead of this clock", todo)
    return well("time", "the newest entry is not ahead of this clock")


def _documents(settings: Settings, store: Store) -> Look:
    """Uploads are in the vault with all their bytes; an erased one is not missing from it by mistake."""
    if settings.documents == "department":
        return well("vault", "departments keep their files")
    rows = store.query("SELECT document, size FROM uploads LIMIT :most", {"most": _NEWEST})
    names = {bytes(document).hex(): int(size) for document, size in rows}
    if names and not settings.vault.is_dir():
        return bad("vault", f"{settings.vault} is not there", _RESTORE)
    gone, cut = 0, []
    for name, size in names.items():
        blob, key = (settings.vault / part / name[:2] / name for part in ("blobs", "keys"))
        if not key.exists() or not blob.exists():
            gone += 1
        elif blob.stat().st_size != sealed_size(size):
            cut.append(str(blob))
    if cut:
        said = f"{len(cut)} of {len(names)} files looked for are not of their size: {', '.join(cut[:_NAMED])}"
        return bad("vault", said, "copy them from a back-up that was restored into another folder")
    if gone:
        return odd(
            "vault", f"{gone} of {len(names)} files looked for are not there", "unless erased, restore them"
        )
    return well("vault", f"{len(names)} files looked for, all there and of their size")


def _lookup_keys(settings: Settings, trust: Trust, store: Store) -> list[Look]:
    """By other keys everybody would look as if never seen; what cannot be read `secrets` has named."""
    try:
        keys, kek = read_lookup_keys(settings.lookup_key_file), read_kek(settings.kek_file)
    except AttestError:
        return []
    sealer = Sealer(kek.key, kek.version)
    context = Context(trust.log, trust.origin, trust.profile, keys, sealer, NoKeys())
    if lookup_keys_fit(store, context):
        return [well("lookup_keys", f"version {keys.version}, those that the tables were made with")]
    todo = "put the right file back; a replacement that was cut short: `once keys rotate-lookup`"
    return [
        bad("lookup_keys", f"{settings.lookup_key_file} holds others than the tables were made with", todo)
    ]


def _rotations(settings: Settings, trust: Trust, store: Store) -> Look:
    """The trust file names each key that the log has had, as the log says it."""
    try:
        require_rotations(store, trust)
    except SettingsError as error:
        return bad("log_keys", str(error), "docs/howto/rotate-keys.md")
    waiting = settings.keys_folder / f"{LOG_KEY}.next"
    if waiting.exists():
        said = f"keys wait in {waiting}: prepared for governance to sign, or of a run that was killed"
        return odd("log_keys", said, "once keys rotate-log, with what governance signed or alone")
    return well("log_keys", f"replaced {len(trust.rotations)} times, as the log says")


def _port(settings: Settings) -> Look:
    if settings.port == 0:
        return well("port", "a free one is taken at each start")
    place = f"{settings.host}, port {settings.port}"
    connection = http.client.HTTPConnection(settings.host, settings.port, timeout=_SECONDS)
    try:
        connection.request("GET", "/health/live")
        answer = json.loads(connection.getresponse().read(1024))
    except ConnectionRefusedError:
        return well("port", f"{place} is free{_demo(settings)}")
    except (OSError, ValueError, http.client.HTTPException):
        answer = None
    finally:
        connection.close()
    if answer == {"live": True}:
        return well("port", f"{place} is served by a ledger")
    return bad("port", f"{place} is taken by another program", "end it, or set ONCE_PORT")


def _demo(settings: Settings) -> str:
    """Where a demo in this folder serves: on a port of its own, which no setting names."""
    try:
        url = json.loads(read_secret(settings.home / "demo.json"))["url"]
    except (SettingsError, ValueError, KeyError, TypeError):
        return ""
    return f" (the one of the settings); a demo here takes the one of demo.json: {url}"


def _chain(settings: Settings, trust: Trust) -> Look:
    """Reachable, and the contract that `trust.json` pins is there; web3 is not needed for that."""
    url = claims.chain_url(settings, None)
    if url is None:
        return well("chain", "the local chain starts with `once serve`")
    place = without_credentials(url)
    try:
        number = int(str(ask(url, "eth_chainId")), 16)
        if trust.chain is None:
            return well("chain", f"{place} answers (chain {number}); no contract yet")
        code = bytes.fromhex(str(ask(url, "eth_getCode", f"0x{trust.chain.contract.hex()}", "latest"))[2:])
    except (OSError, ValueError, http.client.HTTPException):
        if "://" not in settings.chain:
            return well("chain", "the local chain does not run now")
        return odd("chain", f"{place} does not answer", "intake goes on; entries are anchored on its return")
    if number != trust.chain.chain_id or sha256(code) != trust.chain.code_hash:
        text = f"{place} is not the chain that this ledger was founded on"
        return bad("chain", text, "correct ONCE_CHAIN; nothing is anchored until then")
    return well("chain", f"{place} (chain {number}), contract 0x{trust.chain.contract.hex()}")


def ask(url: str, method: str, *params: Any) -> Any:
    """One JSON-RPC call; OSError, ValueError or HTTPException where there is no result."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_SECONDS)
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)})
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read(1 << 20))
    finally:
        connection.close()
    if not isinstance(answer, dict) or "result" not in answer:
        raise ValueError("no result")
    return answer["result"]
