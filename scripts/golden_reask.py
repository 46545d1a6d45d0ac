# SPDX-License-Identifier: Apache-2.0
"""The re-ask of the golden log: what its private record and its open body say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attest.commitments import commit

if TYPE_CHECKING:
    from collections.abc import Callable


def reask(
    case: str, secret: Callable[[str], bytes], accepted: bytes, asked: bytes
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Private record and body, by the leaf hashes of what was accepted and of what shows the asking."""
    record: dict[str, Any] = {
        "department": "SC",
        "case": case,
        "case_salt": secret("reask case salt").hex(),
        "item": "SC-001",
        "version": 1,
        "channel": "window",
        "source": "receipt",
        "finding": "recognisable",
        "requirement": "licence",
        "type": "business_licence",
        "asked": {
            "id": secret("asking")[:16].hex(),
            "index": 7,
            "leaf": asked.hex(),
            "salt": secret("asked salt").hex(),
        },
        "acceptance": {
            "id": secret("acceptance")[:16].hex(),
            "index": 5,
            "leaf": accepted.hex(),
            "salt": secret("reask citation salt").hex(),
        },
        "earlier": "XF",
        "level": "county",
        "earlier_level": "county",
    }
    body = {
        "asked": commit("asked", secret("asked salt"), asked).hex(),
        "case": commit("case", secret("reask case salt"), case.encode()).hex(),
        "cites": commit("citation", secret("reask citation salt"), accepted).hex(),
        "department": "SC",
        "finding": "recognisable",
        "source": "receipt",
    }
    return record, body
