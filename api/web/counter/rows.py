# SPDX-License-Identifier: Apache-2.0
"""What the counter shows of a look: a row for each requirement, in words. No I/O but the reliances' rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from api.web.counter.looking import came_here
from api.web.counter.row_parts import ByNumber, Known, Missing
from api.web.counter.together import reason_of, together, with_reason
from attest.catalogue.model import CaseRole
from attest.data_checks.model import NUMBER_UNKNOWN, NUMBERS_DIFFER
from attest.data_checks.unasked_texts import said_unasked
from attest.recognition.model import NO_THING, RECOGNISED, REQUIRED
from attest.recognition.reason_texts import WORDS
from attest.recognition.reasons import next_step, sentence

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from api.problems import Language
    from api.web.counter.looking import Look
    from api.web.counter.row_parts import Disputed, Fallen, ReceiptHere, Taken
    from api.web.counter.together import Together
    from attest.catalogue.model import Evidence, MaterialType, Requirement, Text
    from attest.recognition.model import Candidate, EvidenceResult, RequirementResult

TO_USE, PENDING, USED, HERE = "to_use", "pending", "used", "here"
"""States of what is recognised: may be used, chosen and may be taken back, relied on, handed in here."""
STANDING: Final = "standing"
"""State of what a mandate on record meets: there is nothing to use."""
RECALLED: Final = "recalled"
"""State of what this case relied on and was taken back since, whatever the verdict is now."""
OPEN: Final = ""
LACKING: Final = (NUMBER_UNKNOWN, NUMBERS_DIFFER)
"""Why an issuer was not asked that a number typed by the clerk would change."""


@dataclass(frozen=True, slots=True)
class Source:
    """One acceptance that a requirement rests on, by names."""

    id: str
    name: str
    by: str
    through: str
    at: int
    assurance: str
    rank: int
    until: date | None
    index: int
    leaf: str


@dataclass(frozen=True, slots=True)
class Row:
    """A requirement as the page shows it."""

    number: int
    code: str
    title: str
    verdict: str
    said: str
    next: str
    state: str
    may_follow: bool
    sources: tuple[Source, ...]
    missing: tuple[Missing, ...]
    fallen: Fallen | None = None
    known: tuple[Known, ...] = ()
    claimed: int | None = None
    """Index of the entry that takes down 「我已交过」 for it."""
    unasked: tuple[tuple[str, str], ...] = ()
    """Why its issuer was not asked, as (code, sentence)."""
    by_number: tuple[ByNumber, ...] = ()
    """Papers whose issuer can be asked once a number is typed."""
    taken: tuple[Taken, ...] = ()
    """What came in with this case for it, whether it serves or not."""
    receipts: tuple[ReceiptHere, ...] = ()
    """What this case signed for it and stands, in the log's order."""
    disputed: Disputed | None = None
    """What this case relied on for it is under review (校核)."""
    use_dispute: tuple[str, int] | None = None
    """`open`, or `upheld` where the answer took the use back; the entry that says so."""
    single: tuple[str, str] | None = None
    """The item's own form, as (type, name), where the bundle's stands first."""
    joint: str = ""
    """The name of the bundle's form, where that is what to hand in."""
    asked: str = ""
    """The title with why it is asked for, where a paper is known that does not serve."""
    both: Together | None = None
    """Which of its papers came in and which are missing, where it takes several; `said` is empty then."""
    thingless: bool = False
    """Its papers are about a thing, and the case names none: nothing is under way that would settle it."""

    @property
    def relied(self) -> int | None:
        """Index of the last reliance that this case signed for it and that stands."""
        return self.receipts[-1].index if self.receipts else None

    @property
    def shown_only(self) -> bool:
        """Nothing of it is handed in: the applicant shows it and takes it back."""
        return bool(self.missing) and not any(one.kept for one in self.missing)

    @property
    def wanted(self) -> str:
        """What a person is told to bring: the bundle's form by its own name, else the requirement."""
        return self.joint or self.title

    @property
    def bring(self) -> str:
        """What a person is told to bring, of papers that are needed together only what is missing."""
        return self.both.bring if self.both else self.wanted

    @property
    def chosen(self) -> str:
        """What a form sends to use it: ids of the acceptances."""
        return " ".join(one.id for one in self.sources)


