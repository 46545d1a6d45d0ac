# SPDX-License-Identifier: Apache-2.0
"""Settings: environment over file over defaults, private folders, no secrets shown."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import orjson
import pytest

from api.settings import (
    Settings,
    SettingsError,
    load_settings,
    make_private_folder,
    read_secret,
    without_credentials,
    write_secret,
)

if TYPE_CHECKING:
    from pathlib import Path


def shown(environment: dict[str, str]) -> dict[str, str | int | None]:
    """What `once config --json` prints in this environment."""
    done = run_config(environment)
    assert done.returncode == 0, done.stderr
    found: dict[str, str | int | None] = orjson.loads(done.stdout)
    return found


def run_config(environment: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    """`once config --json` with nothing else of this program's in the environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ONCE_")}
    command = [
        sys.executable,
        "-c",
        "import sys; from api.cli import main; sys.exit(main())",
        "config",
        "--json",
    ]
    return subprocess.run(command, env={**kept, **environment}, capture_output=True, check=False, timeout=60)


def test_everything_stands_below_home(tmp_path: Path) -> None:
    """With only a home, all paths are below it, the log is SQLite there, the server on loopback."""
    settings = load_settings(home=tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/ledger.db"
    for path in (settings.kek_file, settings.lookup_key_file, settings.passphrase_file, settings.head_mark):
        assert path.is_relative_to(tmp_path)
    assert (settings.vault, settings.trust_file) == (tmp_path / "vault", tmp_path / "trust.json")
    assert (settings.host, settings.is_loopback, settings.profile) == ("127.0.0.1", True, "production")


def test_environment_over_file_over_defaults(tmp_path: Path) -> None:
    """once.toml is read below the environment; relative paths in it stand below home."""
    (tmp_path / "once.toml").write_text('port = 9001\norigin = "city.example/log"\nvault = "files"\n')
    found = shown({"ONCE_HOME": str(tmp_path), "ONCE_PORT": "9002"})
    assert (found["port"], found["origin"]) == (9002, "city.example/log")
    assert found["vault"] == str(tmp_path / "files")
    assert load_settings(home=tmp_path, port=9003).port == 9003


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ONCE_PORT", "x"),
        ("ONCE_PORT", "70000"),
        ("ONCE_PROFILE", "test"),
        ("ONCE_ORIGIN", "two words"),
        ("ONCE_ORIGIN", "a+b"),
        ("ONCE_CHAIN", "ganache"),
        ("ONCE_HOST", "example.org"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, name: str, value: str) -> None:
    """A wrong value ends with exit code 2 and the setting's name, not with a trace."""
    done = run_config({"ONCE_HOME": str(tmp_path), name: value})
    assert done.returncode == 2
    assert name.encode() in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("text", ["port = ", "unknown = 1", 'home = "/elsewhere"'])
def test_wrong_files_are_refused(tmp_path: Path, text: str) -> None:
    """A once.toml that is no TOML, has an unknown name, or moves home is refused."""
    (tmp_path / "once.toml").write_text(text)
    with pytest.raises(SettingsError):
        load_settings(home=tmp_path)


def test_credentials_are_not_shown(tmp_path: Path) -> None:
    """Passwords of databases and tokens of RPC endpoints do not leave through `once config`."""
    settings = load_settings(
        home=tmp_path,
        database_url="postgresql://once:SECRET@db/log?x=SECRET",
        chain="https://u:SECRET@rpc/SECRET?k=SECRET",
    )
    assert "SECRET" not in str(settings.shown())
    assert without_credentials("anvil") == "anvil"
    assert without_credentials("http://127.0.0.1:8545") == "http://127.0.0.1:8545"
    assert without_credentials("sqlite:////var/once/ledger.db") == "sqlite:////var/once/ledger.db"


def test_settings_do_not_change(tmp_path: Path) -> None:
    """Settings are frozen once loaded."""
    settings = load_settings(home=tmp_path)
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1
    assert isinstance(settings, Settings)


def test_folders_are_private(tmp_path: Path) -> None:
    """A new folder is 0700; one that others can read is refused and left as it is."""
    folder = make_private_folder(tmp_path / "a" / "b")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert make_private_folder(folder) == folder
    folder.chmod(0o755)
    with pytest.raises(SettingsError, match="open to others"):
        make_private_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_secret_files_are_private(tmp_path: Path) -> None:
    """A secret is written once with 0600 and read only while nobody else can."""
    file = tmp_path / "kek"
    write_secret(file, b"k" * 32)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_secret(file, 32) == b"k" * 32
    with pytest.raises(FileExistsError):
        write_secret(file, b"x" * 32)
    with pytest.raises(SettingsError, match="must hold 16 bytes"):
        read_secret(file, 16)
    file.chmod(0o640)
    with pytest.raises(SettingsError, match="0600"):
        read_secret(file, 32)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_secret(tmp_path / "absent")


@pytest.mark.parametrize(("profile", "refused"), [("production", True), ("demo", False)])
def test_failpoints_are_for_demonstrations(tmp_path: Path, profile: str, refused: bool) -> None:  # noqa: FBT001  # a table
    """A process that could be told to die opens no ledger in production, and says which variable to unset."""
    script = (
        "from api.settings import load_settings, refuse_failpoints, SettingsError\n"
        "try: refuse_failpoints(load_settings())\n"
        "except SettingsError as error: print(error)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", script],
        env={
            **os.environ,
            "ONCE_HOME": str(tmp_path),
            "ONCE_PROFILE": profile,
            "ONCE_FAILPOINT": "F5:9:kill",
        },
        capture_output=True,
        check=True,
        text=True,
    )
    assert ("ONCE_FAILPOINT" in said.stdout) is refused
