# SPDX-License-Identifier: Apache-2.0
"""Everything the counter's page shows of one case."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from api.web.counter.acting import ActingHere
from api.web.counter.consenting import ConsentHere, consents_here
from api.web.counter.looking import came_here
from api.web.counter.row_parts import Disputed, Fallen, ReceiptHere
from api.web.counter.rows import HERE, PENDING, RECALLED, TO_USE, Row, ranks, rows_of
from api.web.counter.uses import OPEN, uses_of_case
from attest.catalogue.situations import clock_for
from attest.catalogue.things import things_needed
from attest.data_check_requests.model import UPHELD
from attest.data_check_requests.repository import use_disputes_in
from attest.parties import UNIT, well_formed
from attest.reask.model import CLAIM
from attest.reask.repository import claims_in_case, reasks_in_case
from attest.recognition.model import CANNOT_TELL, RECOGNISED, REQUIRED
from attest.recognition.reason_texts import HOW
from attest.recognition.repository import reliance_by_id, relied_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.mandates.reading import AgentAt
    from api.web.counter.bundling import BundleHere
    from api.web.counter.linking import Linkable
    from api.web.counter.looking import Look
    from api.web.counter.rows import Words
    from api.web.counter.uses import Use
    from attest.catalogue.model import Clock, Limit
    from attest.parties import About
    from attest.reading import Reader


MomentT = TypeVar("MomentT", int, date)


@dataclass(frozen=True, slots=True)
class PolicyWords:
    """The recognition policy applied: its name, version and index; None of both where it is the default."""

    name: str
    version: int | None
    index: int | None


def policy_words(look: Look, words: Words) -> PolicyWords:
    """What the desk says of the policy by which the case was looked at."""
    standing = look.judged.policy
    version = None if standing.index is None else standing.policy.version
    return PolicyWords(words.of(standing.policy.name), version, standing.index)


@dataclass(frozen=True, slots=True)
class Gone:
    """The row of a requirement whose paper is of the past: who says so (a name) and when (Unix seconds)."""

    number: int
    title: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Desk:
    """A case on the desk: who and what, questions with their answers, its rows, what is pending, limits.

    A limit is a number and the name of its text; `guide` is the item, the version pinned and its hash.
    """

    case_no: str
    item: str
    channel: str
    authority: str
    parties: tuple[tuple[str, str], ...]
    about: tuple[str, str] | None
    """What the case is about: the word of its kind, and its number."""
    lacks: str
    """The word for the kind of thing that some papers are about, and the case names none of; else empty."""
    situation: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    pending: tuple[Use, ...]
    policy: PolicyWords
    ranks: tuple[str, ...]
    promised: tuple[int, str]
    statutory: tuple[int, str]
    notice: str
    guide: tuple[str, int, str]
    reasks: tuple[int, ...]
    """Indexes of what was asked in vain in this case, on record."""
    reported: tuple[int, ...]
    """Indexes of what the applicant's word alone shows."""
    index: int
    as_of: int
    key: str
    renewed: tuple[Gone, ...] = ()
    """What this case relied on and was renewed since, until the newer one takes its place."""
    denied: tuple[Gone, ...] = ()
    """What this case relied on and whose issuer says since that it stands no more, until another came in."""
    agents: tuple[AgentAt, ...] = ()
    """Who acts for an applicant here, and by which mandate."""
    acting: ActingHere = field(default_factory=ActingHere)
    """Papers of this case that prove an agent or a guardian, and what it records of them."""
    consents: tuple[ConsentHere, ...] = ()
    """Requirements for which a law asks consent."""
    bundle: BundleHere | None = None
    """The bundle of which the case is a step."""
    provisional: tuple[Linkable, ...] = ()
    """Parties who stand in the case by a provisional identifier."""

    def having(self, verdict: str) -> list[Row]:
        """Rows of one verdict."""
        return [row for row in self.rows if row.verdict == verdict]

    @property
    def recalled(self) -> list[Row]:
        """What was used in this case and was taken back since."""
        return [row for row in self.rows if row.fallen is not None]

    @property
    def lapsed(self) -> list[Row]:
        """What was used in this case and was taken back since, and something else took the place of."""
        return [row for row in self.rows if row.fallen is None and any(one.fallen for one in row.receipts)]

    @property
    def disputed(self) -> list[Row]:
        """What was used in this case and a party disputes: nobody relies on it until the answer."""
        return [row for row in self.rows if row.disputed is not None]

    @property
    def to_use(self) -> list[Row]:
        """What may be used now."""
        return [row for row in self.rows if row.state == TO_USE]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are of each kind, each counted once: the totals that the bar goes by, too."""
        return {
            RECOGNISED: len(self.having(RECOGNISED)) - len(self.received),
            HERE: len(self.received),
            REQUIRED: len(self.lacking),
            "shown": len(self.show),
            CANNOT_TELL: len(self.having(CANNOT_TELL)),
        }

    @property
    def afar(self) -> str:
        """The channel where whoever applies is not at the desk; else empty."""
        return self.channel if self.channel in HOW else ""

    @property
    def lacking(self) -> list[Row]:
        """What has to be handed in, today or later."""
        return self.today + self.later

    @property
    def spared(self) -> list[Row]:
        """What the applicant need not hand in."""
        return [row for row in self.having(RECOGNISED) if row.state not in (HERE, RECALLED)]

    @property
    def received(self) -> list[Row]:
        """What was handed in with this case."""
        return [row for row in self.rows if row.state == HERE]

    @property
    def came(self) -> list[str]:
        """What was handed in with this case, by name, also a paper that another is still needed beside."""
        beside = [name for row in self.having(REQUIRED) if row.both for name in row.both.here]
        return [*(row.title for row in self.received), *beside]

    @property
    def needless(self) -> list[str]:
        """What the applicant need not hand in, by name, also a paper that another is still needed beside."""
        beside = [name for row in self.having(REQUIRED) if row.both for name in row.both.known]
        return [*(row.title for row in self.spared), *beside]

    @property
    def today(self) -> list[Row]:
        """What has to be added before the case can be admitted."""
        return [row for row in self.having(REQUIRED) if not row.may_follow and not row.shown_only]

    @property
    def show(self) -> list[Row]:
        """What the applicant only shows."""
        return [row for row in self.having(REQUIRED) if row.shown_only]

    @property
    def later(self) -> list[Row]:
        """What may follow."""
        return [row for row in self.having(REQUIRED) if row.may_follow and not row.shown_only]

    @property
    def waiting(self) -> list[Row]:
        """What cannot be told yet."""
        return [row for row in self.having(CANNOT_TELL) if not row.thingless]

    @property
    def thingless(self) -> list[Row]:
        """What this case will never settle, since it does not say what it is about."""
        return [row for row in self.having(CANNOT_TELL) if row.thingless]

    @property
    def claimable(self) -> list[Row]:
        """What the applicant may say to have handed in before: asked for here, and not taken down yet."""
        return [row for row in self.rows if any(one.kept for one in row.missing) and row.claimed is None]

    @property
    def first_missing(self) -> Row | None:
        """The first row to which something can be added here."""
        return next((row for row in self.rows if any(one.kept for one in row.missing)), None)


def desk_of(look: Look, reader: Reader, words: Words, key: str) -> Desk:
    """The desk of a look; `key` makes a double press of its form one act."""
    case_no = look.case.case_no
    disputes = _use_disputes(case_no, reader)
    gone = {index for index, (said, _) in disputes.items() if said == UPHELD}
    every = relied_in(case_no, reader)
    relied = [one for one in every if one[2] not in gone]
    used = {(requirement, acceptance) for requirement, acceptance, _ in relied}
    pending = [use for use in uses_of_case(case_no, reader) if use.outcome == OPEN]
    chosen = {requirement for use in pending for requirement in use.requirements}
    answers = dict(look.opening.answers)
    clock = clock_for(look.item, answers)
    vain = reasks_in_case(case_no, None, reader)
    receipts = _receipts(look, relied, words)
    fallen = {
        code: one.fallen
        for code in gone_in(look, relied, look.judged.fallen)
        for one in receipts[code]
        if one.fallen is not None
    }
    rows = rows_of(look, used, chosen, words, fallen, claims_in_case(case_no, reader))
    review = gone_in(look, relied, look.judged.disputed)
    rows = [
        _with_uses(row, receipts.get(row.code, ()), every, disputes, review.get(row.code), words)
        for row in rows
    ]
    return Desk(
        case_no=case_no,
        item=words.of(look.item.name),
        channel=look.case.channel,
        authority=words.department(look.case.authority),
        parties=tuple(
            (words.word(f"role.{role}"), look.names.get(holder, holder.hex()[:8]))
            for role, holder in look.opening.parties
        ),
        about=_thing(look.opening.about, words),
        lacks=_lacks(look, words),
        situation=tuple(
            (words.of(question.text), words.of(option.text))
            for question in look.item.questions
            for option in question.options
            if answers.get(question.code) == option.code
        ),
        rows=tuple(rows),
        pending=tuple(pending),
        policy=policy_words(look, words),
        ranks=tuple(ranks(look, words)),
        promised=limit_words(clock, clock.promised_limit),
        statutory=limit_words(clock, clock.statutory_limit),
        notice=look.item.notice,
        guide=(look.item.code, look.item.version, look.guide.hex()),
        reasks=tuple(one.index for one in vain if one.source != CLAIM),
        reported=tuple(one.index for one in vain if one.source == CLAIM),
        index=look.index,
        as_of=look.as_of,
        key=key,
        consents=consents_here(look, words),
        renewed=_gone(look, relied, look.judged.renewed, rows, words),
        denied=_gone(look, relied, look.judged.denied, rows, words),
    )


def _gone(
    look: Look,
    relied: Sequence[tuple[str, bytes, int]],
    gone: Mapping[bytes, tuple[str, int]],
    rows: Sequence[Row],
    words: Words,
) -> tuple[Gone, ...]:
    return tuple(
        Gone(row.number, row.title, words.department(by), at)
        for code, (by, at) in gone_in(look, relied, gone).items()
        for row in rows
        if row.code == code
    )


def _thing(about: About | None, words: Words) -> tuple[str, str] | None:
    """What the case is about, a unit's number in the groups in which certificates print it."""
    if about is None:
        return None
    kind, number = about
    if kind == UNIT and well_formed(about):
        number = " ".join((number[:6], number[6:12], number[12:19], number[19:]))
    return words.word(f"kind.{kind}"), number


