# SPDX-License-Identifier: Apache-2.0
"""Replacing the log's key and its checkpoint signer, while nobody serves the ledger (DESIGN 4, ADR 0017).

The new keys are on the disk before the entry of governance that names them, which is published by them at
once; trust file and key files follow. Killed anywhere, the same command goes on.
"""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, replace
from secrets import token_bytes
from typing import TYPE_CHECKING, Final

from api.auditing import with_rotations
from api.database import open_store, require_file
from api.log_signer import LogSigner
from api.operation.alone import alone
from api.operation.backup import sealer_for
from api.operation.erasure_list import NAME, require_whole, sign_again
from api.operation.key_place import require_owner
from api.operation.log_key_files import Keys, LogKeyError, LogKeyFiles, NewKeys
from api.statements import prepared
from api.trust_file import change_trust, read_trust
from attest.acts import Custodial, External, read_signed
from attest.context import Context
from attest.erasure.again import is_waiting
from attest.errors import AttestError, KeystoreError
from attest.fields import FieldError, Fields
from attest.keyfiles import read_lookup_keys, read_passphrase
from attest.keys import KeyRing
from attest.registry.commands import RotateLogKey
from attest.registry.model import GOVERNANCE
from attest.registry.repository import rotations
from attest.statements import Entry, Envelope
from attest.verify.log_keys import COMPROMISED, REASONS, LogKeys, Rotation
from ledger.canonical import read_json
from ledger.errors import CommandRejected, FormatError, SignatureError, StoreError
from ledger.failpoints import failpoint
from ledger.note import NoteVerifier
from ledger.publisher import Publisher
from ledger.sequencer import Sequencer
from ledger.startup import examine
from ledger.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from api.operation.alone import Alone
    from api.settings import Settings
    from attest.acts import Signed, Written
    from attest.registry.model import LogKeyRotated
    from attest.verify.trust import Trust
    from ledger.commands import Command
    from ledger.note import NoteSigner

_NAME: Final = "once keys"
MOST_SIGNED: Final = 1 << 16
JUST: Final = 3600
"""Seconds in which a second replacement is more likely a mistake."""
DAY_OLD: Final = 86_400
"""Seconds that governance's word may be on its way: it names keys that wait, and counts by position."""
_DIFFER: Final = "trust.json and the database tell of other keys of the log: `once audit` says more"


class NothingDoneError(LogKeyError):
    """No entry was committed, so that no new key is named anywhere."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """The entry that replaced the keys, the new key for notes as a vkey, and where the old files are."""

    rotation: Rotation
    vkey: str
    old: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """The ledger as the command finds it: `known` replacements in a log of `size` entries."""

    settings: Settings
    trust: Trust
    files: LogKeyFiles
    known: tuple[Rotation, ...]
    size: int

    @property
    def unended(self) -> Rotation | None:
        """The newest entry, where trust file or key files do not follow it yet."""
        newest = self.known[-1] if self.known else None
        if newest is None or (self.known == self.trust.rotations and self._in_place(newest)):
            return None
        return newest

    def _in_place(self, newest: Rotation) -> bool:
        """Keys that are in no file at all are lost, which another replacement mends."""
        return self.files.are_in_place(newest) or not self.files.are_at_hand(newest)


def _found(settings: Settings) -> _Found:
    require_file(settings)
    trust = read_trust(settings.trust_file)
    with closing(open_store(settings, read_only=True)) as store:
        known, size = rotations(store), store.head().size
        if known != tuple(one for one in with_rotations(trust, store).rotations if one.index < size):
            raise LogKeyError(_DIFFER)  # what trust.json will say is governance's own word
    return _Found(settings, trust, LogKeyFiles.of_home(settings, trust), known, size)


def prepare_rotation(settings: Settings, reason: str) -> bytes:
    """What governance signs elsewhere, of new keys that wait here: the entry and its digest."""
    require_owner(settings, LogKeyError)
    with _found(settings).files.alone():
        found = _found(settings)
        if found.unended is not None:
            text = f"what entry {found.unended.index} replaced is not ended: `once keys rotate-log` first"
            raise LogKeyError(text)
        new = NewKeys.made()
        found.files.wait(new)
    act = RotateLogKey()
    body = act.body(Keys.of(new, found.trust.origin).record(reason))
    log, now = found.trust.log, int(time.time())
    return prepared(Entry(id=token_bytes(16), kind=act.kind, log=log, issuer=GOVERNANCE, time=now, body=body))


def replace_log_key(
    settings: Settings,
    reason: str | None,
    say: Callable[[str], None],
    signed: bytes | None = None,
    *,
    again: bool = False,
    adopt: bool = False,
) -> Replaced:
    """New keys for the log from its next entry on, which governance signs here, or has `signed` elsewhere.

    A run that was killed is ended, and a word that was carried out is answered again. LogKeyError where the
    ledger is served, what is asked for is not what governance said, or (unless `again`) it was just done.
    `adopt`: the database's head counts as acknowledged, since no key is left that could mark it.
    """
    require_owner(settings, LogKeyError)
    with _found(settings).files.alone():
        found, context = _found(settings), _context(settings)
        word = None if signed is None else _read_word(signed, context)
        repeated = _repeated(found, word)
        rotation = found.unended or repeated
        if rotation is None:
            if word is None and not again:
                _require_not_just_done(found, settings)
            rotation = _replace(found, context, reason, word, say, adopt=adopt)
        elif word is not None and repeated is None:
            raise LogKeyError(
                f"entry {rotation.index} is to be ended first: say `once keys rotate-log` alone"
            )
        else:
            _require_reason(reason, rotation.reason, f"entry {rotation.index}")
            _end(found, rotation, adopt=adopt)
        vkey = NoteVerifier(found.trust.origin, rotation.log_key).vkey()
        version = len({*found.known, rotation})
        return Replaced(rotation, vkey, found.files.put_in_place(rotation, version))


def _require_not_just_done(found: _Found, settings: Settings) -> None:
    """Whoever is told to say it again must not replace the keys twice."""
    if not found.known:
        return
    newest = found.known[-1]
    with closing(open_store(settings, read_only=True)) as store:
        made = Envelope.parse(store.leaf(newest.index)).entry.time
    if 0 <= time.time() - made < JUST:
        text = f"entry {newest.index} replaced the keys within the hour, and nothing is left to do:"
        raise LogKeyError(f"{text} to replace them once more say --again")


def _repeated(found: _Found, word: Signed[LogKeyRotated] | None) -> Rotation | None:
    """The newest entry, where governance's word is the one that it carries."""
    newest = found.known[-1] if found.known else None
    if word is None or newest is None or RotateLogKey().body(word.record) != newest.body():
        return None
    return newest


