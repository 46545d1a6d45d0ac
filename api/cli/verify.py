# SPDX-License-Identifier: Apache-2.0
"""`once verify`: judge an evidence file by a trust file; `--offline` opens no socket."""

from __future__ import annotations

import contextlib
import hashlib
import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Final, Optional

import typer

from api.cli import ExitCode, emit
from api.cli.words import KINDS, Language, of_two, spoken
from attest.recognition.reason_texts import WORDS
from attest.verify.evidence import MAX_BYTES, RELIED, Evidence
from attest.verify.model import (
    CANNOT_TELL,
    FAILED,
    NOT_VALID,
    OFFLINE,
    ONLINE,
    UNKNOWN,
    VALID,
    ChainFacts,
    Facts,
    Verdict,
)
from attest.verify.reasons import REASONS, REVOKED
from attest.verify.statements import Status
from attest.verify.trust import MAX_TRUST_BYTES, Trust
from attest.verify.verdict import verify
from ledger.checkpoint import Checkpoint
from ledger.errors import ChainPinError, ChainRevertError, ChainUnreachableError, FormatError
from ledger.note import parse_note

if TYPE_CHECKING:
    from api.cli.live_checkpoint import Answer
    from ledger.canonical import Json

_AGE: Final = re.compile(r"([0-9]{1,9})([smhd]?)\Z")
_UNIT: Final = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_MARK: Final = {"passed": "✓", "failed": "✗", "unknown": "?", "not_applicable": "-"}
_WORDS: Final = {
    "zh": {VALID: "核验通过", NOT_VALID: "核验不通过", CANNOT_TELL: "暂无法核验"},
    "en": {VALID: "Valid", NOT_VALID: "Not valid", CANNOT_TELL: "Cannot tell"},
}
_NAMES: Final = {
    "content": ("内容", "content"),
    "inclusion": ("在日志内", "in the log"),
    "checkpoint_signature": ("检查点签名", "checkpoint signature"),
    "anchor": ("锚定", "anchor"),
    "issuer_signature": ("签署", "issuer signature"),
    "issuer_authority": ("签署权限", "issuer authority"),
    "status": ("状态", "status"),
    "freshness": ("时效", "freshness"),
}
_COLON: Final = {"zh": "：", "en": ": "}
_STATUS: Final = (
    "  状态由 {by} 签署于 {made}，计至 {until}；此后的变化这里看不到",
    "  status signed by {by} at {made}, counts until {until}; what came later is not seen here",
)
_NEWER: Final = {
    "renewed": (
        "  其后更替：第 {index} 条核验，{at}（截至账本 {size} 条）",
        "  renewed later by entry {index}, {at} (as of size {size})",
    ),
    "better_copy": (
        "  其后有更清晰的件：第 {index} 条核验，{at}（截至账本 {size} 条）",
        "  a better copy was accepted later by entry {index}, {at} (as of size {size})",
    ),
}
_DISPUTED: Final = (
    "  异议：第 {index} 条，{at}，应于 {due} 前答复（截至账本 {size} 条）",
    "  disputed by entry {index}, {at}; the answer is due by {due} (as of size {size})",
)
_DENIED: Final = (
    "  发证单位 {by} 说明不再有效：{since} 起{reason}（第 {index} 条，{at}；截至账本 {size} 条）",
    "  denied by its issuer {by} in entry {index}, {at}: {reason} since {since} (as of size {size})",
)
_GROUND: Final = {
    "recognition": ("免提交依据：材料互认", "ground for not asking: mutual recognition"),
    "data_check": ("免提交依据：发证单位数据核验", "ground for not asking: data check at the issuer"),
}
_UNASKED: Final = (
    "  账本未能应答：{why}。账本现在是否向所有人出示同一日志，这次无从得知",
    "  the ledger could not be asked: {why}. Whether it shows everybody the same tree now cannot be told",
)
_COMPARED: Final = (
    "  已与账本当前的检查点（{size} 条）比对：{how}",
    "  compared with the ledger's live checkpoint (size {size}): {how}",
)
_SAME: Final = ("同一日志", "the same tree")
_LARGER: Final = (
    "账本已增长，签署的密钥可信；是否含有本文件的日志，由锚定或 once audit 证明",
    "a larger tree, signed by the log; that it holds this file's tree is shown by the anchor or once audit",
)
_BEHIND: Final = (
    "小于本文件的检查点，所问的账本落后了",
    "smaller than the file's own: the ledger asked is behind",
)
_COMPARISONS: Final = frozenset({"checkpoint.compared", "checkpoint.fork"})
_LABELS: Final = {"zh": ("判断时点", "下一步"), "en": ("as of", "next")}


