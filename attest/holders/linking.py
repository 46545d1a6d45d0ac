# SPDX-License-Identifier: Apache-2.0
"""`holder.linked`: a provisional identifier and a number that came later name one person, for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.acts import Act
from attest.commitments import commit
from attest.errors import VaultError
from attest.holders.model import PROVISIONAL, Linking
from attest.holders.repository import link_fact, links_among, naming_index, unknown_holder
from attest.materials.repository import RETRACTIONS_FACT
from attest.private import open_private
from attest.registry.model import GOVERNANCE, SERVICE
from attest.tables import holder_links
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.acts import Placed
    from attest.context import Context
    from attest.fields import Fields
    from attest.reading import Reader
    from ledger.canonical import Json
    from ledger.commands import Row, View


class LinkHolder(Act[Linking]):
    """A department says that a newborn's provisional identifier and a number given later are one person's."""

    kind = "holder.linked"
    public = False

    def parse(self, fields: Fields) -> Linking:
        linking = Linking(
            fields.octets("earlier", 16),
            fields.octets("earlier_salt", 32),
            fields.octets("holder", 16),
            fields.octets("salt", 32),
        )
        fields.done()
        return linking

    def record(self, record: Linking) -> dict[str, Json]:
        return {
            "earlier": record.provisional.hex(),
            "earlier_salt": record.provisional_salt.hex(),
            "holder": record.holder.hex(),
            "salt": record.salt.hex(),
        }

    def body(self, record: Linking) -> dict[str, Json]:
        return {
            "holder": commit("holder", record.salt, record.holder).hex(),
            "earlier": commit("holder", record.provisional_salt, record.provisional).hex(),
        }

    def facts(self, record: Linking) -> tuple[Collection[bytes], Collection[bytes]]:
        names = (link_fact(record.provisional), link_fact(record.holder))
        return names, (*names, RETRACTIONS_FACT)  # look-ups read that one, and find more from now on

    def check(self, record: Linking, issuer: str, view: View, context: Context) -> None:
        if issuer in (SERVICE, GOVERNANCE):
            raise CommandRejected("issuer.mismatch", "a department links holders")
        for which, holder in (("earlier", record.provisional), ("holder", record.holder)):
            if unknown_holder((holder,), view) is not None:
                raise CommandRejected("holder.unknown", "name both holders first", which=which)
        if record.provisional in links_among((record.provisional,), view):
            raise CommandRejected("holder.linked", "it is linked already, for good")
        if not is_provisional(record.provisional, view, context):
            raise CommandRejected("holder.not_provisional", "only a provisional identifier is linked")
        if is_provisional(record.holder, view, context):
            raise CommandRejected("holder.not_provisional", "a provisional identifier is linked to a number")

    def rows(self, record: Linking, placed: Placed, context: Context) -> list[Row]:
        return [(holder_links, (record.provisional, record.holder, placed.index))]


def is_provisional(holder: bytes, reader: Reader, context: Context) -> bool:
    """Whether the holder was first named by a provisional identifier; False where that record was erased."""
    index = naming_index(holder, reader)
    try:
        named = open_private(index, reader, context.sealer)[1] if index is not None else {}
    except (LookupError, VaultError):
        return False
    return bool(named.get("id_type") == PROVISIONAL)
