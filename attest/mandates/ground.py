# SPDX-License-Identifier: Apache-2.0
"""What recorded mandates hang on beyond their own entries: the paper, the person, and the person's age."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attest.errors import AttestError
from attest.holders.repository import links_among, naming_index
from attest.mandates.rules import comes_of_age
from attest.materials.repository import retraction_of
from attest.oversight.holdings import DENIED, RETRACTED, holdings_of
from attest.private import open_private
from attest.recognition.condemned import condemning
from attest.recognition.repository import candidates_for, same_files
from ledger.errors import LedgerError

if TYPE_CHECKING:
    from attest.context import Context
    from attest.reading import Reader


def person_of(holder: bytes, reader: Reader) -> bytes:
    """The id that stands for the person, where a provisional one was linked to it."""
    return links_among((holder,), reader).get(holder, holder)


def record_at(index: int | None, reader: Reader, context: Context) -> dict[str, Any] | None:
    """The private record of an entry; None without one, and where it was erased or cannot be opened."""
    if index is None:
        return None
    try:
        return open_private(index, reader, context.sealer)[1]
    except (LookupError, AttestError, LedgerError):
        return None


def naming_of(holder: bytes, reader: Reader, context: Context) -> dict[str, Any] | None:
    """The private record that names the person; None where it was erased or cannot be opened."""
    return record_at(naming_index(person_of(holder, reader), reader), reader, context)


def of_age_at(holder: bytes, reader: Reader, context: Context) -> int | None:
    """When somebody comes of age by their citizen number (Unix seconds); None where no number says it."""
    record = naming_of(holder, reader, context)
    return comes_of_age(record["number"]) if record is not None and record["id_type"] == "111" else None


def taken_back(
    acceptance: bytes, party: bytes, since: int, now: int, reader: Reader, context: Context
) -> tuple[str, int] | None:
    """Who took an acceptance of this party back, and when, with its paper or by its issuer's word.

    What condemned its file from the entry `since` on stays, though the file was accepted anew: only a new
    record lets somebody act again. Of one that is not there nobody can say that it stands: `("", 0)`.
    """
    held = holdings_of(person_of(party, reader), now, reader, context)
    one = next((some for some in held if some.acceptance == acceptance), None)
    if one is None:
        return "", 0
    if one.state in (RETRACTED, DENIED):
        return one.fallen or ("", 0)
    return condemned_since(acceptance, party, one.type, since, reader, context)


def condemned_since(
    acceptance: bytes, party: bytes, type_: str, since: int, reader: Reader, context: Context
) -> tuple[str, int] | None:
    """The first word against the file from the entry `since` on, whether it was taken back since or not."""
    found = candidates_for([person_of(party, reader)], (), [type_], (), (), reader, context)
    condemners = condemning(found)
    same = same_files(condemners, reader, context)
    words = [
        (at, *one.retracted[:2])
        for one in condemners
        if one.retracted is not None
        and acceptance in same[one.acceptance]
        and (at := retraction_of(one.acceptance, reader) or 0) >= since
    ]
    return min(words)[1:] if words else None
