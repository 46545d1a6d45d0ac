# SPDX-License-Identifier: Apache-2.0
"""The writer: one transaction a batch, an answer only for what is durable, one fault never spreads."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, select

from ledger.commands import Decision, NewLeaf, RequestKey, View
from ledger.errors import CommandRejected, ReadOnlyError, WriterFailedError
from ledger.hashing import leaf_hash, sha256
from ledger.merkle import root_of, verify_consistency
from ledger.store import driver_of
from ledger.writer import Writer
from tests.builders import Append, Log, a_leaf, a_log, a_mark, a_store, an_append
from tests.databases import meddle

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

facts_metadata = MetaData()
facts = Table(
    "facts",
    facts_metadata,
    Column("key", LargeBinary(16), primary_key=True),
    Column("value", Integer, nullable=False),
    sqlite_with_rowid=False,
)


@pytest.fixture
def log(folder: Path) -> Iterator[Log]:
    """A new log with a table of facts."""
    with a_log(folder) as log:
        log.store.create(facts_metadata)
        yield log


@dataclass(frozen=True)
class Does:
    """A command that decides by a function."""

    by: Callable[[View], Decision[Any]]
    reads: Collection[bytes] = ()
    writes: Collection[bytes] = ()
    entry_id: bytes | None = None
    request: RequestKey | None = None

    def decide(self, view: View) -> Decision[Any]:
        return self.by(view)


def together(log: Log, *commands: Any) -> list[Future[Any]]:
    """Submit commands so that they wait for the writer together, in this order."""
    entered, leave = threading.Event(), threading.Event()

    def hold(_: View) -> Decision[None]:
        entered.set()
        leave.wait()
        return Decision()

    pool = ThreadPoolExecutor(len(commands) + 1)
    pool.submit(log.writer.submit_wait, Does(hold))
    entered.wait()
    answers: list[Future[Any]] = []
    for waiting, command in enumerate(commands, 1):
        answers.append(pool.submit(log.writer.submit_wait, command))
        while len(log.writer._queue) < waiting:
            pass
    leave.set()
    pool.shutdown()
    return answers


def test_an_answer_is_durable_and_marked(log: Log) -> None:
    """The outcome's head covers the entry, is in the database, and is the marked one."""
    outcome = log.writer.submit_wait(an_append(b"first"))

    assert (outcome.index, outcome.answer, outcome.repeat) == (0, "done", False)
    assert log.store.head() == outcome.head == log.writer.acknowledged
    marked = log.mark.read().checkpoint
    assert marked is not None
    assert (marked.size, marked.root) == (1, leaf_hash(b"first"))


def test_a_repeat_gets_the_first_index_undecided(log: Log) -> None:
    """The same signed entry again, whatever its request key, is answered without deciding."""
    log.writer.submit_wait(an_append(b"before"))
    first = log.writer.submit_wait(an_append(b"same"))
    repeat = an_append(b"same", request=RequestKey(b"k" * 16, b"f" * 32))
    second = log.writer.submit_wait(repeat)

    assert (first.index, second.index, second.repeat) == (1, 1, True)
    assert repeat.seen == []
    assert log.store.head().size == 2


def test_a_repeat_inside_one_batch_gets_the_first_index(log: Log) -> None:
    """Two identical commands of one batch are one entry, and so are two of one request key."""
    request = RequestKey(b"k" * 16, b"f" * 32)
    a, b, c, d = together(
        log,
        an_append(b"x"),
        an_append(b"x"),
        an_append(b"y", request=request),
        an_append(b"z", request=request),
    )

    assert [one.result().index for one in (a, b, c, d)] == [0, 0, 1, 1]
    assert [one.result().repeat for one in (a, b, c, d)] == [False, True, False, True]
    assert log.store.head().size == 2


def test_a_request_key_is_bound_to_its_body(log: Log) -> None:
    """The same key with the same body gives the first index, with another body a conflict."""
    key = b"k" * 16
    log.writer.submit_wait(Append([a_leaf(), a_leaf()], request=RequestKey(key, b"f" * 32)))

    again = log.writer.submit_wait(Append([a_leaf()], request=RequestKey(key, b"f" * 32)))
    assert (again.index, again.repeat) == (0, True)
    with pytest.raises(CommandRejected) as rejected:
        log.writer.submit_wait(Append([a_leaf()], request=RequestKey(key, b"g" * 32)))
    assert rejected.value.code == "idempotency.conflict"


