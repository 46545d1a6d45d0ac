# SPDX-License-Identifier: Apache-2.0
"""Check characters of GB 11643 (citizen number) and GB 32100 (unified social credit code)."""

from __future__ import annotations

CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def citizen_number(division: str, born: str, sequence: int) -> str:
    """18 characters: division (6), YYYYMMDD, sequence (3; odd for men), check (GB 11643)."""
    body = f"{division}{born}{sequence:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, CITIZEN_WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def credit_code(head: str, division: str, organisation: str) -> str:
    """18 characters: head (2), division (6), organisation (8 and its check, GB 11714), check (GB 32100)."""
    inner = sum(int(sign, 36) * weight for sign, weight in zip(organisation, ORG_WEIGHTS, strict=True))
    body = f"{head}{division}{organisation}{'0123456789X'[(11 - inner % 11) % 11]}"
    total = sum(CREDIT_ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + CREDIT_ALPHABET[(31 - total % 31) % 31]