class Words:
    """Words of one language for codes and texts."""

    def __init__(self, language: Language, departments: Mapping[str, Text]) -> None:
        self.language: Final = language
        self.departments = departments

    def of(self, text: Text) -> str:
        """The text in the language."""
        return text.zh if self.language == "zh" else text.en

    def department(self, code: str | None) -> str:
        """A department's name; the code where it has none."""
        known = self.departments.get(code or "")
        return self.of(known) if known is not None else code or ""

    def issuer(self, code: str) -> str:
        """Who issued a paper: a department, the applicant, a third party."""
        return self.word(f"issuer.{code}") if code in ("own", "third_party") else self.department(code)

    def word(self, key: str) -> str:
        """A word of the table of reasons, such as `assurance.original`; else what stands after the dot."""
        pair = WORDS.get(key)
        return pair[self.language == "en"] if pair is not None else key.partition(".")[2]


def rows_of(
    look: Look,
    used: Collection[tuple[str, bytes]],
    pending: Collection[str],
    words: Words,
    fallen: Mapping[str, Fallen] | None = None,
    claimed: Mapping[str, int] | None = None,
) -> list[Row]:
    """The rows in the guide's order; `used` and `pending` say what this case has relied on and chosen.

    By requirement: `fallen` who took back what it had relied on for it; `claimed` the entry of a
    claim that it was handed in before.
    """
    rows = [
        _row(number, result, look, used, pending, words, (fallen or {}).get(result.requirement))
        for number, result in enumerate(look.judged.decision.results, 1)
    ]
    return [
        replace(row, claimed=claimed[row.code]) if claimed and row.code in claimed else row for row in rows
    ]


def _row(
    number: int,
    result: RequirementResult,
    look: Look,
    used: Collection[tuple[str, bytes]],
    pending: Collection[str],
    words: Words,
    fallen: Fallen | None,
) -> Row:
    requirement = next(one for one in look.judged.requirements if one.code == result.requirement)
    names, language = words.departments, words.language
    title, joint = words.of(requirement.text), _joint_form(result, look, words)
    both = together(requirement, result, look, words)
    return Row(
        number=number,
        code=result.requirement,
        title=title,
        verdict=result.verdict,
        said="" if both else sentence(result.reason, result.params, language, names),
        next=next_step(
            result.reason,
            result.params,
            language,
            names,
            may_follow=result.may_follow,
            channel=look.case.channel,
        ),
        state=_state(result, look, used, pending, is_fallen=fallen is not None),
        may_follow=result.may_follow,
        sources=tuple(_source(one, look, words) for one in result.used),
        missing=_missing(result.evidence, look, words) if result.verdict == REQUIRED else (),
        fallen=fallen,
        known=_known(result, look, words),
        unasked=tuple(
            (one.reason, said_unasked(one, language))
            for one in look.unasked
            if one.requirement == result.requirement and result.verdict != RECOGNISED
        ),
        by_number=_by_number(result, look, words),
        single=_own_form(requirement, result, look, words),
        joint=joint,
        asked=both.asked if both else with_reason(joint or title, reason_of(result, words), words),
        thingless=result.reason == NO_THING,
        both=both,
    )


def _state(
    result: RequirementResult,
    look: Look,
    used: Collection[tuple[str, bytes]],
    pending: Collection[str],
    *,
    is_fallen: bool,
) -> str:
    if is_fallen and result.requirement not in pending:
        return RECALLED
    if result.verdict != RECOGNISED:
        return OPEN
    if not result.used:
        return STANDING
    if all(came_here(one, look) for one in result.used):
        return HERE
    if all((result.requirement, one.acceptance) in used for one in result.used):
        return USED
    return PENDING if result.requirement in pending else TO_USE


def _source(one: Candidate, look: Look, words: Words) -> Source:
    kind = look.types.get(one.type)
    return Source(
        id=one.acceptance.hex(),
        name=words.of(kind.name) if kind is not None else one.type,
        by=words.department(one.authority),
        through=words.department(one.received_by),
        at=one.accepted_at,
        assurance=words.word(f"assurance.{one.assurance}"),
        rank=look.judged.policy.policy.order.index(one.assurance),
        until=one.valid_until,
        index=one.index,
        leaf=one.leaf_hash.hex(),
    )


def _missing(found: Sequence[EvidenceResult], look: Look, words: Words) -> tuple[Missing, ...]:
    missing = []
    for position, one in enumerate(found):
        kind = look.types.get(one.type)
        if one.verdict == REQUIRED and kind is not None:
            missing.append(Missing(position, one.type, words.of(kind.name), kind.handling == "keep"))
    return tuple(missing)


