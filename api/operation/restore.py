# SPDX-License-Identifier: Apache-2.0
"""Restoring a back-up: read to its end and audited before anything is laid down, nothing ever overwritten.

Whether the ledger may write again is another question. A copy cannot know what was acknowledged after it,
so without a head mark that agrees it serves reads only, until an operator says `--adopt-head`.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from api.auditing import LeafJudge, with_rotations
from api.database import open_store
from api.log_signer import LOG_KEY, log_signer
from api.migrations import SchemaError, require_schema
from api.operation import archive, claims
from api.operation.backup import sealer_for
from api.operation.erasing_again import erase_again, read_lists
from api.operation.errors import BackupError, OtherKeysError, OtherSchemaError, TakenError
from api.operation.key_file import read_keys
from api.operation.laying import lay_down, require_free
from api.operation.log_key_files import LogKeyFiles
from api.operation.rebuild import NoKeys
from api.operation.room import telling_no_room
from api.operation.sealed_file import SealedReader
from api.operation.staging import private_folder
from api.operation.unfinished import require_none
from api.settings import CONFIG_NAME, SettingsError, load_settings, make_private_folder
from api.trust_file import change_trust, read_trust, write_trust
from attest.context import Context
from attest.fitting import lookup_keys_fit
from attest.keyfiles import read_lookup_keys, read_passphrase
from ledger.audit import audit
from ledger.checkpoint import open_checkpoint
from ledger.errors import FormatError, ProofError, SignatureError
from ledger.headmark import HeadMark
from ledger.merkle import verify_consistency
from ledger.startup import Action, adopt_head, compare, examine
from ledger.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from api.operation.erasing_again import Again
    from api.settings import Settings
    from attest.sealing import Sealer
    from attest.verify.trust import Trust
    from ledger.note import NoteVerifying

AHEAD: Final = frozenset({"note.ahead", "chain.ahead"})
"""Findings that a copy has merely because it is older than what it is compared with."""
_ADOPTABLE: Final = frozenset({"mark.ahead", "mark.missing", "mark.unreadable"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an operator said: where keys come from, whom to believe, whether to go on from this copy."""

    keys: Path | None = None
    passphrase: str = ""
    trust: Path | None = None
    chain: str | None = None
    erasures: tuple[Path, ...] = ()
    """Copies of the list of erasures that were kept elsewhere."""
    offline: bool = False
    adopt: bool = False
    home: Path | None = None
    """Where to; $ONCE_HOME if it is not said."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was laid down: the header, files, what was erased again; may it write, and `reason` why not."""

    about: archive.About
    files: int
    again: Again
    writes: bool
    reason: str
    remarks: tuple[str, ...]


def restore(path: Path, asked: Asked, say: Callable[[str], None]) -> Restored:
    """Lay the back-up at `path` into $ONCE_HOME; BackupError or SettingsError leave the home as it was."""
    settings = load_settings(home=asked.home)
    home = make_private_folder(settings.home)
    with telling_no_room(), private_folder(home, "restore", say) as staging:
        require_none(settings, keys=asked.keys is not None)
        keys = _open_keys(settings, asked, staging)
        sealer = sealer_for(settings.kek_file if keys is None else keys / "kek")
        say("opening the back-up")
        laid = staging / "content"
        laid.mkdir(mode=0o700)
        about, digests = _extract(path, sealer, laid)
        settings = _settings_with(settings, laid)
        require_free(settings, laid, digests)
        trust = _informed(_believed(settings, asked, laid, about), laid, about)
        say(f"auditing {about.size} entries")
        remarks, ahead = _judge(settings, laid, trust, about, asked, sealer)
        lookup = settings.lookup_key_file if keys is None else keys / "lookup"
        remarks += _fit_lookup_keys(laid, trust, sealer, lookup, asked.keys)
        lists = read_lists(settings, asked.erasures, trust)
        again = erase_again(laid, lists, trust, sealer, lookup)
        remarks.append(again.remark)
        own = _settle_rotations(laid, trust, about)
        if keys is not None:
            remarks += LogKeyFiles(keys, read_passphrase(keys / "passphrase"), own).fit()
        say("laying it down")
        remarks += lay_down(settings, laid, keys, (about.size, about.root), staging)
        _tell_home(settings, own)
    settings = load_settings(home=asked.home)
    writes, reason = _decide_writing(settings, ahead=ahead, adopt=asked.adopt)
    return Restored(about, len(digests), again, writes, reason, tuple(remarks))


