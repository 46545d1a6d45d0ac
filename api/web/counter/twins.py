# SPDX-License-Identifier: Apache-2.0
"""What was accepted before of the same holder: this very file, or papers that the one in hand may supersede.

Only what the look at the case has found counts: nobody learns more of a person by holding a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.web.counter.looking import names_of
from attest.cases.repository import case_by_no
from attest.fields import octets_of
from attest.mandates.ground import record_at
from attest.materials.repository import acceptance_by_id, acceptances_by_keys, content_key
from attest.supersession.repository import successions

if TYPE_CHECKING:
    from api.core import Ledger
    from api.web.counter.looking import Look
    from api.web.counter.rows import Words
    from attest.materials.model import AcceptanceRow


@dataclass(frozen=True, slots=True)
class Twin:
    """The newest acceptance of the same file that stands: by whom (a name), when (Unix seconds).

    `type` and `name`: what it was accepted as; `here`: it came in with this case, else `case_no` is its case
    where the clerk's department may open that.
    """

    type: str
    name: str
    by: str
    at: int
    assurance: str
    index: int
    here: bool
    case_no: str | None


def twin_of(
    digest: str, department: str, holders: set[bytes], look: Look, ledger: Ledger, words: Words
) -> Twin | None:
    """The same file (SHA-256 in hex) for one of these holders, as whatever type, if the look has found it."""
    octets = octets_of(digest, 32)
    if octets is None or not holders:
        return None
    keys = [content_key(holder, octets, ledger.context) for holder in sorted(holders)]
    found = [
        one
        for one in acceptances_by_keys(keys, ledger.store)
        if one.id in look.judged.candidates and one.id not in look.judged.fallen
    ]
    if not found:
        return None
    newest = max(found, key=lambda one: one.index)
    kind, case = look.types.get(newest.type), case_by_no(newest.case_no, ledger.store)
    theirs = case is not None and department in (case.authority, case.opened_by)
    return Twin(
        newest.type,
        words.of(kind.name) if kind is not None else newest.type,
        words.department(newest.authority),
        newest.accepted,
        words.word(f"assurance.{newest.assurance}"),
        newest.index,
        newest.case_no == look.case.case_no,
        newest.case_no if theirs else None,
    )


@dataclass(frozen=True, slots=True)
class Earlier:
    """An acceptance that the paper in hand may supersede: its id in hex, by whom (a name), when.

    What tells it from others of the day: its `number`, whose it is (`names`), its entry.
    """

    id: str
    by: str
    at: int
    number: str
    names: tuple[str, ...]
    index: int


MOST_EARLIER = 4
"""Earlier acceptances that a form offers, the newest first."""


def earlier_of(type_: str, look: Look, ledger: Ledger, words: Words) -> tuple[Earlier, ...]:
    """Acceptances of the type that the look has found, and that stand and were not superseded."""
    rows = [acceptance_by_id(one, ledger.store) for one in look.judged.candidates - look.judged.fallen.keys()]
    found = [one for one in rows if one is not None and one.type == type_]
    done = successions([one.id for one in found], ledger.store)
    found = sorted((one for one in found if one.id not in done), key=lambda one: -one.index)
    return tuple(_earlier(one, ledger, words) for one in found[:MOST_EARLIER])


def _earlier(row: AcceptanceRow, ledger: Ledger, words: Words) -> Earlier:
    record = record_at(row.index, ledger.store, ledger.context) or {"parties": []}
    holders = [bytes.fromhex(one["holder"]) for one in record["parties"]]
    names = names_of(dict.fromkeys(holders), ledger)
    return Earlier(
        row.id.hex(),
        words.department(row.authority),
        row.accepted,
        record.get("number", ""),
        tuple(names.values()),
        row.index,
    )
