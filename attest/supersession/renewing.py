# SPDX-License-Identifier: Apache-2.0
"""Which papers an owner's own acceptance renews without saying so: the same number, issued later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.holders.repository import whole_people
from attest.materials.repository import about_key, acceptances_by_keys, number_key
from attest.supersession.repository import successions

if TYPE_CHECKING:
    from attest.catalogue.model import MaterialTypes
    from attest.context import Context
    from attest.materials.model import Acceptance, AcceptanceRow
    from attest.reading import Reader


def may_renew(record: Acceptance, issuer: str) -> bool:
    """Whether the record is an issuer's own, on its own authority, of a numbered and dated paper."""
    return (
        record.supersedes is None
        and record.number is not None
        and record.issued is not None
        and record.issuer == record.authority == issuer
    )


def renewed_by(
    record: Acceptance, issuer: str, types: MaterialTypes, reader: Reader, context: Context
) -> list[AcceptanceRow]:
    """What stands accepted of the paper as it was, in the log's order, if the type's owner accepts it anew.

    Same type, issuer, number and thing, a common party, issued on an earlier day, superseded by nothing yet.
    """
    kind = types.get(record.type)
    if not may_renew(record, issuer) or kind is None or kind.owner != issuer:
        return []
    holders = whole_people({holder for _, holder in record.parties}, reader)
    number, issued = str(record.number), record.issued
    keys = [number_key(one, record.type, issuer, number, context) for one in holders]
    about = about_key(record.about, context) if record.about is not None else None
    found = {
        one.id: one
        for one in acceptances_by_keys(keys, reader)
        if (one.type, one.issuer, one.about) == (record.type, issuer, about)
        and one.fallen is None
        and one.issued is not None
        and issued is not None
        and one.issued < issued
    }
    if not found:
        return []
    done = successions(list(found), reader)
    return sorted((one for one in found.values() if one.id not in done), key=lambda one: one.index)
