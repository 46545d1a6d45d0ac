# SPDX-License-Identifier: Apache-2.0
"""Numbers of licences that nobody has: sound credit codes of an invented county."""

from __future__ import annotations

from attest.codes import credit_code, organisation_code


def licence_number(which: int) -> str:
    """One number for each whole number below 10,000."""
    return credit_code("92", "990101", organisation_code(f"MA99{which:04d}"))


RENEWED_NUMBER = licence_number(2)
"""The number of a licence that took the place of the sample one."""
