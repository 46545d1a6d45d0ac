# SPDX-License-Identifier: Apache-2.0
"""What changed between two versions of any document of the catalogue, by its own codes. Pure.

Objects of a list are known by `code`, `step` or what else names them, so that one put in between changes
nothing of those after it. Texts and grounds are compared whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ledger.canonical import Json

ORDER: Final = "*"
"""Last step of a path: the objects of a list stand in another order; before and after are their names."""
_NAMES: Final = (("code",), ("step",), ("channel",), ("from", "type"), ("type", "issuer"), ("type",))
_WHOLE: Final = (frozenset({"zh", "en"}), frozenset({"text", "certainty"}))


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: where, and what stood and stands there; None where nothing did or does."""

    path: tuple[str, ...]
    before: Json | None
    after: Json | None


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Every difference but the version's number, in the order of the later document."""
    return tuple(one for one in _objects(before, after, ()) if one.path != ("version",))


def _objects(before: Mapping[str, Any], after: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Change]:
    for name in [*after, *(one for one in before if one not in after)]:
        yield from _either(before.get(name), after.get(name), (*path, name))


def _either(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict) and after.keys() not in _WHOLE:
        yield from _objects(before, after, path)
        return
    if isinstance(before, list) and isinstance(after, list):
        old, new = named(before), named(after)
        if old is not None and new is not None:
            yield from _objects(old, new, path)
            stayed = [name for name in old if name in new]
            moved = [name for name in new if name in old]
            if stayed != moved:
                yield Change((*path, ORDER), list(stayed), list(moved))
            return
    yield Change(path, before, after)


def named(several: Sequence[Any]) -> dict[str, Any] | None:
    """Objects of a list by what names them; None where they have no names, or one twice."""
    if not all(isinstance(one, dict) for one in several):
        return None
    for names in _NAMES:
        if all(isinstance(one.get(name), str) for one in several for name in names):
            found = {" ".join(one[name] for name in names): one for one in several}
            return found if len(found) == len(several) else None
    return None
