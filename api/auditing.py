# SPDX-License-Identifier: Apache-2.0
"""What an audit asks of every entry beyond its hash: signature, key by log position, body, private record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from attest.cases.adding import AddParty
from attest.cases.commands import OpenCase
from attest.catalogue.commands import Publish
from attest.catalogue.repository import Catalogue
from attest.commitments import private_digest
from attest.consents.commands import GiveConsent, WithdrawConsent
from attest.data_check_requests.commands import AnswerDataCheck, RequestDataCheck, WithdrawDataCheck
from attest.data_checks.commands import Deny
from attest.erasure.again import restored_by
from attest.erasure.commands import EraseHolder
from attest.erasure.repository import erased_by, erases
from attest.errors import AttestError, UnknownVersionError
from attest.expiry.commands import TellExpiry
from attest.fields import FieldError, Fields
from attest.holders.commands import NameHolder
from attest.holders.linking import LinkHolder
from attest.mandates.commands import GrantMandate, RevokeMandate
from attest.mandates.recording import EndMandate, RecordMandate
from attest.materials.commands import Accept, Retract
from attest.oversight.commands import Checked, Read, Refused
from attest.private import open_private
from attest.reask.commands import Ask, ClaimHeld, RecordReask
from attest.recognition.commands import Rely
from attest.registry.commands import AddKey, Found, RegisterDepartment, RetireKey, RotateLogKey
from attest.registry.model import GOVERNANCE, SERVICE, KeyRow
from attest.registry.repository import all_keys, log_key_rows, rotations
from attest.registry.rules import key_valid
from attest.reuse.commands import RemoveFromReuse, RestoreToReuse
from attest.statements import Envelope
from attest.submission.commands import ChooseSubmission, ReleaseSubmission
from attest.supersession.commands import RecordSupersession
from attest.supervision.commands import AcknowledgeAlarm, RaiseAlarm
from attest.verify.log_keys import FOUNDED, Rotation
from ledger.audit import Finding
from ledger.errors import FormatError, LedgerError, SignatureError
from ledger.hashing import leaf_hash

if TYPE_CHECKING:
    from attest.acts import Act
    from attest.sealing import Sealer
    from attest.statements import Entry
    from attest.verify.trust import Trust
    from ledger.store import Store


def known_acts() -> dict[str, Act[Any]]:
    """Every kind of entry that this program can read, by kind."""
    catalogue = Catalogue()
    acts: list[Act[Any]] = [
        *(Found(), RegisterDepartment(), AddKey(), RetireKey(), RotateLogKey()),
        *(Publish(), NameHolder(), OpenCase(catalogue), AddParty(catalogue)),
        *(Accept(catalogue), Retract(), Rely(catalogue), Checked(), Read(), Refused()),
        *(
            LinkHolder(),
            RequestDataCheck(),
            AnswerDataCheck(),
            WithdrawDataCheck(),
            Deny(catalogue),
            EraseHolder(),
        ),
        *(RemoveFromReuse(), RestoreToReuse(), ChooseSubmission(catalogue), ReleaseSubmission(catalogue)),
        *(Ask(catalogue), ClaimHeld(catalogue), RecordReask()),
        *(RaiseAlarm(), AcknowledgeAlarm(), GrantMandate(), RevokeMandate()),
        *(RecordMandate(catalogue), EndMandate(), TellExpiry(catalogue), RecordSupersession()),
        *(GiveConsent(catalogue), WithdrawConsent()),
    ]
    return {act.kind: act for act in acts}


@dataclass(slots=True)
class Unjudged:
    """What could not be judged: entries of newer versions or kinds, private records without the key."""

    entries: int = 0
    private: int = 0


def with_rotations(trust: Trust, store: Store) -> Trust:
    """The same trust, which knows each replacement of the log's key that governance signed in this log too.

    Where the two differ on an index, the trust file counts, and `LeafJudge.findings` says so.
    """
    told, size = {one.index: one for one in trust.rotations}, store.head().size
    for row in rotations(store):
        if row.index >= size or row.index in told:
            continue
        if (found := _signed_rotation(row.index, trust, store)) is not None:
            told[row.index] = found
    return replace(trust, rotations=tuple(sorted(told.values())))


def _signed_rotation(index: int, trust: Trust, store: Store) -> Rotation | None:
    """The replacement that governance signed at an index; None where another entry or none stands there."""
    try:
        envelope = Envelope.parse(store.leaf(index))
        envelope.check_signature()
        rotation = Rotation.read(Fields(envelope.entry.body), index)
    except (AttestError, FieldError, LedgerError, LookupError):
        return None
    entry = envelope.entry
    meant = (entry.kind, entry.issuer, entry.log, envelope.key)
    return rotation if meant == (RotateLogKey.kind, GOVERNANCE, trust.log, trust.governance) else None


class LeafJudge:
    """Judges leaves in order from entry 0: the keys that may sign are those that the entries themselves add.

    `sealer` None leaves private records closed; they count as unjudged.
    """

    def __init__(self, trust: Trust, store: Store, sealer: Sealer | None) -> None:
        self._trust = trust
        self._store = store
        self._sealer = sealer
        self._acts = known_acts()
        self._keys: dict[bytes, KeyRow] = {}
        self._log_keys: list[Rotation] = []
        self._parsed: tuple[bytes, Envelope] | None = None
        self.unjudged = Unjudged()

    def entry_id(self, leaf: bytes) -> bytes:
        """The id that a leaf has in the log (FormatError)."""
        return self._envelope(leaf).entry.digest()

    def check(self, index: int, leaf: bytes) -> str | None:
        """None, or what is wrong with the leaf at `index`."""
        try:
            return self._check(index, self._envelope(leaf))
        except UnknownVersionError:
            self.unjudged.entries += 1
            return None
        except SignatureError:
            return "its signature is not by the key that it names"
        except (FormatError, FieldError, LookupError, AttestError, LedgerError) as error:
            return f"{type(error).__name__}: {error}"

    def _envelope(self, leaf: bytes) -> Envelope:
        if self._parsed is None or self._parsed[0] is not leaf:
            self._parsed = leaf, Envelope.parse(leaf)
        return self._parsed[1]

    def _check(self, index: int, envelope: Envelope) -> str | None:
        entry = envelope.entry
        if entry.log != self._trust.log:
            return "it names another log"
        envelope.check_signature()
        if index == 0:
            return self._check_founding(envelope)
        key = self._keys.get(envelope.key)
        if key is None or key.department != entry.issuer:
            return f"its key was not {entry.issuer}'s"
        if not key_valid(key.added, key.retired, key.compromised_since, index):
            return "its key was not valid any more"
        act = self._acts.get(entry.kind)
        if act is None:
            self.unjudged.entries += 1
            return None
        return self._check_body(index, envelope, act)

    def _check_founding(self, envelope: Envelope) -> str | None:
        entry, trust = envelope.entry, self._trust
        if entry.kind != Found.kind or entry.issuer != GOVERNANCE or envelope.key != trust.governance:
            return "it does not found the log"
        founding = Found().parse(Fields(entry.body, "/body"))
        said = (founding.origin, founding.checkpoint_signer, founding.governance, founding.service)
        if said != (trust.origin, trust.checkpoint_signer, trust.governance, trust.service):
            return "it founds the log with other keys than the trust file names"
        for address, name in ((founding.governance, GOVERNANCE), (founding.service, SERVICE)):
            self._keys[address] = KeyRow(address, name, -1, name, None, None)
        self._log_keys.append(Rotation(0, founding.log_key, founding.checkpoint_signer, FOUNDED))
        return None

    def _check_body(self, index: int, envelope: Envelope, act: Act[Any]) -> str | None:
        entry = envelope.entry
        if act.public:
            record = act.parse(Fields(entry.body, "/body"))
            self._learn(index, entry)
            return (
                None if entry.private is None and act.body(record) == entry.body else "its body is not whole"
            )
        if entry.private is None:
            return "an entry of this kind has a private record"
        if self._sealer is None:
            self.unjudged.private += 1
            return None
        erasure = erased_by(index, self._store)
        if erasure is not None and erases(erasure, index, self._store, self._sealer):
            return None
        if restored_by(
            index, leaf_hash(envelope.canonical()), self._store, self._trust.log_keys, self._trust.origin
        ):
            return None
        salt, plain = open_private(index, self._store, self._sealer)
        if private_digest(salt, plain) != entry.private:
            return "the private record kept for it does not open it"
        record = act.parse(Fields(plain, "/private"))
        return (
            None if act.body(record) == entry.body else "its body does not say what its private record says"
        )

    def _learn(self, index: int, entry: Entry) -> None:
        """Take over what governance says about keys."""
        if entry.issuer != GOVERNANCE:
            return
        if entry.kind == AddKey.kind:
            added = AddKey().parse(Fields(entry.body, "/body"))
            self._keys[added.address] = KeyRow(
                added.address, added.department, index, added.custody, None, None
            )
        elif entry.kind == RetireKey.kind:
            ended = RetireKey().parse(Fields(entry.body, "/body"))
            known = self._keys.get(ended.address)
            if known is not None:
                self._keys[ended.address] = replace(
                    known, retired=index, compromised_since=ended.compromised_since
                )
        elif entry.kind == RotateLogKey.kind:
            self._log_keys.append(Rotation.read(Fields(entry.body, "/body"), index))

    def findings(self, entries: int) -> list[Finding]:
        """Keys that the first `entries` entries do not give as database and trust file have them."""
        stored: dict[bytes, KeyRow] = {}
        for row in all_keys(self._store):
            if row.added < entries:
                later = row.retired is not None and row.retired >= entries
                stored[row.address] = replace(row, retired=None, compromised_since=None) if later else row
        found = [
            Finding(
                "key.projection", None, None, f"the key 0x{address.hex()} is not stored as the log says it"
            )
            for address in sorted(stored.keys() | self._keys.keys())
            if stored.get(address) != self._keys.get(address)
        ]
        learned, size = tuple(self._log_keys), self._store.head().size
        kept = tuple(one for one in log_key_rows(self._store) if not entries <= one.index < size)
        if kept != learned:
            text = "the keys of the log are not stored as the log says them"
            found.append(Finding("log_key.projection", None, None, text))
        for one in self._trust.rotations:
            if one.index < entries and one not in learned:
                text = f"entry {one.index} does not replace the log's key as the trust file says"
                found.append(Finding("log_key.trust", one.index, None, text))
        return found
