# SPDX-License-Identifier: Apache-2.0
"""Keys of the log that were lost or stolen: what is left to do, and what counts no more."""

from __future__ import annotations

import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from api.client.models import Receipt
from api.client.receipts import ReceiptVerifier
from api.log_signer import LOG_KEY
from api.operation.log_key_files import LogKeyError
from api.settings import SettingsError
from attest.erasure.listed import ErasureListError
from attest.verify.log_keys import COMPROMISED
from ledger.errors import SignatureError
from ledger.hashing import leaf_hash
from ledger.proof import TlogProof
from ledger.store import Store
from tests.erasure_parts import live
from tests.homes import once, register
from tests.integration.test_doctor import failing
from tests.log_key_parts import Left, held, killed, leave
from tests.people import as_person
from tests.worlds import open_filled, open_world

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.database_parts import Kind
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


@pytest.fixture
def left(new_world: Callable[[Path, Kind], World], tmp_path: Path) -> Left:
    """A ledger that was used and is served no more."""
    return leave(new_world(tmp_path / "home", "sqlite"))


def test_keys_that_wait_are_not_new(left: Left) -> None:
    """For a stolen key nothing is taken that lay there before, perhaps since the theft."""
    assert once(left.home, "keys", "rotate-log", "--prepare").returncode == 0
    lay = held(left)
    left.replaced(COMPROMISED)
    assert not {lay["log.pem.next"], lay["checkpoint.json.next"]} & set(held(left).values())


def test_a_list_that_is_cut_between_two_runs(left: Left) -> None:
    """What the marks state by the stolen key is asked once more before the list is signed anew."""
    path = left.settings.head_mark / "erasures.jsonl"
    world = open_filled(left.home, left.world, retention_years=0)
    try:
        for key in ("he", "lin"):
            live(world, key)
            done = as_person(world, key).post("/my/erasure/confirm", understood="yes")
            assert done.status_code == 200, done.text
            if key == "he":
                world.close()
                left.replaced()
                world = open_filled(left.home, left.world, retention_years=0)
    finally:
        world.close()
    whole = path.read_bytes()
    killed(left, "F9", "--again", "--reason", COMPROMISED)
    for cut in (b"", b"".join(whole.splitlines(keepends=True)[:1])):
        path.write_bytes(cut)
        with pytest.raises(ErasureListError, match="cut"):
            left.replaced(COMPROMISED)
    path.write_bytes(whole)
    left.replaced(COMPROMISED)
    left.opened().close()
    assert len(path.read_bytes().splitlines()) == 2
    assert failing(left.home) == set()


def test_a_damaged_key_is_moved_away_first(left: Left) -> None:
    """A key file that cannot be read is not taken for lost: it is said; once moved away it is replaced."""
    file = left.settings.keys_folder / LOG_KEY
    file.write_bytes(b"")
    with pytest.raises(LogKeyError, match=r"move .* away first"):
        left.replaced("key_lost")
    file.unlink()
    assert left.told() == [] != [left.replaced("key_lost")]
    left.opened().close()


def test_a_missing_key_is_not_replaced_on_schedule(left: Left) -> None:
    """A file that is not there was forgotten, or is lost, which governance's entry then says."""
    for name in (LOG_KEY, "checkpoint.json"):
        away = (left.settings.keys_folder / name).rename(left.home / "away")
        with pytest.raises(LogKeyError, match="say --reason key_lost"):
            left.replaced("scheduled")
        away.rename(left.settings.keys_folder / name)
    assert left.told() == []


