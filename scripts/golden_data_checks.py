# SPDX-License-Identifier: Apache-2.0
"""The golden vectors of disputes: of a material with its answer, of a use, and a withdrawal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from attest.commitments import private_digest
from attest.data_check_requests.commands import AnswerDataCheck, RequestDataCheck, WithdrawDataCheck
from attest.data_check_requests.model import DataCheckAnswer, DataCheckRequest, DataCheckWithdrawal
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
    return {"requested": made, "answered": answered, **_of_use(asked, request, index, signed, secret)}


def _of_use(
    asked: Envelope, request: DataCheckRequest, index: int, signed: Any, secret: Callable[[str], bytes]
) -> dict[str, Any]:
    """A dispute of a use of the same acceptance (the reliance is invented), and its withdrawal."""
    reliance = Citation(secret("use id")[:16], index + 5, secret("use leaf"), secret("use citation"))
    of_use = replace(
        request,
        acceptance=replace(request.acceptance, salt=secret("use acceptance citation")),
        case_salt=secret("use case"),
        authority="SC",
        by="ZW",
        reason="not_needed",
        text=None,
        reliance=reliance,
    )
    time = asked.entry.time + 1200
    made, use = vector(RequestDataCheck(), of_use, "service", time, signed, secret, "use")
    cited = Citation(made.entry.id, index + 6, leaf_hash(made.canonical()), secret("withdrawal citation"))
    back = DataCheckWithdrawal(cited, of_use.case_no, secret("withdrawal case"), of_use.holder)
    _, withdrawn = vector(WithdrawDataCheck(), back, "service", time + 60, signed, secret)
    return {"of_use": use, "withdrawn": withdrawn}


def vector(
    act: Act[Any],
    record: Any,
    issuer: str,
    time: int,
    signed: Any,
    secret: Callable[[str], bytes],
    name: str = "",
) -> tuple[Envelope, dict[str, str]]:
    """An act's entry as `issuer` signs it, and its vector: salt, record, digest, envelope, leaf hash."""
    plain, salt = act.record(record), secret(f"{act.kind} {name}".strip())
    envelope: Envelope = signed(act.kind, issuer, act.body(record), time, private_digest(salt, plain))
    return envelope, {
        "salt": salt.hex(),
        "record": dump(plain).decode(),
        "digest": private_digest(salt, plain).hex(),
        "envelope": envelope.canonical().decode(),
        "leaf_hash": leaf_hash(envelope.canonical()).hex(),
    }
