# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import hmac
from hashlib import sha256

import pytest

from attest.commitments import LookupKeys, commit, private_digest
from attest.errors import CommitmentError

SALT = bytes(range(32))
KEYS = LookupKeys(1, b"h" * 32, b"c" * 32, b"n" * 32)
HOLDER = bytes(range(16))


def test_a_commitment_is_this_hash() -> None:
    """A commitment is SHA-256 over the label, the salt and the value, so anybody can open it."""
    assert commit("case_no", SALT, b"99") == sha256(b"once/commit/case_no/1\n" + SALT + b"99").digest()


def test_commitments_of_different_names_salts_and_values_differ() -> None:
    """No commitment passes for one of another name, salt or value."""
    found = {
        commit("case_no", SALT, b"99"),
        commit("purpose", SALT, b"99"),
        commit("case_no", bytes(32), b"99"),
        commit("case_no", SALT, b"98"),
        commit("case_no", SALT, b""),
    }
    assert len(found) == 5


@pytest.mark.parametrize("salt", [b"", bytes(31), bytes(33)])
def test_a_salt_has_32_bytes(salt: bytes) -> None:
    """Any other length could let salt and value run together, and is refused."""
    with pytest.raises(CommitmentError):
        commit("case_no", salt, b"")
    with pytest.raises(CommitmentError):
        private_digest(salt, {})


@pytest.mark.parametrize("name", ["", "A", "a/1", "a\n", "1a", "a b", "é", "a" * 65])
def test_a_name_is_a_plain_label(name: str) -> None:
    """A name that could imitate another label is refused."""
    with pytest.raises(CommitmentError):
        commit(name, SALT, b"")


def test_a_private_record_is_digested_in_canonical_form() -> None:
    """Salt first, then JCS in UTF-8: the order of members does not matter."""
    record = '{"a":1,"name":"张三"}'.encode()
    assert private_digest(SALT, {"name": "张三", "a": 1}) == sha256(SALT + record).digest()


def test_look_up_digests_are_these_codes() -> None:
    """Each is HMAC-SHA-256 under its own key over a JCS array."""
    cases = [
        (KEYS.holder("citizen", "990101190001010019"), b"h", b'["citizen","990101190001010019"]'),
        (
            KEYS.content(HOLDER, bytes(32)),
            b"c",
            b'["000102030405060708090a0b0c0d0e0f","' + b"00" * 32 + b'"]',
        ),
        (
            KEYS.number(HOLDER, "id_card", "D99", "号1"),
            b"n",
            '["000102030405060708090a0b0c0d0e0f","id_card","D99","号1"]'.encode(),
        ),
    ]
    for found, key, message in cases:
        assert found == hmac.digest(key * 32, message, "sha256")


def test_members_of_a_look_up_do_not_run_together() -> None:
    """Moving a character from one member to the next gives another digest."""
    assert KEYS.holder("ab", "c") != KEYS.holder("a", "bc")
    assert KEYS.number(HOLDER, "ab", "c", "d") != KEYS.number(HOLDER, "a", "bc", "d")


@pytest.mark.parametrize("digest", [b"", bytes(20), bytes(31), bytes(33)])
def test_only_whole_digests_are_looked_up(digest: bytes) -> None:
    """A truncated digest or a holder id of another length is refused."""
    with pytest.raises(CommitmentError):
        KEYS.content(HOLDER, digest)
    with pytest.raises(CommitmentError):
        KEYS.content(digest, bytes(32))


def test_look_up_keys_are_whole_different_and_unseen() -> None:
    """Keys of another length, or one key used twice, are refused; a key never shows in a representation."""
    with pytest.raises(CommitmentError):
        LookupKeys(1, b"h" * 31, b"c" * 32, b"n" * 32)
    with pytest.raises(CommitmentError):
        LookupKeys(1, b"h" * 32, b"h" * 32, b"n" * 32)
    assert repr(KEYS) == str(KEYS) == "LookupKeys(version=1)"
