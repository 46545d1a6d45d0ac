# SPDX-License-Identifier: Apache-2.0
"""Replacing the log's key and its checkpoint signer, while nobody serves the ledger (DESIGN 4, ADR 0007).

The new keys are on the disk before the entry of governance that names them, which is published by them at
once; trust file and key files follow. Killed anywhere, the same command goes on.
"""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, replace
from secrets import token_bytes
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.database import open_store, require_file
from api.log_signer import CHECKPOINT, LOG_KEY, LogSigner, read_note_signer
from api.operation.alone import alone
from api.operation.backup import sealer_for
from api.operation.erasure_list import require_whole, sign_again
from api.operation.key_place import KeysError, put_in_place, require_place
from api.statements import prepared
from api.trust_file import read_trust, write_trust
from attest.acts import Custodial, External, Signed, read_signed
from attest.context import Context
from attest.erasure.again import is_waiting
from attest.errors import AttestError
from attest.fields import FieldError, Fields
from attest.keyfiles import read_lookup_keys, read_passphrase, read_private, write_log_key
from attest.keys import KeyRing, read_keystore
from attest.keystore_write import DEMO_SCRYPT_N, SCRYPT_N, write_keystore
from attest.registry.commands import RotateLogKey
from attest.registry.model import GOVERNANCE, LogKeyRotated
from attest.registry.repository import rotations
from attest.statements import Entry, Envelope
from attest.verify.log_keys import COMPROMISED, REASONS, LogKeys, Rotation
from ledger.canonical import read_json
from ledger.errors import CommandRejected, FormatError, SignatureError, StoreError
from ledger.failpoints import failpoint
from ledger.note import NoteSigner, NoteVerifier
from ledger.publisher import Publisher
from ledger.secp256k1 import Secp256k1Signer
from ledger.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from api.operation.alone import Alone
    from api.settings import Settings
    from attest.acts import Written
    from attest.verify.trust import Trust
    from ledger.commands import Command

_NAME: Final = "once keys"
MOST_SIGNED: Final = 1 << 16
_SAME_FILES: Final = (
    (
        "没有改动任何内容。请让 keys 文件夹中放密钥文件本身（不用链接，不单独挂载），再执行同一命令；"
        "然后把新文件的内容存回密钥的来处。"
    ),
    (
        "Nothing was changed. Have the files themselves in the folder of keys (no link, not mounted alone),"
        " give the same command again, and store what the new files hold where the keys come from."
    ),
)


class LogKeyError(KeysError):
    """The log key cannot be replaced now; nothing was, unless it says so."""

    code = "log_key.refused"


@dataclass(frozen=True, slots=True)
class Replaced:
    """The entry that replaced the keys, the new key for notes as a vkey, and where the old files are."""

    rotation: Rotation
    vkey: str
    old: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class _Keys:
    """Keys that are the log's, or wait to be."""

    log: NoteSigner
    checkpoint: Secp256k1Signer

    def record(self, reason: str) -> LogKeyRotated:
        return LogKeyRotated(self.log.public_key, self.checkpoint.address, reason)

    def are(self, rotation: Rotation) -> bool:
        return (self.log.public_key, self.checkpoint.address) == (
            rotation.log_key,
            rotation.checkpoint_signer,
        )


