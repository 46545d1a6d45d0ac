# SPDX-License-Identifier: Apache-2.0
"""Signed acceptances made ahead of the load: 1 KiB of metadata each, no file bytes."""

from __future__ import annotations

import random
import secrets
import time
from typing import TYPE_CHECKING, Final

from api.bench.world import CODE, TYPES
from attest.acts import draft
from attest.catalogue.repository import Catalogue
from attest.commitments import LookupKeys
from attest.context import Context
from attest.materials.commands import Accept
from attest.materials.model import Acceptance, Document
from attest.sealing import Sealer
from attest.statements import sign_entry
from ledger.canonical import dump
from ledger.secp256k1 import Secp256k1Signer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.bench.world import World
    from attest.statements import Signer
    from ledger.canonical import Json

METADATA: Final = 1024
"""Bytes of entry and private record together, at least, in canonical JSON."""
PATH: Final = "/api/v1/acceptances"
CHECKS: Final = "/api/v1/recognitions"
_PURPOSE: Final = "application"
_TEXT: Final = 64


class _NoKeys:
    def signer(self, name: str) -> Signer:
        raise LookupError(name)


class Orders:
    """Makes the bodies of `POST acceptances`, each of its own paper, signed now by the department's key."""

    def __init__(self, world: World, holders: Sequence[str] | None = None) -> None:
        """`holders` are those whose papers they are: hex ids, the checked ones where nobody is named."""
        keys = LookupKeys(1, *(secrets.token_bytes(32) for _ in range(3)))
        log, sealer = bytes.fromhex(world.log), Sealer(secrets.token_bytes(32))
        self._context = Context(log, world.origin, "demo", keys, sealer, _NoKeys())
        self._signer = Secp256k1Signer(bytes.fromhex(world.secret))
        self._act = Accept(Catalogue())
        self._cases = world.cases
        self._holders = [bytes.fromhex(one) for one in (world.holders if holders is None else holders)]

    def one(self) -> bytes:
        """The canonical body of one submission."""
        act = self._act
        made = draft(act, self._acceptance(), CODE, int(time.time()), self._context)
        envelope = sign_entry(made.entry, self._signer)
        return b'{"entry":%b,"key":"%b","private":{"record":%b,"salt":"%b"},"sig":"%b"}' % (
            made.entry.canonical(),
            envelope.key.hex().encode(),
            made.canonical,
            made.salt.hex().encode(),
            envelope.sig.hex().encode(),
        )

    def metadata(self) -> int:
        """Bytes of entry and private record of one submission."""
        made = draft(self._act, self._acceptance(), CODE, 0, self._context)
        return len(made.entry.canonical()) + len(made.canonical)

    def _acceptance(self) -> Acceptance:
        token = self._context.random
        digest = token(32)
        return Acceptance(
            case_no=random.choice(self._cases),  # noqa: S311  # the spread of a load, no secret
            case_salt=token(32),
            authority=CODE,
            type=random.choice(TYPES),  # noqa: S311
            document=Document(digest, token(32), 123_456, "application/pdf", "department"),
            issuer=CODE,
            number=digest.hex(),
            issued=None,
            valid_from=None,
            valid_until=None,
            parties=(("holder", random.choice(self._holders)),),  # noqa: S311
            about=("premises", "9" * _TEXT),
            assurance="original",
            checked_by="c" * _TEXT,
        )


def request(world: World, path: str, body: bytes, *, key: bool = True) -> bytes:
    """A whole HTTP/1.1 request with the department's API key and an Idempotency-Key of its own."""
    idempotency = f"Idempotency-Key: {secrets.token_hex(16)}\r\n" if key else ""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {world.api_key}\r\n"
        f"Content-Type: application/json\r\n{idempotency}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def single(world: World, bodies: Sequence[bytes]) -> list[bytes]:
    """One request for each body."""
    return [request(world, PATH, body) for body in bodies]


def batches(world: World, bodies: Sequence[bytes], size: int) -> list[bytes]:
    """Requests of `acceptances:batch` with `size` bodies each."""
    made = []
    for start in range(0, len(bodies), size):
        body = b'{"acceptances":[%b]}' % b",".join(bodies[start : start + size])
        made.append(request(world, f"{PATH}:batch", body))
    return made


def checks(world: World, count: int) -> list[bytes]:
    """Look-ups of whole cases, one after the other."""
    made = [_check(world, {"case": case, "purpose": _PURPOSE}) for case in world.cases]
    return [made[number % len(made)] for number in range(count)]


def narrow_checks(world: World, count: int) -> list[bytes]:
    """Look-ups of one requirement each, of one case after the other."""
    made = [
        _check(world, {"case": case, "purpose": _PURPOSE, "requirements": [f"need_{code}"]})
        for code in TYPES
        for case in world.cases
    ]
    return [made[number % len(made)] for number in range(count)]


def check_batches(world: World, count: int, size: int) -> list[bytes]:
    """Requests of `recognitions:batch` with `size` look-ups of whole cases each, `count` in all."""
    cases, made = world.cases, []
    for start in range(0, count, size):
        some: list[Json] = [
            {"case": cases[number % len(cases)], "purpose": _PURPOSE} for number in range(start, start + size)
        ]
        made.append(request(world, f"{CHECKS}:batch", dump({"checks": some}), key=False))
    return made


def _check(world: World, value: dict[str, Json]) -> bytes:
    return request(world, f"{CHECKS}:check", dump(value), key=False)
