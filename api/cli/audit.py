# SPDX-License-Identifier: Apache-2.0
"""`once audit`: recompute the log of $ONCE_HOME, or a copy of its database, and name what is wrong."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import ExitCode, emit, progress
from api.settings import load_settings

if TYPE_CHECKING:
    from api.settings import Settings
    from attest.sealing import Sealer
    from attest.verify.trust import Trust
    from ledger.audit import ChainRoots, Finding
    from ledger.store import Store

_BEHIND = frozenset({"note.ahead", "chain.ahead"})
"""Findings that a copy has merely because it is older than what it is compared with."""
_SHOWN = 100


def command(
    *,
    copy: Annotated[Path | None, typer.Option(help="audit this copy of the database, read-only")] = None,
    trust: Annotated[Path | None, typer.Option(help="trust file, else $ONCE_HOME/trust.json")] = None,
    chain: Annotated[str | None, typer.Option(help="URL of the chain, else the one that serve uses")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="do not ask the chain")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> int:
    """Recompute the log from entry 0. Exit codes: 0 sound, 1 tampered with, 3 cannot tell."""
    from api.auditing import LeafJudge
    from api.database import open_store
    from api.trust_file import read_trust
    from ledger.audit import Finding, audit
    from ledger.note import NoteVerifier

    settings = load_settings()
    believed = read_trust(trust or settings.trust_file)
    if copy is not None:
        settings = settings.model_copy(update={"database_url": f"sqlite:///{copy.absolute()}"})
    store = open_store(settings, read_only=True)
    verifier = NoteVerifier.from_vkey(believed.log_key)
    notes, remarks = _marks(settings, verifier, believed.origin)
    url = None if offline else _chain_url(settings, chain)
    roots, chain_remark = _chain_roots(store, believed, url)
    if chain_remark:
        remarks.append(chain_remark)
    progress(f"auditing {store.head().size} entries")
    judge = LeafJudge(believed, store, _sealer(settings))
    report = audit(
        store,
        verifier,
        believed.origin,
        check_leaf=judge.check,
        entry_id_of=judge.entry_id,
        chain=roots,
        notes=notes,
    )
    findings = [*report.findings, *judge.findings(report.entries)]
    halt = store.head().halt
    if halt is not None:
        findings.append(Finding("log.halted", None, None, f"the log was halted: {halt}"))
    store.close()
    if judge.unjudged.entries:
        remarks.append(f"{judge.unjudged.entries} entries are of a newer version or kind than this program")
    if judge.unjudged.private:
        remarks.append(f"{judge.unjudged.private} private records were not opened: no key encryption key")
    behind = copy is not None and bool(findings) and {finding.code for finding in findings} <= _BEHIND
    if behind:
        remarks.append("the copy is older than what was acknowledged: only what it holds was judged")
    code = _code(findings, behind=behind, unjudged=judge.unjudged.entries or chain_remark.startswith("!"))
    result: dict[str, Any] = {
        "verdict": {0: "sound", 1: "not_sound", 3: "cannot_tell"}[code],
        "entries": report.entries,
        "seconds": round(report.seconds, 3),
        "findings": [finding._asdict() for finding in findings],
        "remarks": [remark.lstrip("!") for remark in remarks],
    }
    emit(result, _text(result), as_json=as_json)
    return code


def _code(findings: list[Finding], *, behind: bool, unjudged: object) -> int:
    if findings and not behind:
        return ExitCode.NOT_VALID
    return ExitCode.CANNOT_TELL if behind or unjudged else ExitCode.VALID


def _text(result: dict[str, Any]) -> str:
    lines = [f"{finding['code']:<22} {finding['text']}" for finding in result["findings"][:_SHOWN]]
    lines += [f"note: {remark}" for remark in result["remarks"]]
    rate = round(result["entries"] / result["seconds"]) if result["seconds"] else result["entries"]
    lines.append(f"{result['verdict']}: {result['entries']} entries in {result['seconds']} s ({rate}/s)")
    return "\n".join(lines)


def _marks(settings: Settings, verifier: Any, origin: str) -> tuple[list[bytes], list[str]]:
    """The signed checkpoint that the writers acknowledged, where their marks are at hand."""
    from ledger.headmark import read_folder

    if not settings.head_mark.is_dir():
        return [], ["no head marks here: whether the copy is the newest was not judged"]
    marked = read_folder(settings.head_mark, [verifier], origin)
    remarks = [f"head mark {name} is not readable" for name in marked.unreadable]
    return ([] if marked.note is None else [marked.note]), remarks


def _sealer(settings: Settings) -> Sealer | None:
    """What opens private records, where its key is at hand."""
    from attest.keyfiles import read_kek
    from attest.sealing import Sealer

    if not settings.kek_file.exists():
        return None
    kek = read_kek(settings.kek_file)
    return Sealer(kek.key, kek.version)


def _chain_url(settings: Settings, stated: str | None) -> str | None:
    """Where the chain may be asked: as stated, as set, or where the local one was last seen."""
    url = stated or settings.chain
    if "://" in url:
        return url
    seen = settings.chain_folder / "url"
    return seen.read_text(encoding="ascii").strip() if seen.exists() else None


def _chain_roots(store: Store, trust: Trust, url: str | None) -> tuple[ChainRoots | None, str]:
    """Roots that the chain holds, else those recorded; and a remark, with `!` where that is a doubt."""
    from urllib.parse import urlsplit

    from ledger.audit import ChainRoots
    from ledger.chain.child import answers

    if trust.chain is None:
        return None, "the ledger has no contract yet"
    sql = "SELECT size, root FROM anchors WHERE contract = ? AND NOT withdrawn ORDER BY size DESC LIMIT 1000"
    recorded = {int(size): bytes(root) for size, root in store.query_raw(sql, (trust.chain.contract,))}
    recorded[trust.chain.genesis_size] = trust.chain.genesis_root
    parts = urlsplit(url or "")
    local = parts.hostname == "127.0.0.1" and parts.port is not None
    if url is None or (local and not answers(parts.port or 0)):
        return ChainRoots(0, recorded), "the chain was not asked: recorded anchors were compared"
    return _ask(url, trust, recorded)


def _ask(url: str, trust: Trust, recorded: dict[int, bytes]) -> tuple[ChainRoots, str]:
    from api.trust_file import pins_of
    from ledger.audit import ChainRoots
    from ledger.chain.client import Web3Chain
    from ledger.chain.contract import CheckpointContract
    from ledger.chain.founding import verify_pins
    from ledger.errors import ChainPinError, ChainUnreachableError

    pins = pins_of(trust)
    assert pins is not None  # noqa: S101  # asked before
    chain = Web3Chain(url)
    try:
        block = chain.latest()
        verify_pins(chain, pins, block)
        contract = CheckpointContract(chain, pins.contract)
        head = contract.head(block)
        held = {size: contract.root_at(size, block) for size in recorded}
    except ChainUnreachableError:
        return ChainRoots(0, recorded), "the chain did not answer: recorded anchors were compared"
    except ChainPinError as error:
        return ChainRoots(0, recorded), f"!{error}"
    # A size that the contract does not hold was lost with a chain that went back: no root to compare.
    roots = {size: root for size, root in held.items() if root is not None}
    return ChainRoots(head.size, {**roots, head.size: head.root}), ""
