# SPDX-License-Identifier: Apache-2.0
"""The golden vectors of a data check request and its answer: private records, and the leaves they open."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from attest.commitments import private_digest
from attest.data_check_requests.commands import AnswerDataCheck, RequestDataCheck
from attest.data_check_requests.model import DataCheckAnswer, DataCheckRequest
from attest.materials.model import Citation
from ledger.canonical import dump
from ledger.hashing import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Callable

    from attest.acts import Act
    from attest.statements import Envelope


def data_checks(
    accepted: Envelope, index: int, record: dict[str, Any], signed: Any, secret: Callable[[str], bytes]
) -> dict[str, Any]:
    """A dispute of the golden log's acceptance, made by its holder and declined by XF."""
    leaf = leaf_hash(accepted.canonical())
    request = DataCheckRequest(
        acceptance=Citation(accepted.entry.id, index, leaf, secret("check citation")),
        case_no=record["case"],
        case_salt=secret("check case"),
        authority="XF",
        by="XF",
        holder=bytes.fromhex(record["parties"][0]["holder"]),
        reason="wrong_content",
        text="地址少写了一个字",
        due=date(2026, 1, 16),
    )
    asked, made = vector(RequestDataCheck(), request, "service", accepted.entry.time + 600, signed, secret)
    answer = DataCheckAnswer(
        request=Citation(asked.entry.id, index + 3, leaf_hash(asked.canonical()), secret("answer citation")),
        case_no=record["case"],
        case_salt=secret("answer case"),
        outcome="not_upheld",
        reason="record_correct",
        text=None,
        retraction=None,
    )
    _, answered = vector(AnswerDataCheck(), answer, "XF", accepted.entry.time + 900, signed, secret)
    return {"requested": made, "answered": answered}


def vector(
    act: Act[Any], record: Any, issuer: str, time: int, signed: Any, secret: Callable[[str], bytes]
) -> tuple[Envelope, dict[str, str]]:
    """An act's entry as `issuer` signs it, and its vector: salt, record, digest, envelope, leaf hash."""
    plain, salt = act.record(record), secret(act.kind)
    envelope: Envelope = signed(act.kind, issuer, act.body(record), time, private_digest(salt, plain))
    return envelope, {
        "salt": salt.hex(),
        "record": dump(plain).decode(),
        "digest": private_digest(salt, plain).hex(),
        "envelope": envelope.canonical().decode(),
        "leaf_hash": leaf_hash(envelope.canonical()).hex(),
    }
