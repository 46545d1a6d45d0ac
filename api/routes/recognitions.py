# SPDX-License-Identifier: Apache-2.0
"""Recognition: may this applicant skip this material (`recognitions:check`), and relying on the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from api.acting import Asked
from api.auth import CHECKER, DEPARTMENT
from api.problems import Problem
from api.requests import ThinResponse
from api.thin import RouteDoc, ThinRoute
from attest.cases.repository import case_by_no
from attest.catalogue.model import Text
from attest.fields import CODE, Fields
from attest.materials.model import Citation
from attest.materials.repository import acceptance_by_id
from attest.recognition.check import Check, Question
from attest.recognition.commands import Reliance, Rely
from attest.recognition.model import Presented
from attest.recognition.reasons import next_step, sentence
from attest.registry.repository import department_codes, text_of
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from api.problems import Language
    from api.requests import ThinRequest
    from api.wiring import Ledger
    from attest.recognition.check import Answer
    from attest.recognition.model import Candidate, RequirementResult

MOST: Final = 500
"""Requirements in one look-up."""


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


class RecognitionRoutes:
    """`recognitions:check`, `reliances`, `reliances:prepare`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._rely = Rely(ledger.catalogue)
        self._names: dict[str, Text] = {}

    async def check(self, request: ThinRequest) -> ThinResponse:
        """Answer a case's requirements; the look-up itself is an entry, and so is a refused one."""
        ledger, principal = self._ledger, request.principal
        fields = Fields((await request.json())[0])
        question = Question(
            department=request.department,
            key_id=principal.key_id,
            case_no=fields.optional_text("case", 50),
            purpose=fields.optional_text("purpose", 200),
            requirements=fields.texts("requirements", MOST) if fields.has("requirements") else None,
            shown=tuple(_shown(one) for one in fields.objects("presented"))
            if fields.has("presented")
            else (),
        )
        fields.done()
        await ledger.acting.open_key("service")
        outcome = await ledger.writer.submit(Check(question, ledger.catalogue, ledger.context))
        answer = outcome.answer
        if answer is None:
            raise Problem("internal.error")
        if answer.judged is None:
            raise Problem(answer.refused or "internal.error", index=answer.index)
        return ThinResponse(200, orjson.dumps(self._answer(answer, request.language)))

    def _answer(self, answer: Answer, language: Language) -> dict[str, Any]:
        judged = answer.judged
        if judged is None:
            raise Problem("internal.error")
        names = self._department_names()
        return {
            "as_of": answer.as_of,
            "index": answer.index,
            "results": [_result(one, language, names) for one in judged.decision.results],
            "ask": [
                {"requirement": one.requirement, "type": one.type, "roles": one.roles, "reason": one.reason}
                for one in judged.decision.ask
            ],
        }

    def _department_names(self) -> dict[str, Text]:
        """Names of departments by code: a name does not change, new ones are read when they are missing."""
        codes = department_codes(self._ledger.store)
        if len(codes) != len(self._names):
            for code, _, digest in codes:
                body = text_of(digest, self._ledger.store)
                if body is not None:
                    name = orjson.loads(body)["name"]
                    self._names[code] = Text(name["zh"], name["en"])
        return self._names

    def _read(self, fields: Fields, department: str) -> Asked[Reliance]:
        ledger, random = self._ledger, self._ledger.context.random
        case = case_by_no(fields.text("case", 50), ledger.store)
        if case is None or department not in (case.authority, case.opened_by):
            raise CommandRejected("case.unknown")
        row = acceptance_by_id(fields.octets("acceptance", 16), ledger.store)
        if row is None:
            raise CommandRejected("acceptance.unknown")
        _, published = ledger.catalogue.item(case.item, case.version, ledger.store)
        reliance = Reliance(
            case_no=case.case_no,
            case_salt=random(32),
            requirement=fields.text("requirement", 64, CODE),
            acceptance=Citation(row.id, row.index, row.leaf, random(32)),
            ground=fields.choice("ground", ("recognition",)) if fields.has("ground") else "recognition",
            policy=published.digest,
        )
        fields.done()
        return Asked(reliance)

    async def rely(self, request: ThinRequest) -> ThinResponse:
        """Rely on an acceptance in a case: the receipt protects the clerk as of its index."""
        department = request.department
        outcome = await self._ledger.acting.submit(
            request, self._rely, department, lambda fields: self._read(fields, department)
        )
        reliance = self._rely.parse(self._ledger.acting.record_of(outcome))
        return self._ledger.acting.created(
            outcome,
            case=reliance.case_no,
            requirement=reliance.requirement,
            acceptance=reliance.acceptance.id.hex(),
            ground=reliance.ground,
            policy=reliance.policy.hex(),
        )

    async def prepare(self, request: ThinRequest) -> ThinResponse:
        """What the department itself would sign to rely."""
        department = request.department
        return await self._ledger.acting.prepare(
            request, self._rely, department, lambda fields: self._read(fields, department)
        )

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        department = frozenset({DEPARTMENT})
        rely = {"case": "990101202601010000019", "requirement": "licence", "acceptance": "0" * 32}
        return [
            ThinRoute(
                "POST",
                "/api/v1/recognitions:check",
                self.check,
                RouteDoc(
                    "核对办件材料可否免交",
                    "May the applicant skip these materials",
                    "recognition",
                    {"case": "990101202601010000019", "purpose": "受理审查"},
                    {
                        200: (
                            "a verdict for each requirement",
                            {"as_of": 0, "index": 0, "results": [], "ask": []},
                        )
                    },
                    ("lookup.case_missing", "lookup.purpose_missing", "lookup.outside_list", "case.unknown"),
                ),
                frozenset({DEPARTMENT, CHECKER}),
            ),
            ThinRoute(
                "POST",
                "/api/v1/reliances",
                self.rely,
                RouteDoc(
                    "采信一份已核验材料",
                    "Rely on an acceptance",
                    "recognition",
                    rely,
                    {201: ("the reliance receipt", {"ground": "recognition"})},
                    ("acceptance.unknown", "acceptance.retracted", "reliance.not_recognised"),
                ),
                department,
                write=True,
            ),
            ThinRoute(
                "POST",
                "/api/v1/reliances:prepare",
                self.prepare,
                RouteDoc(
                    "生成采信的待签内容",
                    "What to sign to rely on an acceptance",
                    "recognition",
                    rely,
                    {200: ("entry, private record, digest", {"digest": "0" * 64})},
                    ("acceptance.unknown",),
                ),
                department,
            ),
        ]


def _result(one: RequirementResult, language: Language, names: dict[str, Text]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "requirement": one.requirement,
        "verdict": one.verdict,
        "reason": one.reason,
        "text": sentence(one.reason, one.params, language, names),
        "next": next_step(one.reason, one.params, language, names, may_follow=one.may_follow),
    }
    if one.used:
        result["acceptance"] = _acceptance(one.used[0])
        result["acceptances"] = [_acceptance(used) for used in one.used]
        result["valid_until"] = one.valid_until.isoformat() if one.valid_until else None
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
