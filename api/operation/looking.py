# SPDX-License-Identifier: Apache-2.0
"""What a look over an installation gives: one line a question, with what to do where it is not well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Look:
    """One question: its stable name, how it stands, what was seen, and what to do (empty when well)."""

    name: str
    state: State
    text: str
    todo: str = ""


def well(name: str, text: str) -> Look:
    """Nothing to do."""
    return Look(name, "ok", text)


def odd(name: str, text: str, todo: str) -> Look:
    """It works, and somebody should look."""
    return Look(name, "warn", text, todo)


def bad(name: str, text: str, todo: str) -> Look:
    """It does not work."""
    return Look(name, "fail", text, todo)
