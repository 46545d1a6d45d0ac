# SPDX-License-Identifier: Apache-2.0
"""Puts ES modules into one script without imports, for a page that must work as one file.

Each module becomes a function whose exports are an object, in the order in which they need each other. Only
the forms of import and export that our modules and the vendored ones use are known; any other is an error.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_FROM: Final = r"""\s*from\s*["'](?P<path>[^"']+)["'];[ \t]*\n?"""
_IMPORT: Final = re.compile(r"^import\s*(?:\{(?P<names>[^}]*)\}|\* as (?P<all>\w+))" + _FROM, re.MULTILINE)
_PASSED_ON: Final = re.compile(r"^export\s*\{(?P<names>[^}]*)\}" + _FROM, re.MULTILINE)
_LIST: Final = re.compile(r"^export\s*\{(?P<names>[^}]*)\};[ \t]*\n?", re.MULTILINE)
_DECLARED: Final = re.compile(
    r"^export (?=(?:async function\*?|function\*?|class|const)\s+(?P<name>\w+))", re.MULTILINE
)
_LEFT: Final = re.compile(r"^(?:import|export)\b.*|\bimport\s*[(.].*", re.MULTILINE)


class LinkError(ValueError):
    """A module uses a form that is not known here, or modules need each other in a circle."""


def link(entry: str, read: Callable[[str], str]) -> str:
    """One script (the text of a module without imports) of `entry` and all that it needs."""
    linker = _Linker(read)
    linker.add(entry, ())
    return "\n".join(linker.parts)


class _Linker:
    """The modules placed so far, by path."""

    def __init__(self, read: Callable[[str], str]) -> None:
        self._read = read
        self._names: dict[str, str] = {}
        self.parts: list[str] = []

    def add(self, path: str, above: tuple[str, ...]) -> str:
        """Place the module and what it needs; the name of its exports."""
        if path in self._names:
            return self._names[path]
        if path in above:
            raise LinkError(f"modules need each other in a circle: {path}")
        chain = (*above, path)
        exported: list[str] = []

        def bring(match: re.Match[str]) -> str:
            module = self.add(_beside(path, match["path"]), chain)
            if match["all"]:
                return f"const {match['all']} = {module};\n"
            taken = ", ".join(f"{name}: {own}" for name, own in _pairs(match["names"]))
            return f"const {{ {taken} }} = {module};\n" if taken else ""

        def pass_on(match: re.Match[str]) -> str:
            module = self.add(_beside(path, match["path"]), chain)
            exported.extend(f"{own}: {module}.{name}" for name, own in _pairs(match["names"]))
            return ""

        def keep(match: re.Match[str]) -> str:
            exported.extend(f"{own}: {name}" for name, own in _pairs(match["names"]))
            return ""

        def declare(match: re.Match[str]) -> str:
            exported.append(match["name"])
            return ""

        body = _PASSED_ON.sub(pass_on, _IMPORT.sub(bring, self._read(path)))
        body = _DECLARED.sub(declare, _LIST.sub(keep, body))
        strange = _LEFT.search(body)
        if strange is not None:
            raise LinkError(f"{path}: {strange[0][:80]}")
        name = self._names[path] = f"$m{len(self._names)}"
        self.parts.append(
            f"// {path}\nconst {name} = (() => {{\n{body}\nreturn {{ {', '.join(exported)} }};\n}})();"
        )
        return name


def _beside(path: str, target: str) -> str:
    if not target.startswith("."):
        raise LinkError(f"{path} needs {target}, which is no relative path")
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


def _pairs(names: str) -> list[tuple[str, str]]:
    """`a, b as c` as (its name there, its name here)."""
    found = []
    for one in names.split(","):
        if one.strip():
            name, _, own = one.strip().partition(" as ")
            found.append((name, own or name))
    return found
