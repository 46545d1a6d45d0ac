# SPDX-License-Identifier: Apache-2.0
"""Citations of other entries, as records and bodies write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.commitments import commit
from attest.materials.model import Citation

if TYPE_CHECKING:
    from attest.fields import Fields
    from ledger.canonical import Json


def read_citation(fields: Fields, name: str) -> Citation:
    """`{id, index, leaf, salt}`: 16-byte entry id, 32-byte leaf hash and salt in hex."""
    return read_cited(fields.fields(name))


def read_cited(inner: Fields) -> Citation:
    """The citation that these fields are."""
    citation = Citation(
        inner.octets("id", 16), inner.integer("index"), inner.octets("leaf", 32), inner.octets("salt", 32)
    )
    inner.done()
    return citation


def write_citation(citation: Citation) -> dict[str, Json]:
    """The JSON form that `read_citation` reads."""
    return {
        "id": citation.id.hex(),
        "index": citation.index,
        "leaf": citation.leaf.hex(),
        "salt": citation.salt.hex(),
    }


def cites(citation: Citation) -> str:
    """What an entry's body says of the citation: a salted commitment to the leaf hash, in hex."""
    return commit("citation", citation.salt, citation.leaf).hex()
