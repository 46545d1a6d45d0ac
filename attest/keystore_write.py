# SPDX-License-Identifier: Apache-2.0
"""Writing keystores through eth_account: for the child process of `once keys`, never for a serving one.

eth_account takes 0.85 s and much memory to import, so it is imported by the call.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from attest.errors import KeystoreError
from attest.keyfiles import create_private

if TYPE_CHECKING:
    from pathlib import Path

SCRYPT_N: Final = 1 << 18
# A demo opens a dozen keystores of a throw-away ledger while somebody waits; its passphrase lies beside them,
# so a costly derivation would protect nothing. Readers take the number from the file.
DEMO_SCRYPT_N: Final = 1 << 12


def write_keystore(path: Path, secret: bytes, passphrase: str, scrypt_n: int = SCRYPT_N) -> bytes:
    """A new version 3 keystore of mode 0600 for a 32-byte secret; its address (20 bytes).

    KeystoreError if the name is taken, the secret no secp256k1 key or the passphrase empty.
    """
    from eth_account import Account  # noqa: PLC0415  # see the head of this file

    if not passphrase:
        raise KeystoreError("a keystore needs a passphrase", code="keystore.passphrase")
    if len(secret) != 32:
        raise KeystoreError(f"a secp256k1 secret has 32 bytes, got {len(secret)}")
    try:
        document = Account.encrypt(secret, passphrase, kdf="scrypt", iterations=scrypt_n)
    except Exception as error:  # eth_keys and eth_keyfile each have their own
        raise KeystoreError("eth_account takes no such key") from error
    create_private(path, json.dumps(document, sort_keys=True).encode() + b"\n")
    return bytes.fromhex(document["address"])
