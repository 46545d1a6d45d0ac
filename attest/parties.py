# SPDX-License-Identifier: Apache-2.0
"""Parties in roles and the thing a record is about, as records write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attest.fields import CODE

if TYPE_CHECKING:
    from attest.fields import Fields
    from ledger.canonical import Json

Parties = tuple[tuple[str, bytes], ...]
About = tuple[str, str]
MOST_PARTIES: Final = 8
ABOUT_KINDS: Final = ("premises", "real_estate_unit", "vehicle", "project")


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


def write_about(about: About) -> dict[str, Json]:
    """The JSON form that `read_about` reads."""
    return {"kind": about[0], "id": about[1]}
