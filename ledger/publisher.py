# SPDX-License-Identifier: Apache-2.0
"""The publisher: signs the acknowledged head as a note and for the chain, and stores both as a checkpoint.

What it signs was committed, read back and marked: it can never be rolled back afterwards.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from ledger import tables
from ledger.checkpoint import Checkpoint
from ledger.commands import CatchUp, Decision, View
from ledger.eip712 import checkpoint_digest
from ledger.errors import CommandRejected, LedgerError
from ledger.failpoints import failpoint
from ledger.rows import Published

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from ledger.note import NoteSigning
    from ledger.store import Store
    from ledger.writer import Writer

INTERVAL: Final = 0.25
"""Seconds between two checkpoints at least."""

_log = logging.getLogger(__name__)


class DigestSigner(Protocol):
    """Signs a 32-byte digest with the log's checkpoint key, 65 bytes r ‖ s ‖ v."""

    def sign(self, digest: bytes, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class StoreCheckpoint:
    """The command that inserts a checkpoint; one that is there already is left as it is."""

    published: Published
    entry_id: None = None
    request: None = None
    reads: Collection[bytes] = ()
    writes: ClassVar[Collection[bytes]] = (b"checkpoints",)

    def decide(self, view: View) -> Decision[bool]:
        """Insert unless the size is published; CommandRejected if it is with another root."""
        known = view.query_raw("SELECT root FROM checkpoints WHERE size = ?", (self.published.size,))
        if not known:
            return Decision(rows=[(tables.checkpoints, tuple(self.published))], answer=True)
        if known[0][0] != self.published.root:
            raise CommandRejected("checkpoint.conflict", f"size {self.published.size} has another root")
        return Decision(answer=False)


class Publisher:
    """Publishes a changed head at most every 250 ms, from a thread of its own or by `publish_once`."""

    def __init__(
        self,
        writer: Writer,
        store: Store,
        note_signer: NoteSigning,
        evm_signer: DigestSigner | None,
        log_id: bytes,
        origin: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._writer = writer
        self._store = store
        self._note_signer = note_signer
        self._evm_signer = evm_signer
        self._log_id = log_id
        self._origin = origin
        self._clock = clock
        self._last = 0
        self._seen = writer.acknowledged
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._turn = threading.Lock()

    def publish_once(self) -> Published | None:
        """Publish the acknowledged head; None if it, or a larger one of another writer, is published."""
        with self._turn:
            head = self._writer.acknowledged
            if head.size <= self._last:
                return None
            latest = self._store.latest_checkpoint()
            if latest is not None and latest.size > head.size:
                return None
            if latest is not None and (latest.size, latest.root) == (head.size, head.root):
                self._last = latest.size
                return None
            published = self._sign(head.size, head.root)
            failpoint("F10")
            stored = self._writer.submit_wait(StoreCheckpoint(published)).answer
            failpoint("F11")
            self._last = head.size
            return published if stored else None

    def start(self) -> None:
        """Publish from now on whenever the head has changed."""
        self._thread = threading.Thread(target=self._run, name="ledger-publisher", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Publish what is acknowledged, then stop; call it before the writer's `close`."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
            self._try()

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL):
            self._try()

    def _try(self) -> None:
        try:
            self._follow()
            self.publish_once()
        except LedgerError:
            _log.exception("the head was not published; trying again")

    def _follow(self) -> None:
        """Acknowledge what other processes committed, should they have died before they published it."""
        seen, self._seen = self._seen, self._writer.acknowledged
        if seen == self._seen and self._store.head().size > seen.size:
            self._writer.submit_wait(CatchUp())

    def _sign(self, size: int, root: bytes) -> Published:
        note = self._note_signer.sign(Checkpoint(self._origin, size, root).text())
        evm = self._evm_signer
        signature = None if evm is None else evm.sign(checkpoint_digest(self._log_id, size, root))
        return Published(size, root, note, signature, int(self._clock()))
