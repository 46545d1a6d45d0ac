# SPDX-License-Identifier: Apache-2.0
"""`once audit`: recompute the log of $ONCE_HOME, or a copy of its database, and name what is wrong."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import ExitCode, emit, progress
from api.settings import load_settings

if TYPE_CHECKING:
    from ledger.audit import Finding

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
    from api.auditing import LeafJudge, with_rotations
    from api.database import of_copy, open_store
    from api.operation import claims
    from api.trust_file import read_trust
    from ledger.audit import ChainSigner, Finding, audit

    settings = load_settings()
    believed = read_trust(trust or settings.trust_file)
    settings = of_copy(settings, copy)
    store = open_store(settings, read_only=True)
    believed = with_rotations(believed, store)
    notes, remarks = claims.marks(settings, believed.log_keys, believed.origin)
    url = None if offline else claims.chain_url(settings, chain)
    roots, chain_remark = claims.chain_roots(store, believed, url)
    if chain_remark:
        remarks.append(chain_remark)
    progress(f"auditing {store.head().size} entries")
    judge = LeafJudge(believed, store, claims.sealer_of(settings, believed))
    report = audit(
        store,
        believed.log_keys,
        believed.origin,
        check_leaf=judge.check,
        entry_id_of=judge.entry_id,
        chain=roots,
        notes=notes,
        signer=ChainSigner(believed.log, believed.signer_at),
    )
    findings = [*report.findings, *judge.findings(report.entries)]
    halt = store.head().halt
    if halt is not None:
        findings.append(Finding("log.halted", None, None, f"the log was halted: {halt}"))
    store.close()
    asked = "once rebuild" if copy is None else f"once rebuild --copy {copy}"
    remarks.append(f"the tables derived from entries were not compared: {asked} does")
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