def test_a_request_key_is_forgotten_after_seven_days(folder: Path) -> None:
    """After a week the key may be used for something else."""
    key = RequestKey(b"k" * 16, b"f" * 32)
    with a_log(folder, now=1_800_000_000) as log:
        log.writer.submit_wait(Append([a_leaf()], request=key))
    with a_log(folder, now=1_800_000_000 + 7 * 86_400) as log:
        later = log.writer.submit_wait(Append([a_leaf()], request=key._replace(fingerprint=b"g" * 32)))
        repeat = log.writer.submit_wait(Append([a_leaf()], request=key._replace(fingerprint=b"g" * 32)))

    assert (later.index, repeat.index) == (1, 1)


def test_a_rejected_command_fails_alone(log: Log) -> None:
    """CommandRejected reaches its own caller; the rest of the batch is committed without a gap."""

    def refuse(_: View) -> Decision[None]:
        raise CommandRejected("material.unknown", "no such material", material="m")

    a, b, c = together(log, an_append(b"a"), Does(refuse), an_append(b"c"))

    assert (a.result().index, c.result().index) == (0, 1)
    error = b.exception()
    assert isinstance(error, CommandRejected)
    assert (error.code, error.facts) == ("material.unknown", {"material": "m"})


def test_a_programming_error_rolls_the_batch_back_and_the_next_goes_on(log: Log) -> None:
    """Any other exception in `decide` fails the whole batch, loudly, and nothing of it is stored."""

    def fail(_: View) -> Decision[None]:
        raise KeyError("bug")

    log.writer.submit_wait(an_append(b"before"))
    a, b = together(log, an_append(b"a"), Does(fail))
    assert isinstance(a.exception(), WriterFailedError)
    assert isinstance(b.exception(), WriterFailedError)
    assert log.store.head().size == 1

    assert log.writer.submit_wait(an_append(b"a")).index == 1
    assert log.store.head().root == root_of([leaf_hash(b"before"), leaf_hash(b"a")])


def test_a_driver_error_rolls_the_batch_back_and_the_next_goes_on(log: Log) -> None:
    """A violated constraint discards batch, connection and tree; the log goes on from the database."""
    row = (facts, (b"k" * 16, 1))
    log.writer.submit_wait(Append([a_leaf(b"a")], [row]))
    with pytest.raises(WriterFailedError, match=r"(?i)unique"):
        log.writer.submit_wait(Append([a_leaf(b"b")], [row]))

    assert log.writer.submit_wait(an_append(b"c")).index == 1
    assert log.store.head().root == root_of([leaf_hash(b"a"), leaf_hash(b"c")])


def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """When the file may not grow, the batch fails; with room again the log goes on."""
    with a_log(tmp_path) as log:
        log.writer.submit_wait(an_append(b"a"))
        connection = log.writer._sequencer._connection
        assert connection is not None
        driver = driver_of(connection)
        pages = driver.execute("PRAGMA page_count").fetchone()[0]
        driver.execute(f"PRAGMA max_page_count={pages}")
        with pytest.raises(WriterFailedError, match="full"):
            log.writer.submit_wait(Append([a_leaf(size=60_000)]))

        assert log.writer.submit_wait(Append([a_leaf(size=60_000)])).index == 1
        assert log.store.leaf(0) == b"a"


def test_a_failed_mark_ends_the_writer(log: Log) -> None:
    """When the mark cannot be written nobody is told success, and the writer takes nothing more."""
    log.writer.submit_wait(an_append(b"a"))
    log.mark.close()
    with pytest.raises(WriterFailedError):
        log.writer.submit_wait(an_append(b"b"))
    with pytest.raises(ReadOnlyError, match="writer failed"):
        log.writer.submit_wait(an_append(b"c"))

    assert log.writer.acknowledged.size == 1
    log.mark = a_mark(log.mark.path.parent.parent, "another.mark")


