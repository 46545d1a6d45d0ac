# SPDX-License-Identifier: Apache-2.0
"""Passwords: argon2id in a small pool of threads; neither loop nor memory is at a stranger's mercy."""

from __future__ import annotations

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from api.problems import Problem

SHORTEST: Final = 12
LONGEST: Final = 128
THREADS: Final = 2
WAITING: Final = 32
"""Checks that may wait for a thread; more are told to come back (64 MiB each while it runs)."""

_HASHER: Final = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
NOBODY: Final = f"$argon2id$v=19$m=65536,t=3,p=4${'A' * 22}${'A' * 43}"
"""A hash that no password is known for, of the same cost: checked where there is no account."""


def require_good(password: str, user: str) -> str:
    """The password in NFC; `password.weak` unless 12 to 128 characters, five different, not the name."""
    text = unicodedata.normalize("NFC", password)
    plain = text.casefold()
    if not SHORTEST <= len(text) <= LONGEST or len(set(plain)) < 5 or user.casefold() in plain:
        raise Problem("password.weak")
    return text


def hash_now(password: str) -> str:
    """The encoded hash, in this thread: 64 MiB and some 60 ms (RFC 9106, second recommended option)."""
    return _HASHER.hash(unicodedata.normalize("NFC", password))


def _check(encoded: str, password: str) -> bool:
    try:
        return _HASHER.verify(encoded, unicodedata.normalize("NFC", password))
    except (VerificationError, InvalidHashError):
        return False


class Passwords:
    """Hashes and checks for one process, two at a time."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2")
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """The encoded hash; `sign_in.busy` where too many wait."""
        return str(await self._run(hash_now, password))

    async def check(self, encoded: str | None, password: str) -> bool:
        """Whether the password is the one of the hash; the same work, and False, where there is none."""
        right = bool(await self._run(_check, encoded or NOBODY, password[: LONGEST + 1]))
        return right and encoded is not None

    @staticmethod
    def outdated(encoded: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return _HASHER.check_needs_rehash(encoded)

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: object, *arguments: str) -> object:
        if self._waiting >= WAITING:
            raise Problem("sign_in.busy")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)  # type: ignore[arg-type]
        finally:
            self._waiting -= 1
