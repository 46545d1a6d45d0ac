# SPDX-License-Identifier: Apache-2.0
"""Issuers asked for a look-up: together, outside the writer and any transaction, each behind its own gate.

What an issuer signs becomes an entry before the look-up is decided; an issuer that fails is silent, which
says nothing of the paper.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from starlette.concurrency import run_in_threadpool

from api.issuers.addresses import read_addresses
from api.issuers.circuit import AT_A_TIME, Circuit
from api.problems import REFUSALS
from attest.acts import External
from attest.data_checks.model import SILENT, VALID
from attest.data_checks.questions import questions
from attest.data_checks.repository import said_of
from attest.data_checks.wire import AnswerError, read_answer, write_question
from attest.recognition.model import Word
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from api.core import Ledger
    from api.issuers.addresses import Address
    from api.issuers.asking import Transport
    from attest.data_checks.model import Question, Unasked
    from attest.data_checks.wire import Answered
    from attest.recognition.check import Question as LookUp

Words = dict[tuple[str, bytes], Word]
"""What was heard, by type and holder."""

TOGETHER: Final = AT_A_TIME
"""Look-ups of one batch that are asked for at once: no more than one issuer takes."""


class Heard(NamedTuple):
    """What issuers said that is not in the log, and about which papers none was asked, and why."""

    words: Words
    unasked: tuple[Unasked, ...] = ()


_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Gate:
    """What stands between us and one issuer."""

    address: Address
    free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_A_TIME))
    circuit: Circuit = field(default_factory=Circuit)


class Issuers:
    """The issuers of one ledger whose addresses are known."""

    def __init__(
        self,
        ledger: Ledger,
        addresses: Mapping[str, Address],
        transport: Transport | None,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`seconds` bounds one question with all its waiting; `clock` counts the pauses."""
        self._ledger: Final = ledger
        self._gates = {code: _Gate(address) for code, address in addresses.items()}
        self._transport, self._seconds, self._clock = transport, seconds, clock

    @property
    def reachable(self) -> frozenset[str]:
        """The issuers that have an address."""
        return frozenset(self._gates)

    async def hear(self, asked: LookUp) -> Heard:
        """Ask what the look-up needs, all at once; what the log does not say afterwards is returned."""
        if not self._gates:
            return Heard({})
        ledger, now = self._ledger, int(time.time())
        made, unasked = await run_in_threadpool(
            questions, asked, self.reachable, ledger.catalogue, ledger.store, ledger.context, now
        )
        heard = await asyncio.gather(*(self._ask(one) for one in made))
        words: Words = {}
        for one, word in zip(made, heard, strict=True):
            if word is not None:
                words[one.need.type, one.need.holder] = word
        return Heard(words, tuple(unasked))

    async def hear_each(self, asked: Sequence[LookUp]) -> list[Heard | Exception]:
        """`hear` for every look-up of a batch, in its order, some at a time; what one raises is its own."""
        if not self._gates:
            return [Heard({}) for _ in asked]
        turns = asyncio.Semaphore(TOGETHER)

        async def hear(one: LookUp) -> Heard | Exception:
            async with turns:  # what waits here has not begun: its seconds count from its turn on
                try:
                    return await self.hear(one)
                except REFUSALS as error:  # for the caller to tell in its place
                    return error

        return await asyncio.gather(*(hear(one) for one in asked))

    async def close(self) -> None:
        """Give connections up."""
        if self._transport is not None:
            await self._transport.close()

    async def _ask(self, question: Question) -> Word | None:
        """What the issuer said, or that it is silent; None where it confirmed, which the log says now."""
        issuer = question.need.issuer
        cause, answer = await self._exchange(self._gates[issuer], question)
        if answer is not None and answer.act is not None and answer.signed is not None:
            ledger = self._ledger
            try:
                await ledger.writer.submit(External(answer.act, answer.signed, ledger.context))
            except CommandRejected as error:
                cause, answer = error.code, None
        self._ledger.metrics.data_check(SILENT if answer is None else answer.outcome)
        if answer is None:
            _log.warning("issuer %s is silent: %s", issuer, cause)
            return Word(SILENT, {"issuer": issuer})
        if answer.outcome == VALID:
            return None
        if answer.signed is None:
            return Word(f"issuer.{answer.outcome}", {"issuer": issuer})
        return said_of(issuer, answer.signed.record, question.time)

    async def _exchange(self, gate: _Gate, question: Question) -> tuple[str, Answered | None]:
        """Why there is no answer to this question, or the answer; counted by the gate's circuit."""
        out = False
        try:
            async with asyncio.timeout(self._seconds), gate.free:
                if self._transport is None or not gate.circuit.admits(self._clock()):
                    return "left alone", None
                gate.circuit, out = gate.circuit.begun(), True
                reply = await self._transport.post(gate.address, write_question(question))
        except TimeoutError:
            if out:
                self._count(gate, answered=False)
            return "timeout", None
        except asyncio.CancelledError:
            if out:
                gate.circuit = gate.circuit.given_up()
            raise
        cause, answer = reply.cause, None
        if cause == "ok":
            try:
                answer = read_answer(reply.body, question, self._ledger.catalogue, self._ledger.context)
            except AnswerError:
                cause = "answer"
        self._count(gate, answered=answer is not None)
        return cause, answer

    def _count(self, gate: _Gate, *, answered: bool) -> None:
        gate.circuit = gate.circuit.ended(self._clock(), answered=answered)


def open_issuers(ledger: Ledger) -> Issuers:
    """The issuers that the settings name; SettingsError for a wrong address or a missing secret."""
    settings = ledger.settings
    demo = settings.profile == "demo"
    addresses = read_addresses(settings.issuers, settings.issuer_secrets, demo=demo)
    transport = _transport(settings.issuer_seconds, demo=demo) if addresses else None
    return Issuers(ledger, addresses, transport, settings.issuer_seconds)


def _transport(seconds: float, *, demo: bool) -> Transport:
    """Connections to issuers; the library for them is a tenth of a start, and not every service asks any."""
    from api.issuers.asking import Transport  # noqa: PLC0415

    return Transport(seconds, demo=demo)