def test_leaves_must_be_new(log: Log) -> None:
    """A decision that adds an entry twice, or one of the log, is refused by name and index."""
    known = a_leaf(b"known")
    log.writer.submit_wait(Append([known]))
    for leaves in ([known], [a_leaf(b"new"), a_leaf(b"new")]):
        with pytest.raises(CommandRejected) as rejected:
            log.writer.submit_wait(Append(leaves))
        assert rejected.value.code == "entry.duplicate"

    assert log.store.head().size == 1


@pytest.mark.parametrize(
    "leaf", [NewLeaf(bytes(32), b""), NewLeaf(bytes(32), bytes(65_536)), NewLeaf(b"", b"x")]
)
def test_leaves_have_a_size(log: Log, leaf: NewLeaf) -> None:
    """A leaf has 1 to 65,535 bytes and an id of 32."""
    with pytest.raises(CommandRejected) as rejected:
        log.writer.submit_wait(Append([leaf]))
    assert rejected.value.code == "entry.size"


def test_a_command_that_reads_what_a_batch_wrote_starts_the_next(log: Log) -> None:
    """`reads` and `writes` keep dependent commands apart; each sees the rows of the one before."""

    def count(view: View) -> Decision[int]:
        return Decision(answer=len(view.query(select(facts))))

    def add(key: bytes) -> Callable[[View], Decision[int]]:
        def decide(view: View) -> Decision[int]:
            seen = len(view.query_raw("SELECT key FROM facts WHERE value = ?", (7,)))
            return Decision([a_leaf()], [(facts, (key * 16, 7))], answer=seen)

        return decide

    answers = together(
        log,
        Does(add(b"a"), writes=[b"f"]),
        Does(add(b"b"), writes=[b"f"]),
        Does(count, reads=[b"other"]),
        Does(count, reads=[b"f"]),
        Does(add(b"c"), writes=[b"g"]),
    )

    assert [one.result().answer for one in answers] == [0, 1, 1, 2, 2]


def test_what_a_decision_turns_out_to_change_ends_its_batch(log: Log) -> None:
    """Whoever needs it is decided in the next batch, in order, with everybody behind."""

    def found(view: View) -> Decision[int]:
        return Decision([a_leaf(b"found")], [(facts, (b"f" * 16, 1))], answer=0, writes=[b"f"])

    def count(view: View) -> Decision[int]:
        return Decision(answer=len(view.query(select(facts))))

    others = [Does(count, reads=[name]) for name in (b"other", b"f", b"other")]
    results = together(log, Does(found), *others, Does(count, writes=[b"f"]))
    assert [one.result().answer for one in results] == [0, 0, 1, 1, 1]


def test_next_index_and_pending_entries_are_seen(log: Log) -> None:
    """A command sees the index its first leaf will get, and entries pending before it in the batch."""
    leaf = a_leaf(b"a")

    def look(view: View) -> Decision[tuple[int, int | None, int]]:
        return Decision(answer=(view.next_index, view.index_of(leaf.entry_id), view.now))

    a, b = together(log, Append([a_leaf(), leaf]), Does(look))

    assert (a.result().index, b.result().answer) == (0, (2, 1, 1_800_000_000))


def test_a_decision_may_name_its_entry(log: Log) -> None:
    """A command answered by an older entry, or by none, says so."""
    log.writer.submit_wait(an_append(b"a"))

    assert log.writer.submit_wait(Does(lambda _: Decision(index=0))).index == 0
    assert log.writer.submit_wait(Does(lambda _: Decision([a_leaf(), a_leaf()], index=2))).index == 2
    assert log.writer.submit_wait(Does(lambda _: Decision())).index is None


def test_a_large_command_is_one_transaction(log: Log) -> None:
    """Five thousand leaves of one command get consecutive indexes and full tiles."""
    leaves = [a_leaf(b"%d" % number) for number in range(5_000)]
    outcome = log.writer.submit_wait(Append(leaves))

    assert (outcome.index, outcome.head.size) == (0, 5_000)
    assert outcome.head.root == root_of(leaf_hash(leaf) for _, leaf in leaves)
    assert log.store.index_of(leaves[4_999].entry_id) == 4_999


