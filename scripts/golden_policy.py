# SPDX-License-Identifier: Apache-2.0
"""The recognition policy of the golden vectors, and the default that holds where none is published."""

from __future__ import annotations

from datetime import date
from typing import Final

from attest.catalogue.model import Citation, Text
from attest.policies.document import DEFAULT_DIGEST, DEFAULT_DOCUMENT, format_policy
from attest.policies.model import GROUNDS, DataCheck, Policy, Rule, Terms
from ledger.canonical import dump
from ledger.hashing import sha256

CITATION: Final = Citation("采信办法", "[gen]")
POLICY: Final = Policy(
    authority="SC",
    version=1,
    name=Text("采信政策", "Recognition policy"),
    in_force=date(2026, 1, 1),
    grounds=GROUNDS,
    data_checks=(DataCheck("XF", ("fire_check_opinion",), CITATION),),
    rules=(
        Rule("licences", ("business_licence",), (), Terms(("XF",), 730, "certified_copy"), CITATION),
        Rule("opinions", ("fire_check_opinion",), ("SC-002",), Terms(scans=False), CITATION),
    ),
    otherwise=Terms(),
    sources=(CITATION,),
)
DOCUMENT: Final = dump(format_policy(POLICY))
DIGEST: Final = sha256(DOCUMENT)


def policy_vectors() -> dict[str, str]:
    """Both documents, and the digests by which reliances cite them."""
    return {
        "document": DOCUMENT.decode(),
        "digest": DIGEST.hex(),
        "default": DEFAULT_DOCUMENT.decode(),
        "default_digest": DEFAULT_DIGEST.hex(),
    }
