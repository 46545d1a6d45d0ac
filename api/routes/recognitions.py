# SPDX-License-Identifier: Apache-2.0
"""Recognition: may this applicant skip this material (`recognitions:check`), and relying on the answer."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final

import orjson

from api.acting import Asked
from api.auth import CHECKER, DEPARTMENT
from api.batches import BATCH_BYTES, items_of, refused
from api.department_names import DepartmentNames
from api.problems import REFUSALS, Problem
from api.reliance_words import legal_json
from api.requests import ThinResponse
from api.routes.recognition_docs import BATCH, CHECK, RELY, RELY_PREPARE
from api.thin import ThinRoute
from attest.cases.repository import own_case
from attest.data_checks.unasked_texts import said_unasked
from attest.days import day_of
from attest.fields import CODE, Fields
from attest.materials.model import Citation
from attest.materials.repository import acceptance_by_id
from attest.recognition.check import Check, Question
from attest.recognition.commands import Reliance, Rely
from attest.recognition.decision import OutsideListError, judge
from attest.recognition.mandated import STANDING
from attest.recognition.model import DATA_CHECK, RECOGNISED, RECOGNITION, WAIVERS, Presented
from attest.recognition.reasons import next_step, sentence
from attest.recognition.smallest import SearchLimitError
from attest.registry.model import SERVICE
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping, Sequence
    from typing import TypeAlias

    from api.core import Ledger
    from api.issuers.service import Heard
    from api.problems import Language
    from api.requests import ThinRequest
    from attest.cases.model import CaseRow
    from attest.catalogue.model import Text
    from attest.catalogue.repository import PolicyInForce
    from attest.consents.model import ConsentRow
    from attest.data_checks.model import Unasked
    from attest.materials.model import AcceptanceRow
    from attest.recognition.check import Answer
    from attest.recognition.model import Candidate, RequirementResult
    from ledger.commands import Outcome

    Pending: TypeAlias = Awaitable[Outcome[Answer]]

MOST: Final = 500
"""Requirements, and papers shown, in one look-up."""
MOST_CHECKS: Final = 100
"""Look-ups of one batch."""
ROUTE: Final = "recognitions.check"
"""How the entries name the look-up, whether it came alone or with others."""


def _shown(fields: Fields) -> Presented:
    one = Presented(
        type=fields.text("type", 64, CODE),
        issuer=fields.optional_text("issuer", 32),
        number=fields.optional_text("number", 64),
        digest=fields.octets("digest", 32) if fields.has("digest") else None,
        role=fields.optional_text("role", 32, CODE),
    )
    fields.done()
    return one


def _question(value: object, request: ThinRequest) -> Question:
    """What one look-up asks, strictly read."""
    fields = Fields(value)
    question = Question(
        department=request.department,
        key_id=request.principal.key_id,
        case_no=fields.optional_text("case", 50),
        purpose=fields.optional_text("purpose", 200),
        requirements=fields.texts("requirements", MOST) if fields.has("requirements") else None,
        shown=tuple(_shown(one) for one in fields.objects("presented", 0, MOST))
        if fields.has("presented")
        else (),
    )
    fields.done()
    return question


class RecognitionRoutes:
    """`recognitions:check`, `:batch`, `reliances`, `reliances:prepare`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._rely = Rely(ledger.catalogue)
        self._names = DepartmentNames().known(ledger.store)

    async def check(self, request: ThinRequest) -> ThinResponse:
        """Answer a case's requirements; the look-up itself is an entry, and so is a refused one."""
        ledger = self._ledger
        await ledger.identity.count_lookup(request.principal, ROUTE)
        question = _question((await request.json())[0], request)
        await ledger.acting.open_key(SERVICE)
        heard = await ledger.issuers.hear(question)
        pending = self._submitted(question, heard)
        answer = await self._answered(question, pending, heard.unasked, request)
        return ThinResponse(200, orjson.dumps(answer))

    async def batch(self, request: ThinRequest) -> ThinResponse:
        """Up to 100 look-ups, each counted, decided and recorded as one that came alone, in their order."""
        ledger = self._ledger
        items = items_of(await request.large_json(BATCH_BYTES), "checks", MOST_CHECKS)
        await ledger.acting.open_key(SERVICE)
        results: list[dict[str, object]] = [{}] * len(items)
        asked: dict[int, Question] = {}
        for place, one in enumerate(items):
            await asyncio.sleep(0)  # a turn for other requests before each, here and below
            try:
                await ledger.identity.count_lookup(request.principal, ROUTE)
                asked[place] = _question(one, request)
            except REFUSALS as error:  # each stands or falls alone
                results[place] = await refused(error, request, ledger.identity)
        several = await ledger.issuers.hear_each(list(asked.values()))
        pending: dict[int, tuple[Pending, Sequence[Unasked]]] = {}
        for (place, question), heard in zip(asked.items(), several, strict=True):
            await asyncio.sleep(0)
            if isinstance(heard, Exception):
                results[place] = await refused(heard, request, ledger.identity)
                continue
            try:
                pending[place] = self._submitted(question, heard), heard.unasked
            except REFUSALS as error:
                results[place] = await refused(error, request, ledger.identity)
        for place, (answer, unasked) in pending.items():
            await asyncio.sleep(0)
            try:
                told = await self._answered(asked[place], answer, unasked, request)
                results[place] = {"status": 200, "answer": told}
            except REFUSALS as error:
                results[place] = await refused(error, request, ledger.identity)
        return ThinResponse.of({"results": results})

    def _submitted(self, question: Question, heard: Heard) -> Pending:
        """Hand the look-up to the writer: those of one caller are decided in the order of these calls."""
        ledger = self._ledger
        command = Check(question, ledger.catalogue, ledger.context, heard.words, ledger.oversight.meter)
        return ledger.writer.submit_soon(command)

    async def _answered(
        self, question: Question, pending: Pending, unasked: Sequence[Unasked], request: ThinRequest
    ) -> dict[str, Any]:
        """The decision as it is told; a refusal, which has its entry, as a Problem."""
        answer = await self._ledger.oversight.answered(
            pending, request.principal, ROUTE, question.case_no, question.purpose
        )
        judged = answer.judged
        if judged is None:
            raise Problem(answer.refused or "internal.error", index=answer.index)
        language, names = request.language, self._names
        return {
            "as_of": answer.as_of,
            "index": answer.index,
            "item": judged.item,
            "version": judged.version,
            "guide": judged.guide.hex(),
            "policy": policy_json(judged.policy, judged.authority),
            "results": [_result(one, unasked, language, names) for one in judged.decision.results],
            "ask": [
                {"requirement": one.requirement, "type": one.type, "roles": one.roles, "reason": one.reason}
                for one in judged.decision.ask
            ],
        }

    def read(self, fields: Fields, department: str) -> Asked[Reliance]:
        """A plain request to rely, as the department's record."""
        ledger, random = self._ledger, self._ledger.context.random
        case = own_case(fields.text("case", 50), department, ledger.store)
        wanted = fields.octets("acceptance", 16)
        requirement = fields.text("requirement", 64, CODE)
        named_ground = fields.choice("ground", WAIVERS) if fields.has("ground") else None
        named = fields.octets("policy", 32) if fields.has("policy") else None
        fields.done()
        row, consents = self._acceptance(case, requirement, wanted)
        standing = ledger.catalogue.policy(case.authority, day_of(int(time.time())), ledger.store)
        reliance = Reliance(
            authority=case.authority,
            case_no=case.case_no,
            case_salt=random(32),
            requirement=requirement,
            acceptance=Citation(row.id, row.index, row.leaf, random(32)),
            ground=named_ground or (DATA_CHECK if row.is_issuers_word else RECOGNITION),
            guide=ledger.catalogue.guide(case, ledger.store)[1].digest,
            policy=standing.digest if named is None else named,
            consents=tuple(Citation(one.id, one.index, one.leaf, random(32)) for one in consents),
        )
        return Asked(reliance)

    def _acceptance(
        self, case: CaseRow, requirement: str, wanted: bytes
    ) -> tuple[AcceptanceRow, tuple[ConsentRow, ...]]:
        """One found for this case, fit or not, with the consents under which it serves.

        Any other is unknown, whether or not it is somebody's.
        """
        store, context, now = self._ledger.store, self._ledger.context, int(time.time())
        try:
            judged = judge(case, self._ledger.catalogue, store, context, now, wanted=(requirement,))
        except OutsideListError:
            raise CommandRejected("lookup.outside_list") from None
        except SearchLimitError as error:
            raise CommandRejected(error.code) from error
        row = acceptance_by_id(wanted, store) if wanted in judged.candidates else None
        if row is None:
            raise CommandRejected("acceptance.unknown")
        return row, judged.consents.get((requirement, row.id), ())

    async def rely(self, request: ThinRequest) -> ThinResponse:
        """Rely on an acceptance in a case: the receipt protects the clerk as of its index."""
        department = request.department
        outcome = await self._ledger.acting.submit(
            request, self._rely, department, lambda fields: self.read(fields, department)
        )
        reliance = self._rely.parse(self._ledger.acting.record_of(outcome))
        index, _, _ = self._ledger.acting.placed(outcome)
        return self._ledger.acting.created(
            outcome,
            case=reliance.case_no,
            requirement=reliance.requirement,
            acceptance=reliance.acceptance.id.hex(),
            ground=reliance.ground,
            guide=reliance.guide.hex(),
            policy=reliance.policy.hex(),
            consents=[{"id": one.id.hex(), "index": one.index} for one in reliance.consents],
            legal=legal_json(reliance, index, self._ledger),
        )

    async def prepare(self, request: ThinRequest) -> ThinResponse:
        """What the department itself would sign to rely."""
        department = request.department
        return await self._ledger.acting.prepare(
            request, self._rely, department, lambda fields: self.read(fields, department)
        )

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        department = frozenset({DEPARTMENT})
        return [
            ThinRoute(
                "POST",
                "/api/v1/recognitions:check",
                self.check,
                CHECK,
                frozenset({DEPARTMENT, CHECKER}),
            ),
            ThinRoute(
                "POST",
                "/api/v1/recognitions:batch",
                self.batch,
                BATCH,
                frozenset({DEPARTMENT, CHECKER}),
            ),
            ThinRoute(
                "POST",
                "/api/v1/reliances",
                self.rely,
                RELY,
                department,
                write=True,
            ),
            ThinRoute(
                "POST",
                "/api/v1/reliances:prepare",
                self.prepare,
                RELY_PREPARE,
                department,
            ),
        ]


