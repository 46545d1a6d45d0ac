# SPDX-License-Identifier: Apache-2.0
"""A guide as its page shows it: questions, the papers that stay in a situation, limits, grounds. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attest.catalogue.situations import SituationError, check_answers, clock_for, requirements_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from api.web.catalogue.words import GuideWords
    from attest.catalogue.model import Citation, Evidence, MaterialTypes, Requirement, ServiceItem
    from attest.catalogue.situations import Asking

PREFIX = "a."
"""Before a question's code in an address: `?a.premises=leased`."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One evidence: type and name, who issues it, whose it is, how it is taken, whether it can be reused."""

    code: str
    name: str
    source: str
    issuers: str
    handling: str
    reuse: str
    whose: str
    demands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """A requirement: any one of `ways` meets it, each of which needs all its papers."""

    code: str
    text: str
    necessity: str
    situation: str
    ways: tuple[tuple[Paper, ...], ...]
    ground: Citation | None
    consent: Citation | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its options and the answer chosen."""

    code: str
    text: str
    options: tuple[tuple[str, str], ...]
    answer: str


@dataclass(frozen=True, slots=True)
class Term:
    """A clock: in which situation it runs, what is promised, what the law allows and by how much more."""

    situation: str
    promised: str
    statutory: str
    extension: str
    ground: Citation
    promise_ground: Citation
    extension_ground: Citation | None


@dataclass(frozen=True, slots=True)
class Guide:
    """What the page shows; `settled` says that all questions are answered, `elsewhere` that this item is not
    the right one.
    """

    questions: tuple[Asked, ...]
    needs: tuple[Need, ...]
    all: int
    terms: tuple[Term, ...]
    settled: bool
    elsewhere: str
    unanswered: tuple[tuple[str, str], ...]


def answers_in(query: Mapping[str, str]) -> dict[str, str]:
    """The answers that an address holds."""
    return {name.removeprefix(PREFIX): text for name, text in query.items() if name.startswith(PREFIX)}


def asked_of(asking: Asking, answers: Mapping[str, str], words: GuideWords) -> tuple[Asked, ...]:
    """The questions with what was chosen; an answer that is no option counts as none."""
    return tuple(
        Asked(
            one.code,
            words.of(one.text),
            tuple((option.code, words.of(option.text)) for option in one.options),
            answer if (answer := answers.get(one.code, "")) in {o.code for o in one.options} else "",
        )
        for one in asking.questions
    )


def situation_of(asked: Iterable[Asked]) -> list[tuple[str, str]]:
    """Each question with the answer that was chosen, in words; those without one are left out."""
    return [(one.text, dict(one.options)[one.answer]) for one in asked if one.answer]


def guide_of(
    item: ServiceItem,
    answers: Mapping[str, str],
    types: MaterialTypes | None,
    words: GuideWords,
    *,
    asked: bool = False,
) -> Guide:
    """The guide in the situation that the answers say; without them every paper, each with its situation.

    `asked`: the form was sent, so that what is not answered is said even where nothing is.
    """
    elsewhere, settled = "", not item.questions
    if answers:
        try:
            check_answers(item, answers)
            settled = True
        except SituationError as error:
            elsewhere = words.of(error.instead) if error.instead is not None else ""
    questions = asked_of(item, answers, words)
    missing = tuple((one.code, one.text) for one in questions if not one.answer) if answers or asked else ()
    stay = requirements_for(item, answers) if settled else item.requirements
    clocks = (clock_for(item, answers),) if settled else item.clocks
    return Guide(
        questions,
        tuple(_need(one, item, types, words, settled=settled) for one in stay),
        len(item.requirements),
        tuple(
            Term(
                "" if settled else words.situation(one.when, item.questions),
                words.limit(one, one.promised_limit),
                words.limit(one, one.statutory_limit),
                words.extension(one.extension) if one.extension is not None else "",
                one.statutory_limit.citation,
                one.promised_limit.citation,
                one.extension.citation if one.extension is not None else None,
            )
            for one in clocks
        ),
        settled,
        elsewhere,
        missing if not settled and not elsewhere else (),
    )


def _need(
    one: Requirement, item: ServiceItem, types: MaterialTypes | None, words: GuideWords, *, settled: bool
) -> Need:
    return Need(
        one.code,
        words.of(one.text),
        words.code("need", one.necessity),
        "" if settled else words.situation(one.when, item.questions),
        tuple(tuple(_paper(each, types, words) for each in way.evidence) for way in one.alternatives),
        one.citation,
        one.consent,
    )


def _paper(one: Evidence, types: MaterialTypes | None, words: GuideWords) -> Paper:
    kind = types.get(one.type) if types is not None else None
    if kind is None:
        return Paper(
            one.type, words.type(one.type), "", "", "", "", words.whose(one), tuple(words.demands(one))
        )
    issuers = one.issuers or kind.issuers
    return Paper(
        one.type,
        words.of(kind.name),
        words.code("source", kind.source),
        words.departments(issuers),
        words.taken(kind),
        words.t(f"catalogue.reuse_{kind.reuse}") if kind.handling == "keep" else "",
        words.whose(one),
        tuple(words.demands(one)),
    )
