# SPDX-License-Identifier: Apache-2.0
"""The order of a bundle's steps: a step comes after those whose results it uses. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.errors import AttestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class CycleError(AttestError, ValueError):
    """Steps that wait for each other; `steps` names them in order, the first again at the end."""

    code = "bundle.cycle"

    def __init__(self, steps: tuple[str, ...]) -> None:
        super().__init__(" → ".join(steps))
        self.steps = steps


def waits_for(steps: Sequence[str], feeds: Iterable[tuple[str, Sequence[str]]]) -> dict[str, tuple[str, ...]]:
    """Step → the steps that it waits for, each in the order of `steps`. `feeds`: (step, those it feeds)."""
    found: dict[str, set[str]] = {step: set() for step in steps}
    for source, fed in feeds:
        for step in fed:
            if source in found and step in found:
                found[step].add(source)
    return {step: tuple(other for other in steps if other in found[step]) for step in steps}


def ordered(waiting: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Every step after those that it waits for, else as they are listed (raises CycleError)."""
    left, done = list(waiting), []
    while left:
        ready = next((step for step in left if not set(waiting[step]).intersection(left)), None)
        if ready is None:
            raise CycleError(_cycle(waiting, left))
        left.remove(ready)
        done.append(ready)
    return tuple(done)


def _cycle(waiting: Mapping[str, Sequence[str]], left: Sequence[str]) -> tuple[str, ...]:
    """One cycle among steps each of which waits for another of them, in the order of doing."""
    path = [left[0]]
    while True:
        following = next(step for step in waiting[path[-1]] if step in left)
        if following in path:
            return (following, *reversed(path[path.index(following) :]))
        path.append(following)