class _Files:
    """The two files of a log's keys, and beside each the one that waits."""

    def __init__(self, settings: Settings, trust: Trust) -> None:
        self._settings, self._trust = settings, trust
        self._passphrase = read_passphrase(settings.passphrase_file)
        self.log = settings.keys_folder / LOG_KEY
        self.checkpoint = settings.keys_folder / f"{CHECKPOINT}.json"

    @property
    def is_waiting(self) -> bool:
        return _next(self.log).exists() or _next(self.checkpoint).exists()

    def present(self) -> list[NoteSigner]:
        """The key for notes in force, where it is at hand."""
        return [read_note_signer(self.log, self._settings, self._trust)] if self.log.exists() else []

    def coming(self) -> _Keys:
        """The keys that wait, made where there are none."""
        log, checkpoint = _next(self.log), _next(self.checkpoint)
        if not log.exists():
            write_log_key(log, Ed25519PrivateKey.generate(), self._passphrase)
        if not checkpoint.exists():
            rounds = DEMO_SCRYPT_N if self._settings.profile == "demo" else SCRYPT_N
            write_keystore(checkpoint, token_bytes(32), self._passphrase, rounds)
        return self._read(log, checkpoint)

    def newest(self) -> _Keys:
        """Of each file the one that waits, else the one in its place."""
        return self._read(*(one if one.exists() else path for path, one in self._pairs()))

    def require_places(self) -> None:
        """KeyPlaceError where others could not take the names of these files."""
        for path, _ in self._pairs():
            if path.exists():
                require_place(path, _SAME_FILES, LogKeyError.code)

    def put_in_place(self, version: int) -> tuple[Path, ...]:
        """Give the keys that wait the names of the old ones, which stay under the number of `version`."""
        old = [path.with_name(f"{path.name}.v{version}") for path, _ in self._pairs()]
        for (path, waiting), kept in zip(self._pairs(), old, strict=True):
            if waiting.exists():
                put_in_place(path, waiting, kept, LogKeyError.code)
        return tuple(path for path in old if path.exists())

    def _pairs(self) -> list[tuple[Path, Path]]:
        return [(path, _next(path)) for path in (self.log, self.checkpoint)]

    def _read(self, log: Path, checkpoint: Path) -> _Keys:
        secret = read_keystore(read_private(checkpoint), self._passphrase)
        return _Keys(read_note_signer(log, self._settings, self._trust), Secp256k1Signer(secret))


def _next(path: Path) -> Path:
    return path.with_name(f"{path.name}.next")


def prepare_rotation(settings: Settings, reason: str) -> bytes:
    """What governance signs elsewhere, of new keys that wait here: the entry and its digest."""
    trust = read_trust(settings.trust_file)
    act = RotateLogKey()
    body = act.body(_Files(settings, trust).coming().record(reason))
    now = int(time.time())
    entry = Entry(id=token_bytes(16), kind=act.kind, log=trust.log, issuer=GOVERNANCE, time=now, body=body)
    return prepared(entry)


def replace_log_key(
    settings: Settings, reason: str, say: Callable[[str], None], signed: bytes | None = None
) -> Replaced:
    """New keys for the log from its next entry on, which governance signs here, or has `signed` elsewhere.

    LogKeyError where the ledger is served, or governance's word does not fit.
    """
    require_file(settings)
    trust = read_trust(settings.trust_file)
    with closing(open_store(settings, read_only=True)) as store:
        known, size = rotations(store), store.head().size
    files, context = _Files(settings, trust), _context(settings, trust)
    word = None if signed is None else _read_word(signed, context)
    if known and known == trust.rotations and _only_files_left(files, known[-1], word):
        rotation = known[-1]
    else:
        rotation = _Replacement(settings, trust, files, context, reason, word, say).carry_out(known, size)
    vkey = NoteVerifier(trust.origin, rotation.log_key).vkey()
    return Replaced(rotation, vkey, files.put_in_place(len({*known, rotation})))


def _only_files_left(files: _Files, newest: Rotation, word: Signed[LogKeyRotated] | None) -> bool:
    """Whether entry and trust file name the newest keys: those that wait, or those of governance's word."""
    if word is not None and RotateLogKey().body(word.record) == newest.body():
        return True
    return files.is_waiting and files.newest().are(newest)


