# SPDX-License-Identifier: Apache-2.0
"""`mandate.granted` and `mandate.revoked`: the service signs both for the principal, who is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attest.acts import Act
from attest.cases.repository import cases_of
from attest.catalogue.model import AGENT, GUARDIAN
from attest.catalogue.repository import latest_version
from attest.citations import cites, read_citation, write_citation
from attest.commitments import commit
from attest.days import DAY
from attest.errors import CodeError
from attest.fields import CODE, ITEM, Fields
from attest.holders.commands import check_number, holder_lookup
from attest.holders.repository import holder_by_lookup, holder_known, ids_of
from attest.mandates.model import ACTS, MOST_DAYS, MOST_TYPES, Mandate, Revocation, Scope
from attest.mandates.repository import MANDATES_FACT, mandate_by_id, mandate_fact
from attest.registry.model import SERVICE
from attest.tables import mandate_ends, mandates
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.acts import Placed
    from attest.context import Context
    from attest.mandates.model import Ground, MandateRow
    from attest.materials.model import Citation
    from ledger.canonical import Json
    from ledger.commands import Row, View

AGENT_TYPES: Final = ("111", "001")


class GrantMandate(Act[Mandate]):
    """A holder lets another act for them; it is never a material, and nobody relies on it elsewhere."""

    kind = "mandate.granted"
    public = False

    def parse(self, fields: Fields) -> Mandate:
        mandate = read_mandate(fields)
        fields.done()
        return mandate

    def record(self, record: Mandate) -> dict[str, Json]:
        return write_mandate(record)

    def body(self, record: Mandate) -> dict[str, Json]:
        return mandate_body(record)

    def facts(self, record: Mandate) -> tuple[Collection[bytes], Collection[bytes]]:
        return (), ()

    def check(self, record: Mandate, issuer: str, view: View, context: Context) -> None:
        if issuer != SERVICE:
            raise CommandRejected("issuer.mismatch", "the service records it for the principal")
        check_mandate(record, view, context)
        if record.until > view.now + MOST_DAYS * DAY:
            raise CommandRejected("mandate.until", f"at most {MOST_DAYS} days from now")

    def rows(self, record: Mandate, placed: Placed, context: Context) -> list[Row]:
        return [mandate_row(record, placed, context, AGENT, None)]


class RevokeMandate(Act[Revocation]):
    """The principal takes it back, from this entry on."""

    kind = "mandate.revoked"
    public = False

    def parse(self, fields: Fields) -> Revocation:
        revocation = Revocation(
            read_citation(fields, "mandate"),
            fields.octets("principal", 16),
            fields.octets("principal_salt", 32),
        )
        fields.done()
        return revocation

    def record(self, record: Revocation) -> dict[str, Json]:
        return {
            "mandate": write_citation(record.mandate),
            "principal": record.principal.hex(),
            "principal_salt": record.principal_salt.hex(),
        }

    def body(self, record: Revocation) -> dict[str, Json]:
        return {
            "cites": cites(record.mandate),
            "principal": commit("holder", record.principal_salt, record.principal).hex(),
        }

    def facts(self, record: Revocation) -> tuple[Collection[bytes], Collection[bytes]]:
        name = mandate_fact(record.mandate.id)
        return (name,), (name, MANDATES_FACT)

    def check(self, record: Revocation, issuer: str, view: View, context: Context) -> None:
        if issuer != SERVICE:
            raise CommandRejected("issuer.mismatch", "the service records it for the principal")
        row = mandate_by_id(record.mandate.id, view)
        if row is None or row.principal not in ids_of(record.principal, view):
            raise CommandRejected("mandate.unknown", "no such mandate of this principal")
        check_place(record.mandate, row)
        if row.relation == GUARDIAN:
            raise CommandRejected("mandate.guardian", "a ward does not end it")
        if row.ended is not None:
            raise CommandRejected("mandate.ended", "it was ended before", at=row.ended.time)

    def rows(self, record: Revocation, placed: Placed, context: Context) -> list[Row]:
        return [(mandate_ends, (record.mandate.id, placed.index, placed.entry.time, None, None))]


def check_place(cited: Citation, row: MandateRow) -> None:
    """Refuse (CommandRejected) a citation of a mandate that stands elsewhere in the log."""
    if (cited.index, cited.leaf) != (row.index, row.leaf):
        raise CommandRejected("statement.mismatch", "the mandate stands elsewhere")


def check_mandate(record: Mandate, view: View, context: Context) -> None:
    """Refuse (CommandRejected) unknown people, one's own agent, what is over, and a scope of nothing."""
    if not holder_known(record.principal, view):
        raise CommandRejected("holder.unknown", "no such principal")
    try:
        check_number(record.agent_type, record.agent_number)
    except CodeError as error:
        raise CommandRejected("mandate.agent", "the agent's number is not sound") from error
    agent = holder_lookup(record.agent_type, record.agent_number, context)
    known = holder_by_lookup(agent, view)
    if known is not None and record.principal in ids_of(known, view):
        raise CommandRejected("mandate.self", "nobody is their own agent")
    if record.until <= view.now:
        raise CommandRejected("mandate.until", "in the future")
    scope = record.scope
    if scope.item is not None and latest_version("item", scope.item, view) is None:
        raise CommandRejected("mandate.item", "no such service item")
    if scope.case_no is not None and scope.case_no not in cases_of(record.principal, view):
        raise CommandRejected("case.unknown", "no such case of the principal")


