# SPDX-License-Identifier: Apache-2.0
"""The composition root: one ledger with everything that its doors need, opened from its settings.

Opening imports neither web3 nor eth_account, and opens no keystore before it is used.
"""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import ExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Final

from api.acting import Acting
from api.api_keys import KeepKey, keys_version, stored_key
from api.auth import CachedKeys, StoredKey, mint_key
from api.custody import department_key
from api.database import open_store, require_file
from api.erasing import say_again
from api.events.delivering import Deliveries
from api.events.outbox import Outbox
from api.identity.routers import identity_pages
from api.identity.service import Identity
from api.issuers.service import open_issuers
from api.log_signer import CheckpointSigner, log_signer, require_rotations
from api.logging_setup import RequestLog, line_writer
from api.mandates.pages import mandate_router
from api.metrics import Metrics
from api.operation.erasure_list import ErasureList, require_readable
from api.oversight import Oversight
from api.proving.routers import proof_pages
from api.receipts import Receipts
from api.routes import feature_routes
from api.routes.health import Health
from api.settings import SettingsError, refuse_failpoints
from api.supervision.alarm_page import alarm_router
from api.supervision.limits import calendar_of, thresholds_of
from api.supervision.person_page import person_router
from api.trust_file import read_trust
from api.web.catalogue.pages import catalogue_router
from api.web.counter.pages import counter_router
from api.web.counter.signing import Signing
from api.web.disputes import disputes_router
from api.web.mine.pages import my_router
from api.web.webhooks import webhook_router
from api.workers.housekeeping import Housekeeping
from api.workers.noticing import Noticing
from api.workers.watching import Watching
from attest.catalogue.repository import Catalogue
from attest.context import Context
from attest.fitting import lookup_keys_fit
from attest.keyfiles import read_kek, read_lookup_keys, read_passphrase
from attest.keys import KeyRing
from attest.sealing import Sealer
from attest.vault import Vault
from ledger.alone import require_not_shut_out
from ledger.commands import CatchUp
from ledger.headmark import HeadMark
from ledger.merkle import MAX_SIZE
from ledger.publisher import Publisher
from ledger.startup import adopt_head
from ledger.writer import Writer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Sequence
    from pathlib import Path

    from fastapi import APIRouter

    from api.logging_setup import LineWriter
    from api.settings import Settings
    from api.thin import ThinRoute
    from attest.verify.trust import Trust
    from ledger.rows import Head
    from ledger.startup import Finding

HEALTH_SECONDS: Final = 0.25
"""How long an answer about the ledger's state is given again."""
_ANCHORED: Final = "SELECT size, time FROM anchors WHERE NOT withdrawn ORDER BY size DESC LIMIT 1"