def _lacks(look: Look, words: Words) -> str:
    needed, about = things_needed(look.judged.requirements, look.types), look.opening.about
    if not needed or (about is not None and about[0] in needed):
        return ""
    return words.word(f"kind.{min(needed)}")


def _use_disputes(case_no: str, reader: Reader) -> dict[int, tuple[str, int]]:
    """By index of a reliance of the case: its open dispute, or the answer that took it back."""
    found: dict[int, tuple[str, int]] = {}
    for one in use_disputes_in(case_no, reader):
        place = reliance_by_id(one.reliance, reader) if one.reliance is not None else None
        if place is not None and one.answer is None:
            found.setdefault(place[1], ("open", one.index))
        elif place is not None and one.answer is not None and one.answer.outcome == UPHELD:
            found[place[1]] = (UPHELD, one.answer.index)
    return found


def _receipts(
    look: Look, relied: Sequence[tuple[str, bytes, int]], words: Words
) -> dict[str, tuple[ReceiptHere, ...]]:
    """By requirement, what was signed for it here and what became of that, in the log's order."""
    signed: dict[str, tuple[ReceiptHere, ...]] = {}
    for requirement, acceptance, index in relied:
        fell = look.judged.fallen.get(acceptance)
        corrected = acceptance in look.judged.rectified
        fallen = None if fell is None else Fallen(words.department(fell[0]), fell[1], corrected)
        signed[requirement] = (*signed.get(requirement, ()), ReceiptHere(index, fallen))
    return signed


