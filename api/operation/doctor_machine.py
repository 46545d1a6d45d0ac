# SPDX-License-Identifier: Apache-2.0
"""Looks at the machine: Python, packages, disk, clock, limits, programs. Opens no socket."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import sys
import time
from importlib.metadata import PackageNotFoundError, requires, version
from typing import TYPE_CHECKING, Final

from api.operation.looking import Look, bad, odd, well
from ledger.chain.packages import find_node
from ledger.errors import ChainEngineError

if TYPE_CHECKING:
    from pathlib import Path

    from api.settings import Settings

OLDEST: Final = (3, 11)
NEWEST: Final = (3, 14)
LOW_BYTES: Final = 512 << 20
SCARCE_BYTES: Final = 5 << 30
FILES: Final = 4096
BROWSERS: Final = ("chromium-headless-shell", "chromium")
_UNSYNCHRONISED: Final = 5  # TIME_ERROR of adjtimex(2)
_RELEASED: Final = 1_735_689_600  # 2025-01-01: no clock that is right says less
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


def look_at_machine(settings: Settings) -> list[Look]:
    """Everything that needs no ledger."""
    return [
        _python(),
        _packages(),
        *_disks(settings),
        _clock(),
        _files(),
        *_chain_programs(settings),
        _optional("fonts", "a font for Chinese", _has_chinese_font()),
        _optional("chromium", "a browser for the page tests", any(map(shutil.which, BROWSERS))),
    ]


def _python() -> Look:
    here = sys.version_info[:2]
    said = f"Python {sys.version.split()[0]}"
    if here < OLDEST:
        return bad("python", said, "install Python 3.11 or later")
    if here > NEWEST:
        return odd("python", said, f"tested up to {NEWEST[0]}.{NEWEST[1]}: watch the log")
    return well("python", said)


def _packages() -> Look:
    """Every run-time requirement of this distribution is installed; versions are the lock's business."""
    missing = []
    for line in requires("once-ledger") or []:
        matched = _NAME.match(line)
        if matched is None or "extra ==" in line:
            continue
        try:
            version(matched[0])
        except PackageNotFoundError:
            missing.append(matched[0])
    if missing:
        return bad("packages", f"missing: {', '.join(missing)}", "install from requirements/run.txt again")
    return well("packages", f"once-ledger {version('once-ledger')} with all it needs")


def _disks(settings: Settings) -> list[Look]:
    places: dict[int, tuple[str, Path]] = {}
    for name, path in (("home", settings.home), ("vault", settings.vault), ("mark", settings.head_mark)):
        there = next(one for one in (path, *path.parents) if one.exists())
        places.setdefault(there.stat().st_dev, (name, there))
    looks = []
    for name, path in places.values():
        free = shutil.disk_usage(path).free
        said = f"{free >> 30} GiB free for {path}" if free >> 30 else f"{free >> 20} MiB free for {path}"
        if free < LOW_BYTES:
            looks.append(bad(f"disk.{name}", said, "make room now: a full disk stops the writer"))
        elif free < SCARCE_BYTES:
            looks.append(odd(f"disk.{name}", said, "make room: an entry takes about 2 kB, files their size"))
        else:
            looks.append(well(f"disk.{name}", said))
    return looks


def _clock() -> Look:
    now = time.time()
    said = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now))
    if now < _RELEASED:
        return bad("clock", said, "set the clock: signed statements may lie 120 s from it")
    synchronised = _synchronised()
    if synchronised is False:
        return odd("clock", f"{said}, not kept by NTP", "run chrony or systemd-timesyncd")
    return well("clock", said if synchronised is None else f"{said}, kept by NTP")


def _synchronised() -> bool | None:
    """What the kernel says of its clock (Linux); None where it does not say."""
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))  # modes 0: only asks
    except (AttributeError, OSError):
        return None
    return None if state < 0 else state != _UNSYNCHRONISED


def _files() -> Look:
    if os.name != "posix":
        return well("files", "no limit known")
    import resource  # noqa: PLC0415  # only where it exists

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    said = f"{soft} open files allowed"
    if soft != resource.RLIM_INFINITY and soft < FILES:
        return odd("files", said, f"raise it to {FILES} (LimitNOFILE=, ulimit -n) for many connections")
    return well("files", said)


def _chain_programs(settings: Settings) -> list[Look]:
    """Node.js and the local chain, where this ledger uses one."""
    if "://" in settings.chain:
        return [well("engine", "an outside chain: no local one is needed")]
    try:
        node = find_node()
    except ChainEngineError as error:
        return [bad("engine", str(error), "pip install 'once-ledger[demo]', or set ONCE_CHAIN to a URL")]
    kind = "full" if settings.chain == "hardhat" else "anvil"
    here = sorted(settings.cache.glob(f"chain-{kind}-*"))
    if not here:
        text = f"Node.js at {node.node}; {settings.chain} is not in {settings.cache} yet"
        return [odd("engine", text, "the first start fetches it and needs the npm registry")]
    return [well("engine", f"{settings.chain} in {here[-1]}, Node.js at {node.node}")]


def _has_chinese_font() -> bool:
    folders = ("/usr/share/fonts", "/usr/local/share/fonts")
    wanted = re.compile(r"(CJK|SourceHan|wqy|uming|ukai)", re.IGNORECASE)
    return any(wanted.search(name) for folder in folders for _, _, names in os.walk(folder) for name in names)


def _optional(name: str, what: str, here: object) -> Look:
    return well(name, f"{what}: {'here' if here else 'not here (optional)'}")
