# SPDX-License-Identifier: Apache-2.0
"""The look-up of a whole bundle: what an application still asks, answered and recorded in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from attest.acts import require_readable, sign_and_place
from attest.bundles.application import OtherAnswerError, application_of
from attest.bundles.plan import RECOGNISED
from attest.bundles.repository import bundle_fact
from attest.bundles.rules import plan_of
from attest.cases.repository import case_by_no, case_fact, joined_cases, joined_fact
from attest.catalogue.reading import CatalogueError
from attest.catalogue.repository import item_fact
from attest.catalogue.situations import SituationError, concerned
from attest.oversight.commands import MOST_CONSULTED, Checked, Refused, known_cases
from attest.recognition.looks import LOOK_FACTS, Look
from attest.recognition.model import CANNOT_TELL, REQUIRED
from attest.recognition.smallest import SearchLimitError
from attest.registry.model import SERVICE
from ledger.commands import Decision
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from attest.bundles.application import Application
    from attest.bundles.model import Bundle
    from attest.bundles.plan import Plan
    from attest.cases.model import CaseRow
    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from attest.oversight.quota import Meter
    from attest.reading import Reader
    from ledger.commands import RequestKey, View

ROUTE: Final = "bundles.plan"
"""How the entries name the look-up, whichever door it came through."""
MOST_OUTCOMES: Final = 500


@dataclass(frozen=True, slots=True)
class BundleQuestion(Look):
    """A look-up of a bundle in a situation; `version` None: that of the application."""

    bundle: str
    answers: Mapping[str, str]
    version: int | None = None


@dataclass(frozen=True, slots=True)
class BundleAnswer:
    """The plan as of `as_of`, recorded at `index`; or the rule that refused it, with what it says besides.

    `looked`: the steps that were looked at; `cases`: their cases, where they are open.
    """

    as_of: int
    index: int
    plan: Plan | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    looked: frozenset[str] = frozenset()
    cases: Mapping[str, str] = field(default_factory=dict)
    refused: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


class PlanBundle:
    """The command: plan under the lock, sign the use with the service key, answer."""

    entry_id: bytes | None = None
    request: RequestKey | None = None
    writes: Collection[bytes] = ()

    def __init__(
        self,
        question: BundleQuestion,
        catalogue: Catalogue,
        context: Context,
        reader: Reader,
        meter: Meter | None = None,
    ) -> None:
        """`reader` says which application the case is of, which never changes."""
        self._question, self._catalogue, self._context, self._meter = question, catalogue, context, meter
        require_readable(Refused(), question.use(ROUTE, bytes(64), 0, ()))
        facts = list(LOOK_FACTS)
        if question.case_no is not None:
            facts.append(case_fact(question.case_no))
            facts += _facts_of(case_by_no(question.case_no, reader), catalogue, reader)
        self.reads: Collection[bytes] = facts

    def decide(self, view: View) -> Decision[BundleAnswer]:
        """A refusal is an answer with an entry of its own; only the meter's is an exception (`quota.*`)."""
        asked = self._question
        if self._meter is not None:
            self._meter.take(view, asked.key_id, asked.department)
        try:
            case = asked.case(view)
        except CommandRejected as refused:
            return self._refuse(refused.code, view)
        step = case.bundle
        if step is None or step.code != asked.bundle or asked.version not in (None, step.version):
            return self._refuse("bundle.not_of", view)
        bundle = self._catalogue.bundle(step.code, step.version, view)
        return self._plan(case, bundle, view)

    def _plan(self, case: CaseRow, bundle: Bundle, view: View) -> Decision[BundleAnswer]:
        asked, known, context = self._question, self._catalogue, self._context
        try:
            found = application_of(
                case, bundle, asked.department, asked.answers, known, view, context, view.now
            )
            types = known.types(view)
            plan = plan_of(bundle, found.items, types, found.answers, found.on_file, policies=found.policies)
        except OtherAnswerError as error:
            return self._refuse("bundle.other_answer", view, question=error.question, wanted=error.wanted)
        except SituationError as error:
            return self._refuse(error.code, view, **concerned(bundle, error))
        except CatalogueError as error:
            return self._refuse("bundle.changed", view, place=error.path)
        except SearchLimitError as error:
            return self._refuse(error.code, view)
        return self._answer(plan, found, view)

    def _answer(self, plan: Plan, found: Application, view: View) -> Decision[BundleAnswer]:
        on_file = found.on_file
        consulted = tuple(sorted(found.consulted)[:MOST_CONSULTED])
        use = self._question.use(ROUTE, self._context.random(64), found.count, _outcome(plan), consulted)
        leaf, rows, written = sign_and_place(Checked(), use, SERVICE, view, self._context)
        looked = on_file.looked if on_file.looked is not None else frozenset()
        answer = BundleAnswer(view.now, written.index, plan, found.answers, looked, on_file.cases)
        return Decision(leaves=(leaf,), rows=known_cases(rows, view), answer=answer)

    def _refuse(self, rule: str, view: View, **facts: object) -> Decision[BundleAnswer]:
        use = self._question.use(ROUTE, self._context.random(64), 0, (rule,))
        leaf, rows, written = sign_and_place(Refused(), use, SERVICE, view, self._context)
        answer = BundleAnswer(view.now, written.index, refused=rule, facts=facts)
        return Decision(leaves=(leaf,), rows=known_cases(rows, view), answer=answer)


def _facts_of(case: CaseRow | None, catalogue: Catalogue, reader: Reader) -> list[bytes]:
    """Facts that the plan for a step's application reads: which cases it has, what stands in each."""
    step = case.bundle if case is not None else None
    if step is None or step.first is None:
        return []
    bundle = catalogue.bundle(step.code, step.version, reader)
    items = [item_fact(one.item) for one in bundle.members]
    cases = [case_fact(one.case_no) for one in joined_cases(step.first, reader)]
    return [bundle_fact(step.code), joined_fact(step.first), *items, *cases]


def _outcome(plan: Plan) -> tuple[str, ...]:
    """`step.requirement verdict reason` of every requirement that was looked at and is not free by itself."""
    found: dict[str, str] = {}
    for spared in plan.spared:
        for use in spared.uses if spared.ground == RECOGNISED else ():
            found[f"{use.step}.{use.requirement}"] = f"{RECOGNISED} {spared.reason}"
    for unsure in plan.unsure:
        found[f"{unsure.use.step}.{unsure.use.requirement}"] = f"{CANNOT_TELL} {unsure.reason}"
    for bring in plan.bring:
        for why in bring.why:
            found[f"{why.use.step}.{why.use.requirement}"] = f"{REQUIRED} {why.reason}"
    return tuple(f"{name} {said}" for name, said in found.items())[:MOST_OUTCOMES]
