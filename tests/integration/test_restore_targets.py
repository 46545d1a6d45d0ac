# SPDX-License-Identifier: Apache-2.0
"""What is in a restore's way is found before anything is laid down, and what cannot be laid whole is not."""

from __future__ import annotations

import json
import tempfile
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.operation.archive import About, read_archive, write_archive
from api.operation.backup import sealer_for, take_backup
from api.operation.errors import ChangedError, DiffersError, NoRoomError, OtherSchemaError, TakenError
from api.operation.laying import lay, require_head
from api.operation.restore import Asked, restore
from api.operation.room import telling_no_room
from api.operation.sealed_file import SealedReader
from attest.vault import Vault
from ledger.store import Store
from tests import warm
from tests.databases import meddle
from tests.homes import environment, grow, once, settings_of
from tests.integration.test_backup import files_of, keys_only

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest_plugins = ["tests.home_parts"]

DOCUMENT = bytes(range(16))
LIMITED = """
import resource, sys
from api.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.exit(main(sys.argv[2:]))
"""


def quiet(_: str) -> None:
    """Nobody watches."""


@pytest.fixture
def taken(home: Path, tmp_path: Path) -> Path:
    """A back-up of a ledger that has one file of 100 000 bytes."""
    with Vault(home / "vault", sealer_for(home / "keys" / "kek")).begin(DOCUMENT) as writer:
        writer.write(bytes(100_000))
        writer.finish()
    take_backup(settings_of(home), tmp_path / "b", quiet)
    return tmp_path / "b"


@pytest.fixture
def other(home: Path, tmp_path: Path) -> Path:
    """Another machine's home with the keys alone."""
    return keys_only(home, tmp_path / "other")


@pytest.fixture
def another_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder to which no file of the test's own can be linked."""
    here = tmp_path.stat().st_dev
    places = (Path("/dev/shm"), Path("/var/tmp"))  # noqa: S108  # a folder of our own is made in it
    place = next((one for one in places if one.is_dir() and one.stat().st_dev != here), None)
    if place is None:
        pytest.skip("this machine has no second disk for tests")
    with tempfile.TemporaryDirectory(dir=place) as folder:
        yield Path(folder)


def laid(source: Path, home: Path) -> None:
    """The back-up restored there, the chain left alone."""
    restore(source, Asked(home=home, offline=True), quiet)


@contextmanager
def left_as_it_was(home: Path) -> Iterator[None]:
    """Afterwards there is in the home what there was before."""
    before = files_of(home)
    yield
    assert files_of(home) == before


def blob(home: Path) -> Path:
    """Where the file lies in a home's vault."""
    return home / "vault" / "blobs" / DOCUMENT.hex()[:2] / DOCUMENT.hex()


def put(path: Path, content: bytes) -> None:
    """A file of the vault, its folders for their owner alone."""
    for folder in reversed(path.parents[:3]):
        folder.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(content)


@pytest.mark.parametrize("end", ["", "-wal", "-shm", "-journal"])
def test_what_sqlite_would_replay_is_in_the_way(taken: Path, other: Path, end: str) -> None:
    """The database is lost and a file beside it was left: refused by name, nothing laid down."""
    (other / f"ledger.db{end}").write_bytes(b"of before")
    with left_as_it_was(other), pytest.raises(TakenError, match=f"ledger.db{end} exists"):
        laid(taken, other)


def test_a_refusal_says_what_to_do_next(taken: Path, other: Path) -> None:
    """Exit 1, a stable code, both languages with the next step."""
    (other / "ledger.db-wal").touch()
    told = once(other, "restore", str(taken), "--offline", "--json")
    error = json.loads(told.stdout)["error"]
    assert (told.returncode, error["code"]) == (1, "restore.exists")
    assert all(error[name] for name in ("zh", "en", "next_zh", "next_en"))


def test_what_was_laid_down_is_compared_again(home: Path) -> None:
    """A database that gives another head than the audited one is told."""
    with closing(Store(f"sqlite:///{home / 'ledger.db'}", read_only=True)) as store:
        head = store.head()
    require_head(settings_of(home), (head.size, head.root))
    grow(home, "D990061")
    with pytest.raises(ChangedError):
        require_head(settings_of(home), (head.size, head.root))


@pytest.mark.parametrize("name", ["trust.json", "once.toml", "vault", "ledger.db", "vault/blobs"])
def test_a_link_that_leads_nowhere_is_in_the_way(taken: Path, other: Path, name: str) -> None:
    """It may be a disk that is away: refused by name before anything is laid down, the link left alone."""
    (other / name).parent.mkdir(mode=0o700, exist_ok=True)
    (other / name).symlink_to(other / "nowhere")
    with left_as_it_was(other), pytest.raises(TakenError, match=f"{name} exists"):
        laid(taken, other)
    assert (other / name).is_symlink()