def _open_keys(settings: Settings, asked: Asked, staging: Path) -> Path | None:
    """The service's keys from their own file, in a folder of ours; only where there are none."""
    if asked.keys is None:
        return None
    folder = settings.keys_folder
    if folder.is_dir() and any(folder.iterdir()):
        raise BackupError(f"there are keys in {folder} already")
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise TakenError(folder)
    opened = staging / "keys"
    opened.mkdir(mode=0o700)
    with asked.keys.open("rb") as file:
        read_keys(file, opened, asked.passphrase)
    return opened


def _extract(path: Path, sealer: Sealer, into: Path) -> tuple[archive.About, dict[str, str]]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}") from None
    with file:
        reader = SealedReader(file)
        about = archive.About.parse(reader.header)
        reader.unlock(sealer)
        return about, archive.read_archive(reader, into)


def _settings_with(settings: Settings, laid: Path) -> Settings:
    """The settings that will count: `once.toml` of the home, else the one that comes with the back-up."""
    ours, theirs = settings.home / CONFIG_NAME, laid / archive.CONFIG
    if os.path.lexists(ours) or not theirs.exists():
        return settings
    theirs.rename(ours)
    try:
        return load_settings(home=settings.home)
    finally:
        ours.rename(theirs)


def _believed(settings: Settings, asked: Asked, laid: Path, about: archive.About) -> Trust:
    """Whom the copy is compared with: a trust file of the operator's, of the home, else the back-up's own."""
    own = read_trust(laid / archive.TRUST)
    others = [file for file in (asked.trust, settings.trust_file) if file is not None and file.exists()]
    if asked.trust is not None and not asked.trust.exists():
        raise BackupError(f"there is no trust file {asked.trust}")
    for file in others:
        known = read_trust(file)
        if (known.log, known.log_key) != (own.log, own.log_key):
            raise BackupError(f"the back-up is of another ledger than {file} names", code="backup.foreign")
    if own.log != about.log:
        raise BackupError("the back-up is of another ledger than its header names")
    ours = read_trust(settings.trust_file) if settings.trust_file in others else own
    late = [one.index for one in ours.rotations if one.index >= about.size]
    if late:  # what the home's trust file says of the next entries could not be true of this copy
        raise BackupError(
            f"the log's key was replaced at entry {late[0]}, the back-up has {about.size} entries: restore a"
            " newer one, or this one into an empty folder with the keys of its time (--keys)"
        )
    return read_trust(others[0]) if others else own


def _informed(trust: Trust, laid: Path, about: archive.About) -> Trust:
    """The same trust with the log keys that governance named in the copy since."""
    with closing(Store(f"sqlite:///{laid / archive.DATABASE}", read_only=True)) as store:
        _require_schema(store, about)
        return with_rotations(trust, store)


def _settle_rotations(laid: Path, trust: Trust, about: archive.About) -> Trust:
    """The trust file of the copy, which names each log key that its log names: it may be of just before.

    A copy of before another replacement is halted: by its keys nobody takes what would be added to it.
    """
    own = read_trust(laid / archive.TRUST)
    held = tuple(one for one in trust.rotations if one.index < about.size)
    if held != own.rotations:
        own = replace(own, rotations=held)
        write_trust(laid / archive.TRUST, own)
    if held != trust.rotations:
        at = trust.rotations[len(held)].index
        with closing(Store(f"sqlite:///{laid / archive.DATABASE}")) as store:
            store.halt(
                f"by the trust file given, the log went on at entry {at} with another key; for reading only"
            )
    return own


def _tell_home(settings: Settings, own: Trust) -> None:
    """A trust file that stood in the home learns of the log keys that governance named since."""
    known = read_trust(settings.trust_file).rotations
    if known != own.rotations and own.rotations[: len(known)] == known:
        change_trust(settings.trust_file, lambda trust: replace(trust, rotations=own.rotations))


