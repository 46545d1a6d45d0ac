# SPDX-License-Identifier: Apache-2.0
"""`mandate.recorded` and `mandate.ended`: a department answers for an agent or guardian proved by a paper.

The ground is an acceptance in a case of that department, of a type whose `represents` says in which roles
such a paper names both. It falls with that acceptance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.acts import Act
from attest.cases.repository import case_by_no, own_case
from attest.catalogue.model import GUARDIAN, RELATIONS
from attest.catalogue.repository import TYPES_FACT
from attest.citations import cites, read_citation, write_citation
from attest.commitments import commit
from attest.data_check_requests.repository import is_disputed
from attest.days import DAY, first_second
from attest.holders.commands import holder_lookup
from attest.holders.model import FIRM
from attest.holders.repository import holder_by_lookup, ids_of
from attest.mandates.commands import (
    check_mandate,
    check_place,
    mandate_body,
    mandate_row,
    read_mandate,
    write_mandate,
)
from attest.mandates.ground import naming_of, of_age_at, person_of, taken_back
from attest.mandates.model import (
    END_REASONS,
    MOST_DAYS,
    WRONG,
    Ending,
    Ground,
    Recording,
)
from attest.mandates.repository import MANDATES_FACT, mandate_by_id, mandate_fact, mandates_on
from attest.mandates.rules import comes_of_age
from attest.materials.repository import (
    RETRACTIONS_FACT,
    acceptance_fact,
    cited_acceptance,
    roles_in,
    same_papers,
)
from attest.tables import case_entries, mandate_ends
from attest.taking_back import body_of_taken_back, read_taken_back, write_taken_back
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.acts import Placed
    from attest.catalogue.model import MaterialType, Representation
    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from attest.fields import Fields
    from attest.mandates.model import Mandate, Scope
    from attest.materials.model import AcceptanceRow
    from ledger.canonical import Json
    from ledger.commands import Row, View


class RecordMandate(Act[Recording]):
    """A department says: by this paper, accepted in our case, this one acts for that person."""

    kind = "mandate.recorded"
    public = False

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def parse(self, fields: Fields) -> Recording:
        return read_recording(fields)

    def record(self, record: Recording) -> dict[str, Json]:
        return {
            **write_mandate(record.mandate),
            "relation": record.relation,
            "acceptance": write_citation(record.acceptance),
            "case": record.case_no,
            "case_salt": record.case_salt.hex(),
        }

    def body(self, record: Recording) -> dict[str, Json]:
        return {
            **mandate_body(record.mandate),
            "case": commit("case", record.case_salt, record.case_no.encode()).hex(),
            "cites": cites(record.acceptance),
            "relation": record.relation,
        }

    def facts(self, record: Recording) -> tuple[Collection[bytes], Collection[bytes]]:
        ground = acceptance_fact(record.acceptance.id)
        return (ground, RETRACTIONS_FACT, TYPES_FACT, MANDATES_FACT), (MANDATES_FACT,)

    def check(self, record: Recording, issuer: str, view: View, context: Context) -> None:
        own_case(record.case_no, issuer, view)
        accepted = cited_acceptance(record.acceptance, view)
        if accepted is None or accepted.case_no != record.case_no:
            raise CommandRejected("acceptance.unknown", "no such acceptance in this case")
        kind = self._catalogue.types(view).get(accepted.type)
        if kind is None or kind.represents is None:
            raise CommandRejected("mandate.not_proof", "such a paper proves no agent and no guardian")
        if kind.represents.relation != record.relation:
            raise CommandRejected("statement.mismatch", f"such a paper proves: {kind.represents.relation}")
        mandate = record.mandate
        if mandate.scope.case_no is not None:  # another department's answers like one that is not there
            own_case(mandate.scope.case_no, issuer, view)
        check_mandate(mandate, view, context)
        _check_named(mandate, accepted, kind.represents, view, context)
        _check_ground(record, accepted, view, context)
        check_reach(kind, mandate.scope, record.case_no)
        latest = _latest(mandate, accepted, kind.represents, view, context)
        if mandate.until > latest:
            raise CommandRejected("mandate.until", "later than it can hold", latest=latest)
        _check_anew(mandate, accepted, view, context)

    def rows(self, record: Recording, placed: Placed, context: Context) -> list[Row]:
        ground = Ground(record.acceptance.id, placed.entry.issuer, record.case_no)
        return [
            mandate_row(record.mandate, placed, context, record.relation, ground),
            (case_entries, (record.case_no, placed.index)),
        ]


def check_reach(kind: MaterialType, scope: Scope, case_no: str) -> None:
    """Refuse (CommandRejected) a scope beyond the case by a paper that counts there alone."""
    if kind.reuse == "this_case" and scope.case_no != case_no:
        raise CommandRejected("mandate.beyond_case", "such a paper counts in its own case alone")


def read_recording(fields: Fields) -> Recording:
    """The private record of `mandate.recorded`."""
    recording = Recording(
        read_mandate(fields),
        fields.choice("relation", RELATIONS),
        read_citation(fields, "acceptance"),
        fields.text("case", 50),
        fields.octets("case_salt", 32),
    )
    fields.done()
    return recording


def _check_named(
    mandate: Mandate, accepted: AcceptanceRow, shown: Representation, view: View, context: Context
) -> None:
    """The paper names both, each in a role that says so."""
    agent = holder_by_lookup(holder_lookup(mandate.agent_type, mandate.agent_number, context), view)
    principal = shown.principal in roles_in(mandate.principal, accepted.id, view)
    if not principal or agent is None or not roles_in(agent, accepted.id, view) & set(shown.by):
        raise CommandRejected("mandate.not_named", f"{shown.principal}: {', '.join(shown.by)}")


def _check_ground(record: Recording, accepted: AcceptanceRow, view: View, context: Context) -> None:
    """The acceptance stands, nobody disputes it, and the paper itself was seen."""
    principal, since = record.mandate.principal, view.next_index
    if taken_back(accepted.id, principal, since, view.now, view, context) is not None:
        raise CommandRejected("mandate.fallen", "the paper was taken back")
    if is_disputed(accepted.id, view):
        raise CommandRejected("mandate.disputed", "the paper is disputed")
    if accepted.assurance == "scan":
        raise CommandRejected("mandate.scan", "nobody acts for another by a scan")


def _latest(
    mandate: Mandate, accepted: AcceptanceRow, shown: Representation, view: View, context: Context
) -> int:
    """The last Unix second, exclusive, that such a mandate may name."""
    now, bounds = view.now, []
    if accepted.valid_until is not None:
        bounds.append(first_second(accepted.valid_until) + DAY)
    if shown.relation != GUARDIAN:
        return min(*bounds, now + MOST_DAYS * DAY, 2**53)
    ward = naming_of(mandate.principal, view, context)
    if FIRM in (mandate.agent_type, ward and ward["id_type"]):
        raise CommandRejected("mandate.not_person", "ward and guardian are natural persons")
    of_age = of_age_at(mandate.principal, view, context)
    if mandate.agent_type == "111" and comes_of_age(mandate.agent_number) > now:
        raise CommandRejected("mandate.minor", "a guardian is of age")
    if of_age is not None and of_age <= now and not shown.adults:
        raise CommandRejected("mandate.of_age", "the ward is of age", at=of_age)
    if of_age is None or of_age <= now:
        # a ruling can be lifted, and without a number a ward may be of age: looked at anew every year
        bounds.append(now + MOST_DAYS * DAY)
    else:
        bounds.append(of_age)
    return min(bounds)


def _check_anew(mandate: Mandate, accepted: AcceptanceRow, view: View, context: Context) -> None:
    """The same paper does not bring back what was taken back, and not twice what stands."""
    papers = [accepted.id, *(one.id for one in same_papers(accepted, view, context))]
    agent = holder_lookup(mandate.agent_type, mandate.agent_number, context)
    people = ids_of(person_of(mandate.principal, view), view)
    for row in mandates_on(papers, view):
        if row.principal not in people or row.agent != agent:
            continue
        if row.ended is None:
            ground = row.ground.acceptance if row.ground is not None else accepted.id
            fallen = taken_back(ground, row.principal, row.index, view.now, view, context)
            if view.now < row.until and fallen is None:
                raise CommandRejected("mandate.recorded", "it stands already", at=row.time)
        elif row.ended.reason != WRONG:
            raise CommandRejected("mandate.taken_back", "it was taken back", at=row.ended.time)


class EndMandate(Act[Ending]):
    """The department that recorded it, or the case's authority, ends a mandate or a guardianship."""

    kind = "mandate.ended"
    public = False

    def parse(self, fields: Fields) -> Ending:
        return Ending(*read_taken_back(fields, "mandate", END_REASONS))

    def record(self, record: Ending) -> dict[str, Json]:
        return write_taken_back("mandate", record.mandate, record)

    def body(self, record: Ending) -> dict[str, Json]:
        return body_of_taken_back(record.mandate, record)

    def facts(self, record: Ending) -> tuple[Collection[bytes], Collection[bytes]]:
        name = mandate_fact(record.mandate.id)
        return (name,), (name, MANDATES_FACT)

    def check(self, record: Ending, issuer: str, view: View, context: Context) -> None:
        row = mandate_by_id(record.mandate.id, view)
        case = None if row is None or row.ground is None else case_by_no(row.ground.case_no, view)
        if row is None or case is None or issuer not in (case.authority, case.opened_by):
            raise CommandRejected("mandate.unknown", "no such mandate recorded by this department")
        check_place(record.mandate, row)
        if case.case_no != record.case_no:
            raise CommandRejected("statement.mismatch", "the mandate belongs to another case")
        if row.ended is not None:
            raise CommandRejected("mandate.ended", "it was ended before", at=row.ended.time)

    def rows(self, record: Ending, placed: Placed, context: Context) -> list[Row]:
        entry = placed.entry
        row = (record.mandate.id, placed.index, entry.time, entry.issuer, record.reason)
        return [(mandate_ends, row), (case_entries, (record.case_no, placed.index))]
