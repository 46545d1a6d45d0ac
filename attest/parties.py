# SPDX-License-Identifier: Apache-2.0
"""Parties in roles and the thing a record is about, as records write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attest.codes import Scheme, is_valid
from attest.fields import CODE
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from attest.fields import Fields
    from ledger.canonical import Json

Parties = tuple[tuple[str, bytes], ...]
About = tuple[str, str]
MOST_PARTIES: Final = 8
UNIT: Final = "real_estate_unit"
ABOUT_KINDS: Final = ("premises", UNIT, "vehicle", "project")


def read_parties(fields: Fields) -> Parties:
    """`parties: [{role, holder}]`, one to eight, holder a 16-byte id in hex."""
    parties: list[tuple[str, bytes]] = []
    for one in fields.objects("parties", 1, MOST_PARTIES):
        parties.append((one.text("role", 32, CODE), one.octets("holder", 16)))
        one.done()
    if len(set(parties)) != len(parties):
        fields.fail("parties", "each holder once in a role")
    return tuple(parties)


def write_parties(parties: Parties) -> list[Json]:
    """The JSON form that `read_parties` reads."""
    return [{"role": role, "holder": holder.hex()} for role, holder in parties]


def read_about(fields: Fields) -> About | None:
    """`about: {kind, id}`, or None where the member is absent."""
    if not fields.has("about"):
        return None
    about = fields.fields("about")
    read = (about.choice("kind", ABOUT_KINDS), about.text("id", 64))
    about.done()
    return read


def well_formed(about: About | None) -> bool:
    """Whether the thing's number has the form of its kind: a real-estate unit's (GB/T 37346), others none."""
    return about is None or about[0] != UNIT or is_valid(Scheme.REAL_ESTATE_UNIT, about[1])


def check_about(about: About | None) -> None:
    """Refuse (CommandRejected) to write what is not well-formed; what stands in the log is read as it is."""
    if not well_formed(about):
        raise CommandRejected("about.unit_number", "a unit number by GB/T 37346", path="/about/id")


def asked_about(fields: Fields) -> About | None:
    """`about` of a request, which is still to be written."""
    about = read_about(fields)
    check_about(about)
    return about


def write_about(about: About) -> dict[str, Json]:
    """The JSON form that `read_about` reads."""
    return {"kind": about[0], "id": about[1]}