def _judge(
    settings: Settings, laid: Path, trust: Trust, about: archive.About, asked: Asked, sealer: Sealer
) -> tuple[list[str], str]:
    """Audit the copy against its checkpoint, our marks and the chain; remarks, and who is ahead."""
    _check_signed(about, trust.log_keys, trust.origin)
    store = Store(f"sqlite:///{laid / archive.DATABASE}", read_only=True)
    try:
        head = store.head()
        if (head.size, head.root) != (about.size, about.root):
            raise BackupError("the back-up holds another log than its header says")
        notes, remarks = claims.marks(settings, trust.log_keys, trust.origin)
        url = None if asked.offline else claims.chain_url(settings, asked.chain)
        roots, remark = claims.chain_roots(store, trust, url)
        judge = LeafJudge(trust, store, sealer)
        report = audit(
            store,
            trust.log_keys,
            trust.origin,
            check_leaf=judge.check,
            entry_id_of=judge.entry_id,
            chain=roots,
            notes=[about.note, *notes],
        )
        findings = [*report.findings, *judge.findings(report.entries)]
    finally:
        store.close()
    damage = [finding for finding in findings if finding.code not in AHEAD]
    if damage or remark.startswith("!"):
        raise BackupError(f"not restored: {damage[0].text if damage else remark.lstrip('!')}")
    chain = [finding.text for finding in findings if finding.code == "chain.ahead"]
    return [text for text in (*remarks, remark) if text], chain[0] if chain else ""


def _require_schema(store: Store, about: archive.About) -> None:
    """Tables that this program does not read it can neither judge nor serve."""
    try:
        require_schema(store)
    except SchemaError as error:
        raise OtherSchemaError(about.program, error.text) from None


def _fit_lookup_keys(laid: Path, trust: Trust, sealer: Sealer, file: Path, given: Path | None) -> list[str]:
    """OtherKeysError where the keys at hand are not those of the copy's tables; a service would not start.

    Where they come from a `given` file of keys and older ones in it fit, those are taken, with a remark.
    """
    if not file.exists():
        return []
    with closing(Store(f"sqlite:///{laid / archive.DATABASE}", read_only=True)) as store:

        def fits(one: Path) -> bool:
            lookup = read_lookup_keys(one)
            return lookup_keys_fit(
                store, Context(trust.log, trust.origin, trust.profile, lookup, sealer, NoKeys())
            )

        if fits(file):
            return []
        older = next(filter(fits, sorted(file.parent.glob(f"{file.name}.v*"))), None)
    if given is None or older is None:
        raise OtherKeysError(file if given is None else given, older)
    newer = file.with_name(f"{file.name}.v{read_lookup_keys(file).version}")
    if not newer.exists():
        file.rename(newer)
    older.rename(file)
    said = f"{given} holds later look-up keys too, laid as {newer.name}; the back-up's are in force"
    return [f"{said}: replace them again with `once keys rotate-lookup`"]


def _check_signed(about: archive.About, verifier: NoteVerifying, origin: str) -> None:
    """The header's root is in one line with the signed checkpoint beside it; BackupError otherwise."""
    try:
        signed = open_checkpoint(about.note, verifier, origin)
        ours, theirs = (about.size, about.root), (signed.size, signed.root)
        if about.size == signed.size:
            if about.root != signed.root:
                raise BackupError("another root than the back-up's was signed for its size")
            return
        (small, small_root), (large, large_root) = sorted((ours, theirs))
        verify_consistency(small, small_root, large, large_root, list(about.proof))
    except (FormatError, SignatureError, ProofError) as error:
        raise BackupError(f"the back-up's signed checkpoint does not vouch for it: {error}") from None


def _decide_writing(settings: Settings, *, ahead: str, adopt: bool) -> tuple[bool, str]:
    """Whether it may write: where the head mark agrees, or on the operator's word if the chain allows."""
    key_file = settings.keys_folder / LOG_KEY
    if not key_file.exists():
        return False, f"the log key is not here: put it into {settings.keys_folder}, then start the service"
    trust = read_trust(settings.trust_file)
    try:
        signer = log_signer(settings, trust)
    except SettingsError as error:
        return False, str(error)
    store = open_store(settings)
    mark = HeadMark.claim(settings.head_mark, signer, trust.origin)
    try:
        finding = compare(examine(store, mark))
        if ahead:
            return False, f"{ahead}: going on from this copy would split the log; restore a newer one"
        if finding.action in {Action.SERVE, Action.MARK_HEAD}:
            return True, finding.text
        if adopt and finding.code in _ADOPTABLE:
            head = adopt_head(store, mark)
            return True, f"adopted at {head.size} entries on your word ({finding.text})"
        if finding.code == "halted":
            return False, finding.text
        return False, f"{finding.text}: serves reads only until `once serve --adopt-head`"
    finally:
        mark.close()
        store.close()