def _require_reason(asked: str | None, said: str, where: str) -> None:
    """A stolen key that would be taken for one on schedule, or the reverse, is not passed over."""
    if asked is not None and asked != said:
        raise LogKeyError(f"{where} says {said}, not {asked}: end that without --reason, then replace again")


def _replace(
    found: _Found,
    context: Context,
    reason: str | None,
    word: Signed[LogKeyRotated] | None,
    say: Callable[[str], None],
    *,
    adopt: bool,
) -> Rotation:
    """The entry, its checkpoint and all that follows it; a refusal leaves everything as it was."""
    trust, files, act, new = found.trust, found.files, RotateLogKey(), None
    command: Command[Written]
    if found.known != trust.rotations:
        raise LogKeyError(_DIFFER)
    if word is None:
        _require_governance(context)
        new = NewKeys.made()
        keys = Keys.of(new, trust.origin)
        record = keys.record(reason or REASONS[0])
        command = Custodial(act, record, GOVERNANCE, context)
    else:
        record = word.record
        _require_reason(reason, record.reason, "what governance signed")
        keys, command = (
            files.of(record, "what governance signed"),
            External(act, word, context, oldest=DAY_OLD),
        )
    if record.reason == REASONS[0] and not found.files.are_there:
        text = f"{files.log} or {files.checkpoint.name} is not there: put it back, or say --reason key_lost"
        raise LogKeyError(text)
    rotation = Rotation(found.size, record.log_key, record.checkpoint_signer, record.reason)
    _require_places(found, rotation, committed=False)
    if adopt and record.reason == REASONS[0]:
        raise LogKeyError("--adopt-head is for a key that is lost: say --reason key_lost")
    signer = _signer(found, rotation, keys, files.present())
    with alone(found.settings, _NAME, LogKeyError, signer, without_mark=adopt) as held:
        _require_ready(held, found, rotation, adopt=adopt)
        if new is not None:
            files.wait(new)
        say("replacing the key of the log")
        try:
            if adopt:
                _enter(held, command)
            _publish(held, found, signer, keys, None if adopt else command)
        except NothingDoneError:  # and for nothing else: an entry may name the keys that wait
            if new is not None:
                files.drop()
            raise
        _follow(found, rotation, keys)
    return rotation


def _require_governance(context: Context) -> None:
    try:
        context.keys.signer(GOVERNANCE)
    except KeystoreError as error:
        if error.code != "keystore.missing":
            raise  # it is here, and cannot be opened
        text = "governance's key is not here: `once keys rotate-log --prepare` prints what it signs"
        raise LogKeyError(text) from error


def _require_ready(held: Alone, found: _Found, rotation: Rotation, *, adopt: bool) -> None:
    """The ledger is as it was found, and nothing is open that the old key would have to answer for."""
    _require_sound(held, adopt=adopt)
    if held.store.head().size != found.size:
        raise LogKeyError("entries came in meanwhile: stop the service first, then say it again")
    if is_waiting(held.store):
        text = "what a restore erased again is not in the log yet: start the service once first"
        raise LogKeyError(text)
    if rotation.reason == COMPROMISED:
        require_whole(found.settings.head_mark, found.trust.log_keys, found.trust.origin)


