# SPDX-License-Identifier: Apache-2.0
"""Accounts of the chain."""

from __future__ import annotations

import pytest
from eth_account import Account

from ledger.chain.accounts import ChainAccount, refuse_well_known
from ledger.errors import ChainPinError, FormatError
from ledger.wellknown import WELL_KNOWN


def test_well_known_are_derived() -> None:
    """The refused addresses are the first twenty of the mnemonic that every Hardhat prints."""
    Account.enable_unaudited_hdwallet_features()
    mnemonic = "test " * 11 + "junk"
    derived = {
        bytes.fromhex(Account.from_mnemonic(mnemonic, account_path=f"m/44'/60'/0'/0/{number}").address[2:])
        for number in range(20)
    }
    assert derived == WELL_KNOWN


def test_refusal() -> None:
    """A key that everybody knows is for demos alone; a fresh one is for all profiles."""
    known = next(iter(WELL_KNOWN))
    refuse_well_known(known, "demo")
    for profile in ("production", "", "DEMO"):
        with pytest.raises(ChainPinError, match="everybody knows"):
            refuse_well_known(known, profile)
    refuse_well_known(ChainAccount.fresh().address, "production")


def test_fresh() -> None:
    """A fresh account is another each time, and its address is the one eth-account computes."""
    first, second = ChainAccount.fresh(), ChainAccount.fresh()
    assert first.address != second.address
    assert Account.from_key(first.secret()).address.lower() == "0x" + first.address.hex()


def test_fresh_skips_invalid_secrets() -> None:
    """A random draw that is no key is drawn again."""
    draws = iter([bytes(32), b"\xff" * 32, b"\5" * 32])
    assert ChainAccount.fresh(lambda _: next(draws)).secret() == b"\5" * 32


def test_invalid_secret() -> None:
    """A secret of the wrong length is a FormatError."""
    with pytest.raises(FormatError):
        ChainAccount(b"\1" * 31)


def test_repr_hides_the_key() -> None:
    """Printing an account never prints its key."""
    account = ChainAccount(b"\x5a" * 32)
    assert "5a5a" not in repr(account)
    assert account.address.hex() in repr(account)
