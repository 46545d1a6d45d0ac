# SPDX-License-Identifier: Apache-2.0
"""A case as opened: pinned to the guide of its day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CHANNELS: Final = ("window", "web", "mobile", "courier", "kiosk", "station")
"""办理形式: 1 窗口, 2 电脑端, 3 移动端, 4 快递; kiosk and station are sub-codes of 9 其他."""


@dataclass(frozen=True, slots=True)
class BundleStep:
    """Which step of which version of a bundle a case is; what is `first` among the cases of one application.

    In a record `first` is None where the case begins the bundle; in the tables it is then its own number.
    """

    code: str
    version: int
    step: str
    first: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """The private record of `case.opened`; `document` is the digest of the guide that the case pins."""

    case_no: str
    salt: bytes
    item: str
    version: int
    document: bytes
    authority: str
    channel: str
    parties: tuple[tuple[str, bytes], ...]
    answers: tuple[tuple[str, str], ...]
    about: tuple[str, str] | None
    bundle: BundleStep | None = None


@dataclass(frozen=True, slots=True)
class Addition:
    """The private record of `case.party.added`: who stands in roles that the case had left empty."""

    case_no: str
    case_salt: bytes
    parties: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as the tables hold it."""

    case_no: str
    index: int
    item: str
    version: int
    authority: str
    opened_by: str
    opened: int
    channel: str
    bundle: BundleStep | None = None
