# SPDX-License-Identifier: Apache-2.0
"""Where issuers are asked, and the secret that each is shown: `CODE=URL` settings, one file a secret."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from api.events.addresses import ForbiddenTargetError, Target, parse_target
from api.settings import SettingsError, read_secret
from attest.fields import DEPARTMENT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Address:
    """An issuer's door: where it is, and the bearer secret that it knows us by."""

    target: Target
    secret: str = field(repr=False)


def read_addresses(stated: str, folder: Path, *, demo: bool) -> Mapping[str, Address]:
    """`SC=https://… SW=https://…` with a secret in `folder/CODE` each; SettingsError names what is wrong."""
    found: dict[str, Address] = {}
    for one in stated.split():
        code, _, url = one.partition("=")
        if DEPARTMENT.match(code) is None or code in found:
            raise SettingsError("issuers: each department code once, followed by = and its URL")
        try:
            target = parse_target(url, demo=demo)
        except ForbiddenTargetError as error:
            raise SettingsError(f"issuers: {code}: {error}") from None
        secret = read_secret(folder / code).strip()
        if not 16 <= len(secret) <= 200 or not secret.isascii() or not secret.isalnum():
            raise SettingsError(f"{folder / code} must hold 16 to 200 letters and digits")
        found[code] = Address(target, secret.decode())
    return found