@pytest.mark.parametrize("harm", [lambda whole: whole[:1000], lambda whole: whole[:-1] + b"?"])
def test_a_file_of_the_vault_that_differs_is_told(taken: Path, home: Path, other: Path, harm: object) -> None:
    """Cut or changed, it is refused by name; moved away, the back-up's takes its place."""
    assert callable(harm)
    whole = blob(home).read_bytes()
    put(blob(other), harm(whole))
    with left_as_it_was(other), pytest.raises(DiffersError, match=DOCUMENT.hex()):
        laid(taken, other)
    blob(other).unlink()
    laid(taken, other)
    assert blob(other).read_bytes() == whole


def test_a_file_of_the_vault_that_is_the_same_stays(taken: Path, home: Path, other: Path) -> None:
    """What an earlier try had laid is neither refused nor written again."""
    put(blob(other), blob(home).read_bytes())
    before = blob(other).stat().st_ino
    laid(taken, other)
    assert blob(other).stat().st_ino == before


def test_a_vault_on_another_disk(
    taken: Path, home: Path, other: Path, another_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copied whole, for its owner alone, nothing unfinished beside it."""
    monkeypatch.setenv("ONCE_VAULT", str(another_disk / "vault"))
    laid(taken, other)
    found = [path for path in another_disk.rglob("*") if path.is_file()]
    assert sorted(path.name for path in found) == [DOCUMENT.hex()] * 2
    assert {path.stat().st_mode & 0o777 for path in found} == {0o600}
    (copied,) = (path for path in found if "blobs" in path.parts)
    assert copied.read_bytes() == blob(home).read_bytes()


def test_a_file_that_finds_no_room_is_not_laid_at_all(tmp_path: Path, another_disk: Path) -> None:
    """Neither under its name nor under another; once there is room the same again lays it whole."""
    import resource  # only where it exists

    source, target = tmp_path / "source", another_disk / "folder" / "target"
    source.write_bytes(bytes(100_000))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(NoRoomError), telling_no_room(), ExitStack() as undo:
            lay(source, target, tmp_path, undo)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(another_disk.iterdir()) == []
    with ExitStack() as undo:
        lay(source, target, tmp_path, undo)
        undo.pop_all()
    assert target.read_bytes() == source.read_bytes()


def test_a_full_disk_is_told_in_words(taken: Path, home: Path, other: Path, tmp_path: Path) -> None:
    """A restore and a back-up that find no room: exit 1, a stable code with the next step, nothing kept."""

    def told(where: Path, limit: int, *arguments: str) -> None:
        done = warm.run((str(limit), *arguments, "--json"), environment(where), program=LIMITED)
        assert done.returncode == 1, done.stderr
        error = json.loads(done.stdout)["error"]
        assert error["code"] == "backup.no_room"
        assert all(error[name] for name in ("zh", "en", "next_zh", "next_en"))

    with left_as_it_was(other):
        told(other, 50_000, "restore", str(taken), "--offline")
    with left_as_it_was(tmp_path):
        told(home, (home / "ledger.db").stat().st_size + 4096, "backup", str(tmp_path / "new"))


def test_what_was_laid_goes_again_where_the_rest_cannot_be(
    taken: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database's folder is a file: vault and configuration, laid before it, are taken away again."""
    (other / "blocked").touch()
    monkeypatch.setenv("ONCE_DATABASE_URL", f"sqlite:///{other}/blocked/ledger.db")
    with left_as_it_was(other), pytest.raises(OSError, match="blocked"):
        laid(taken, other)


def test_a_database_stands_where_every_command_looks(
    taken: Path, other: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A URL of a relative path means the working folder, for a restore as for all others."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("ONCE_DATABASE_URL", "sqlite:///x.db")
    laid(taken, other)
    assert ((work / "x.db").is_file(), (other / "x.db").exists()) == (True, False)


def test_a_back_up_of_another_schema_is_refused(taken: Path, home: Path, other: Path, tmp_path: Path) -> None:
    """It names the program to restore it with, and lays nothing down."""
    inside, old = tmp_path / "inside", tmp_path / "old"
    inside.mkdir()
    sealer = sealer_for(home / "keys" / "kek")
    with taken.open("rb") as file:
        reader = SealedReader(file)
        reader.unlock(sealer)
        names = read_archive(reader, inside)
    meddle(inside, "UPDATE alembic_version SET version_num = '0000'")
    with old.open("wb") as file:
        write_archive(file, reader.header, sealer, [(name, inside / name) for name in names])
    program = About.parse(reader.header).program
    with left_as_it_was(other), pytest.raises(OtherSchemaError) as refused:
        laid(old, other)
    assert f"once-ledger {program}" in refused.value.next_en
    assert program in refused.value.next_zh
