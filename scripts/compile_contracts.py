# SPDX-License-Identifier: Apache-2.0
"""Compile `contracts/` into the artifacts that the package ships; the same sources give the same bytes.

py-solc-x drives the npm package `solc` (WebAssembly) through `solc.js`. `--check` compiles, writes nothing,
and exits 1 if a committed artifact differs.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import solcx

from ledger.chain.packages import ensure_chain_packages, find_node

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = Path(__file__).resolve().parent.parent
SOLC_VERSION = "0.8.37"
SETTINGS: dict[str, Any] = {
    "evmVersion": "paris",
    "optimizer": {"enabled": True, "runs": 10_000},
    "metadata": {"appendCBOR": False, "bytecodeHash": "none"},
    "outputSelection": {
        "*": {
            "": ["ast"],
            "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode"],
        }
    },
}
SHIPPED = ROOT / "ledger" / "chain" / "artifacts"
TESTED = ROOT / "tests" / "contracts" / "artifacts"
_IMPORT = re.compile(r'^import\s+(?:[^"]*\bfrom\s+)?"([^"]+)"\s*;', re.MULTILINE)


def targets() -> dict[str, Path]:
    """Source unit -> folder of its artifact; every contract of `contracts/`, and the test harnesses."""
    shipped = {f"contracts/{path.name}": SHIPPED for path in sorted((ROOT / "contracts").glob("*.sol"))}
    tested = {
        f"contracts/test/{path.name}": TESTED for path in sorted((ROOT / "contracts/test").glob("*.sol"))
    }
    return {**shipped, **tested}


def gather(units: Iterable[str], packages: Path, edits: Mapping[str, str] | None = None) -> dict[str, str]:
    """Source text of the units and of all that they import; `edits` replaces the text of a unit."""
    texts: dict[str, str] = {}
    waiting = list(units)
    while waiting:
        unit = waiting.pop()
        if unit in texts:
            continue
        folder = packages / "node_modules" if unit.startswith("@") else ROOT
        text = (edits or {}).get(unit) or (folder / unit).read_text()
        texts[unit] = text
        for name in _IMPORT.findall(text):
            relative = name.startswith(".")
            waiting.append(os.path.normpath(f"{os.path.dirname(unit)}/{name}") if relative else name)  # noqa: PTH120
    return texts


def compile_sources(sources: Mapping[str, str], *, warnings: bool = True) -> dict[str, Any]:
    """The compiler's standard output for `sources`; SystemExit on an error, or a warning of our sources."""
    packages = ensure_chain_packages(packages="full")
    soljson = packages / "node_modules" / "solc" / "soljson.js"
    program = [str(find_node().node), str(ROOT / "scripts" / "solc.js"), str(soljson)]
    request = {
        "language": "Solidity",
        "sources": {unit: {"content": text} for unit, text in sorted(sources.items())},
        "settings": SETTINGS,
    }
    with tempfile.TemporaryDirectory() as folder:
        launcher = Path(folder) / f"solc-v{SOLC_VERSION}"
        launcher.write_text(f'#!/bin/sh\nexec {shlex.join(program)} "$@"\n')
        launcher.chmod(0o700)
        os.environ["SOLCX_BINARY_PATH"] = folder
        output: dict[str, Any] = solcx.compile_standard(request, solc_version=SOLC_VERSION)
    faults = [
        fault["formattedMessage"]
        for fault in output.get("errors", [])
        if fault["severity"] == "error" or (warnings and not _is_library(fault))
    ]
    if faults:
        raise SystemExit("\n".join(faults))
    return output


def _is_library(fault: Mapping[str, Any]) -> bool:
    """Whether a warning is about a library's source, which is not ours to change."""
    return str(fault.get("sourceLocation", {}).get("file", "")).startswith("@")


def artifact(output: Mapping[str, Any], unit: str) -> dict[str, Any]:
    """What the package needs of one compiled contract, named like its file."""
    name = Path(unit).stem
    compiled = output["contracts"][unit][name]
    runtime = compiled["evm"]["deployedBytecode"]
    names = _variable_names(output["sources"][unit]["ast"])
    return {
        "contract": name,
        "source": unit,
        "compiler": SOLC_VERSION,
        "evmVersion": SETTINGS["evmVersion"],
        "optimizerRuns": SETTINGS["optimizer"]["runs"],
        "abi": compiled["abi"],
        "bytecode": "0x" + compiled["evm"]["bytecode"]["object"],
        "deployedBytecode": "0x" + runtime["object"],
        "immutables": {
            names[key]: [place["start"] for place in places]
            for key, places in sorted(runtime["immutableReferences"].items(), key=lambda item: int(item[0]))
        },
    }


def _variable_names(node: Any) -> dict[str, str]:
    """Syntax tree id -> name, of every variable declared in the tree."""
    if isinstance(node, list):
        return {key: name for part in node for key, name in _variable_names(part).items()}
    if not isinstance(node, dict):
        return {}
    found = {str(node["id"]): node["name"]} if node.get("nodeType") == "VariableDeclaration" else {}
    for part in node.values():
        found.update(_variable_names(part))
    return found


def expected_files() -> dict[Path, str]:
    """Every artifact file and the text that it must have."""
    units = targets()
    output = compile_sources(gather(units, ensure_chain_packages(packages="full")))
    return {
        folder / f"{Path(unit).stem}.json": json.dumps(artifact(output, unit), indent=1) + "\n"
        for unit, folder in units.items()
    }


def main() -> int:
    """Write the artifacts, or with `--check` name those that differ."""
    check = sys.argv[1:] == ["--check"]
    stale = {
        path: text for path, text in expected_files().items() if not path.exists() or path.read_text() != text
    }
    for path, text in stale.items():
        if check:
            print(f"differs from its source: {path.relative_to(ROOT)}", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            print(f"written: {path.relative_to(ROOT)}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
