# SPDX-License-Identifier: Apache-2.0
"""Situation guidance (情形引导): answers to closed questions choose requirements and clock. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from attest.errors import AttestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from attest.catalogue.model import Clock, Question, Requirement, ServiceItem, Text


class SituationError(AttestError, ValueError):
    """The answers do not fit the item: `situation.unanswered|unknown_question|unknown_option|other_item`.

    `question` is the code concerned; `instead` says, for `other_item`, what is the right way.
    """

    code = "situation.invalid"

    def __init__(self, code: str, question: str, instead: Text | None = None) -> None:
        super().__init__(f"{code} {question}", code=code)
        self.question = question
        self.instead = instead


class Asking(Protocol):
    """Whatever asks closed questions: an item, or a bundle of several."""

    @property
    def questions(self) -> tuple[Question, ...]:
        """They, in order."""


def check_answers(item: Asking, answers: Mapping[str, str]) -> None:
    """Refuse (SituationError) answers that are missing, not among the options, or lead to another item."""
    questions = {question.code: question for question in item.questions}
    for code in sorted(answers):
        if code not in questions:
            raise SituationError("situation.unknown_question", code)
    for question in item.questions:
        if question.code not in answers:
            raise SituationError("situation.unanswered", question.code)
        chosen = next((o for o in question.options if o.code == answers[question.code]), None)
        if chosen is None:
            raise SituationError("situation.unknown_option", question.code)
        if chosen.instead is not None:
            raise SituationError("situation.other_item", question.code, chosen.instead)


def concerned(item: Asking, error: SituationError) -> dict[str, object]:
    """The guide's question that an answer misses, with its options; all its questions for an unknown one."""
    asked = {question.code: question for question in item.questions}
    question = asked.get(error.question)
    if question is None:  # the name was sent: it is not repeated
        return {"questions": list(asked)}
    facts: dict[str, object] = {
        "question": question.code,
        "text": {"zh": question.text.zh, "en": question.text.en},
        "options": [option.code for option in question.options],
    }
    if error.instead is not None:
        facts["instead"] = {"zh": error.instead.zh, "en": error.instead.en}
    return facts


def requirements_for(item: ServiceItem, answers: Mapping[str, str]) -> tuple[Requirement, ...]:
    """The requirements that apply in this situation, in the guide's order (raises SituationError)."""
    check_answers(item, answers)
    return tuple([r for r in item.requirements if not r.when or applies(r.when, answers)])


def clock_for(item: ServiceItem, answers: Mapping[str, str]) -> Clock:
    """The clock that runs in this situation (raises SituationError)."""
    check_answers(item, answers)
    return next(clock for clock in item.clocks if applies(clock.when, answers))


def material_types_of(requirements: Iterable[Requirement]) -> frozenset[str]:
    """Every material type that could answer these requirements: the only ones a look-up may touch."""
    return frozenset().union(*[one.types for one in requirements])


def applies(when: Mapping[str, tuple[str, ...]], answers: Mapping[str, str]) -> bool:
    """Whether every question that `when` names has one of the answers named."""
    return all(answers[question] in options for question, options in when.items())
