# SPDX-License-Identifier: Apache-2.0
"""Answers as frozen dataclasses. Ids and hashes are lower-case hex, times Unix seconds; new members are
passed over, so that an older client reads a newer service.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Self

Json = dict[str, Any]
Verdict = Literal["recognised", "required", "cannot_tell"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """The checkpoint on the chain that covers an entry."""

    size: int
    root: str
    contract: str
    tx: str
    block: int
    block_hash: str
    time: int

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        return cls(**{name: value[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Receipt:
    """存证回执: `proof` is c2sp.org/tlog-proof@v1; `ReceiptVerifier` checks it without the service."""

    index: int
    leaf: str
    proof: str
    stage: Literal["sequenced", "anchored"]
    anchor: Anchor | None

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        anchor = value["anchor"]
        return cls(
            value["index"],
            value["leaf"],
            value["proof"],
            value["stage"],
            Anchor.of(anchor) if anchor is not None else None,
        )


@dataclass(frozen=True, slots=True)
class Created:
    """An entry that was made: its id, where it stands, its receipt."""

    id: str
    index: int
    leaf: str
    receipt: Receipt

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        return cls(value["id"], value["index"], value["leaf"], Receipt.of(value["receipt"]))


@dataclass(frozen=True, slots=True)
class Denied:
    """What an issuer had said of a paper (entry `index`): it stands no more `since` (YYYY-MM-DD), and why."""

    department: str
    denial: str
    since: str
    index: int

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        return cls(value["department"], value["denial"], value["since"], value["index"])


@dataclass(frozen=True, slots=True)
class Accepted(Created):
    """A material that was accepted; `id` is the acceptance's.

    `duplicate_of` is your own acceptance of this very file, `may_supersede` are papers of yours that it may
    renew: ids of acceptances. `denied`: its issuer had said no to a paper of this number; look again.
    """

    duplicate_of: str | None = None
    may_supersede: tuple[str, ...] = ()
    denied: Denied | None = None

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        twin = value.get("duplicate_of")
        older = tuple(one["acceptance"] for one in value.get("may_supersede", ()))
        made = Created.of(value)
        denied = Denied.of(value["denied"]) if "denied" in value else None
        return cls(made.id, made.index, made.leaf, made.receipt, twin and twin["acceptance"], older, denied)


@dataclass(frozen=True, slots=True)
class BundleStep:
    """Which step of a bundle a case is; `first` began the application, and is the `with` of the next."""

    code: str
    version: int
    step: str
    first: str

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        return cls(value["code"], value["version"], value["step"], value["with"])


@dataclass(frozen=True, slots=True)
class Case(Created):
    """A case that was opened, pinned to a version of its guide."""

    case: str
    item: str
    version: int
    bundle: BundleStep | None = None

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        receipt = Receipt.of(value["receipt"])
        named = (value["case"], value["item"], value["version"])
        step = BundleStep.of(value["bundle"]) if "bundle" in value else None
        return cls(value["id"], value["index"], value["leaf"], receipt, *named, step)


@dataclass(frozen=True, slots=True)
class LegalGround:
    """A ground in law: why a paper may be asked for (of `requirement`, `item`), else why it need not be.

    `source` is what names it; `zh`, `en` what it says where the catalogue gives that in words.
    """

    source: str
    text: str
    certainty: str
    zh: str | None = None
    en: str | None = None

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        says = value.get("says") or {}
        return cls(value["of"], value["text"], value["certainty"], says.get("zh"), says.get("en"))


@dataclass(frozen=True, slots=True)
class CitedConsent:
    """A consent under which a paper serves, by the entry that recorded it."""

    id: str
    index: int

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        return cls(value["id"], value["index"])


@dataclass(frozen=True, slots=True)
class Reliance(Created):
    """采信凭证: it protects whoever relied, as of its index; `guide` and `policy` are digests.

    `ground` is the waiver ground (免提交依据), `legal` what the catalogue had on it in law at that index,
    `consents` those under which it serves, where the guide names a law that asks for them.
    """

    case: str
    requirement: str
    acceptance: str
    guide: str
    policy: str
    ground: str
    legal: tuple[LegalGround, ...]
    consents: tuple[CitedConsent, ...]

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        receipt = Receipt.of(value["receipt"])
        named = (value["case"], value["requirement"], value["acceptance"], value["guide"], value["policy"])
        legal = tuple(LegalGround.of(one) for one in value["legal"])
        consents = tuple(CitedConsent.of(one) for one in value["consents"])
        return cls(
            value["id"], value["index"], value["leaf"], receipt, *named, value["ground"], legal, consents
        )


@dataclass(frozen=True, slots=True)
class Retraction(Created):
    """An acceptance that was taken back; `recall` are the ids of the reliances on it."""

    acceptance: str
    recall: tuple[str, ...]

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        receipt = Receipt.of(value["receipt"])
        recall = tuple(one["id"] for one in value["recall"])
        return cls(value["id"], value["index"], value["leaf"], receipt, value["acceptance"], recall)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file in the vault; `pages` as counted when it came in."""

    sha256: str
    size: int
    media: str
    pages: int | None

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        return cls(value["sha256"], value["size"], value["media"], value["pages"])