def command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="the *.evidence.json")],
    trust: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="the trust.json you believe")],
    document: Annotated[
        Optional[Path], typer.Option(exists=True, dir_okay=False, help="the document in hand")  # noqa: UP045
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="open no socket")] = False,
    as_of: Annotated[str, typer.Option(help="judge at this time: Unix seconds or ISO 8601")] = "",
    max_age: Annotated[str, typer.Option(help="oldest statement believed: seconds, or 90m, 24h, 7d")] = "",
    rpc: Annotated[str, typer.Option(help="JSON-RPC address of the chain")] = "",
    url: Annotated[str, typer.Option(help="address of the ledger, for its public checkpoint")] = "",
    lang: Annotated[Optional[Language], typer.Option(help="zh or en (default: LANG)")] = None,  # noqa: UP045
    as_json: Annotated[
        bool, typer.Option("--json", help="the verdict as one JSON object; with --url also `ledger`")
    ] = False,
) -> int:
    """Verify an evidence file: 0 valid, 1 not valid, 2 usage, 3 cannot tell, 4 revoked or expired."""
    if offline and (rpc or url):
        raise typer.BadParameter("--offline asks nobody: leave out --rpc and --url")
    age, moment = _age(max_age), _moment(as_of)
    try:
        believed = Trust.parse(_read(trust, MAX_TRUST_BYTES))
    except FormatError as error:
        what = f"{trust} is no trust file of a ledger ({error}): get trust.json from its operator"
        raise typer.BadParameter(what, param_hint="--trust") from error
    octets = _read(file, MAX_BYTES)
    answer = _asked(url) if url else None
    verdict = verify(
        octets,
        believed,
        int(time.time()),
        profile=OFFLINE if offline else ONLINE,
        document=None if document is None else _digest(document),
        facts=None if offline else _live(octets, believed, rpc, answer),
        max_age=age,
        as_of=moment,
    )
    language = spoken(lang)
    status = _status_line(octets, believed.max_age_status if age is None else age, language)
    rests_on_it = verdict.verdict == VALID or verdict.disputed is not None or verdict.denied is not None
    beside = [*(status if rests_on_it else []), *_later_lines(verdict, language)]
    shown = verdict.document()
    if answer is not None:
        shown["ledger"] = _compared(verdict, answer)
        beside += _ledger_line(verdict, answer, octets, language)
    emit(shown, _text(verdict, octets, language, beside), as_json=as_json)
    return exit_code(verdict)


def exit_code(verdict: Verdict) -> ExitCode:
    """What a shell sees of a verdict."""
    if verdict.verdict == NOT_VALID:
        return ExitCode.REVOKED if verdict.reason in REVOKED else ExitCode.NOT_VALID
    return ExitCode.VALID if verdict.verdict == VALID else ExitCode.CANNOT_TELL


def _read(path: Path, most: int) -> bytes:
    """The file, or one byte too many of it: enough for the parser to refuse it."""
    with path.open("rb") as file:
        return file.read(most + 1)


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _age(text: str) -> int | None:
    if not text:
        return None
    match = _AGE.match(text)
    if match is None:
        raise typer.BadParameter("a number of seconds, or like 90m, 24h, 7d", param_hint="--max-age")
    return int(match[1]) * _UNIT[match[2]]


def _moment(text: str) -> int | None:
    if not text:
        return None
    moment = -1
    if text.isascii() and text.isdigit() and len(text) < 16:
        moment = int(text)
    else:
        with contextlib.suppress(ValueError, OverflowError):
            read = datetime.fromisoformat(text)
            moment = int(read.timestamp()) if read.tzinfo is not None else -1
    if moment < 0:
        hint = "Unix seconds, or ISO 8601 with its time zone, from 1970 on"
        raise typer.BadParameter(hint, param_hint="--as-of")
    return moment


def _asked(url: str) -> Answer:
    from api.cli.live_checkpoint import live_checkpoint  # who asks nobody does not wait for asyncio

    return live_checkpoint(url)


def _live(octets: bytes, trust: Trust, rpc: str, answer: Answer | None) -> Facts:
    """What the chain and the ledger say now."""
    told = Facts() if answer is None else Facts(checkpoint=answer.note, silent=answer.note is None)
    if trust.chain is None:
        return told
    if not rpc:
        return replace(told, problem="anchor.not_asked")
    try:
        return replace(told, chain=ChainFacts(_roots(octets, trust, rpc)))
    except ChainUnreachableError:
        return told
    except (ChainPinError, ChainRevertError):
        return replace(told, problem="anchor.other_chain")


def _roots(octets: bytes, trust: Trust, rpc: str) -> dict[int, bytes]:
    """The anchored roots of the sizes that the file speaks of, from the pinned contract alone."""
    from api.cli.live_checkpoint import ANSWER_SECONDS
    from ledger.chain.client import Web3Chain
    from ledger.chain.contract import CheckpointContract
    from ledger.chain.founding import Pins, verify_pins

    pinned = trust.chain
    if pinned is None:
        return {}
    chain = Web3Chain(rpc, answer_seconds=ANSWER_SECONDS)
    block = chain.latest()
    verify_pins(
        chain,
        Pins(pinned.chain_id, pinned.contract, pinned.code_hash, pinned.genesis_size, pinned.genesis_root),
        block,
    )
    contract = CheckpointContract(chain, pinned.contract)
    found = {size: contract.root_at(size, block) for size in _sizes(octets)}
    return {size: root for size, root in found.items() if root is not None}