def mandate_row(
    record: Mandate, placed: Placed, context: Context, relation: str, ground: Ground | None
) -> Row:
    """The row of a mandate, granted (without a ground) or recorded."""
    agent = holder_lookup(record.agent_type, record.agent_number, context)
    entry = placed.entry
    rests = (ground.acceptance, ground.department, ground.case_no) if ground is not None else (None,) * 3
    row = (entry.id, placed.index, placed.leaf_hash, record.principal, agent, record.until, entry.time)
    return (mandates, (*row, relation, *rests))


def read_mandate(fields: Fields) -> Mandate:
    """The members that every mandate's record has."""
    return Mandate(
        fields.octets("principal", 16),
        fields.octets("principal_salt", 32),
        fields.choice("agent_type", AGENT_TYPES),
        fields.text("agent_number", 32),
        fields.octets("agent_salt", 32),
        read_scope(fields.fields("scope")),
        fields.integer("until"),
    )


def write_mandate(record: Mandate) -> dict[str, Json]:
    """The JSON form that `read_mandate` reads."""
    scope: dict[str, Json] = {"acts": list(record.scope.acts), "types": list(record.scope.types)}
    if record.scope.item is not None:
        scope["item"] = record.scope.item
    if record.scope.case_no is not None:
        scope["case"] = record.scope.case_no
    return {
        "principal": record.principal.hex(),
        "principal_salt": record.principal_salt.hex(),
        "agent_type": record.agent_type,
        "agent_number": record.agent_number,
        "agent_salt": record.agent_salt.hex(),
        "scope": scope,
        "until": record.until,
    }


def mandate_body(record: Mandate) -> dict[str, Json]:
    """What the log says openly of every mandate: nobody's name."""
    agent = f"{record.agent_type}:{record.agent_number}".encode()
    return {
        "agent": commit("agent", record.agent_salt, agent).hex(),
        "principal": commit("holder", record.principal_salt, record.principal).hex(),
        "until": record.until,
    }


def read_scope(fields: Fields) -> Scope:
    """`{acts, types, item?, case?}`."""
    acts = fields.texts("acts", len(ACTS))
    if not acts or list(acts) != [one for one in ACTS if one in acts]:
        fields.fail("acts", "at least one of " + ", ".join(ACTS) + ", in this order")
    types = fields.texts("types", MOST_TYPES, CODE)
    if list(types) != sorted(set(types)):
        fields.fail("types", "types in order, each once")
    scope = Scope(acts, types, fields.optional_text("item", 50, ITEM), fields.optional_text("case", 50))
    fields.done()
    return scope
