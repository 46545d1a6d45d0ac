# SPDX-License-Identifier: Apache-2.0
"""What was begun in files and failed is taken back: what this run made, and nothing that was there before."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

Names = frozenset[str] | None
"""What a folder held; None where nothing was. A file that was there is as a folder whose content stays."""


def held(places: Iterable[Path]) -> dict[Path, Names]:
    """What is at these places now."""
    return {place: _names(place) for place in places}


@contextmanager
def undone_on_failure(before: Mapping[Path, Names]) -> Iterator[None]:
    """Where the block fails, take away what is at these places and was not before."""
    try:
        yield
    except BaseException:
        for place, names in before.items():
            if names is None:
                _remove(place)
            elif place.is_dir():
                for name in _names(place) or ():
                    if name not in names:
                        _remove(place / name)
        raise


def _names(place: Path) -> Names:
    if not os.path.lexists(place):
        return None
    return frozenset(one.name for one in place.iterdir()) if place.is_dir() else frozenset()


def _remove(place: Path) -> None:
    with suppress(OSError):  # the failure itself is what is told
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        else:
            place.unlink()