def _known(result: RequirementResult, look: Look, words: Words) -> tuple[Known, ...]:
    """What is recognised from elsewhere, of kinds that are kept."""
    known = []
    for position, one in enumerate(result.evidence):
        kind = look.types.get(one.type)
        elsewhere = any(not came_here(used, look) for used in one.used)
        if result.verdict == RECOGNISED and elsewhere and kind is not None and kind.handling == "keep":
            known.append(Known(position, words.of(kind.name)))
    return tuple(known)


def _joint_form(result: RequirementResult, look: Look, words: Words) -> str:
    """The name of the bundle's form where it is missing; empty otherwise."""
    kinds = [look.types.get(one.type) for one in result.evidence if one.type in look.joint]
    kind = kinds[0] if kinds and result.verdict == REQUIRED else None
    return "" if kind is None else words.of(kind.name)


def _own_form(
    requirement: Requirement, result: RequirementResult, look: Look, words: Words
) -> tuple[str, str] | None:
    single = _single(requirement, result, look) if result.verdict == REQUIRED else None
    kind = None if single is None else look.types.get(single.type)
    return (kind.code, words.of(kind.name)) if kind is not None and kind.handling == "keep" else None


def _by_number(result: RequirementResult, look: Look, words: Words) -> tuple[ByNumber, ...]:
    """Papers of the requirement that only lack a number to be asked by, or whose number found nothing."""
    if result.verdict == RECOGNISED:
        return ()
    wanted = [
        one.type for one in look.unasked if one.requirement == result.requirement and one.reason in LACKING
    ]
    wanted += [one.type for one in result.evidence if one.reason == "issuer.unknown"]
    kinds = {code: look.types.get(code) for code in wanted}
    return tuple(
        ByNumber(code, words.of(kind.name), tuple((one, words.department(one)) for one in kind.issuers))
        for code, kind in kinds.items()
        if kind is not None
    )


def ranks(look: Look, words: Words) -> list[str]:
    """The ground order of the policy applied in words, best first."""
    return [words.word(f"assurance.{one}") for one in look.judged.policy.policy.order]


def evidence_of(
    look: Look, requirement: str, position: int, type_: str = ""
) -> tuple[Evidence, MaterialType] | None:
    """The evidence of the nearest combination that may be added here; None for anything else.

    What is recognised may be taken in as well: the page says first that it need not be. `type_` is that of
    the single form where the nearest combination asks for a joint one.
    """
    result = next((one for one in look.judged.decision.results if one.requirement == requirement), None)
    asked = next((one for one in look.judged.requirements if one.code == requirement), None)
    if result is None or asked is None or result.verdict not in (REQUIRED, RECOGNISED):
        return None
    evidence = asked.alternatives[result.combination].evidence
    if not 0 <= position < len(evidence) or result.evidence[position].verdict != result.verdict:
        return None
    chosen = evidence[position]
    if look.joint and type_ not in ("", chosen.type):
        single = _single(asked, result, look)
        if single is None or single.type != type_:
            return None
        chosen = single
    kind = look.types.get(chosen.type)
    return (chosen, kind) if kind is not None and kind.handling == "keep" else None


def _single(asked: Requirement, result: RequirementResult, look: Look) -> Evidence | None:
    """The form of the item itself, where the nearest combination has the bundle's in its place."""
    here = [one.type for one in asked.alternatives[result.combination].evidence]
    if look.joint.isdisjoint(here):
        return None
    beside = asked.alternatives[result.combination + 1].evidence  # `with_forms` puts them in this order
    return next((one for one in beside if one.type not in here), None)


def known_for(look: Look, requirement: str, position: int, words: Words) -> Source | None:
    """What makes this evidence needless: an acceptance of another case that is recognised; None without."""
    result = next((one for one in look.judged.decision.results if one.requirement == requirement), None)
    if result is None or result.verdict != RECOGNISED or position >= len(result.evidence):
        return None
    elsewhere = [one for one in result.evidence[position].used if not came_here(one, look)]
    return _source(elsewhere[0], look, words) if elsewhere else None


def parties_for(look: Look, requirement: str, evidence: Evidence) -> list[tuple[str, list[bytes]]]:
    """Roles of the material with who may stand in them: by the case, or by the paper that names them."""
    result = next(one for one in look.judged.decision.results if one.requirement == requirement)
    found: list[tuple[str, list[bytes]]] = []
    for binding in evidence.bindings:
        if isinstance(binding.by, CaseRole):
            holders = [holder for role, holder in look.opening.parties if role == binding.by.role]
        else:
            used = [one for part in result.evidence for one in part.used if one.type == binding.by.type]
            holders = [holder for one in used for role, holder in one.parties if role == binding.by.role]
        found.append((binding.role, holders))
    return found
