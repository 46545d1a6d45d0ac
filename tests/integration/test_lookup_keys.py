# SPDX-License-Identifier: Apache-2.0
"""`once keys rotate-lookup`: people, files and numbers are found by new keys, by the old ones no more."""

from __future__ import annotations

import json
import signal
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

import pytest

from api.demo import samples
from api.operation.key_place import LookupKeysError
from api.operation.lookup_keys import replace_lookup_keys
from api.settings import SettingsError
from attest.keyfiles import read_lookup_keys
from attest.materials.repository import upload_of
from ledger.store import Store
from tests.homes import once
from tests.integration.test_doctor import failing
from tests.integration.test_rebuild import differences
from tests.worlds import OWN, open_filled, open_world

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.database_parts import Kind
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

ON_EACH_DATABASE = True


@pytest.fixture
def left(new_world: Callable[[Path, Kind], World], world_on: Kind, tmp_path: Path) -> World:
    """A ledger that was used and is served no more."""
    world = new_world(tmp_path / "home", world_on)
    world.upload("SC", UNNAMED)
    world.close()
    return world


UNNAMED: Final = "health-certificate.jpg"
"""A file in the vault that no entry names."""


def home_of(world: World) -> Path:
    return world.ledger.settings.home


def asked(world: World, sql: str) -> list[Any]:
    """Rows of the database as it lies there."""
    with closing(Store(world.ledger.settings.database_url, read_only=True)) as store:
        return store.query(sql)


def people(world: World) -> dict[bytes, bytes]:
    """Holders by the digest under which they are found."""
    return {bytes(one): bytes(holder) for one, holder in asked(world, "SELECT lookup, holder FROM holders")}


def verdicts(world: World) -> list[tuple[str, str]]:
    """What YC is told of its list in its case, in which ZW took the licence in before."""
    answer = world.post("YC", "recognitions:check", {"case": world.cases["YC-004"], "purpose": "a look-up"})
    assert answer.status_code == 200, answer.text
    return [(one["requirement"], one["verdict"]) for one in answer.json()["results"]]


def uploaded(world: World) -> list[bytes]:
    """The vault's names of files, by the departments that sent them and their digests."""
    sent = [("ZW", "business-licence.pdf"), (OWN, "food-layout.pdf"), ("SC", UNNAMED)]
    store, context = world.ledger.store, world.ledger.context
    found = [upload_of(who, bytes.fromhex(samples.sample(file).sha256), store, context) for who, file in sent]
    return [one.document for one in found if one is not None]


def found(world: World) -> tuple[list[tuple[str, str]], str, list[bytes]]:
    """Of the ledger opened again: those verdicts, the holder's id by the number, the files."""
    opened = open_filled(home_of(world), world)
    try:
        person = {"id_type": "001", "number": "92990101MA99A1172F", "name": "九九县一鸣小馆"}
        return verdicts(opened), str(opened.made("ZW", "holders", person)["holder"]), uploaded(opened)
    finally:
        opened.close()


def test_everything_is_found_by_the_new_keys(left: World) -> None:
    """The same people and verdicts, the same entries; every table as the log gives it, no old digest left."""
    before, keys = found(left), left.ledger.settings.lookup_key_file
    was, head = keys.read_bytes(), asked(left, "SELECT size, root FROM head")
    old = {
        bytes(lookup): bytes(holder) for lookup, holder in asked(left, "SELECT lookup, holder FROM holders")
    }
    done = replace_lookup_keys(left.ledger.settings, lambda _: None)
    assert (done.version, done.rows >= len(old)) == (2, True)
    assert done.old.read_bytes() == was
    assert read_lookup_keys(keys).version == 2
    assert sorted(one.name for one in keys.parent.glob("lookup*")) == ["lookup", "lookup.v1"]
    new = {
        bytes(lookup): bytes(holder) for lookup, holder in asked(left, "SELECT lookup, holder FROM holders")
    }
    assert sorted(new.values()) == sorted(old.values())
    assert not new.keys() & old.keys()
    assert asked(left, "SELECT size, root FROM head") == head
    assert differences(home_of(left)).differences == []
    assert found(left) == before
    assert ("licence", "recognised") in before[0]
    assert len(before[2]) == 3