def test_a_halt_in_the_database_stops_every_writer_until_lifted(log: Log) -> None:
    """A halt written by another process is honoured at the next batch, and so is its end."""
    log.store.halt("chain.fork: seen by the anchor worker")
    with pytest.raises(ReadOnlyError, match=r"chain\.fork"):
        log.writer.submit_wait(an_append())
    log.store.resume()

    assert log.writer.submit_wait(an_append()).index == 0


def test_two_writers_share_one_log(log: Log, folder: Path) -> None:
    """Writers that take turns reload the edge, and each one's heads are prefixes of the other's."""
    store, mark = a_store(folder), a_mark(folder, "writer-2.mark")
    other = Writer(store, mark)
    other.start()
    heads = [
        (log.writer, other)[number % 3 == 1].submit_wait(Append([a_leaf() for _ in range(100 + number)])).head
        for number in range(12)
    ]

    assert [head.size for head in heads] == [sum(range(100, 101 + number)) for number in range(12)]
    for old, new in pairwise(heads):
        verify_consistency(old.size, old.root, new.size, new.root, store.consistency(old.size, new.size))
    other.close()
    mark.close()
    store.close()


def test_a_rewritten_log_is_noticed_by_a_running_writer(log: Log, folder: Path) -> None:
    """If the head row is not what the tree gives, the writer takes nothing."""
    log.writer.submit_wait(an_append())
    meddle(folder, "UPDATE head SET root = zeroblob(32)")
    with pytest.raises(ReadOnlyError, match="edge"):
        log.writer.submit_wait(an_append())


def test_a_rewound_log_is_noticed_by_a_running_writer(log: Log) -> None:
    """If the database goes back behind what was acknowledged, the writer takes nothing."""
    log.writer.submit_wait(an_append(b"a"))
    log.writer.submit_wait(an_append(b"b"))
    log.store.query("UPDATE edge SET hashes = :hashes", {"hashes": leaf_hash(b"a")})
    log.store.query("UPDATE head SET size = 1, root = :root", {"root": leaf_hash(b"a")})
    with pytest.raises(ReadOnlyError, match=r"mark\.ahead"):
        log.writer.submit_wait(an_append())


def test_waiters_of_an_event_loop_are_answered(log: Log) -> None:
    """Concurrent coroutines each get their own index, rejections reach the right one."""

    def refuse(_: View) -> Decision[None]:
        raise CommandRejected("no")

    async def main() -> None:
        wishes = [log.writer.submit(an_append(b"%d" % number)) for number in range(200)]
        refused = log.writer.submit(Does(refuse))
        answers = await asyncio.gather(*wishes, refused, return_exceptions=True)
        assert isinstance(answers[-1], CommandRejected)
        indexes = [answer.index for answer in answers[:-1] if not isinstance(answer, BaseException)]
        assert sorted(index for index in indexes if index is not None) == list(range(200))
        for number in (0, 99, 199):
            index = log.store.index_of(sha256(b"%d" % number))
            assert index is not None
            assert log.store.leaf(index) == b"%d" % number

    asyncio.run(main())


def test_a_cancelled_waiter_disturbs_nobody(log: Log) -> None:
    """A caller that gives up leaves the writer and the other callers as they are."""

    async def main() -> None:
        leaver = asyncio.ensure_future(log.writer.submit(an_append()))
        stayer = asyncio.ensure_future(log.writer.submit(an_append()))
        await asyncio.sleep(0)
        leaver.cancel()
        assert (await stayer).index in {0, 1}

    asyncio.run(main())


def test_closing_answers_everything_first(log: Log) -> None:
    """`close` drains the queue; afterwards the writer is read-only."""
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(log.writer.submit_wait, an_append()) for _ in range(50)]
        answers[0].result()
        log.writer.close()
    done = [one for one in answers if one.exception() is None]

    assert len(done) == log.store.head().size
    assert all(isinstance(one.exception(), ReadOnlyError) for one in answers if one not in done)
