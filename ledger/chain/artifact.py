# SPDX-License-Identifier: Apache-2.0
"""Compiled contracts as the package ships them: interface, code, selectors, errors; no web3 needed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eth_hash.auto import keccak

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).resolve().parent / "artifacts"


@dataclass(frozen=True)
class Artifact:
    """One compiled contract; `types` maps a function or `constructor` to its argument and result types."""

    name: str
    bytecode: bytes
    deployed: bytes
    immutables: Mapping[str, tuple[int, ...]]
    types: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
    errors: Mapping[bytes, str]
    events: Mapping[str, bytes]

    def selector(self, function: str) -> bytes:
        """First four bytes of the call data of a function."""
        return keccak(f"{function}({','.join(self.types[function][0])})".encode())[:4]

    def error_name(self, answer: bytes) -> str:
        """Name of the custom error in a revert's bytes; `reverted` where there is none."""
        return self.errors.get(answer[:4], "reverted")

    def runtime(self, values: Mapping[str, bytes]) -> bytes:
        """The code a deployment must have: `deployed` with each immutable's 32-byte value filled in."""
        code = bytearray(self.deployed)
        for name, places in self.immutables.items():
            for place in places:
                code[place : place + 32] = values[name]
        return bytes(code)


@cache
def load_artifact(name: str, folder: Path = FOLDER) -> Artifact:
    """Read `artifacts/NAME.json`."""
    return parse_artifact(json.loads((folder / f"{name}.json").read_bytes()))


def parse_artifact(document: Mapping[str, Any]) -> Artifact:
    """An artifact from the document that scripts/compile_contracts.py writes."""
    functions = [item for item in document["abi"] if item["type"] in {"function", "constructor"}]
    return Artifact(
        name=document["contract"],
        bytecode=bytes.fromhex(document["bytecode"][2:]),
        deployed=bytes.fromhex(document["deployedBytecode"][2:]),
        immutables={name: tuple(places) for name, places in document["immutables"].items()},
        types={
            "constructor": ((), ()),
            **{
                item.get("name", "constructor"): (_types(item["inputs"]), _types(item.get("outputs", [])))
                for item in functions
            },
        },
        errors={
            keccak(_signature(item))[:4]: item["name"] for item in document["abi"] if item["type"] == "error"
        },
        events={
            item["name"]: keccak(_signature(item)) for item in document["abi"] if item["type"] == "event"
        },
    )


def _types(parameters: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(parameter["type"] for parameter in parameters)


def _signature(item: Mapping[str, Any]) -> bytes:
    return f"{item['name']}({','.join(_types(item['inputs']))})".encode()
