# SPDX-License-Identifier: Apache-2.0
"""`material.relied`: a department relies on an acceptance, and gets the receipt that protects its clerk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attest.acts import Act
from attest.cases.repository import case_fact, own_case
from attest.catalogue.repository import POLICIES_FACT, TYPES_FACT
from attest.citations import cites, read_citation, read_cited, write_citation
from attest.commitments import commit
from attest.consents.repository import CONSENTS_FACT
from attest.data_check_requests.repository import uses_withdrawn
from attest.days import day_of
from attest.fields import CODE, DEPARTMENT, Fields
from attest.materials.repository import (
    RETRACTIONS_FACT,
    acceptance_fact,
    cited_acceptance,
    same_papers,
)
from attest.parties import MOST_PARTIES
from attest.recognition.decision import OutsideListError, judge
from attest.recognition.model import DATA_CHECK, RECOGNISED, WAIVERS
from attest.recognition.repository import reliances_on
from attest.recognition.smallest import SearchLimitError
from attest.tables import case_entries, consent_uses, reliance_ids, reliances
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.acts import Placed
    from attest.cases.model import CaseRow
    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from attest.materials.model import AcceptanceRow, Citation
    from attest.recognition.decision import Judged
    from ledger.canonical import Json
    from ledger.commands import Row, View


@dataclass(frozen=True, slots=True)
class Reliance:
    """The private record of `material.relied`: in whose case, by which guide and policy (their digests).

    `authority` decides the case and has the policy; it need not be who relies. `ground` is the waiver ground.
    """

    authority: str
    case_no: str
    case_salt: bytes
    requirement: str
    acceptance: Citation
    ground: str
    guide: bytes
    policy: bytes
    consents: tuple[Citation, ...] = ()
    """Of those whose paper it is, where a law asks for it; in the order of their entries."""


class Rely(Act[Reliance]):
    """True as of its index, even after a later retraction of what it cites."""

    kind = "material.relied"
    public = False

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def parse(self, fields: Fields) -> Reliance:
        reliance = Reliance(
            fields.text("authority", 32, DEPARTMENT),
            fields.text("case", 50),
            fields.octets("case_salt", 32),
            fields.text("requirement", 64, CODE),
            read_citation(fields, "acceptance"),
            fields.choice("ground", WAIVERS),
            fields.octets("guide", 32),
            fields.octets("policy", 32),
            tuple(read_cited(one) for one in fields.objects("consents", 1, MOST_PARTIES))
            if fields.has("consents")
            else (),
        )
        fields.done()
        return reliance

    def record(self, record: Reliance) -> dict[str, Json]:
        return {
            "authority": record.authority,
            "case": record.case_no,
            "case_salt": record.case_salt.hex(),
            "requirement": record.requirement,
            "acceptance": write_citation(record.acceptance),
            "ground": record.ground,
            "guide": record.guide.hex(),
            "policy": record.policy.hex(),
            **({"consents": [write_citation(one) for one in record.consents]} if record.consents else {}),
        }

    def body(self, record: Reliance) -> dict[str, Json]:
        return {
            "authority": record.authority,
            "case": commit("case", record.case_salt, record.case_no.encode()).hex(),
            "cites": cites(record.acceptance),
            "ground": record.ground,
            "guide": record.guide.hex(),
            "policy": record.policy.hex(),
            **({"consents": [cites(one) for one in record.consents]} if record.consents else {}),
        }

    def facts(self, record: Reliance) -> tuple[Collection[bytes], Collection[bytes]]:
        name = acceptance_fact(record.acceptance.id)
        reads = (name, case_fact(record.case_no), TYPES_FACT, POLICIES_FACT, RETRACTIONS_FACT, CONSENTS_FACT)
        relied = b"relied/" + record.case_no.encode()  # what counts once is used up in its one case
        return (*reads, relied), (name, relied)

    def check(self, record: Reliance, issuer: str, view: View, context: Context) -> None:
        case = own_case(record.case_no, issuer, view)
        if record.authority != case.authority:
            raise CommandRejected("reliance.authority", "another department decides this case")
        if self._catalogue.guide(case, view)[1].digest != record.guide:
            raise CommandRejected("reliance.guide", "the case pins another guide")
        standing = self._catalogue.policy(case.authority, day_of(view.now), view)
        if standing.digest != record.policy:
            raise CommandRejected(
                "reliance.policy", "another version of the policy is in force", policy=standing.digest.hex()
            )
        judged = self._judge(case, record, None, view, context)
        accepted = cited_acceptance(record.acceptance, view)
        if accepted is None or accepted.id not in judged.candidates:  # another's looks like one that is not
            raise CommandRejected("acceptance.unknown", "no such acceptance")
        if accepted.fallen is not None:
            raise CommandRejected("acceptance.retracted", "it was retracted meanwhile")
        taken_back = uses_withdrawn(case.case_no, view)
        if taken_back and any(
            one.id in taken_back and one.requirement == record.requirement
            for one in reliances_on(accepted.id, view)
        ):
            raise CommandRejected("reliance.taken_back", "an upheld dispute took this use back")
        if (record.ground == DATA_CHECK) != accepted.is_issuers_word:
            raise CommandRejected("reliance.ground", "what is cited stands on another ground")
        used, reason = _found(judged)
        if not reason and accepted.id not in used:  # another is the better ground: is this one enough?
            used, reason = _found(self._judge(case, record, accepted, view, context))
            if accepted.id not in used:
                raise CommandRejected("reliance.other", "another acceptance meets this requirement")
        if reason:
            raise CommandRejected("reliance.not_recognised", reason, reason=reason)
        self._require_consents(record, judged, accepted)
        self._require_unused(accepted, view, context)

    @staticmethod
    def _require_consents(record: Reliance, judged: Judged, accepted: AcceptanceRow) -> None:
        """Exactly those under which it may serve, each where it stands."""
        standing = judged.consents.get((record.requirement, accepted.id), ())
        named = [(one.id, one.index, one.leaf) for one in record.consents]
        if named != [(one.id, one.index, one.leaf) for one in standing]:
            raise CommandRejected("reliance.consent", "it rests on other consents than it names")

    def _require_unused(self, accepted: AcceptanceRow, view: View, context: Context) -> None:
        """Refuse a second reliance on a paper that counts once, whichever of its acceptances is cited.

        The first is of the same case (no other accepts it), so who asks may be told where it stands.
        """
        kind = self._catalogue.types(view).get(accepted.type)
        if kind is None or kind.reuse != "single_use":
            return
        ids = [accepted.id, *(one.id for one in same_papers(accepted, view, context))]
        uses = [one for id_ in ids for one in reliances_on(id_, view)]
        fallen = {id_ for case_no in {one.case_no for one in uses} for id_ in uses_withdrawn(case_no, view)}
        standing = [one for one in uses if one.id not in fallen]
        first = min(standing, key=lambda one: one.index, default=None)
        if first is not None:
            said = {"index": first.index, "requirement": first.requirement, "at": first.time}
            raise CommandRejected("reliance.consumed", "it counts once, and was relied on", **said)

    def _judge(
        self, case: CaseRow, record: Reliance, cited: AcceptanceRow | None, view: View, context: Context
    ) -> Judged:
        wanted = (record.requirement,)
        try:
            return judge(case, self._catalogue, view, context, view.now, wanted=wanted, cited=cited)
        except OutsideListError as error:
            raise CommandRejected("lookup.outside_list", "the case's guide does not ask for this") from error
        except SearchLimitError as error:
            raise CommandRejected(error.code, str(error)) from error

    def rows(self, record: Reliance, placed: Placed, context: Context) -> list[Row]:
        entry = placed.entry
        return [
            (
                reliances,
                (
                    record.acceptance.id,
                    placed.index,
                    entry.id,
                    entry.issuer,
                    record.case_no,
                    record.requirement,
                    record.ground,
                    entry.time,
                ),
            ),
            (reliance_ids, (entry.id, record.acceptance.id, placed.index, placed.leaf_hash)),
            (case_entries, (record.case_no, placed.index)),
            *((consent_uses, (one.id, placed.index, entry.id, entry.issuer)) for one in record.consents),
        ]


def _found(judged: Judged) -> tuple[frozenset[bytes], str]:
    """The acceptances that meet the one requirement; or why it is not met."""
    result = judged.decision.results[0]
    return frozenset(result.acceptances), "" if result.verdict == RECOGNISED else result.reason
