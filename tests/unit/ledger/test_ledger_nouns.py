# SPDX-License-Identifier: Apache-2.0
"""The public nouns of the package, and what importing it does not load."""

from __future__ import annotations

import subprocess
import sys

import pytest

import ledger


def test_every_noun_is_there() -> None:
    """Each name in `__all__` can be had, and no other is invented."""
    for noun in ledger.__all__:
        assert getattr(ledger, noun) is not None
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = ledger.Nothing


def test_the_pure_core_is_light() -> None:
    """Loading every public noun loads no database, chain client, web framework or HTTP client."""
    program = (
        "import ledger, sys\n"
        "assert not any(name.startswith('ledger.') for name in sys.modules)\n"
        "for noun in ledger.__all__: getattr(ledger, noun)\n"
        "import ledger.eip712, ledger.log_id, ledger.tiles\n"
        "print(*{'sqlalchemy', 'web3', 'eth_account', 'fastapi', 'httpx', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"