def test_an_upload_that_cannot_be_read_is_counted(left: World) -> None:
    """A file gone from the vault, which no entry names, is found by nobody any more; all else is."""
    before = found(left)
    document = before[2][2]
    for part in ("blobs", "keys"):
        (left.ledger.settings.vault / part / document.hex()[:2] / document.hex()).unlink()
    assert replace_lookup_keys(left.ledger.settings, lambda _: None).unread == 1
    assert found(left) == (before[0], before[1], [one for one in before[2] if one != document])


def test_it_is_done_again(left: World) -> None:
    """Each time the version is the next one, and the old keys are kept by theirs."""
    versions = [replace_lookup_keys(left.ledger.settings, lambda _: None).version for _ in range(2)]
    assert versions == [2, 3]
    folder = left.ledger.settings.lookup_key_file.parent
    assert sorted(one.name for one in folder.glob("lookup*")) == ["lookup", "lookup.v1", "lookup.v2"]
    assert differences(home_of(left)).differences == []


def test_while_it_is_served_nothing_is_done(left: World) -> None:
    """A program that has the ledger open would go on finding by the old keys."""
    opened = open_world(home_of(left))
    try:
        with pytest.raises(LookupKeysError, match="stop the service"):
            replace_lookup_keys(left.ledger.settings, lambda _: None)
    finally:
        opened.close()
    assert not list(left.ledger.settings.lookup_key_file.parent.glob("lookup.*"))


@pytest.mark.parametrize("point", ["F20", "F21"])
def test_killed_anywhere_the_command_goes_on(left: World, point: str) -> None:
    """Before the commit the old keys fit, after it the waiting new ones; said again, it ends well."""
    home, before = home_of(left), found(left)
    killed = once(home, "keys", "rotate-lookup", "--json", more={"ONCE_FAILPOINT": f"{point}:1:kill"})
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    if point == "F20":
        assert found(left) == before
    else:
        with pytest.raises(SettingsError, match="once keys rotate-lookup"):
            open_world(home)
    ended = once(home, "keys", "rotate-lookup", "--json")
    assert ended.returncode == 0, ended.stderr
    said = json.loads(ended.stdout)
    assert (said["version"], said["rows"] > 0) == (2, point == "F20")
    assert found(left) == before
    assert differences(home).differences == []


def test_other_keys_are_refused(left: World) -> None:
    """A file of other keys, by which nobody would be found, opens nothing and replaces nothing."""
    settings = left.ledger.settings
    kept = settings.lookup_key_file.read_bytes()
    document = json.loads(kept)
    document["k_holder"] = "5a" * 32
    settings.lookup_key_file.write_text(json.dumps(document))
    with pytest.raises(SettingsError, match="put the right file back"):
        open_world(home_of(left))
    with pytest.raises(LookupKeysError, match="other keys"):
        replace_lookup_keys(settings, lambda _: None)
    assert failing(home_of(left)) == {"lookup_keys"}
    settings.lookup_key_file.write_bytes(kept)
    assert differences(home_of(left)).differences == []


def test_what_lies_in_the_way_stays(left: World) -> None:
    """A file of the name under which the old keys would be kept is not overwritten."""
    file = left.ledger.settings.lookup_key_file
    other = file.with_name("lookup.v1")
    other.write_bytes(b"something else")
    with pytest.raises(LookupKeysError, match="move it away"):
        replace_lookup_keys(left.ledger.settings, lambda _: None)
    assert (other.read_bytes(), read_lookup_keys(file).version) == (b"something else", 1)


def test_tables_that_are_not_what_the_log_gives(left: World) -> None:
    """A row that was taken out by hand stops it, and is named by its table: nothing is changed."""
    with closing(Store(left.ledger.settings.database_url)) as store, store.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM lookups")
    before = people(left)
    with pytest.raises(LookupKeysError, match="once rebuild"):
        replace_lookup_keys(left.ledger.settings, lambda _: None)
    assert people(left) == before
    assert read_lookup_keys(left.ledger.settings.lookup_key_file).version == 1
