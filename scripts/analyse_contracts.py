# SPDX-License-Identifier: Apache-2.0
"""Run slither over `contracts/`; exit 1 on any finding of high or medium impact.

slither pulls web3 back to version 7, so it lives in an environment of its own; give its program:
`python -m scripts.analyse_contracts .venv-slither/bin/slither`.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from ledger.chain.packages import ensure_chain_packages, find_node
from scripts.compile_contracts import ROOT, SETTINGS, gather

OUTPUT = {"*": {"": ["ast"], "*": ["abi", "evm.bytecode", "evm.deployedBytecode", "devdoc", "userdoc"]}}


def findings(slither: Path, folder: Path) -> list[dict[str, Any]]:
    """What slither finds in the contracts that the package ships."""
    packages = ensure_chain_packages(packages="full")
    units = [f"contracts/{path.name}" for path in sorted((ROOT / "contracts").glob("*.sol"))]
    sources = gather(units, packages)
    for unit, text in sources.items():
        path = folder / unit
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    request = {
        "language": "Solidity",
        "sources": {unit: {"content": text} for unit, text in sources.items()},
        "settings": {**SETTINGS, "outputSelection": OUTPUT},
    }
    (folder / "input.json").write_text(json.dumps(request))
    soljson = packages / "node_modules" / "solc" / "soljson.js"
    solc = folder / "solc"
    program = shlex.join([str(find_node().node), str(ROOT / "scripts" / "solc.js"), str(soljson)])
    solc.write_text(f'#!/bin/sh\nexec {program} "$@"\n')
    solc.chmod(0o700)
    command = [str(slither.absolute()), "input.json", "--compile-force-framework", "Solc-json"]
    command += ["--solc", str(solc), "--solc-solcs-bin", str(solc), "--json", "found.json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    report = folder / "found.json"
    if not report.exists():
        raise SystemExit(f"slither gave no report: {done.stderr[-400:]}")
    answer = json.loads(report.read_text())
    if not answer["success"]:
        raise SystemExit(f"slither failed: {answer['error']}")
    found: list[dict[str, Any]] = answer["results"].get("detectors", [])
    return found


def main() -> int:
    """Print each finding by impact."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        found = findings(Path(sys.argv[1]), Path(folder))
    for finding in found:
        print(f"{finding['impact']:14} {finding['check']}: {finding['description'].splitlines()[0]}")
    return 1 if any(finding["impact"] in {"High", "Medium"} for finding in found) else 0


if __name__ == "__main__":
    sys.exit(main())
