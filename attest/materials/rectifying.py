# SPDX-License-Identifier: Apache-2.0
"""Rectification (更正): which acceptance corrects the record of another, which is taken back for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from attest.holders.repository import links_among
from attest.materials.repository import cited_acceptance
from attest.reading import Prepared
from attest.tables import acceptance_parties

if TYPE_CHECKING:
    from attest.materials.model import AcceptanceRow, Citation
    from attest.reading import Reader

_HOLDERS = Prepared(
    select(acceptance_parties.c.holder).where(acceptance_parties.c.acceptance == bindparam("acceptance"))
)


def corrects(named: Citation, wrong: AcceptanceRow, department: str, reader: Reader) -> bool:
    """Whether the acceptance named stands, is later, of the same case and type, with a common party.

    It is the department's own, or was taken in for it: nobody corrects by another's word.
    """
    newer = cited_acceptance(named, reader)
    return (
        newer is not None
        and newer.index > wrong.index
        and newer.fallen is None
        and (newer.type, newer.case_no) == (wrong.type, wrong.case_no)
        and department in (newer.accepted_by, newer.authority)
        and share_a_holder(newer.id, wrong.id, reader)
    )


def share_a_holder(one: bytes, other: bytes, reader: Reader) -> bool:
    """Whether a party of one acceptance is a party of the other, in whichever roles."""
    stated = [{bytes(row[0]) for row in _HOLDERS.rows(reader, acceptance=id_)} for id_ in (one, other)]
    links = links_among(set().union(*stated), reader)
    first, second = ({links.get(holder, holder) for holder in those} for those in stated)
    return not first.isdisjoint(second)