@dataclass(frozen=True, slots=True)
class _Replacement:
    """What was asked for, of what ledger; `word` is governance's, where it signed elsewhere."""

    settings: Settings
    trust: Trust
    files: _Files
    context: Context
    reason: str
    word: Signed[LogKeyRotated] | None
    say: Callable[[str], None]

    def carry_out(self, known: tuple[Rotation, ...], size: int) -> Rotation:
        """The entry, unless it stands in the log of `size` entries, and the trust file."""
        trust, committed = self.trust, known != self.trust.rotations
        if committed and known[:-1] != trust.rotations:
            text = "trust.json and the database tell of other keys of the log: `once audit` says more"
            raise LogKeyError(text)
        self.files.require_places()
        old, coming = self.files.present(), self.files.coming()
        rotation = known[-1] if committed else self._meant(coming, size)
        if not coming.are(rotation):
            said = f"entry {rotation.index}" if committed else "what governance signed"
            raise LogKeyError(f"the keys that wait in {self.settings.keys_folder} are not those of {said}")
        keys = LogKeys.of(trust.verifier, trust.rotations, [rotation])
        signer = LogSigner(keys, *old, coming.log)
        with alone(self.settings, _NAME, LogKeyError, signer) as held:
            held.require_settled()
            if held.store.head().size != size:
                raise LogKeyError("entries came in meanwhile: stop the service first, then say it again")
            if is_waiting(held.store):
                text = "what a restore erased again is not in the log yet: start the service once first"
                raise LogKeyError(text)
            if rotation.reason == COMPROMISED and not committed:
                require_whole(self.settings.head_mark, trust.log_keys, trust.origin)
            self._publish(held, signer, coming.checkpoint, None if committed else self._command(coming))
            failpoint("F23")
            if rotation.reason == COMPROMISED:
                before = [replace(one, reason=REASONS[0]) for one in keys.rotations]
                sign_again(self.settings.head_mark, LogKeys.of(trust.verifier, before), signer, trust.origin)
            newest = read_trust(self.settings.trust_file)  # a worker may have founded the contract meanwhile
            write_trust(self.settings.trust_file, replace(newest, rotations=(*trust.rotations, rotation)))
            failpoint("F24")
        return rotation

    def _meant(self, coming: _Keys, size: int) -> Rotation:
        record = coming.record(self.reason) if self.word is None else self.word.record
        return Rotation(size, record.log_key, record.checkpoint_signer, record.reason)

    def _command(self, coming: _Keys) -> Command[Written]:
        """The entry by governance: by its key here, or as it was signed elsewhere."""
        act = RotateLogKey()
        if self.word is not None:
            return External(act, self.word, self.context)
        return Custodial(act, coming.record(self.reason), GOVERNANCE, self.context)

    def _publish(
        self, held: Alone, signer: LogSigner, checkpoint: Secp256k1Signer, command: Command[Written] | None
    ) -> None:
        """Have the entry in the log, and a checkpoint of it by the new keys."""
        writer = Writer(held.store, held.mark)
        publisher = Publisher(writer, held.store, signer, checkpoint, self.trust.log, self.trust.origin)
        try:
            writer.start()
            failpoint("F22")
            if command is not None:
                self.say("replacing the key of the log")
                writer.submit_wait(command)
            publisher.publish_once()
        except CommandRejected as error:
            if error.code == "key.not_custodial":
                text = "governance's key is not here: `once keys rotate-log --prepare` prints what it signs"
                raise LogKeyError(text) from error
            raise LogKeyError(f"{error}", code=error.code) from error
        except StoreError as error:  # entries of before, which only the old key may mark
            raise LogKeyError(f"{error}: put {LOG_KEY} back for this once") from error
        finally:
            writer.close()


def _context(settings: Settings, trust: Trust) -> Context:
    demo = settings.profile == "demo"
    ring = KeyRing(settings.keys_folder, read_passphrase(settings.passphrase_file), demo=demo)
    sealer, lookup = sealer_for(settings.kek_file), read_lookup_keys(settings.lookup_key_file)
    return Context(trust.log, trust.origin, trust.profile, lookup, sealer, ring)


def _read_word(signed: bytes, context: Context) -> Signed[LogKeyRotated]:
    """What `once keys sign governance` printed of what was prepared (LogKeyError)."""
    try:
        fields = Fields(read_json(signed, max_bytes=MOST_SIGNED))
        envelope = Envelope.of_members(fields.raw("entry"), fields.raw("key"), fields.raw("sig"))
        fields.done()
        return read_signed(RotateLogKey(), envelope, b"", envelope.entry.body, GOVERNANCE, context)
    except (AttestError, FieldError, FormatError, SignatureError) as error:
        raise LogKeyError(f"this is not what `once keys sign governance` printed of it: {error}") from error
