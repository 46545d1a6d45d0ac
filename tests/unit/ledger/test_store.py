# SPDX-License-Identifier: Apache-2.0
"""The store: proofs from tiles and edge at every size, durability settings, and no silent damage."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import tables
from ledger.errors import StoreError
from ledger.hashing import EMPTY_ROOT, leaf_hash
from ledger.merkle import root_of, verify_consistency, verify_inclusion
from ledger.rightedge import RightEdge, tile_levels
from ledger.rows import AnchorRow, Published
from ledger.store import Store
from ledger.tiles import parse_bundle
from tests.builders import Append, a_leaf, a_log, a_publisher, a_store, an_append
from tests.databases import Server, meddle, new_folder


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from([1, 2, 3, 7, 100, 255, 256, 257, 600]), min_size=1, max_size=6))
def test_every_proof_verifies_however_the_log_grew(server: Server | None, batches: list[int]) -> None:
    """Roots, inclusion and consistency proofs of every acknowledged head agree with the plain tree."""
    with new_folder(server) as name, a_log(name) as log:
        heads = [
            log.writer.submit_wait(Append([a_leaf(b"%d.%d" % (turn, n)) for n in range(count)])).head
            for turn, count in enumerate(batches)
        ]
        fresh = a_store(name)
        leaves = fresh.leaves(0, heads[-1].size)
        for head in heads:
            assert head.root == root_of(map(leaf_hash, leaves[: head.size])) == fresh.root_at(head.size)
            for store in (log.store, fresh):
                for index in {0, head.size // 2, head.size - 1}:
                    proof = store.inclusion(index, head.size)
                    verify_inclusion(leaf_hash(leaves[index]), index, head.size, proof, head.root)
                proof = store.consistency(head.size, heads[-1].size)
                verify_consistency(head.size, head.root, heads[-1].size, heads[-1].root, proof)
        fresh.close()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 700), min_size=1, max_size=5))
def test_an_edge_reloads_to_itself(batches: list[int]) -> None:
    """Stored partial tiles give back the same root and nodes, at any size."""
    edge = RightEdge.empty()
    for count in batches:
        edge.extend(leaf_hash(b"%d" % number) for number in range(count))
        again = RightEdge.load(
            edge.size, {level: edge.hashes(level) for level in range(tile_levels(edge.size))}
        )
        assert again.root() == edge.root()
        for level in range(edge.size.bit_length()):
            last = (edge.size >> level) - 1
            assert again.find(level, last) == edge.find(level, last)


def test_a_new_log_is_the_empty_tree(folder: Path) -> None:
    """After `create` the head has size 0 and the empty root; creating again changes nothing."""
    store = a_store(folder)
    store.create()
    store.create()

    assert store.head() == (0, EMPTY_ROOT, None)
    assert store.latest_checkpoint() is None
    store.close()


def test_reads_beyond_the_head_are_index_errors(folder: Path) -> None:
    """What is not in the log yet is an IndexError, never an empty answer."""
    with a_log(folder, entries=300) as log:
        store = log.store
        for read in (
            lambda: store.leaf(300),
            lambda: store.leaf(-1),
            lambda: store.leaves(299, 301),
            lambda: store.bundle(2),
            lambda: store.bundle(-1),
            lambda: store.node(0, 300),
            lambda: store.node(8, 1),
            lambda: store.hash_tile(0, 1, 45),
            lambda: store.hash_tile(0, 2, 1),
            lambda: store.hash_tile(-1, 0),
        ):
            with pytest.raises(IndexError):
                read()


def test_tiles_and_bundles(folder: Path) -> None:
    """Tiles hold leaf hashes and tile roots, full and partial; bundles hold the entries."""
    with a_log(folder, entries=300) as log:
        hashes = [leaf_hash(b"entry %d" % index) for index in range(300)]

        assert log.store.hash_tile(0, 0) == b"".join(hashes[:256])
        assert log.store.hash_tile(0, 0, 3) == b"".join(hashes[:3])
        assert log.store.hash_tile(0, 1, 44) == b"".join(hashes[256:])
        assert log.store.hash_tile(0, 1, 7) == b"".join(hashes[256:263])
        assert log.store.hash_tile(1, 0, 1) == root_of(hashes[:256])
        assert list(parse_bundle(log.store.bundle(1))) == [b"entry %d" % index for index in range(256, 300)]


def test_damage_is_named_and_never_served(folder: Path) -> None:
    """A changed or missing entry is a StoreError with its index."""
    with a_log(folder, entries=300) as log:
        meddle(folder, "UPDATE entries SET leaf = X'00' WHERE idx = 7", "DELETE FROM entries WHERE idx = 258")
        with pytest.raises(StoreError, match=r"entry 7 "):
            log.store.leaf(7)
        with pytest.raises(StoreError, match=r"entry 258 "):
            log.store.bundle(1)
        assert log.store.leaf(8) == b"entry 8"


def test_every_connection_is_durable(tmp_path: Path) -> None:
    """WAL, synchronous=FULL and foreign keys hold on each connection of the pool."""
    store = a_store(tmp_path)
    store.create()
    connections = [store.connect() for _ in range(3)]
    for connection in connections:
        for pragma, value in (
            ("journal_mode", "wal"),
            ("synchronous", 2),
            ("foreign_keys", 1),
            ("page_size", 8192),
        ):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
        connection.close()
    store.close()


def test_a_database_that_cannot_be_durable_is_refused(tmp_path: Path) -> None:
    """A file with another page size, or a database in memory, is not a log's database."""
    with sqlite3.connect(tmp_path / "ledger.db") as other:
        other.execute("PRAGMA page_size=4096")
        other.execute("CREATE TABLE t (x)")
    other.close()
    store = a_store(tmp_path)
    with pytest.raises(StoreError, match="page_size"):
        store.head()
    store.close()
    with pytest.raises(StoreError, match="file"):
        Store("sqlite://")
    with pytest.raises(StoreError, match="mysql"):
        Store("mysql://localhost/log")


