# SPDX-License-Identifier: Apache-2.0
"""The form that accepts a missing material at the counter, and what it asks of the API's own reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from api.web.counter.people import person_fault, typed_person
from attest.cases.model import CHANNELS
from attest.catalogue.model import CaseRole
from attest.recognition.model import BY_CHOICE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.web.counter.looking import Look
    from api.web.counter.rows import Source, Words
    from api.web.counter.twins import Earlier, Twin
    from api.web.counter.values import ValueField
    from attest.catalogue.model import Evidence, MaterialType


@dataclass(frozen=True, slots=True)
class PartyChoice:
    """A role of the material: who may stand in it, as (id in hex, name); of several one is chosen."""

    role: str
    word: str
    holders: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A role of the material for which the case names nobody, and the role of the case that is empty."""

    role: str
    case_role: str
    word: str


@dataclass(frozen=True, slots=True)
class AddForm:
    """What the form shows; `issuers` are (code, name), one where there is no choice."""

    requirement: str
    position: int
    kind: MaterialType
    name: str
    issuers: tuple[tuple[str, str], ...]
    parties: tuple[PartyChoice, ...]
    others: tuple[tuple[str, str], ...]
    """Roles that the case says nothing of, as (role, word): a lease's lessor."""
    needs_issued: bool
    asks: frozenset[str] = frozenset()
    """Which days of the paper it asks for itself: `issued`, `valid_until`."""
    known: Source | None = None
    """The earlier acceptance that makes this paper needless, if there is one."""
    values: dict[str, str] = field(default_factory=dict)
    twin: Twin | None = None
    """An acceptance of this very file, if the look has found one."""
    earlier: tuple[Earlier, ...] = ()
    """Acceptances that the paper may supersede."""
    value_fields: tuple[ValueField, ...] = ()
    """What the paper says, as far as a data standard in force covers it."""
    channel: str = CHANNELS[0]
    """How the paper came; as the case did unless the clerk says otherwise."""
    gaps: tuple[Gap, ...] = ()
    """Who has to be named before the paper can be anybody's."""
    shut: tuple[tuple[str, str], ...] = ()
    """Why the paper would not serve here, all of it, as (code, sentence)."""

    @property
    def despite(self) -> str:
        """What the tick stands for: just these reasons why it would not serve, and no other."""
        return " ".join(code for code, _ in self.shut)

    @property
    def typed(self) -> bool:
        """Whether any of `value_fields` was filled in."""
        return any(self.values.get(f"value.{one.code}", "").strip() for one in self.value_fields)


def add_form(
    look: Look,
    requirement: str,
    position: int,
    evidence: Evidence,
    kind: MaterialType,
    words: Words,
    bound: list[tuple[str, list[bytes]]],
    values: Mapping[str, str],
    known: Source | None = None,
) -> AddForm:
    """The form for one evidence of the look; `known` is what makes it needless."""
    codes = (evidence.issuers or kind.issuers) if kind.source == "issued" else (kind.source,)
    gaps = [
        Gap(binding.role, binding.by.role, words.word(f"role.{binding.by.role}"))
        for binding, (_, holders) in zip(evidence.bindings, bound, strict=True)
        if isinstance(binding.by, CaseRole) and not holders
    ]
    named = [role for role, holders in bound if holders] + [one.role for one in gaps]
    needs_issued = kind.validity.rule == "max_age" or evidence.max_age_days is not None
    dated = {
        "issued": kind.source != "own" or needs_issued,
        "valid_until": kind.validity.rule == "until",
    }
    return AddForm(
        requirement=requirement,
        position=position,
        kind=kind,
        name=words.of(kind.name),
        issuers=tuple((code, _issuer(code, words)) for code in codes),
        parties=tuple(
            PartyChoice(
                role,
                words.word(f"role.{role}"),
                tuple((holder.hex(), look.names.get(holder, holder.hex()[:8])) for holder in holders),
            )
            for role, holders in bound
        ),
        others=tuple((role, words.word(f"role.{role}")) for role in kind.roles if role not in named),
        needs_issued=needs_issued,
        asks=frozenset(name for name, asked in dated.items() if asked),
        known=known,
        values=dict(values),
        channel=values.get("channel") or look.case.channel,
        gaps=tuple(gaps),
    )


def _issuer(code: str, words: Words) -> str:
    return words.word(f"issuer.{code}") if code in ("own", "third_party") else words.department(code)


def acceptance_request(
    fields: Mapping[str, str], form: AddForm, look: Look, staff: str, more: list[tuple[str, str]]
) -> dict[str, Any]:
    """The API's request to accept (`POST acceptances`) that the filled form means, with `more` parties."""
    parties = [
        {"role": one.role, "holder": fields.get(f"party.{one.role}") or one.holders[0][0]}
        for one in form.parties
        if one.holders
    ]
    parties += [{"role": role, "holder": holder} for role, holder in more]
    asked: dict[str, Any] = {
        "case": look.case.case_no,
        "type": form.kind.code,
        "document": {"sha256": fields.get("sha256", "")},
        "issuer": fields.get("issuer") or form.issuers[0][0],
        "parties": parties,
        "assurance": fields.get("assurance", ""),
        "checked_by": staff,
        "channel": form.channel,
    }
    said = form.known is not None and fields.get("submitted") == "by_choice"
    if said or _chosen(form.requirement, look):
        asked["submitted"] = "by_choice"
    how, _, older = fields.get("supersedes", "").partition(".")
    if how:
        asked["supersedes"] = {"acceptance": older, "how": how}
    for name in ("number", "issued", "valid_until"):
        if fields.get(name, "").strip():
            asked[name] = fields[name].strip()
    if form.kind.about is not None and look.opening.about is not None:
        kind, id_ = look.opening.about
        if kind == form.kind.about:
            asked["about"] = {"kind": kind, "id": id_}
    return asked


def _chosen(requirement: str, look: Look) -> bool:
    """Whether the applicant chose on their own page to hand this in: then it is by choice, whoever asks."""
    results = look.judged.decision.results
    return any(one.requirement == requirement and one.reason == BY_CHOICE for one in results)


def form_faults(fields: Mapping[str, str], form: AddForm) -> list[tuple[str, str]]:
    """What a person has to correct before anything is asked of the ledger: (field id, key of the text)."""
    faults = []
    gaps = [one.role for one in form.gaps]
    for role in (*gaps, *(role for role, _ in form.others)):
        name, number = (fields.get(f"{part}.{role}", "").strip() for part in ("name", "number"))
        if bool(name) != bool(number) or (role in gaps and not name):
            faults.append((f"f-who-{role}", "counter.fault_pair"))
        elif (one := typed_person(fields, role, f"f-who-{role}")) and (fault := person_fault(one)):
            faults.append((one.place, fault))
    if len(fields.get("sha256", "")) != 64:
        faults.append(("f-sha256", "counter.fault_file"))
    if form.needs_issued and not fields.get("issued"):
        faults.append(("f-issued", "counter.fault_issued"))
    if fields.get("assurance") not in ("original", "certified_copy", "scan"):
        faults.append(("f-assurance", "counter.fault_assurance"))
    return faults
