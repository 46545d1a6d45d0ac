# SPDX-License-Identifier: Apache-2.0
"""`holder.named`: a department names a person or an enterprise; the answer looks the same known or new."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from attest.acts import Act, Written, require_readable, sign_and_place
from attest.codes import Scheme, validate
from attest.commitments import commit
from attest.errors import CodeError
from attest.fields import DEPARTMENT, Fields
from attest.holders.model import ID_TYPES, Naming
from attest.holders.repository import holder_by_lookup
from attest.registry.model import SERVICE
from attest.registry.rules import keys_fact
from attest.tables import holder_ids, holders
from ledger.commands import Decision
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.acts import Placed
    from attest.context import Context
    from ledger.canonical import Json
    from ledger.commands import RequestKey, Row, View


_PROVISIONAL: Final = re.compile("[0-9A-Z]+")
"""One written form, as of the numbers: else `b1` and `B1` would be two holders of one identifier."""


def holder_lookup(id_type: str, number: str, context: Context) -> bytes:
    """The keyed look-up of a holder, as stored: the first 16 bytes of the HMAC."""
    return context.lookup.holder(id_type, number)[:16]


def check_number(id_type: str, number: str) -> None:
    """Refuse (CodeError) a number whose form or check character is wrong."""
    if id_type == "111":
        validate(Scheme.CITIZEN_NUMBER, number)
    elif id_type == "001":
        validate(Scheme.CREDIT_CODE, number)
    elif not _PROVISIONAL.fullmatch(number):
        raise CodeError("provisional.shape", "capital letters and digits only")


class NameHolder(Act[Naming]):
    """The act; the service signs it and names the department, so the holder can see who named them."""

    kind = "holder.named"
    public = False

    def parse(self, fields: Fields) -> Naming:
        naming = Naming(
            fields.octets("holder", 16),
            fields.octets("salt", 32),
            fields.text("department", 32, DEPARTMENT),
            fields.choice("id_type", ID_TYPES),
            fields.text("number", 32),
            fields.text("name", 100),
        )
        fields.done()
        return naming

    def record(self, record: Naming) -> dict[str, Json]:
        return {
            "holder": record.holder.hex(),
            "salt": record.salt.hex(),
            "department": record.department,
            "id_type": record.id_type,
            "number": record.number,
            "name": record.name,
        }

    def body(self, record: Naming) -> dict[str, Json]:
        return {
            "department": record.department,
            "holder": commit("holder", record.salt, record.holder).hex(),
        }

    def facts(self, record: Naming) -> tuple[Collection[bytes], Collection[bytes]]:
        return (), ()

    def check(self, record: Naming, issuer: str, view: View, context: Context) -> None:
        if issuer != SERVICE:
            raise CommandRejected("issuer.mismatch", "the service records namings")

    def rows(self, record: Naming, placed: Placed, context: Context) -> list[Row]:
        return [
            (holders, (holder_lookup(record.id_type, record.number, context), record.holder, placed.index)),
            (holder_ids, (record.holder, placed.index)),
        ]


_ACT: Final = NameHolder()


class NameHolderCommand:
    """Find or make the holder under the lock: one person is one id, whoever asks and however often."""

    entry_id: bytes | None = None

    def __init__(
        self,
        department: str,
        id_type: str,
        number: str,
        name: str,
        context: Context,
        request: RequestKey | None = None,
    ) -> None:
        check_number(id_type, number)
        self._lookup = holder_lookup(id_type, number, context)
        self.request = request
        fact = b"holder/" + self._lookup
        self.reads: Collection[bytes] = (fact, keys_fact(SERVICE))
        self.writes: Collection[bytes] = (fact,)
        self._said = (department, id_type, number, name)
        self._context = context
        require_readable(_ACT, Naming(bytes(16), bytes(32), *self._said))

    @property
    def name(self) -> str:
        """The name that is to be on record."""
        return self._said[3]

    def known(self, view: View) -> bytes | None:
        """Who is on record under the number."""
        return holder_by_lookup(self._lookup, view)

    def decide(self, view: View) -> Decision[tuple[Written, bytes]]:
        """One entry either way; the holder's rows only the first time."""
        known = self.known(view)
        department, id_type, number, name = self._said
        random = self._context.random
        naming = Naming(known or random(16), random(32), department, id_type, number, name)
        leaf, rows, written = sign_and_place(_ACT, naming, SERVICE, view, self._context)
        if known is not None:
            rows = [row for row in rows if row[0] not in (holders, holder_ids)]
        return Decision(leaves=(leaf,), rows=rows, answer=(written, naming.holder))
