# SPDX-License-Identifier: Apache-2.0
"""How this program starts itself again: the same interpreter, the same packages, `once` with arguments."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import api
from api.settings import ENV_PREFIX

if TYPE_CHECKING:
    from api.settings import Settings

_RUN: Final = "import sys; from api.cli import main; sys.exit(main(sys.argv[1:]))"


def once_command(*arguments: str) -> list[str]:
    """The command line of `once ARGUMENT…` in a process of its own."""
    return [sys.executable, "-P", "-c", _RUN, *arguments]


def once_environment(settings: Settings) -> dict[str, str]:
    """Our environment with exactly these settings, and with the folder that our packages come from."""
    stated = {
        f"{ENV_PREFIX}{name.upper()}": str(value)
        for name in type(settings).model_fields
        if (value := getattr(settings, name)) is not None
    }
    return {**os.environ, **stated, "PYTHONPATH": _packages()}


def bare_environment() -> dict[str, str]:
    """Nothing of ours but the folder of our packages: for a child that reads what strangers sent."""
    return {"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": _packages()}


def _packages() -> str:
    root = str(Path(api.__file__).resolve().parent.parent)
    return os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
