# SPDX-License-Identifier: Apache-2.0
"""What is deployed: systemd units, the compose file, the image."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml  # type: ignore[import-untyped]  # its stubs are not in the locks

from api.settings import ENV_PREFIX, Settings
from tests.wheels import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest_plugins = ["tests.packaging_parts"]

DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted(path.name for path in DEPLOY.iterdir() if path.suffix in {".service", ".timer"})
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SETTINGS = {f"{ENV_PREFIX}{name.upper()}" for name in Settings.model_fields}
EXPOSURE = 2.0
"""systemd's own score of a service: 0 is sealed, 10 is open."""


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """`systemd-analyze verify` has nothing to say, and scores the service as well sealed."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd on this machine")
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        # The program is not installed where the test runs.
        (tmp_path / name).write_text(text.replace("/opt/once-ledger/bin/once", "/bin/true"), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", *(f"./{name}" for name in UNITS)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    if "Failed to connect" in done.stderr or "Failed to initialize manager" in done.stderr:
        pytest.skip("systemd-analyze cannot work in this environment")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    scored = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "./once-ledger.service"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"exposure level for .*: ([0-9.]+)", scored.stdout)
    if found is not None:
        assert float(found[1]) < EXPOSURE


def test_the_service_unit_holds_what_the_page_says() -> None:
    """Own user, notify, no new privileges, read-only but for its folders, no core dumps, time to drain."""
    lines = set((DEPLOY / "once-ledger.service").read_text(encoding="utf-8").splitlines())
    assert lines >= {
        *("Type=notify", "User=once", "NoNewPrivileges=yes", "ProtectSystem=strict", "LimitCORE=0"),
        *("ReadWritePaths=/var/lib/once /var/cache/once", "CapabilityBoundingSet=", "UMask=0077"),
        *("ExecStart=/opt/once-ledger/bin/once serve", "StateDirectoryMode=0700"),
    }
    assert "TimeoutStopSec=30" in lines


@pytest.fixture
def compose() -> dict[str, Any]:
    """The compose file."""
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return read


def test_compose_names_only_what_it_declares(compose: dict[str, Any]) -> None:
    """Keys of the specification; secrets, networks and volumes that are declared; no port to the world."""
    assert compose.keys() <= {"name", "services", "networks", "volumes", "secrets"}
    assert compose["services"].keys() == {"database", "once"}
    for service in compose["services"].values():
        named = {one if isinstance(one, str) else one["source"] for one in service.get("secrets", ())}
        assert named <= compose["secrets"].keys()
        assert set(service["networks"]) <= compose["networks"].keys()
        assert {volume.partition(":")[0] for volume in service["volumes"]} <= compose["volumes"].keys()
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
        assert "privileged" not in service
    assert "ports" not in compose["services"]["database"]
    assert compose["networks"]["inside"]["internal"] is True


def test_compose_runs_the_service_sealed(compose: dict[str, Any]) -> None:
    """Read-only root, no capabilities, the chain outside, settings that exist, no password in clear."""
    once = compose["services"]["once"]
    assert (once["read_only"], once["cap_drop"], once["security_opt"]) == (
        *(True, ["ALL"], ["no-new-privileges:true"]),
    )
    stated = {name for name in once["environment"] if name.startswith(ENV_PREFIX)}
    assert stated <= SETTINGS
    assert "?" in once["environment"]["ONCE_CHAIN"]
    assert re.fullmatch(r"postgresql://once@database/once", once["environment"]["ONCE_DATABASE_URL"])
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert "anvil" not in text
    assert "hardhat" not in text


def test_the_image_is_built_from_locks_and_runs_as_nobody() -> None:
    """Base as argument, hashes demanded, what is copied is sent to the builder, the last user is not root."""
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert set(stages) == {"${BASE}"}
    assert "--require-hashes --only-binary :all: --no-deps" in " ".join(DOCKERFILE.split())
    users = re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)
    assert users[-1] == "8460:8460"
    sent = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    for source in re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, re.MULTILINE):
        assert f"!{source.rstrip('/')}" in sent, source
    for source in ("requirements/run.txt", "docs/deploy/once-health"):
        assert (ROOT / source).is_file()
    assert os.access(DEPLOY / "once-health", os.X_OK)


class Builder:
    """Debian's buildah with a store of the test's own; commands run without a container engine."""

    def __init__(self, folder: Path) -> None:
        self._store = ["--root", str(folder / "store"), "--runroot", str(folder / "run")]

    def __call__(self, *arguments: str, seconds: float = 900) -> str:
        """Run `buildah ARGUMENT...`; its stdout."""
        done = subprocess.run(
            ["buildah", *self._store, *arguments],
            env={**os.environ, "STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builder]:
    """buildah and an image `localhost/base` with Debian's python3, kept in the cache folder."""
    missing = [tool for tool in ("buildah", "mmdebstrap") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"no {' and no '.join(missing)} on this machine")
    if os.geteuid() != 0:
        pytest.skip("only root may build without a container engine")
    cache = Path(os.environ.get("ONCE_CACHE") or Path.home() / ".cache" / "once-ledger")
    base = cache / "image-base-bookworm.tar"
    if not base.exists():
        cache.mkdir(parents=True, exist_ok=True)
        fresh = base.with_suffix(f".{os.getpid()}.tar")
        packages = "--include=python3,python3-venv,ca-certificates"
        done = subprocess.run(
            ["mmdebstrap", "--quiet", "--variant=minbase", packages, "bookworm", str(fresh)],
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        if done.returncode != 0:
            fresh.unlink(missing_ok=True)
            pytest.skip(f"no base image can be made here: {done.stderr[-200:]}")
        fresh.rename(base)
    folder = tmp_path_factory.mktemp("buildah")
    build = Builder(folder)
    container = build("from", "scratch").strip()
    build("add", "--quiet", container, str(base), "/")
    build("commit", "--quiet", "--rm", container, "localhost/base")
    yield build
    shutil.rmtree(folder, ignore_errors=True)


SERVE = """
once serve --port 8460 & service=$!
for _ in $(seq 120); do once-health 2>/dev/null && break; sleep 0.5; done
once-health && echo HEALTHY
kill -TERM $service; wait $service; echo "SERVE $?"
touch /opt/once-ledger/x 2>/dev/null || echo SEALED
"""


def test_the_image_is_built_and_serves(builder: Builder, wheel: Path, tmp_path: Path) -> None:
    """Built from scratch by hash; as its own user it founds, looks well, serves, is healthy and drains."""
    for source in ("Dockerfile", ".dockerignore", "requirements/run.txt", "docs/deploy/once-health"):
        target = tmp_path / source
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / source, target)
    (tmp_path / "dist").mkdir()
    shutil.copy(wheel, tmp_path / "dist")
    configuration = tmp_path / "pip.conf"
    configuration.write_text("[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n", encoding="ascii")
    builder(
        *("build", "--build-arg", "BASE=localhost/base", "--pull=never", "--tag", "localhost/once"),
        *("--secret", f"id=pip,src={configuration}", "--volume", "/etc/ssl/certs:/etc/ssl/certs:ro"),
        str(tmp_path),
        seconds=1500,
    )
    container = builder("from", "--pull=never", "localhost/once").strip()

    def run(*command: str) -> str:
        return builder("run", "--env", "ONCE_CHAIN=http://127.0.0.1:9", container, "--", *command)

    assert "uid=8460(once) gid=8460(once)" in run("id")
    assert run("once", "--version").startswith("once ")
    assert "image.test/once" in run("once", "init", "--profile", "demo", "--origin", "image.test/once")
    assert "0 failed" in run("once", "doctor", "--offline")
    said = run("sh", "-c", SERVE).splitlines()
    assert [line for line in said if line in {"HEALTHY", "SERVE 0", "SEALED"}] == [
        "HEALTHY",
        "SERVE 0",
        "SEALED",
    ]
