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
from attest.catalogue.repository import POLICIES_FACT, TYPES_FACT, item_fact
from attest.catalogue.situations import SituationError, concerned
from attest.consents.repository import CONSENTS_FACT
from attest.mandates.repository import MANDATES_FACT
from attest.materials.repository import RETRACTIONS_FACT
from attest.oversight.commands import MOST_CONSULTED, Checked, Refused, known_cases
from attest.oversight.model import Use
from attest.recognition.model import CANNOT_TELL, REQUIRED
from attest.recognition.smallest import SearchLimitError
from attest.registry.model import SERVICE
from attest.registry.rules import keys_fact
from ledger.commands import Decision

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
class BundleQuestion:
    """Who asks, from which case, why, for which bundle in which situation; a missing case or purpose is a
    refusal, and an entry. `version` None: that of the application.
    """

    department: str
    key_id: str
    case_no: str | None
    purpose: str | None
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
        require_readable(Refused(), self._use(bytes(64), 0, ()))
        facts = [
            TYPES_FACT,
            POLICIES_FACT,
            RETRACTIONS_FACT,
            MANDATES_FACT,
            CONSENTS_FACT,
            keys_fact(SERVICE),
        ]
        if question.case_no is not None:
            facts.append(case_fact(question.case_no))
            facts += _facts_of(case_by_no(question.case_no, reader), catalogue, reader)
        self.reads: Collection[bytes] = facts

    def decide(self, view: View) -> Decision[BundleAnswer]:
        """A refusal is an answer with an entry of its own; only the meter's is an exception (`quota.*`)."""
        asked = self._question
        if self._meter is not None:
            self._meter.take(view, asked.key_id, asked.department)
        if asked.case_no is None:
            return self._refuse("lookup.case_missing", view)
        if asked.purpose is None:
            return self._refuse("lookup.purpose_missing", view)
        case = case_by_no(asked.case_no, view)
        if case is None or asked.department not in (case.authority, case.opened_by):
            return self._refuse("case.unknown", view)
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
        use = self._use(self._context.random(64), found.count, _outcome(plan), consulted)
        leaf, rows, written = sign_and_place(Checked(), use, SERVICE, view, self._context)
        looked = on_file.looked if on_file.looked is not None else frozenset()
        answer = BundleAnswer(view.now, written.index, plan, found.answers, looked, on_file.cases)
        return Decision(leaves=(leaf,), rows=known_cases(rows, view), answer=answer)

    def _refuse(self, rule: str, view: View, **facts: object) -> Decision[BundleAnswer]:
        use = self._use(self._context.random(64), 0, (rule,))
        leaf, rows, written = sign_and_place(Refused(), use, SERVICE, view, self._context)
        answer = BundleAnswer(view.now, written.index, refused=rule, facts=facts)
        return Decision(leaves=(leaf,), rows=known_cases(rows, view), answer=answer)

    def _use(
        self, salts: bytes, count: int, outcome: tuple[str, ...], consulted: tuple[bytes, ...] = ()
    ) -> Use:
        asked = self._question
        return Use(
            department=asked.department,
            case_no=asked.case_no,
            case_salt=salts[:32],
            purpose=asked.purpose,
            purpose_salt=salts[32:],
            route=ROUTE,
            key_id=asked.key_id,
            count=count,
            outcome=outcome,
            consulted=consulted,
        )


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