def _with_uses(
    row: Row,
    receipts: tuple[ReceiptHere, ...],
    every: Sequence[tuple[str, bytes, int]],
    disputes: Mapping[int, tuple[str, int]],
    under: tuple[str, date] | None,
    words: Words,
) -> Row:
    """The row with what was signed for it here, and what is said against it."""
    last = max((index for requirement, _, index in every if requirement == row.code), default=-1)
    return replace(
        row,
        receipts=receipts,
        disputed=None if under is None else Disputed(words.department(under[0]), under[1]),
        use_dispute=disputes.get(last),
    )


def gone_in(
    look: Look, relied: Sequence[tuple[str, bytes, int]], gone: Mapping[bytes, tuple[str, MomentT]]
) -> dict[str, tuple[str, MomentT]]:
    """By requirement, what `gone` says of what the case relied on for it, until something took its place.

    What takes its place is a later reliance on what stands, or a paper handed in with this case since.
    """
    found: dict[str, tuple[str, MomentT]] = {}
    for result in look.judged.decision.results:
        mine = [(acceptance, index) for name, acceptance, index in relied if name == result.requirement]
        fell = [(acceptance, index) for acceptance, index in mine if acceptance in gone]
        if not fell:
            continue
        last = max(index for _, index in fell)
        replaced = any(index > last for acceptance, index in mine if acceptance not in gone)
        here = [one for one in result.used if came_here(one, look)]
        if not replaced and not any(one.index > last for one in here):
            found[result.requirement] = max(
                (gone[acceptance] for acceptance, _ in fell), key=lambda by: by[1]
            )
    return found


__all__ = ["PENDING", "Desk", "desk_of"]


def limit_words(clock: Clock, limit: Limit) -> tuple[int, str]:
    """A limit's number and the name of its text: on the spot, or so many units from where it begins."""
    if limit.n == 0:
        return 0, "on_spot"
    return limit.n, f"{limit.unit}_applied" if clock.from_application else limit.unit
