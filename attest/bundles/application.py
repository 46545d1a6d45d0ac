# SPDX-License-Identifier: Apache-2.0
"""One application of a bundle as a department may see it: its cases, its people, what is on file for them.

A look from one case goes no further than the department itself could: to the parties of the application's
cases that are its own, and to the steps for which it receives. Of other steps it learns nothing but that the
form which all of them share is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attest.bundles.joint import held_in, with_forms
from attest.bundles.model import ByQuestion
from attest.bundles.plan import OnFile
from attest.bundles.repository import guides_of, policies_for
from attest.bundles.rules import answers_of
from attest.cases.repository import case_by_no, joined_cases
from attest.catalogue.situations import applies, check_answers, requirements_for
from attest.days import day_of
from attest.recognition.decision import facts_of, on_record, opening_of, thing_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from attest.bundles.model import Bundle
    from attest.cases.model import CaseRow, Opening
    from attest.cases.repository import JoinedCase
    from attest.catalogue.model import Requirement, ServiceItem
    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from attest.policies.model import Policy
    from attest.reading import Reader
    from attest.recognition.model import Facts


class OtherAnswerError(LookupError):
    """A case says otherwise than was sent; `question` is the bundle's, `wanted` the answer of the case."""

    def __init__(self, question: str, wanted: str) -> None:
        super().__init__(question)
        self.question, self.wanted = question, wanted


@dataclass(frozen=True, slots=True)
class Own:
    """A case of the application that the department decides or opened, and what it says."""

    row: CaseRow
    opening: Opening


@dataclass(frozen=True, slots=True)
class Application:
    """What a plan for these people goes by: all answers, the steps' guides, policies, what is on file.

    `consulted` are the holders looked at who are no party of the case that was named; `count` is how many
    requirements were looked at.
    """

    answers: Mapping[str, str]
    items: Mapping[str, ServiceItem]
    policies: Mapping[str, Policy]
    on_file: OnFile
    consulted: frozenset[bytes]
    count: int


def own_cases(
    case: CaseRow, department: str, catalogue: Catalogue, reader: Reader, context: Context
) -> dict[str, Own]:
    """The application's cases of the department by step, the one named first."""
    return _own(case, _joined(case, reader), department, catalogue, reader, context)


def _joined(case: CaseRow, reader: Reader) -> list[JoinedCase]:
    first = case.bundle.first if case.bundle is not None else None
    return joined_cases(first or case.case_no, reader)


def _own(
    case: CaseRow,
    joined: Sequence[JoinedCase],
    department: str,
    catalogue: Catalogue,
    reader: Reader,
    context: Context,
) -> dict[str, Own]:
    found: dict[str, Own] = {}
    for number in dict.fromkeys((case.case_no, *(one.case_no for one in joined))):
        row = case_by_no(number, reader)
        if row is not None and row.bundle is not None and department in (row.authority, row.opened_by):
            found[row.bundle.step] = Own(row, opening_of(row, catalogue, reader, context))
    return found


def known_answers(bundle: Bundle, own: Mapping[str, Own]) -> dict[str, str]:
    """The bundle's questions that the cases have answered already; of two that differ, the first."""
    asked = {one.code: {option.code for option in one.options} for one in bundle.questions}
    found: dict[str, str] = {}
    for member in bundle.members:
        said = dict(own[member.step].opening.answers) if member.step in own else {}
        for question, answer in member.answers.items():
            if isinstance(answer, ByQuestion) and said.get(question) in asked[answer.question]:
                found.setdefault(answer.question, said[question])
    return found


def application_of(
    case: CaseRow,
    bundle: Bundle,
    department: str,
    answers: Mapping[str, str],
    catalogue: Catalogue,
    reader: Reader,
    context: Context,
    now: int,
) -> Application:
    """What the plan of the bundle for the people of the case goes by.

    Raises, before anybody is looked at, OtherAnswerError, and SituationError where an answer is missing.
    """
    joined = _joined(case, reader)
    own = _own(case, joined, department, catalogue, reader, context)
    known = known_answers(bundle, own)
    for question, answer in known.items():
        if answers.get(question, answer) != answer:
            raise OtherAnswerError(question, answer)
    answers = {**known, **answers}
    check_answers(bundle, answers)
    today = day_of(now)
    items = guides_of(bundle, catalogue, reader, day=today)
    items |= {step: catalogue.item(one.row.item, one.row.version, reader)[0] for step, one in own.items()}
    policies = policies_for(items, catalogue, reader, today)
    said = {step: dict(one.opening.answers) for step, one in own.items()}
    asked: dict[str, Sequence[Requirement]] = {}
    for member in bundle.members:
        item = items[member.step]
        may = member.step in own or department in (item.authority, *item.receivers)
        if may and applies(member.when, answers):
            given = said.get(member.step) or answers_of(member, answers)
            asked[member.step] = requirements_for(with_forms(item, bundle, member), given)
    stated = {holder for one in own.values() for _, holder in one.opening.parties}
    requirements = [one for several in asked.values() for one in several]
    found = on_record(requirements, stated, catalogue.types(reader), (), reader, context)
    facts: dict[str, Facts] = {}
    for step, one in own.items():
        if step in asked:
            policy = policies[one.row.authority]
            facts[step] = facts_of(
                one.row, one.opening, asked[step], found, policy, catalogue, reader, context, now
            )
    things = [thing_of(one.opening, context) for one in own.values()]
    on_file = OnFile(
        people=_people(bundle, own, found.links),
        candidates=tuple(found.candidates),
        about=next((one for one in things if one is not None), None),
        today=today,
        cases={step: one.row.case_no for step, one in own.items()},
        facts=facts,
        joined={one.case_no: one.item for one in joined},
        looked=frozenset(asked),
        answers=said,
    )
    parties = {holder for _, holder in next(iter(own.values())).opening.parties}
    consulted = frozenset({*stated, *found.others} - parties)
    return Application(answers, items, policies, on_file, consulted, len(requirements))


def _people(
    bundle: Bundle, own: Mapping[str, Own], links: Mapping[bytes, bytes]
) -> dict[str, tuple[bytes, ...]]:
    """Who stands in the bundle's roles, in the order in which the cases name them."""
    people: dict[str, tuple[bytes, ...]] = {}
    members = {one.step: one for one in bundle.members}
    for step, one in own.items():
        for role, holder in one.opening.parties:
            held = held_in(members[step], [(role, links.get(holder, holder))])
            for of, several in held.items():
                people[of] = tuple(_each(people.get(of, ()), several))
    return people


def _each(*several: Iterable[bytes]) -> dict[bytes, None]:
    return dict.fromkeys(one for some in several for one in some)
