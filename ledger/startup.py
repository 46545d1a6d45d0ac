# SPDX-License-Identifier: Apache-2.0
"""What a writer may do with the log it finds: the head mark, the stored edge and the chain compared first.

`compare` and `compare_chain` are pure tables; `examine` collects the facts; signing comes afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from ledger.errors import ReadOnlyError, StoreError
from ledger.hashing import leaf_hash
from ledger.rightedge import WIDTH

if TYPE_CHECKING:
    from ledger.headmark import HeadMark, Marked
    from ledger.rows import Head
    from ledger.store import Store

_STEP: Final = 1024


class Action(StrEnum):
    """What follows from a finding."""

    SERVE = "serve"
    MARK_HEAD = "mark_head"
    READ_ONLY = "read_only"
    WITHDRAW_ANCHORS = "withdraw_anchors"
    COMPARE_LATER = "compare_later"


@dataclass(frozen=True, slots=True)
class Finding:
    """A row of the start-up table: a stable code, what to do, and a sentence for the operator."""

    code: str
    action: Action
    text: str


@dataclass(frozen=True, slots=True)
class LogFacts:
    """What the database and the marks say; `damage` names a stored edge or entry that does not fit.

    `root_at_mark` is the head tree's root at the mark's size, None where the mark is ahead or missing.
    """

    head: Head
    marked: Marked
    root_at_mark: bytes | None
    damage: str | None = None


@dataclass(frozen=True, slots=True)
class ChainFacts:
    """The contract's head (None: unreachable), our root at its size, and our largest standing anchor."""

    size: int | None
    root: bytes | None
    root_at_chain: bytes | None
    anchored: int


def compare(facts: LogFacts) -> Finding:
    """The rows of the start-up table that need no chain."""
    head, mark = facts.head, facts.marked.checkpoint
    if facts.damage:
        return Finding("edge", Action.READ_ONLY, f"{facts.damage}: run `once audit`")
    if head.halt:
        return Finding("halted", Action.READ_ONLY, f"the log was halted: {head.halt}")
    if facts.marked.unreadable:
        names = ", ".join(facts.marked.unreadable)
        return Finding("mark.unreadable", Action.READ_ONLY, f"no slot of {names} is readable")
    if mark is None:
        return Finding("mark.missing", Action.READ_ONLY, "there is no head mark for this log")
    if mark.size > head.size:
        text = f"{mark.size} entries were acknowledged, the database has {head.size}: restored or lagging"
        return Finding("mark.ahead", Action.READ_ONLY, text)
    if facts.root_at_mark != mark.root:
        return Finding("fork", Action.READ_ONLY, f"another root was acknowledged for size {mark.size}")
    if mark.size < head.size:
        return Finding(
            "crash", Action.MARK_HEAD, f"{head.size - mark.size} committed entries were not marked"
        )
    return Finding("same", Action.SERVE, "mark and head agree")


def compare_chain(head: Head, chain: ChainFacts) -> Finding:
    """The rows of the start-up table that need the chain."""
    if chain.size is None:
        return Finding("chain.unreachable", Action.COMPARE_LATER, "the chain does not answer")
    if chain.size > head.size:
        text = f"the chain holds {chain.size} entries, the database {head.size}"
        return Finding("chain.ahead", Action.READ_ONLY, text)
    if chain.root != chain.root_at_chain:
        return Finding("chain.fork", Action.READ_ONLY, f"the chain holds another root for size {chain.size}")
    if chain.size < chain.anchored:
        text = f"the chain went back from {chain.anchored} to {chain.size} entries"
        return Finding("chain.back", Action.WITHDRAW_ANCHORS, text)
    return Finding("chain.same", Action.SERVE, "the chain holds a prefix of the log")


def examine(store: Store, mark: HeadMark) -> LogFacts:
    """Read head, edge and marks; re-hash the entries of the edge's tile and all that were not marked."""
    marked = mark.largest()
    try:
        head, edge = store.edge()
        if edge.root() != head.root:
            return LogFacts(head, marked, None, "the stored edge does not give the stored root")
        store.publish(edge)
        size = marked.checkpoint.size if marked.checkpoint else head.size
        start = min(size, head.size // WIDTH * WIDTH)
        for begin in range(start, head.size, _STEP):
            _rehash(store, begin, min(begin + _STEP, head.size))
        root = store.root_at(size) if size <= head.size else None
    except StoreError as error:
        return LogFacts(store.head(), marked, None, str(error))
    return LogFacts(head, marked, root)


def _rehash(store: Store, start: int, stop: int) -> None:
    rows = store.stored_leaves(start, stop)
    if [index for index, _ in rows] != list(range(start, stop)):
        raise StoreError(f"entries are missing between {start} and {stop}")
    for index, leaf in rows:
        if leaf_hash(leaf) != store.node(0, index):
            raise StoreError(f"entry {index} does not hash to the tree's leaf")


def initialise(store: Store, mark: HeadMark) -> None:
    """Create the empty log and mark size 0, before entry 0 exists; ReadOnlyError on a log with entries."""
    store.create()
    head = store.head()
    if head.size:
        raise ReadOnlyError(f"the log has {head.size} entries already")
    if mark.largest().checkpoint is None:
        mark.mark(0, head.root)


def adopt_head(store: Store, mark: HeadMark) -> Head:
    """Take the database's head as the acknowledged one, on an operator's word (`--adopt-head`).

    Other marks are set aside, not deleted. ReadOnlyError if edge and entries do not give that head.
    """
    facts = examine(store, mark)
    if facts.damage:
        raise ReadOnlyError(facts.damage)
    mark.replace_others()
    mark.replace_own()
    mark.mark(facts.head.size, facts.head.root)
    return facts.head
