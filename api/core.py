# SPDX-License-Identifier: Apache-2.0
"""One ledger as its doors see it: what routes, pages and acts may ask of it, whoever put it together.

`api.wiring` builds the one there is; nothing but the command line and the servers imports that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from api.acting import Acting
    from api.auth import CachedKeys
    from api.events.outbox import Outbox
    from api.identity.service import Identity
    from api.issuers.service import Issuers
    from api.metrics import Metrics
    from api.operation.erasure_list import ErasureList
    from api.oversight import Oversight
    from api.receipts import Receipts
    from api.settings import Settings
    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from attest.vault import Vault
    from attest.verify.trust import Trust
    from ledger.rows import Head
    from ledger.store import Store
    from ledger.writer import Writer


class Ledger(Protocol):
    """The parts of a ledger; none of them is replaced while it is open."""

    @property
    def settings(self) -> Settings:
        """What it was opened with."""

    @property
    def trust(self) -> Trust:
        """What outside verifiers are told, as it is now."""

    @property
    def store(self) -> Store:
        """What was committed, to be read."""

    @property
    def writer(self) -> Writer:
        """What takes entries."""

    @property
    def context(self) -> Context:
        """What every act needs: who we are, keyed look-ups, seals, signing keys."""

    @property
    def catalogue(self) -> Catalogue:
        """Published guides and material types, parsed once."""

    @property
    def vault(self) -> Vault:
        """Files, sealed."""

    @property
    def erasure_list(self) -> ErasureList:
        """Erasures, written down outside the database."""

    @property
    def receipts(self) -> Receipts:
        """Proofs in acknowledged heads."""

    @property
    def keys(self) -> CachedKeys:
        """API keys by their id."""

    @property
    def acting(self) -> Acting:
        """How acts come in, plain or signed."""

    @property
    def oversight(self) -> Oversight:
        """How reads of private records are recorded."""

    @property
    def identity(self) -> Identity:
        """Accounts and sessions of people."""

    @property
    def outbox(self) -> Outbox:
        """Events, in order, for whoever follows them."""

    @property
    def metrics(self) -> Metrics:
        """Counters of this process."""

    @property
    def issuers(self) -> Issuers:
        """Issuing departments that are asked whether their papers stand."""

    def department_key(self, code: str) -> bytes:
        """Address of the key that the service keeps for a department, made now if there is none."""

    async def head_with(self, index: int) -> Head:
        """An acknowledged head that covers entry `index`, if any process has added it."""
        raise NotImplementedError

    async def newest_head(self) -> Head:
        """An acknowledged head that covers all that the database shows now."""
        raise NotImplementedError