def _sizes(octets: bytes) -> set[int]:
    """Sizes of the file's checkpoint and anchor; none where it cannot be read, which `verify` will say."""
    try:
        evidence = Evidence.parse(octets)
        note = parse_note(evidence.entries[evidence.subject].proof.checkpoint)
        sizes = {Checkpoint.parse(note.text).size}
    except FormatError:
        return set()
    return sizes if evidence.anchor is None else sizes | {evidence.anchor.size}


def _compared(verdict: Verdict, answer: Answer) -> dict[str, Json]:
    """`{answered, compared, size}`: `size` of the live checkpoint, where its signature was verified."""
    compared = any(one.reason in _COMPARISONS for one in verdict.checks)
    size = Checkpoint.parse(parse_note(answer.note).text).size if compared and answer.note else None
    return {"answered": answer.note is not None, "compared": compared, "size": size}


def _ledger_line(verdict: Verdict, answer: Answer, octets: bytes, language: str) -> list[str]:
    """What became of the comparison that was asked for, where no check says it already."""
    if answer.note is None:
        return [of_two(_UNASKED, language).format(why=of_two(answer.why, language))]
    size = _compared(verdict, answer)["size"]
    if not isinstance(size, int) or not any(one.reason == "checkpoint.compared" for one in verdict.checks):
        return []
    ours = Evidence.parse(octets)
    own = Checkpoint.parse(parse_note(ours.entries[ours.subject].proof.checkpoint).text).size
    how = _SAME if size == own else _LARGER if size > own else _BEHIND
    return [of_two(_COMPARED, language).format(size=size, how=of_two(how, language))]


def _text(verdict: Verdict, octets: bytes, language: str, status: list[str]) -> str:
    """The verdict for people: its word first, one line a check, every next step last."""
    colon, reason = _COLON[language], REASONS[verdict.reason]
    as_of, following = _LABELS[language]
    lines = [f"{_WORDS[language][verdict.verdict]}{colon}{of_two((reason.zh, reason.en), language)}"]
    lines += [f"  {as_of} {_iso(verdict.as_of)}", *status, *_subject(octets, language)]
    steps = [of_two((reason.next_zh, reason.next_en), language)]
    for check in verdict.checks:
        said = REASONS[check.reason]
        words = of_two((said.zh, said.en), language)
        lines.append(
            f"  {_MARK[check.state]} {of_two(_NAMES[check.name], language)}{colon}{words} [{check.reason}]"
        )
        if check.state in {FAILED, UNKNOWN} and verdict.verdict != VALID:
            steps.append(of_two((said.next_zh, said.next_en), language))
    lines += [f"  {following}{colon}{step}" for step in dict.fromkeys(steps) if step]
    return "\n".join(lines)


def _iso(moment: int) -> str:
    return datetime.fromtimestamp(min(moment, 253_000_000_000), UTC).isoformat().replace("+00:00", "Z")


def _status_line(octets: bytes, age: int, language: str) -> list[str]:
    """When the file's status was signed and until when it is believed, for a verdict that rests on it."""
    try:
        statements = Evidence.parse(octets).statements
    except FormatError:
        return []
    for one in statements:
        if isinstance(one.says, Status) and one.envelope is not None:
            made, by = one.envelope.entry.time, one.envelope.entry.issuer
            until = _iso(min(one.says.expires, made + age))
            return [of_two(_STATUS, language).format(by=by, made=_iso(made), until=until)]
    return []


def _later_lines(verdict: Verdict, language: str) -> list[str]:
    """By which entries the paper was renewed, copied better, disputed or denied, as its department says."""
    newer, dispute, denied = verdict.superseded, verdict.disputed, verdict.denied
    lines = []
    if newer is not None:
        said = of_two(_NEWER[newer.how], language)
        lines.append(said.format(index=newer.index, at=_iso(newer.time), size=newer.as_of_size))
    if dispute is not None:
        said, at = of_two(_DISPUTED, language), _iso(dispute.time)
        lines.append(said.format(index=dispute.index, at=at, due=dispute.due, size=dispute.as_of_size))
    if denied is not None:
        why = of_two(WORDS[f"denial.{denied.reason}"], language)
        places = {"by": denied.by, "index": denied.index, "at": _iso(denied.time), "since": denied.since}
        lines.append(of_two(_DENIED, language).format(**places, reason=why, size=denied.as_of_size))
    return lines


def _subject(octets: bytes, language: str) -> list[str]:
    """One line of what the file claims to be about."""
    try:
        evidence = Evidence.parse(octets)
        subject = evidence.entries[evidence.subject]
        entry = subject.signed.entry
    except FormatError:
        return []
    what = of_two(KINDS.get(entry.kind, ("", "")), language)
    about = (
        f"  {entry.kind} · {entry.issuer} · #{subject.index} · {evidence.origin} ({evidence.log.hex()[:16]})"
    )
    ground = _GROUND.get(str(entry.body.get("ground")), ("", "")) if entry.kind == RELIED else ("", "")
    lines = [f"  {what}", about] if what else [about]
    return [*lines, f"  {of_two(ground, language)}"] if any(ground) else lines
