# SPDX-License-Identifier: Apache-2.0
"""The look-up (`recognitions:check`): answered and recorded in one transaction; refused ones are too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attest.acts import require_readable, sign_and_place
from attest.cases.repository import case_by_no, case_fact
from attest.catalogue.repository import POLICIES_FACT, TYPES_FACT
from attest.consents.repository import CONSENTS_FACT
from attest.mandates.repository import MANDATES_FACT
from attest.materials.repository import RETRACTIONS_FACT
from attest.oversight.commands import MOST_CONSULTED, Checked, Refused, known_cases
from attest.oversight.model import Use
from attest.recognition.decision import OutsideListError, judge
from attest.recognition.smallest import SearchLimitError
from attest.registry.model import SERVICE
from attest.registry.rules import keys_fact
from ledger.commands import Decision

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from attest.oversight.quota import Meter
    from attest.recognition.decision import Judged
    from attest.recognition.model import Presented, Word
    from ledger.commands import RequestKey, View


@dataclass(frozen=True, slots=True)
class Question:
    """Who asks, in which case, why, about what; a missing case or purpose is a refusal, and an entry."""

    department: str
    key_id: str
    case_no: str | None
    purpose: str | None
    requirements: tuple[str, ...] | None = None
    shown: tuple[Presented, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The decision as of `as_of`, recorded at `index`; or the rule that refused it."""

    as_of: int
    index: int
    judged: Judged | None
    refused: str | None = None


class Check:
    """The command: judge under the lock, sign the use with the service key, answer."""

    entry_id: bytes | None = None
    request: RequestKey | None = None
    writes: Collection[bytes] = ()

    def __init__(
        self,
        question: Question,
        catalogue: Catalogue,
        context: Context,
        words: Mapping[tuple[str, bytes], Word] | None = None,
        meter: Meter | None = None,
    ) -> None:
        """`words` are what issuers said just now that is not in the log, by type and holder."""
        facts = (
            TYPES_FACT,
            POLICIES_FACT,
            RETRACTIONS_FACT,
            MANDATES_FACT,
            CONSENTS_FACT,
            keys_fact(SERVICE),
        )
        self.reads: Collection[bytes] = (*facts, case_fact(question.case_no)) if question.case_no else facts
        require_readable(Refused(), _use(question, bytes(32), bytes(32), 0, ()))
        self._question, self._catalogue, self._context = question, catalogue, context
        self._words, self._meter = words, meter

    def decide(self, view: View) -> Decision[Answer]:
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
        try:
            judged = judge(
                case,
                self._catalogue,
                view,
                self._context,
                view.now,
                wanted=asked.requirements,
                shown=asked.shown,
                words=self._words,
            )
        except OutsideListError:
            return self._refuse("lookup.outside_list", view)
        except SearchLimitError as error:
            return self._refuse(error.code, view)
        outcome = tuple(f"{one.requirement} {one.verdict} {one.reason}" for one in judged.decision.results)
        return self._record(Checked(), outcome, view, judged=judged)

    def _refuse(self, rule: str, view: View) -> Decision[Answer]:
        return self._record(Refused(), (rule,), view, refused=rule)

    def _record(
        self,
        act: Checked | Refused,
        outcome: Sequence[str],
        view: View,
        *,
        judged: Judged | None = None,
        refused: str | None = None,
    ) -> Decision[Answer]:
        asked, salts = self._question, self._context.random(64)
        count = len(judged.decision.results) if judged else len(asked.requirements or ())
        consulted = tuple(sorted(judged.consulted)[:MOST_CONSULTED]) if judged else ()
        use = _use(asked, salts[:32], salts[32:], count, tuple(outcome), consulted)
        leaf, rows, written = sign_and_place(act, use, SERVICE, view, self._context)
        answer = Answer(view.now, written.index, judged, refused)
        return Decision(leaves=(leaf,), rows=known_cases(rows, view), answer=answer)


def _use(
    asked: Question,
    case_salt: bytes,
    purpose_salt: bytes,
    count: int,
    outcome: tuple[str, ...],
    consulted: tuple[bytes, ...] = (),
) -> Use:
    return Use(
        department=asked.department,
        case_no=asked.case_no,
        case_salt=case_salt,
        purpose=asked.purpose,
        purpose_salt=purpose_salt,
        route="recognitions.check",
        key_id=asked.key_id,
        count=count,
        outcome=outcome,
        consulted=consulted,
    )
