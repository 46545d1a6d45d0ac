# SPDX-License-Identifier: Apache-2.0
"""Which look-up keys are taken for those of the tables: all three must be, whatever records are damaged."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from api.operation.key_place import LookupKeysError
from api.operation.lookup_keys import replace_lookup_keys
from api.settings import SettingsError
from api.wiring import open_ledger
from attest.fitting import lookup_keys_fit
from attest.keyfiles import read_lookup_keys
from ledger.store import Store
from tests.acceptance.test_denied_before import deny
from tests.homes import grow, settings_of
from tests.integration.test_doctor import failing
from tests.integration.test_lookup_key_place import written
from tests.integration.test_rebuild import differences
from tests.worlds import open_filled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from attest.commitments import LookupKeys
    from attest.context import Context
    from tests.database_parts import Kind
    from tests.worlds import World

pytest_plugins = ["tests.api_parts", "tests.home_parts"]

WRONG = ("k_holder", "k_content", "k_number")


@pytest.fixture
def left(new_world: Callable[[Path, Kind], World], tmp_path: Path) -> World:
    """A ledger that was used and is served no more."""
    world = new_world(tmp_path / "home", "sqlite")
    world.close()
    return world


def without(world: World, *names: str) -> Context:
    """The ledger's own context, with other keys under these names."""
    other: dict[str, Any] = {name: bytes([65 + number]) * 32 for number, name in enumerate(names)}
    return replace(world.ledger.context, lookup=replace(world.ledger.context.lookup, **other))


def fits(world: World, context: Context) -> bool:
    """Asked of the database as it lies there."""
    with closing(Store(world.ledger.settings.database_url, read_only=True)) as store:
        return lookup_keys_fit(store, context)


def meddle(world: World, statement: str) -> int:
    """Change the database behind everybody's back; how many rows."""
    with closing(Store(world.ledger.settings.database_url)) as store, store.transaction() as connection:
        return connection.exec_driver_sql(statement).rowcount


def people_of(world: World) -> list[int]:
    """Entries that named those whom the tables know."""
    with closing(Store(world.ledger.settings.database_url, read_only=True)) as store:
        return [int(index) for (index,) in store.query("SELECT idx FROM holders")]


def swapped(keys: LookupKeys) -> LookupKeys:
    """The right keys, two of them in each other's place."""
    return replace(keys, k_content=keys.k_number, k_number=keys.k_content)


def test_each_of_the_three_counts(left: World) -> None:
    """One wrong key is enough, and so are two in each other's place."""
    assert fits(left, left.ledger.context)
    assert not any(fits(left, without(left, name)) for name in WRONG)
    assert not fits(left, replace(left.ledger.context, lookup=swapped(left.ledger.context.lookup)))


def test_swapped_keys_are_refused_everywhere(left: World) -> None:
    """No service, no replacement, and `once doctor` names them."""
    settings = left.ledger.settings
    file = settings.lookup_key_file
    kept = file.read_bytes()
    file.write_text(written(swapped(read_lookup_keys(file))), encoding="ascii")
    with pytest.raises(SettingsError, match="put the right file back"):
        open_ledger(settings)
    with pytest.raises(LookupKeysError, match="other keys"):
        replace_lookup_keys(settings, lambda _: None)
    assert failing(settings.home) == {"lookup_keys"}
    file.write_bytes(kept)
    assert differences(settings.home).differences == []


def test_damaged_records_hide_no_wrong_key(left: World) -> None:
    """Of those that open any tells; the people's records all damaged, the papers' tell of their keys."""
    people = people_of(left)
    assert len(people) > 1
    for index in people[:-1]:
        meddle(left, f"UPDATE private_records SET sealed = x'00' WHERE idx = {index}")
    assert fits(left, left.ledger.context)
    assert not any(fits(left, without(left, name)) for name in WRONG)
    meddle(left, f"UPDATE private_records SET sealed = x'00' WHERE idx = {people[-1]}")
    assert fits(left, left.ledger.context)
    assert [fits(left, without(left, name)) for name in WRONG] == [True, False, False]


def test_a_denied_number_tells_too(left: World) -> None:
    """Where no paper was accepted, what an issuer said of one shows its key; other keys made nothing."""
    world = open_filled(left.ledger.settings.home, left)
    deny(world)
    world.close()
    meddle(left, "DELETE FROM acceptances")
    assert fits(left, left.ledger.context)
    assert [fits(left, without(left, name)) for name in WRONG] == [False, True, False]


def test_rows_that_are_gone_are_no_wrong_key(left: World) -> None:
    """Of them `once rebuild` speaks; what is left still tells."""
    meddle(left, "DELETE FROM lookups")
    assert fits(left, left.ledger.context)
    assert not fits(left, without(left, "k_holder"))


def test_where_there_is_nobody_any_keys_fit(home: Path) -> None:
    """A ledger without people has nothing by which keys could be told."""
    grow(home, "D990071")
    settings = settings_of(home)
    keys = read_lookup_keys(settings.lookup_key_file)
    settings.lookup_key_file.write_text(written(swapped(keys)), encoding="ascii")
    open_ledger(settings).close()