@dataclass(frozen=True, slots=True)
class BatchResult:
    """One acceptance of a batch: its id and receipt, or the problem that it met."""

    status: int
    id: str | None
    receipt: Receipt | None
    problem: Json | None
    retry_at: int | None = None
    """When to send it again (Unix seconds), where that is known."""

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        receipt = Receipt.of(value["receipt"]) if "receipt" in value else None
        return cls(value["status"], value.get("id"), receipt, value.get("problem"), value.get("retry_at"))


@dataclass(frozen=True, slots=True)
class Cited:
    """An acceptance that meets a requirement."""

    id: str
    index: int
    type: str
    authority: str
    received_by: str | None
    accepted_at: int
    assurance: str
    valid_until: str | None

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        return cls(**{name: value[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class RequirementVerdict:
    """One requirement: `reason` is stable, `text` and `next` are for people."""

    requirement: str
    verdict: Verdict
    reason: str
    text: str
    next: str
    acceptances: tuple[Cited, ...]
    valid_until: str | None

    @property
    def recognised(self) -> bool:
        """Whether the material need not be handed in."""
        return self.verdict == "recognised"

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        return cls(
            value["requirement"],
            value["verdict"],
            value["reason"],
            value["text"],
            value["next"],
            tuple(Cited.of(one) for one in value.get("acceptances", ())),
            value.get("valid_until"),
        )


@dataclass(frozen=True, slots=True)
class Ask:
    """A paper still to ask for."""

    requirement: str
    type: str
    roles: tuple[str, ...]
    reason: str

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        return cls(value["requirement"], value["type"], tuple(value["roles"]), value["reason"])


@dataclass(frozen=True, slots=True)
class AppliedPolicy:
    """The recognition policy of who decides the case: `index` is None, and `version` 0, for the default."""

    authority: str
    version: int
    digest: str
    index: int | None
    in_force: str | None

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        return cls(*(value[name] for name in ("authority", "version", "digest", "index", "in_force")))


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """The answer to a look-up, recorded at `index`, by `policy` and the guide `item` in `version`.

    `guide` is the guide hash of that version.
    """

    as_of: int
    index: int
    item: str
    version: int
    results: tuple[RequirementVerdict, ...]
    ask: tuple[Ask, ...]
    policy: AppliedPolicy
    guide: str

    def __getitem__(self, requirement: str) -> RequirementVerdict:
        """The verdict on one requirement (KeyError where it was not asked about)."""
        for one in self.results:
            if one.requirement == requirement:
                return one
        raise KeyError(requirement)

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        return cls(
            value["as_of"],
            value["index"],
            value["item"],
            value["version"],
            tuple(RequirementVerdict.of(one) for one in value["results"]),
            tuple(Ask.of(one) for one in value["ask"]),
            AppliedPolicy.of(value["policy"]),
            value["guide"],
        )


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One look-up of a batch: its answer, or the problem that it met."""

    status: int
    answer: CheckAnswer | None
    problem: Json | None
    retry_at: int | None = None
    """When to send it again (Unix seconds), where that is known."""

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        answer = CheckAnswer.of(value["answer"]) if "answer" in value else None
        return cls(value["status"], answer, value.get("problem"), value.get("retry_at"))
