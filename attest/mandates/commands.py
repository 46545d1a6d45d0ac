# SPDX-License-Identifier: Apache-2.0
"""`mandate.granted` and `mandate.revoked`: the service signs both for the principal, who is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select

from attest.acts import Act
from attest.catalogue.repository import latest_version
from attest.citations import cites, read_citation, write_citation
from attest.commitments import commit
from attest.errors import CodeError
from attest.fields import CODE, ITEM, Fields
from attest.holders.commands import check_number, holder_lookup
from attest.holders.repository import holder_by_lookup, holder_known
from attest.mandates.model import ACTS, MOST_DAYS, MOST_TYPES, Mandate, Revocation, Scope
from attest.mandates.repository import mandate_by_id
from attest.reading import Prepared
from attest.registry.model import SERVICE
from attest.tables import case_parties, mandate_ends, mandates
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.acts import Placed
    from attest.context import Context
    from ledger.canonical import Json
    from ledger.commands import Row, View

AGENT_TYPES: Final = ("111", "001")
DAY: Final = 86_400
_PARTY: Final = Prepared(
    select(case_parties.c.case_no).where(
        case_parties.c.holder == bindparam("holder"), case_parties.c.case_no == bindparam("case_no")
    )
)


class GrantMandate(Act[Mandate]):
    """A holder lets another act for them; it is never a material, and nobody relies on it elsewhere."""

    kind = "mandate.granted"
    public = False

    def parse(self, fields: Fields) -> Mandate:
        mandate = Mandate(
            fields.octets("principal", 16),
            fields.octets("principal_salt", 32),
            fields.choice("agent_type", AGENT_TYPES),
            fields.text("agent_number", 32),
            fields.octets("agent_salt", 32),
            _read_scope(fields.fields("scope")),
            fields.integer("until"),
        )
        fields.done()
        return mandate

    def record(self, record: Mandate) -> dict[str, Json]:
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

    def body(self, record: Mandate) -> dict[str, Json]:
        agent = f"{record.agent_type}:{record.agent_number}".encode()
        return {
            "agent": commit("agent", record.agent_salt, agent).hex(),
            "principal": commit("holder", record.principal_salt, record.principal).hex(),
            "until": record.until,
        }

    def facts(self, record: Mandate) -> tuple[Collection[bytes], Collection[bytes]]:
        return (), ()

    def check(self, record: Mandate, issuer: str, view: View, context: Context) -> None:
        if issuer != SERVICE:
            raise CommandRejected("issuer.mismatch", "the service records it for the principal")
        if not holder_known(record.principal, view):
            raise CommandRejected("holder.unknown", "no such principal")
        try:
            check_number(record.agent_type, record.agent_number)
        except CodeError as error:
            raise CommandRejected("mandate.agent", "the agent's number is not sound") from error
        agent = holder_lookup(record.agent_type, record.agent_number, context)
        if holder_by_lookup(agent, view) == record.principal:
            raise CommandRejected("mandate.self", "nobody is their own agent")
        if not view.now < record.until <= view.now + MOST_DAYS * DAY:
            raise CommandRejected("mandate.until", f"in the future, and at most {MOST_DAYS} days from now")
        scope = record.scope
        if scope.item is not None and latest_version("item", scope.item, view) is None:
            raise CommandRejected("mandate.item", "no such service item")
        if scope.case_no is not None and not _PARTY.rows(
            view, holder=record.principal, case_no=scope.case_no
        ):
            raise CommandRejected("case.unknown", "no such case of the principal")

    def rows(self, record: Mandate, placed: Placed, context: Context) -> list[Row]:
        agent = holder_lookup(record.agent_type, record.agent_number, context)
        entry = placed.entry
        row = (entry.id, placed.index, placed.leaf_hash, record.principal, agent, record.until, entry.time)
        return [(mandates, row)]


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
        name = (b"mandate/" + record.mandate.id,)
        return name, name

    def check(self, record: Revocation, issuer: str, view: View, context: Context) -> None:
        if issuer != SERVICE:
            raise CommandRejected("issuer.mismatch", "the service records it for the principal")
        row = mandate_by_id(record.mandate.id, view)
        if row is None or row.principal != record.principal:
            raise CommandRejected("mandate.unknown", "no such mandate of this principal")
        if (record.mandate.index, record.mandate.leaf) != (row.index, row.leaf):
            raise CommandRejected("statement.mismatch", "the mandate stands elsewhere")
        if row.ended is not None:
            raise CommandRejected("mandate.ended", "it was revoked before", at=row.ended[1])

    def rows(self, record: Revocation, placed: Placed, context: Context) -> list[Row]:
        return [(mandate_ends, (record.mandate.id, placed.index, placed.entry.time))]


def _read_scope(fields: Fields) -> Scope:
    acts = fields.texts("acts", len(ACTS))
    if not acts or list(acts) != [one for one in ACTS if one in acts]:
        fields.fail("acts", "at least one of " + ", ".join(ACTS) + ", in this order")
    types = fields.texts("types", MOST_TYPES, CODE)
    if list(types) != sorted(set(types)):
        fields.fail("types", "types in order, each once")
    scope = Scope(acts, types, fields.optional_text("item", 50, ITEM), fields.optional_text("case", 50))
    fields.done()
    return scope