def _enter(held: Alone, command: Command[Written]) -> None:
    """Have the entry in the log on the operator's word about its head, and marked by the new keys."""
    sequencer = Sequencer(held.store, held.mark, time.time)
    try:
        sequencer.acknowledged = held.store.head()
        (decided,), _ = sequencer.write([command])
    finally:
        sequencer.close()
    if isinstance(decided, CommandRejected):
        raise NothingDoneError(f"{decided}", code=decided.code) from decided
    _adopt(held)


def _adopt(held: Alone) -> None:
    """Mark the head, which the new keys sign for, and set aside what was marked before."""
    held.mark.replace_others()
    held.mark.replace_own()
    head = held.store.head()
    held.mark.mark(head.size, head.root)


def _require_sound(held: Alone, *, adopt: bool) -> None:
    """Mark and head agree, or the operator's word stands for the mark; nobody else is there."""
    if not adopt:
        held.require_settled()
        return
    held.require_nobody()
    damage = examine(held.store, held.mark).damage
    if damage:
        raise LogKeyError(f"{damage}: run `once audit`")


def _end(found: _Found, rotation: Rotation, *, adopt: bool) -> None:
    """What is left to do after the entry, which stands."""
    told = found.trust.rotations
    if found.unended is None:
        return
    keys = found.files.of(rotation, f"entry {rotation.index}")
    _require_places(found, rotation, committed=True)
    if found.known == told:
        return
    if found.known[: len(told)] != told:
        raise LogKeyError(_DIFFER)
    signer = _signer(found, rotation, keys, [])
    with alone(found.settings, _NAME, LogKeyError, signer, without_mark=adopt) as held:
        _require_sound(held, adopt=adopt)
        if adopt:
            _adopt(held)
        _publish(held, found, signer, keys, None)
        _follow(found, rotation, keys)


def _require_places(found: _Found, rotation: Rotation, *, committed: bool) -> None:
    more = [found.settings.trust_file]
    if rotation.reason == COMPROMISED:
        more.append(found.settings.head_mark / NAME)
    version = len({*found.known, rotation})
    found.files.require_places(version, more=tuple(more), committed=committed)


def _signer(found: _Found, rotation: Rotation, keys: Keys, old: list[NoteSigner]) -> LogSigner:
    trust, known = found.trust, (*found.trust.rotations, *found.known)
    return LogSigner(LogKeys.of(trust.verifier, known, [rotation]), *old, keys.log)


def _publish(
    held: Alone, found: _Found, signer: LogSigner, keys: Keys, command: Command[Written] | None
) -> None:
    """Have the entry in the log, and a checkpoint of it by the new keys."""
    trust, writer = found.trust, Writer(held.store, held.mark)
    publisher = Publisher(writer, held.store, signer, keys.checkpoint, trust.log, trust.origin)
    try:
        if command is not None:
            _begin(writer, found)
            _submit(writer, command)
        else:
            writer.start()
        publisher.publish_once()
    finally:
        writer.close()
    failpoint("F23")


def _begin(writer: Writer, found: _Found) -> None:
    try:
        writer.start()
    except StoreError as error:  # entries of before, which only the old key may mark
        text = f"{error}: put {found.files.log.name} back for this once, or say --adopt-head"
        raise NothingDoneError(text) from error
    failpoint("F22")


def _submit(writer: Writer, command: Command[Written]) -> None:
    try:
        writer.submit_wait(command)
    except CommandRejected as error:
        raise NothingDoneError(f"{error}", code=error.code) from error


def _follow(found: _Found, rotation: Rotation, keys: Keys) -> None:
    """List of erasures and trust file follow the entry."""
    trust = found.trust
    if rotation.reason == COMPROMISED:
        # By the old key as well, this once, which the entry says was stolen.
        earlier = [one for one in (*trust.rotations, *found.known) if one != rotation]
        before = LogKeys.of(trust.verifier, earlier, [replace(rotation, reason=REASONS[0])])
        sign_again(found.settings.head_mark, before, keys.log, trust.origin)
    told = tuple(sorted({*trust.rotations, *found.known, rotation}))
    change_trust(found.settings.trust_file, lambda newest: replace(newest, rotations=told))
    failpoint("F24")


def _context(settings: Settings) -> Context:
    trust, demo = read_trust(settings.trust_file), settings.profile == "demo"
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
    except FieldError as error:
        text = "governance has not signed it yet: `once keys sign governance FILE` prints what is handed in"
        raise LogKeyError(f"{text} ({error})") from error
    except (AttestError, FormatError, SignatureError) as error:
        raise LogKeyError(f"this is not what `once keys sign governance` printed of it: {error}") from error
