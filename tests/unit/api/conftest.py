# SPDX-License-Identifier: Apache-2.0
"""Doors over a real log, for the tests of the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.routes.health import Health
from tests.builders import Append, Log, a_leaf, a_log, a_publisher
from tests.doors import ENTRIES, Parts, the_keys

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    """A log of 300 entries whose checkpoint is published, and three later ones that are not."""
    with a_log(tmp_path_factory.mktemp("log"), entries=ENTRIES) as made:
        assert a_publisher(made).publish_once() is not None
        a_log_more(made)
        yield made


def a_log_more(log: Log) -> None:
    """Three entries that no published checkpoint covers."""
    log.writer.submit_wait(Append([a_leaf() for _ in range(3)]))


@pytest.fixture
def parts(log: Log) -> Parts:
    return Parts(log, the_keys(), Health(size=ENTRIES + 3, published=ENTRIES, anchored=200, anchor_age=4.0))
