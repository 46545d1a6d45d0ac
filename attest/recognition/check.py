# SPDX-License-Identifier: Apache-2.0
"""The look-up (`recognitions:check`): answered and recorded in one transaction; refused ones are too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from attest.acts import require_readable, sign_and_place
from attest.cases.repository import case_fact
from attest.oversight.commands import MOST_CONSULTED, Checked, Refused, known_cases
from attest.recognition.decision import OutsideListError, judge
from attest.recognition.looks import LOOK_FACTS, Look
from attest.recognition.smallest import SearchLimitError
from attest.registry.model import SERVICE
from ledger.commands import Decision
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from attest.oversight.quota import Meter
    from attest.recognition.decision import Judged
    from attest.recognition.model import Presented, Word
    from ledger.commands import RequestKey, View


ROUTE: Final = "recognitions.check"
"""How the entries name the look-up, whichever door it came through."""


@dataclass(frozen=True, slots=True)
class Question(Look):
    """A look-up of the requirements of its case."""

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
        case = (case_fact(question.case_no),) if question.case_no else ()
        self.reads: Collection[bytes] = (*LOOK_FACTS, *case)
        require_readable(Refused(), question.use(ROUTE, bytes(64), 0, ()))
        self._question, self._catalogue, self._context = question, catalogue, context
        self._words, self._meter = words, meter

    def decide(self, view: View) -> Decision[Answer]:
        """A refusal is an answer with an entry of its own; only the meter's is an exception (`quota.*`)."""
        asked = self._question
        if self._meter is not None:
            self._meter.take(view, asked.key_id, asked.department)
        try:
            case = asked.case(view)
        except CommandRejected as refused:
            return self._refuse(refused.code, view)
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
        asked = self._question
        count = len(judged.decision.results) if judged else len(asked.requirements or ())
        consulted = tuple(sorted(judged.consulted)[:MOST_CONSULTED]) if judged else ()
        use = asked.use(ROUTE, self._context.random(64), count, tuple(outcome), consulted)
        leaf, rows, written = sign_and_place(act, use, SERVICE, view, self._context)
        answer = Answer(view.now, written.index, judged, refused)
        return Decision(leaves=(leaf,), rows=known_cases(rows, view), answer=answer)
