# SPDX-License-Identifier: Apache-2.0
"""Refusals that mean: somebody who is known tried what is not theirs. Each of them is an entry."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol

from api.problems import REFUSALS

if TYPE_CHECKING:
    from api.auth import Principal
    from api.problems import Problem

OVERREACH: Final = frozenset(
    {
        *("auth.forbidden", "csrf.invalid", "origin.foreign"),
        *("issuer.mismatch", "draft.same_person", "alarm.own"),
        *("case.unknown", "case.not_applicant", "bundle.no_such_case", "acceptance.unknown"),
        *("evidence.unknown", "recall.unknown", "expiry.unknown", "webhook.unknown", "use.unknown"),
        *(
            "data_check.unknown",
            "data_check.use_unknown",
            "mandate.unknown",
            "mandate.scope",
            "consent.unknown",
        ),
        *("alarm.unknown", "draft.unknown"),
    }
)
"""Another role, another's name, another site, an object of others, which reads like one that is not there.

Mere slips are not among them: ill-formed requests, and `document.unknown`, by which programs learn that a
file has to be uploaded first. Routes that answer `not_found` for an object of others record it themselves.
"""


class Recorder(Protocol):
    """Who keeps account of refusals."""

    async def record_refusal(
        self, asker: Principal, route: str, rule: str, case_no: str | None = None
    ) -> int | None:
        """The index of the refusal's entry, which holds the case that was tried; None beyond the quota."""


async def record_overreach(
    problem: Problem, recorder: Recorder | None, principal: Principal | None, route: str
) -> None:
    """Record a refusal that is about to be told, unless it is already; nobody's is only a count of requests.

    The entry names rule and route; the answer gets its index. Whatever hinders it, the refusal is told.
    """
    if recorder is None or principal is None or problem.recorded or problem.code not in OVERREACH:
        return
    problem.recorded = True
    with suppress(*REFUSALS):
        index = await recorder.record_refusal(principal, route, problem.code, problem.case_no)
        if index is not None:
            problem.facts = {**problem.facts, "index": index}