def test_checkpoints_and_anchors_cover_entries(folder: Path) -> None:
    """The smallest checkpoint and standing anchor above an index are found."""
    with a_log(folder) as log:
        publisher = a_publisher(log)
        for _ in range(3):
            log.writer.submit_wait(an_append())
            publisher.publish_once()
        published = log.store.checkpoints()
        anchors = [
            AnchorRow(size, b"c" * 20, b"r" * 32, b"t" * 32, 9, b"b" * 32, 1, size == 2) for size in (2, 3)
        ]
        with log.store.transaction() as connection:
            connection.execute(tables.anchors.insert(), [one._asdict() for one in anchors])

        assert log.store.checkpoint_covering(1) == published[1]
        assert isinstance(log.store.latest_checkpoint(), Published)
        assert log.store.latest_checkpoint() == published[2]
        assert log.store.checkpoint_covering(3) is None
        assert log.store.anchor_covering(0) == anchors[1]
        assert log.store.anchor_covering(3) is None


def test_a_transaction_is_all_or_nothing(folder: Path) -> None:
    """An exception inside leaves no row behind."""
    store = a_store(folder)
    store.create()
    row = {"key": "a", "value": "1"}

    def fail_half_way() -> None:
        with store.transaction() as connection:
            connection.execute(tables.chain_state.insert(), row)
            raise KeyError

    with pytest.raises(KeyError):
        fail_half_way()
    with store.transaction() as connection:
        connection.execute(tables.chain_state.insert(), row)

    assert store.query("SELECT value FROM chain_state WHERE key = :key", {"key": "a"}) == [("1",)]
    store.close()


def test_readers_of_many_threads_see_a_growing_log(folder: Path) -> None:
    """While a writer adds, readers in other threads verify every proof against the acknowledged head."""
    faults: list[BaseException] = []
    with a_log(folder, entries=200) as log:
        done = threading.Event()
        fresh = a_store(folder)

        def read(store: Store) -> None:
            try:
                while not done.is_set():
                    head = log.writer.acknowledged
                    for index in (0, head.size // 2, head.size - 1):
                        proof = store.inclusion(index, head.size)
                        verify_inclusion(leaf_hash(store.leaf(index)), index, head.size, proof, head.root)
            except BaseException as fault:  # noqa: BLE001  # reported by the test below
                faults.append(fault)

        threads = [threading.Thread(target=read, args=(store,)) for store in (log.store, fresh)]
        for thread in threads:
            thread.start()
        for _ in range(40):
            log.writer.submit_wait(Append([a_leaf() for _ in range(13)]))
        done.set()
        for thread in threads:
            thread.join()
        fresh.close()

    assert faults == []
