# SPDX-License-Identifier: Apache-2.0
"""The publisher signs acknowledged heads alone, once a size, for the note and for the chain."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.eip712 import checkpoint_digest
from ledger.errors import CommandRejected, ReadOnlyError
from ledger.publisher import Publisher, StoreCheckpoint
from ledger.secp256k1 import Secp256k1Signer, recover
from tests.builders import LOG_ID, ORIGIN, a_log, a_publisher, a_signer, an_append

if TYPE_CHECKING:
    from pathlib import Path


def test_a_checkpoint_is_signed_twice_over(tmp_path: Path) -> None:
    """The stored row holds the acknowledged head, the log's note and the checkpoint key's signature."""
    with a_log(tmp_path, entries=5) as log:
        published = a_publisher(log).publish_once()
        head = log.writer.acknowledged

        assert published is not None
        assert published == log.store.latest_checkpoint()
        assert (published.size, published.root) == (head.size, head.root)
        opened = open_checkpoint(published.note, a_signer().verifier(), ORIGIN)
        assert opened == Checkpoint(ORIGIN, head.size, head.root)
        assert published.evm_signature is not None
        digest = checkpoint_digest(LOG_ID, head.size, head.root)
        assert recover(digest, published.evm_signature) == Secp256k1Signer(b"\1" * 32).address


def test_a_head_is_published_once(tmp_path: Path) -> None:
    """An unchanged head, an empty log, and a head that another publisher stored give nothing new."""
    with a_log(tmp_path) as log:
        publisher = a_publisher(log)
        assert publisher.publish_once() is None
        log.writer.submit_wait(an_append())
        assert publisher.publish_once() is not None
        assert publisher.publish_once() is None
        assert a_publisher(log).publish_once() is None

        assert [one.size for one in log.store.checkpoints()] == [1]


def test_a_log_without_a_chain_key_publishes_notes(tmp_path: Path) -> None:
    """Without a checkpoint key the row has no signature for the chain."""
    with a_log(tmp_path, entries=1) as log:
        publisher = Publisher(log.writer, log.store, a_signer(), None, LOG_ID, ORIGIN)
        published = publisher.publish_once()

        assert published is not None
        assert published.evm_signature is None


def test_a_second_root_for_a_size_is_refused(tmp_path: Path) -> None:
    """The command that stores a checkpoint never replaces one, and refuses another root."""
    with a_log(tmp_path, entries=1) as log:
        published = a_publisher(log).publish_once()
        assert published is not None
        assert log.writer.submit_wait(StoreCheckpoint(published)).answer is False
        with pytest.raises(CommandRejected, match="another root"):
            log.writer.submit_wait(StoreCheckpoint(published._replace(root=bytes(32))))


def test_it_publishes_in_the_background_and_at_the_end(tmp_path: Path) -> None:
    """A running publisher follows the head, and the last head is published when it closes."""
    with a_log(tmp_path, entries=3) as log:
        publisher = a_publisher(log)
        publisher.start()
        deadline = time.monotonic() + 5
        while log.store.latest_checkpoint() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        log.writer.submit_wait(an_append())
        publisher.close()

        assert [one.size for one in log.store.checkpoints()] == [3, 4]


def test_a_halted_log_publishes_nothing(tmp_path: Path) -> None:
    """While the log is halted no checkpoint is stored."""
    with a_log(tmp_path, entries=1) as log:
        log.store.halt("looked at")
        with pytest.raises(ReadOnlyError):
            a_publisher(log).publish_once()

        assert log.store.latest_checkpoint() is None
