# SPDX-License-Identifier: Apache-2.0
"""Using what is recognised, with ten seconds to take it back: nothing is signed before they have passed.

The choice is a row; to undo it is another row, refused under the writer's lock once the time has come. Only
then are the reliances signed (`signing.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from sqlalchemy import bindparam, select

from api.web.counter.tables import counter_use_ends, counter_uses
from attest.reading import Prepared
from attest.recognition.repository import relied_in
from ledger.commands import Decision
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.reading import Reader
    from ledger.commands import View

SECONDS: Final = 10
"""How long a use can be taken back."""
OPEN, UNDONE, SIGNED, REFUSED = "open", "undone", "signed", "refused"

_COLUMNS = select(
    counter_uses.c.id,
    counter_uses.c.case_no,
    counter_uses.c.department,
    counter_uses.c.login,
    counter_uses.c.chosen,
    counter_uses.c.due,
    counter_use_ends.c.outcome,
    counter_use_ends.c.signed,
).outerjoin(counter_use_ends, counter_use_ends.c.id == counter_uses.c.id)
_ONE = Prepared(_COLUMNS.where(counter_uses.c.id == bindparam("id")))
_OF_CASE = Prepared(
    _COLUMNS.where(counter_uses.c.case_no == bindparam("case_no")).order_by(counter_uses.c.due)
)
_OPEN = Prepared(_COLUMNS.where(counter_use_ends.c.outcome.is_(None)))


@dataclass(frozen=True, slots=True)
class Use:
    """What one clerk chose at once: pairs of requirement and acceptance; `due` is when it becomes final.

    `signed` counts the reliances that stand once it has ended.
    """

    id: bytes
    case_no: str
    department: str
    login: str
    chosen: tuple[tuple[str, bytes], ...]
    due: int
    outcome: str = OPEN
    signed: int = 0

    @property
    def requirements(self) -> tuple[str, ...]:
        """The requirements, each once, in order."""
        return tuple(dict.fromkeys(requirement for requirement, _ in self.chosen))


def _use(row: tuple[object, ...]) -> Use:
    id_, case_no, department, login, chosen, due, outcome, signed = row
    if not isinstance(id_, bytes) or not isinstance(due, int):
        raise TypeError("a row of uses has an id and a time")
    pairs = (line.split(" ") for line in str(chosen).splitlines())
    return Use(
        id_,
        str(case_no),
        str(department),
        str(login),
        tuple((requirement, bytes.fromhex(acceptance)) for requirement, acceptance in pairs),
        due,
        str(outcome or OPEN),
        signed if isinstance(signed, int) else 0,
    )


def use_by_id(id_: bytes, reader: Reader) -> Use | None:
    """The use, or None."""
    rows = _ONE.rows(reader, id=id_)
    return _use(rows[0]) if rows else None


def uses_of_case(case_no: str, reader: Reader) -> list[Use]:
    """Every use in a case, the earliest first."""
    return [_use(row) for row in _OF_CASE.rows(reader, case_no=case_no)]


def open_uses(reader: Reader) -> list[Use]:
    """Every use that has not ended."""
    return [_use(row) for row in _OPEN.rows(reader)]


def receipts_of(use: Use, reader: Reader) -> list[int]:
    """Indexes of the reliances in its case that rest on what it chose."""
    chosen = set(use.chosen)
    return [
        index for name, acceptance, index in relied_in(use.case_no, reader) if (name, acceptance) in chosen
    ]


def _fact(id_: bytes) -> bytes:
    return b"counter-use/" + id_


@dataclass(frozen=True, slots=True)
class Choose:
    """The command that keeps a choice; the same id again (a second press) answers the first."""

    id: bytes
    case_no: str
    department: str
    login: str
    chosen: tuple[tuple[str, bytes], ...]
    entry_id: None = None
    request: None = None
    reads: ClassVar[Collection[bytes]] = ()

    @property
    def writes(self) -> Collection[bytes]:
        """One press."""
        return (_fact(self.id),)

    def decide(self, view: View) -> Decision[Use]:
        """One row, due in ten seconds."""
        known = use_by_id(self.id, view)
        if known is not None:
            if known.department != self.department:
                raise CommandRejected("use.unknown")
            return Decision(answer=known)
        due = view.now + SECONDS
        lines = "\n".join(f"{requirement} {acceptance.hex()}" for requirement, acceptance in self.chosen)
        row = (self.id, self.case_no, self.department, self.login, lines, due)
        made = Use(self.id, self.case_no, self.department, self.login, self.chosen, due)
        return Decision(rows=[(counter_uses, row)], answer=made)


@dataclass(frozen=True, slots=True)
class Undo:
    """The command that takes a choice back: `use.late` once ten seconds have passed by the writer's clock."""

    id: bytes
    department: str
    entry_id: None = None
    request: None = None
    reads: ClassVar[Collection[bytes]] = ()

    @property
    def writes(self) -> Collection[bytes]:
        """Ends once."""
        return (_fact(self.id),)

    def decide(self, view: View) -> Decision[Use]:
        """One row; a repeat is answered like the first."""
        use = use_by_id(self.id, view)
        if use is None or use.department != self.department:
            raise CommandRejected("use.unknown")
        if use.outcome == UNDONE:
            return Decision(answer=use)
        if use.outcome != OPEN or view.now >= use.due:
            raise CommandRejected("use.late")
        return Decision(rows=[(counter_use_ends, (self.id, UNDONE, 0, view.now))], answer=use)


@dataclass(frozen=True, slots=True)
class End:
    """The command that writes down how a use ended, after its reliances were signed or refused."""

    id: bytes
    outcome: str
    signed: int
    entry_id: None = None
    request: None = None
    reads: ClassVar[Collection[bytes]] = ()

    @property
    def writes(self) -> Collection[bytes]:
        """Ends once."""
        return (_fact(self.id),)

    def decide(self, view: View) -> Decision[None]:
        """One row, unless it ended before."""
        use = use_by_id(self.id, view)
        if use is None or use.outcome != OPEN:
            return Decision()
        return Decision(rows=[(counter_use_ends, (self.id, self.outcome, self.signed, view.now))])
