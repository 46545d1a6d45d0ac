# SPDX-License-Identifier: Apache-2.0
"""Rectification (更正): which acceptance corrects the record of another, which is taken back for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.holders.repository import share_a_person
from attest.materials.repository import cited_acceptance, holders_of

if TYPE_CHECKING:
    from attest.materials.model import AcceptanceRow, Citation
    from attest.reading import Reader


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
        and share_a_person(holders_of(newer.id, reader), holders_of(wrong.id, reader), reader)
    )
