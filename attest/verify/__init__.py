# SPDX-License-Identifier: Apache-2.0
"""Verification without database, chain or network: bytes and a trust file in, one verdict out (DESIGN 12)."""

from __future__ import annotations

from attest.verify.evidence import Evidence
from attest.verify.model import ChainFacts, Check, Facts, Verdict
from attest.verify.trust import ChainTrust, Trust
from attest.verify.verdict import verify

__all__ = ["ChainFacts", "ChainTrust", "Check", "Evidence", "Facts", "Trust", "Verdict", "verify"]