def policy_json(standing: PolicyInForce, authority: str) -> dict[str, Any]:
    """The policy that was applied: whose, which version, its digest and index (null: the stated default)."""
    policy = standing.policy
    return {
        "authority": authority,
        "version": policy.version,
        "digest": standing.digest.hex(),
        "index": standing.index,
        "in_force": policy.in_force.isoformat() if policy.in_force else None,
    }


def _result(
    one: RequirementResult, unasked: Sequence[Unasked], language: Language, names: Mapping[str, Text]
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "requirement": one.requirement,
        "verdict": one.verdict,
        "reason": one.reason,
        "text": sentence(one.reason, one.params, language, names),
        "next": next_step(one.reason, one.params, language, names, may_follow=one.may_follow),
    }
    if one.used:
        used = [_acceptance(each) for each in one.used]
        result["acceptance"] = used[0]
        result["acceptances"] = used
        result["valid_until"] = one.valid_until.isoformat() if one.valid_until else None
    elif one.reason == STANDING:
        result["mandate"] = one.params["entry"]
        result["valid_until"] = one.valid_until.isoformat() if one.valid_until else None
    left = [each for each in unasked if each.requirement == one.requirement]
    if left and one.verdict != RECOGNISED:
        result["not_asked"] = [
            {"type": each.type, "reason": each.reason, "text": said_unasked(each, language)} for each in left
        ]
    return result


def _acceptance(one: Candidate) -> dict[str, Any]:
    return {
        "id": one.acceptance.hex(),
        "index": one.index,
        "leaf": one.leaf_hash.hex(),
        "type": one.type,
        "authority": one.authority,
        "received_by": one.received_by,
        "accepted_at": one.accepted_at,
        "assurance": one.assurance,
        "valid_until": one.valid_until.isoformat() if one.valid_until else None,
    }