class Ledger:
    """One ledger as its doors see it (`api.app.Wiring`); between `start` and `close` it takes entries."""

    def __init__(self, settings: Settings, write_line: LineWriter | None = None) -> None:
        """Open what was founded; SettingsError, KeystoreError or StoreError if it cannot be."""
        self.settings: Final = settings
        self._trust = read_trust(settings.trust_file)
        self._trust_changed = _changed(settings.trust_file)
        origin = self._trust.origin
        if settings.profile != self._trust.profile:
            raise SettingsError(f"this ledger was founded with the profile {self._trust.profile}")
        passphrase = read_passphrase(settings.passphrase_file)
        self.note_signer: Final = log_signer(settings, self._trust)
        kek = read_kek(settings.kek_file)
        sealer = Sealer(kek.key, kek.version)
        ring = KeyRing(settings.keys_folder, passphrase, demo=settings.profile == "demo")
        self._ring = KeyRing(settings.keys_folder, passphrase, demo=settings.profile == "demo")
        require_file(settings)  # before a mark is made for it
        with ExitStack() as undo:
            self._mark = HeadMark.claim(settings.head_mark, self.note_signer, origin)
            undo.callback(self._mark.close)
            self.store: Final = open_store(settings)
            undo.callback(self.store.close)
            self.context: Final = self._context(sealer, ring)
            undo.pop_all()
        self.vault: Final = Vault(settings.vault, sealer)
        self.catalogue: Final = Catalogue()
        self.metrics: Final = Metrics()
        self.request_log: Final = RequestLog(write_line or line_writer())
        self.writer: Final = Writer(self.store, self._mark)
        self.publisher: Final = Publisher(
            self.writer,
            self.store,
            self.note_signer,
            CheckpointSigner(ring, self._trust.signer_at(MAX_SIZE)),
            self.context.log_id,
            origin,
        )
        self.keys: Final = CachedKeys(self._load_key, version=lambda: keys_version(self.store))
        self.finding: Finding | None = None
        self._health: tuple[float, Health] | None = None
        self._health_lock = threading.Lock()
        self.outbox: Final = Outbox(self.store, self.writer, self.context)
        self.deliveries: Final = Deliveries(
            self.store,
            self.writer,
            sealer,
            self.context.log_id.hex(),
            demo=settings.profile == "demo",
            lock=str(settings.home / "webhooks.lock"),
        )
        self.erasure_list: Final = ErasureList(settings.head_mark, self.note_signer, origin, self._mark)
        self.housekeeping: Final = Housekeeping(self.store, self.vault, self._keep_up)
        self.watching: Final = Watching(
            self.store, self.writer, self.context, thresholds_of(settings), calendar_of(settings)
        )
        self.noticing: Final = Noticing(
            self.store, self.writer, self.context, self.catalogue, settings.expiry_notice_days
        )
        self.receipts: Final = Receipts(self.store, self.note_signer, origin)
        self.acting: Final = Acting(self)
        self.oversight: Final = Oversight(self)
        self.identity: Final = Identity(self)
        self.issuers: Final = open_issuers(self)
        self._signing: Final = Signing(self)
        self.pages: Sequence[APIRouter] = (
            *identity_pages(self),
            *proof_pages(self),
            catalogue_router(self),
            counter_router(self, self._signing),
            my_router(self),
            mandate_router(self),
            alarm_router(self),
            disputes_router(self),
            person_router(self),
            webhook_router(self),
        )
        self.routes: Sequence[ThinRoute] = feature_routes(self)

    def _context(self, sealer: Sealer, ring: KeyRing) -> Context:
        """What digests and signatures are made with, of a ledger that nobody is alone in any more.

        SettingsError where the look-up keys are not those of the tables: nobody would be found by them.
        """
        file, trust = self.settings.lookup_key_file, self._trust
        require_not_shut_out(self.store)
        require_rotations(self.store, trust)
        require_readable(self.settings.head_mark, trust)
        lookup = read_lookup_keys(file)  # only now: whoever was alone may have replaced them
        context = Context(trust.log, trust.origin, trust.profile, lookup, sealer, ring)
        if not lookup_keys_fit(self.store, context):
            raise SettingsError(
                f"{file} holds other keys than those that the tables were made with: put the right file back;"
                " a replacement that was cut short goes on with `once keys rotate-lookup`"
            )
        return context

    @property
    def trust(self) -> Trust:
        """What outside verifiers are told, as it is now: the worker adds the contract's pins to it."""
        changed = _changed(self.settings.trust_file)
        if changed != self._trust_changed:
            self._trust, self._trust_changed = read_trust(self.settings.trust_file), changed
        return self._trust

    def department_key(self, code: str) -> bytes:
        """Address of the key that the service keeps for a department, made now if there is none."""
        return department_key(code, self.settings, self._ring)

    def start(self) -> Finding:
        """Compare mark and database and begin to write; what says read-only still serves reads."""
        self.finding = self.writer.start()
        if self.writer.read_only is None:
            say_again(self)
            self.publisher.start()
            self.housekeeping.start()
            self.outbox.start()
            self.deliveries.start()
            self.watching.start()
            self.noticing.start()
        return self.finding

    async def head_with(self, index: int) -> Head:
        """An acknowledged head that covers entry `index`, if any process has added it."""
        head = self.writer.acknowledged
        if index >= head.size and self.writer.read_only is None and self.store.head().size > index:
            head = (await self.writer.submit(CatchUp())).head
        return head

    async def newest_head(self) -> Head:
        """An acknowledged head that covers all that the database shows now."""
        return await self.head_with(self.store.head().size - 1)

    def adopt_head(self) -> Head:
        """Take the database's head for the acknowledged one, on an operator's word, before `start`."""
        return adopt_head(self.store, self._mark)

    def close(self) -> None:
        """Answer what waits, publish it, give everything back."""
        self.noticing.close()
        self.watching.close()
        self.deliveries.close()
        self.outbox.close()
        self.housekeeping.close()
        self.identity.close()
        self.publisher.close()
        self.writer.close()
        self._mark.close()
        self.store.close()

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Started inside, closed at the end."""
        self.start()
        watching = asyncio.create_task(self._signing.watch())
        try:
            yield
        finally:
            watching.cancel()
            await self.issuers.close()
            self.close()

    def health(self) -> Health:
        """The state of log, writer and anchors, at most a quarter of a second old."""
        with self._health_lock:
            now = time.monotonic()
            if self._health is None or now - self._health[0] >= HEALTH_SECONDS:
                self._health = now, self._look()
            return self._health[1]

    def _look(self) -> Health:
        head = self.store.head()
        published = self.store.latest_checkpoint()
        anchored = self.store.query_raw(_ANCHORED)
        reason = self.writer.read_only
        if reason is None and head.halt is not None:
            reason = f"halted: the log was halted: {head.halt}"
        return Health(
            size=head.size,
            published=0 if published is None else published.size,
            anchored=anchored[0][0] if anchored else None,
            anchor_age=max(0.0, time.time() - anchored[0][1]) if anchored else None,
            read_only=reason,
            writer_failed=self.writer.failed,
        )

    def _keep_up(self) -> None:
        self.erasure_list.keep_up(self.store, self.context.sealer)

    def _load_key(self, key_id: str) -> StoredKey | None:
        return stored_key(key_id, self.store)


def open_ledger(settings: Settings, write_line: LineWriter | None = None) -> Ledger:
    """The ledger in `settings.home`, not started; log lines go to `write_line` (stderr by default).

    SettingsError where a failpoint is armed outside a demonstration.
    """
    refuse_failpoints(settings)
    return Ledger(settings, write_line)


def mint_api_key(
    ledger: Ledger,
    department: str | None,
    scopes: Collection[str],
    label: str = "",
    *,
    expires: int | None = None,
) -> str:
    """A new API key, whose text is shown this once; the started ledger keeps its hash alone."""
    minted = mint_key(department, scopes, label=label, expires=expires)
    ledger.writer.submit_wait(KeepKey(minted.stored))
    ledger.keys.forget(minted.stored.key_id)
    return minted.text


def _changed(file: Path) -> int:
    return file.stat().st_mtime_ns
