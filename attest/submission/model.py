# SPDX-License-Identifier: Apache-2.0
"""The choice to hand something in oneself, as its private record holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attest.materials.model import Citation


@dataclass(frozen=True, slots=True)
class SubmissionChoice:
    """The private record of `submission.chosen` and `submission.released`: a party about a requirement.

    It holds for that case and requirement alone. `mandate`: by which an agent said it for them.
    """

    case_no: str
    case_salt: bytes
    requirement: str
    holder: bytes
    mandate: Citation | None = None
