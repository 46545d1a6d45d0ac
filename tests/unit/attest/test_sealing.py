# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.errors import VaultError
from attest.sealing import WRAPPED_SIZE, Sealed, Sealer

SEALER = Sealer(b"k" * 32)


@given(st.binary(max_size=600), st.binary(max_size=40))
def test_what_is_sealed_opens(plain: bytes, aad: bytes) -> None:
    """The same KEK and place give the plain bytes back, 80 bytes having been added."""
    sealed = SEALER.seal(plain, aad)
    assert SEALER.open(sealed, aad) == plain
    assert len(sealed) == len(plain) + 80


def test_sealing_twice_gives_nothing_to_compare() -> None:
    """Equal plain bytes differ when sealed, in both parts."""
    first, second = SEALER.seal_parts(b"x" * 100, b"row 1"), SEALER.seal_parts(b"x" * 100, b"row 1")
    assert first.wrapped_key != second.wrapped_key
    assert first.ciphertext != second.ciphertext


def test_the_parts_can_be_kept_apart() -> None:
    """The wrapped key and the ciphertext together are the sealed bytes; the other's key does not open."""
    first, second = SEALER.seal_parts(b"one", b"row"), SEALER.seal_parts(b"two", b"row")
    assert Sealed.parse(bytes(first)) == first
    assert len(first.wrapped_key) == WRAPPED_SIZE
    assert SEALER.open_parts(Sealed(first.wrapped_key, first.ciphertext), b"row") == b"one"
    with pytest.raises(VaultError, match="ciphertext"):
        SEALER.open_parts(Sealed(second.wrapped_key, first.ciphertext), b"row")


def test_every_changed_bit_is_noticed() -> None:
    """Sealed bytes with any one bit changed do not open."""
    sealed = SEALER.seal(b"words", b"row")
    for at in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(VaultError):
            SEALER.open(bytes(changed), b"row")


@given(st.binary(max_size=200))
def test_arbitrary_bytes_end_in_a_vault_error(octets: bytes) -> None:
    """Opening what was never sealed raises VaultError and nothing else."""
    with pytest.raises(VaultError):
        SEALER.open(octets, b"row")


def test_another_kek_place_or_version_does_not_open() -> None:
    """Each refusal has a code of its own, so that an operator sees what to look for."""
    sealed = SEALER.seal(b"words", b"row 1")
    for sealer, aad, code in (
        (Sealer(b"o" * 32), b"row 1", "vault.key"),
        (SEALER, b"row 2", "vault.key"),
        (Sealer(b"k" * 32, version=2), b"row 1", "vault.kek_version"),
    ):
        with pytest.raises(VaultError) as refused:
            sealer.open(sealed, aad)
        assert refused.value.code == code


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_kek_has_32_bytes(size: int) -> None:
    """A shorter key would silently be a weaker cipher."""
    with pytest.raises(VaultError):
        Sealer(bytes(size))
