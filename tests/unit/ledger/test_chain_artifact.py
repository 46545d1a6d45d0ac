# SPDX-License-Identifier: Apache-2.0
"""Compiled contracts as the package ships them."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from ledger.chain.artifact import load_artifact
from ledger.chain.contract import Founding

WORD = st.binary(min_size=32, max_size=32)
ADDRESS = st.binary(min_size=20, max_size=20)


def test_selectors() -> None:
    """Selectors are those of the ABI (values computed outside: ERC-165 and OpenZeppelin's AccessControl)."""
    artifact = load_artifact("CheckpointLog")
    assert artifact.selector("supportsInterface").hex() == "01ffc9a7"
    assert artifact.selector("hasRole").hex() == "91d14854"
    assert artifact.selector("grantRole").hex() == "2f2ff15d"
    assert artifact.error_name(bytes.fromhex("d93c0665")) == "EnforcedPause"
    assert artifact.error_name(b"") == "reverted"
    assert artifact.error_name(bytes.fromhex("08c379a0")) == "reverted"


def test_errors_of_the_design() -> None:
    """Every error that others rely on exists under its name."""
    wanted = {"NoGrowth", "Inconsistent", "WrongSigner", "SignerIsSender", "BadGenesis", "ProofTooLong"}
    assert wanted <= set(load_artifact("CheckpointLog").errors.values())


@given(log_id=WORD, size=st.integers(1, 2**64 - 1), root=WORD, signer=ADDRESS, admin=ADDRESS)
def test_code_depends_on_log_and_size(
    log_id: bytes, size: int, root: bytes, signer: bytes, admin: bytes
) -> None:
    """The expected run-time code holds log id and genesis size, and neither root nor keys."""
    code = Founding(log_id, size, root, signer, admin).code()
    assert len(code) == len(load_artifact("CheckpointLog").deployed)
    assert code == Founding(log_id, size, bytes(32), bytes(20), bytes(20)).code()
    other = bytes([log_id[0] ^ 1]) + log_id[1:]
    assert code != Founding(other, size, root, signer, admin).code()
    assert code != Founding(log_id, size - 1, root, signer, admin).code()


def test_no_web3() -> None:
    """Of the log and its chain only the client imports web3 or eth_account."""
    program = (
        "import sys, ledger, ledger.chain.anchor, ledger.chain.fake, ledger.chain.engine\n"
        "import ledger.chain.quorum, ledger.chain.log_view, ledger.chain.founding, ledger.chain.accounts\n"
        "print(sorted({'web3', 'eth_account', 'eth_abi', 'requests'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
