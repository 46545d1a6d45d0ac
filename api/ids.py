# SPDX-License-Identifier: Apache-2.0
"""Identifiers that the doors give out: request ids and random object ids."""

from __future__ import annotations

import itertools
import os
from base64 import b32encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def request_ids(prefix: bytes | None = None) -> Callable[[], str]:
    """A source of request ids: 16 hex of this process's prefix, a dash, a running number.

    Unique without asking the system for randomness at every request; says nothing about the request.
    """
    head = (prefix if prefix is not None else os.urandom(8)).hex()
    numbers = itertools.count(1)
    return lambda: f"{head}-{next(numbers):x}"


def random_id() -> bytes:
    """16 random bytes: the id of an entry or object; guessing one is hopeless (T50)."""
    return os.urandom(16)


def base32_id(raw: bytes) -> str:
    """Lower-case base32 without padding, for ids that people read aloud."""
    return b32encode(raw).decode("ascii").rstrip("=").lower()
