# SPDX-License-Identifier: Apache-2.0
"""The golden vectors of a data check: a question, the issuer's two signed answers, the leaves they become."""

from __future__ import annotations

import json
from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Any

from api.demo.issuer import Registered, answer
from attest.data_checks.model import Need, Question
from attest.data_checks.wire import write_question
from attest.statements import Envelope
from ledger.hashing import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.secp256k1 import Secp256k1Signer

NUMBER = "92990101MA99A1172F"


def issuer_vectors(
    log: bytes, case: str, time: int, signer: Secp256k1Signer, secret: Callable[[str], bytes]
) -> dict[str, Any]:
    """XF asks SC about a licence, once while it stands and once when it was superseded."""
    question = Question(
        id=secret("question")[:16],
        log=log,
        time=time,
        by="XF",
        case_no=case,
        purpose="受理审查",
        need=Need("business_licence", "SC", "holder", secret("holder")[:16], None),
        number=NUMBER,
        id_type="001",
        id_number=NUMBER,
    )
    stands = Registered("business_licence", NUMBER, "001", NUMBER, date(2025, 3, 12))
    ended = Registered("business_licence", NUMBER, "001", NUMBER, denied=("superseded", date(2026, 1, 5)))
    made: dict[str, Any] = {"question": write_question(question).decode()}
    for name, paper in (("valid", stands), ("not_valid", ended)):
        numbers = count()

        def random(size: int, name: str = name, numbers: count[int] = numbers) -> bytes:
            return secret(f"issuer {name} {next(numbers)}")[:size]

        octets = answer(question, [paper], signer, time, random)
        said = json.loads(octets)["statement"]
        envelope = Envelope.of_members(said["entry"], said["key"], said["sig"])
        made[name] = {
            "answer": octets.decode(),
            "digest": envelope.entry.digest().hex(),
            "leaf_hash": leaf_hash(envelope.canonical()).hex(),
        }
    return made