@pytest.mark.parametrize("gone", ["the marks", "the last mark"])
def test_key_and_head_mark_are_lost(left: Left, gone: str) -> None:
    """On a machine that died with its keys the operator's word stands for the mark."""
    marks = {path: path.read_bytes() for path in left.settings.head_mark.glob("*.mark")}
    with closing(left.opened()) as world:
        register(world.ledger, "D990073")
    (left.settings.keys_folder / LOG_KEY).unlink()
    if gone == "the marks":
        shutil.rmtree(left.settings.head_mark)
    else:
        for path, content in marks.items():
            path.write_bytes(content)
    before = held(left)
    for adopt in ((), ("--adopt-head",)):
        refused = once(left.home, "keys", "rotate-log", *adopt)
        assert (refused.returncode, held(left)) == (1, before), refused.stderr
    assert once(left.home, "keys", "rotate-log", "--reason", "key_lost").returncode == 1
    assert held(left) == before
    done = once(left.home, "keys", "rotate-log", "--reason", "key_lost", "--adopt-head")
    assert done.returncode == 0, done.stderr
    left.opened().close()
    assert (len(left.told()), left.audited()) == (1, (0, []))
    assert failing(left.home) == set()


def test_killed_while_the_head_is_adopted(left: Left) -> None:
    """After the entry the same command goes on, with the operator's word where no mark is left."""
    (left.settings.keys_folder / LOG_KEY).unlink()
    shutil.rmtree(left.settings.head_mark)
    killed(left, "F9", "--reason", "key_lost", "--adopt-head")
    again = once(left.home, "keys", "rotate-log", "--adopt-head")
    assert again.returncode == 0, again.stderr
    left.opened().close()
    assert (len(left.told()), left.audited()) == (1, (0, []))


def test_a_receipt_by_a_stolen_key(left: Left) -> None:
    """The library of departments takes no receipt by a key that was stolen later, however old it looks."""
    proof = TlogProof.parse(left.proofs[0])
    leaf = leaf_hash(left.leaf(0)).hex()
    receipt = Receipt(index=0, leaf=leaf, proof=left.proofs[0].decode(), stage="sequenced", anchor=None)
    assert ReceiptVerifier(left.trust).verify(receipt).size > proof.index
    left.replaced(COMPROMISED)
    with pytest.raises(SignatureError, match="stolen"):
        ReceiptVerifier(left.newest).verify(receipt)


def test_a_list_by_the_stolen_key_is_not_served(left: Left) -> None:
    """A machine that got the new keys and not the new list could list nothing more: it does not start."""
    path = left.settings.head_mark / "erasures.jsonl"
    world = open_filled(left.home, left.world, retention_years=0)
    live(world)
    assert as_person(world, "he").post("/my/erasure/confirm", understood="yes").status_code == 200
    world.close()
    was = path.read_bytes()
    left.replaced(COMPROMISED)
    newer = path.read_bytes()
    path.write_bytes(was)
    with pytest.raises(SettingsError, match=r"erasures\.jsonl"):
        open_world(left.home)
    assert failing(left.home) == {"erasures"}
    path.unlink()  # as it says: what the log tells is listed anew
    left.opened().close()
    assert len(path.read_bytes().splitlines()) == 1
    path.write_bytes(newer)
    left.opened().close()


@pytest.mark.parametrize("asked", [(), ("--reason", "key_lost", "--adopt-head")])
def test_keys_that_an_entry_names_are_kept(left: Left, asked: tuple[str, ...]) -> None:
    """Where something fails after the commit, the keys wait on, and the same command ends it."""
    with closing(Store(left.settings.database_url)) as store:
        size = store.head().size + 1
        with store.transaction() as connection:
            connection.exec_driver_sql(
                "INSERT INTO checkpoints VALUES (?, zeroblob(32), zeroblob(9), NULL, 0)", (size,)
            )
    failed = once(left.home, "keys", "rotate-log", *asked)
    assert (failed.returncode, "Traceback" in failed.stderr) == (1, False), failed.stderr
    assert (left.told(), "log.pem.next" in held(left)) == ([size - 1], True)
    with closing(Store(left.settings.database_url)) as store, store.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM checkpoints WHERE size = ?", (size,))
    assert once(left.home, "keys", "rotate-log").returncode == 0
    left.opened().close()
    assert (left.told(), left.audited()) == ([size - 1], (0, []))
