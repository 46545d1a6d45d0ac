# SPDX-License-Identifier: Apache-2.0
"""T27: who guesses identity numbers finds none of them in log, tiles, chain or log lines.

A sample of the numbers is tried each time; `ONCE_GUESSES=1000000` tries the million of THREATS.md (the line
`threats.guesses`).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest

from api.demo import samples
from attest.codes import citizen_number
from ledger.chain.accounts import ChainAccount
from ledger.chain.anchor import AnchorTerms, AnchorWorker, Turn
from ledger.chain.contract import Founding
from ledger.chain.founding import found
from ledger.chain.log_view import StoreAnchorLog
from ledger.keccak import keccak
from tests.chain_parts import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.chain.engine import AnvilEngine
    from tests.worlds import World

pytest_plugins = ["tests.api_parts", "tests.chain_parts"]

GUESSES: Final = int(os.environ.get("ONCE_GUESSES", "20000"))
FIRST: Final = date(1950, 1, 1)
EACH: Final = 50
"""Numbers of one day of birth: a million are the births of 55 years in one county."""
HEX: Final = re.compile(rb"[0-9a-f]{32,}")


def guesses() -> Iterator[bytes]:
    """Numbers of the county, day by day of birth."""
    for n in range(GUESSES):
        day = FIRST + timedelta(days=n // EACH)
        yield citizen_number("990101", day, n % EACH).encode()


def known() -> list[bytes]:
    """Numbers and names of the people of this ledger, and the number of a paper."""
    people = [one[name].encode() for one in samples.people() for name in ("number", "name")]
    return [*people, str(samples.sample("business-licence.pdf").number).encode()]


def words(guess: bytes) -> Iterator[bytes]:
    """The first 16 bytes of what a guess would look like without a secret key or salt."""
    pair = b'["111","' + guess + b'"]'
    for text in (guess, b"111" + guess, pair, b"once/commit/holder/1\n" + bytes(32) + guess):
        yield hashlib.sha256(text).digest()[:16]
    yield hashlib.sha256(b"\0" + guess).digest()[:16]
    yield hmac.digest(bytes(32), pair, "sha256")[:16]
    yield keccak(guess)[:16]


class Shown:
    """What somebody may hold, as all its words of 16 bytes, also of those written in hex."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self.whole = b"\n".join(parts.values())
        self.words: set[bytes] = set()
        for content in parts.values():
            self.words.update(content[at : at + 16] for at in range(len(content) - 15))
            for run in HEX.findall(content.lower()):
                self.words.update(bytes.fromhex(run[at : at + 32].decode()) for at in range(len(run) - 31))

    def hits(self, some: Iterator[bytes] | list[bytes]) -> int:
        """How many guesses stand there in clear, or as one of their words."""
        return sum(
            not self.words.isdisjoint(words(one))
            or ((len(one) < 16 or one[:16] in self.words) and one in self.whole)
            for one in some
        )


def in_the_log(world: World) -> dict[str, bytes]:
    """Leaves, tiles, keyed look-ups, checkpoints, and every line that the service wrote about itself."""
    person = samples.people()[0]
    world.post("SC", "holders", {name: person[name] for name in ("id_type", "number", "name")})
    world.post("SC", "holders", {"id_type": "111", "number": person["name"], "name": person["number"]})
    store = world.ledger.store
    rows = store.query("SELECT root, note, evm_signature FROM checkpoints")
    one = {
        "leaves": b"".join(store.leaf(index) for index in range(world.size)),
        "checkpoints": b"".join(bytes(cell) for row in rows for cell in row),
        "log lines": world.lines.getvalue(),
    }
    for name, query in (
        ("tiles", "SELECT hashes FROM edge"),
        ("look-ups", "SELECT lookup FROM lookups"),
        ("holders", "SELECT lookup FROM holders"),
    ):
        one[name] = b"".join(bytes(row[0]) for row in store.query(query))
    return one


def on_the_chain(world: World, anvil: AnvilEngine) -> dict[str, bytes]:
    """Anchor this very log on a chain, then read every call's data and every event back from its node."""
    from ledger.chain.client import Web3Chain

    ledger, chain = world.ledger, Web3Chain(anvil.url)
    ledger.publisher.publish_once()
    view = StoreAnchorLog(ledger.store)
    published = view.latest_published()
    assert published is not None
    admin, anchorer = ChainAccount.fresh(), ChainAccount.fresh()
    signer = ledger.trust.checkpoint_signer
    founding = Founding(ledger.context.log_id, published.size, published.root, signer, admin.address)
    pins = found(chain, admin, founding, anchorer.address, PATIENCE).pins
    world.made("SC", "cases", world.case("SC-002"))
    ledger.publisher.publish_once()
    worker = AnchorWorker(view, chain, pins, anchorer, AnchorTerms(patience=PATIENCE))
    assert worker.turn() == Turn("anchored", world.size)
    asked = {name: _rpc(anvil.url, name, params) for name, params in _READ}
    inputs = [
        one["input"]
        for number in range(int(asked["eth_blockNumber"], 16) + 1)
        for one in _rpc(anvil.url, "eth_getBlockByNumber", [hex(number), True])["transactions"]
    ]
    events = [word for one in asked["eth_getLogs"] for word in (*one["topics"], one["data"])]
    assert len(inputs) >= 3  # the contract, its role, the anchor
    assert events
    return {
        "calldata": "\n".join(inputs).encode(),
        "events": "\n".join(events).encode(),
    }


_READ: Final[tuple[tuple[str, list[Any]], ...]] = (
    ("eth_blockNumber", []),
    ("eth_getLogs", [{"fromBlock": "0x0", "toBlock": "latest"}]),
)


def _rpc(url: str, method: str, params: list[Any]) -> Any:
    answer = httpx.post(url, json={"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    return answer.json()["result"]


@pytest.mark.parametrize("where", ["log", "chain"])
def test_no_guessed_number_is_found(world: World, where: str, request: pytest.FixtureRequest) -> None:
    """Not one hash of a known or guessed number stands in log, tiles, calldata, events, lines."""
    parts = in_the_log(world) if where == "log" else on_the_chain(world, request.getfixturevalue("anvil"))
    assert all(parts.values()), {name: len(content) for name, content in parts.items()}
    shown = Shown(parts)
    assert shown.hits(known()) == 0
    assert shown.hits(guesses()) == 0
    print(f"{GUESSES} guesses, {len(shown.words)} words of {', '.join(parts)}")


def test_what_would_be_there_is_found() -> None:
    """The search finds a number in clear, its plain hash in bytes, in hex of any alignment, and by keccak."""
    number = known()[0]
    plain, other = hashlib.sha256(number).digest(), keccak(number)
    for content in (
        b"x" + number + b"y",
        b"x" + known()[1] + b"y",
        b"xyz" + plain + b"x",
        b"x" + plain.hex().encode(),
        b"0x" + other.hex().upper().encode(),
        hmac.digest(bytes(32), b'["111","' + number + b'"]', "sha256").hex().encode(),
    ):
        assert Shown({"it": content}).hits(known()) == 1
    assert Shown({"it": hashlib.sha256(b"\1" + number).digest()}).hits([number]) == 0
