# SPDX-License-Identifier: Apache-2.0
"""Founding, departments and keys: governance alone, once, by position in the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.founding import FoundingEntry
from attest.acts import Act, Custodial
from attest.registry.commands import AddKey, Found, RegisterDepartment, RetireKey, RotateLogKey
from attest.registry.model import (
    GOVERNANCE,
    SERVICE,
    Department,
    KeyAdded,
    KeyRetired,
    KeyRow,
    LogKeyRotated,
)
from attest.registry.repository import all_keys, department_codes, key_by_address, rotations
from attest.registry.rules import check_key, key_valid
from ledger.errors import CommandRejected
from ledger.hashing import sha256
from tests.attest_context import a_founding, a_key
from tests.attest_parts import Meaning, a_bare_ledger, a_ledger

TEXT = b'{"en": "Test", "zh": "x"}'


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    with a_ledger(tmp_path_factory.mktemp("registry")) as made:
        yield made


def test_a_log_is_founded_once(tmp_path: Path) -> None:
    """Entry 0 is the founding; the keys it names are valid from there, and no second founding stands."""
    with a_bare_ledger(tmp_path) as bare:
        assert bare.size == 1
        assert {(row.department, row.added) for row in all_keys(bare.log.store)} == {
            (GOVERNANCE, -1),
            (SERVICE, -1),
        }
        assert bare.refused(FoundingEntry(a_founding(), bare.context)) == "log.founded_already"


def test_only_the_keys_that_the_log_id_commits_to_found_it(tmp_path: Path) -> None:
    """A founding that names other keys than the log id commits to is refused."""
    with a_bare_ledger(tmp_path / "one") as bare:
        view: Any = type("View", (), {"next_index": 0})()
        good = a_founding()
        Found().check(good, GOVERNANCE, view, bare.context)
        for bad in (
            replace(good, origin="log.example/98"),
            replace(good, log_key=bytes(32)),
            replace(good, checkpoint_signer=bytes(20)),
            replace(good, governance=bytes(20)),
            replace(good, service=good.governance),
        ):
            with pytest.raises(CommandRejected) as refused:
                Found().check(bad, GOVERNANCE, view, bare.context)
            assert refused.value.code == "statement.mismatch"


@pytest.mark.parametrize(
    ("act", "record"),
    [
        (RegisterDepartment(), Department("QQ", "county", sha256(TEXT))),
        (AddKey(), KeyAdded("SC", a_key("stranger").address, "service")),
        (RetireKey(), KeyRetired("XF", a_key("XF").address, "lost", None)),
        (RotateLogKey(), LogKeyRotated(b"\5" * 32, a_key("next").address, "scheduled")),
    ],
)
def test_departments_do_not_govern(ledger: Meaning, act: Act[Any], record: Any) -> None:
    """A department or the service that signs an act of governance is refused."""
    for issuer in ("SC", SERVICE):
        assert ledger.refusal(act, record, issuer, attached=[TEXT]) == "issuer.mismatch"


def test_a_department_is_registered_once(ledger: Meaning) -> None:
    """A second registration of a code is refused, and so is one whose names did not come with it."""
    record = Department("SC", "county", sha256(TEXT))
    assert ledger.refusal(RegisterDepartment(), record, GOVERNANCE, attached=[TEXT]) == "department.exists"
    record = Department("NEW", "county", sha256(TEXT))
    assert ledger.refusal(RegisterDepartment(), record, GOVERNANCE) == "field.missing"
    assert ledger.refusal(RegisterDepartment(), record, GOVERNANCE, attached=[b"{}"]) == "field.missing"
    ledger.act(RegisterDepartment(), record, GOVERNANCE, attached=[TEXT])
    assert "NEW" in {code for code, _, _ in department_codes(ledger.log.store)}


def test_an_address_belongs_to_one_department_for_ever(ledger: Meaning) -> None:
    """A known address is not registered again, not even after its end, nor for an unknown department."""
    address = a_key("SC second").address
    unknown = KeyAdded("NOBODY", address, "department")
    assert ledger.refusal(AddKey(), unknown, GOVERNANCE) == "department.unknown"
    ledger.act(AddKey(), KeyAdded("SC", address, "department"), GOVERNANCE)
    for department in ("SC", "XF"):
        again = KeyAdded(department, address, "department")
        assert ledger.refusal(AddKey(), again, GOVERNANCE) == "key.known"
    ledger.act(RetireKey(), KeyRetired("SC", address, "replaced", None), GOVERNANCE)
    again = KeyAdded("XF", address, "department")
    assert ledger.refusal(AddKey(), again, GOVERNANCE) == "key.known"


def test_a_key_is_retired_once_and_by_its_department(ledger: Meaning) -> None:
    """Unknown addresses, another department's key, a second end and an end in the future are refused."""
    address = a_key("SC third").address
    ledger.act(AddKey(), KeyAdded("SC", address, "department"), GOVERNANCE)

    def refusal(department: str, key: bytes, since: int | None = None) -> str:
        return ledger.refusal(RetireKey(), KeyRetired(department, key, "lost", since), GOVERNANCE)

    assert refusal("SC", bytes(20)) == "key.unknown"
    assert refusal("XF", address) == "key.unknown"
    assert refusal("SC", address, ledger.size + 1) == "field.invalid"
    written = ledger.act(RetireKey(), KeyRetired("SC", address, "lost", 3), GOVERNANCE)
    assert refusal("SC", address) == "key.retired"
    key = key_by_address(address, ledger.log.store)
    assert key is not None
    assert (key.retired, key.compromised_since) == (written.index, 3)


def test_no_key_is_the_logs_twice(tmp_path: Path) -> None:
    """Keys that the log had before, a department's address and the 65th replacement are refused."""
    with a_ledger(tmp_path) as made:
        founded = a_founding()

        def asked(key: bytes, signer: bytes) -> tuple[RotateLogKey, LogKeyRotated, str]:
            return RotateLogKey(), LogKeyRotated(key, signer, "scheduled"), GOVERNANCE

        fresh = sha256(b"0"), a_key("signer 0").address
        written = made.act(*asked(*fresh))
        assert [(one.index, one.log_key) for one in rotations(made.log.store)] == [(written.index, fresh[0])]
        other = sha256(b"1"), a_key("signer 1").address
        for known in (fresh, (founded.log_key, founded.checkpoint_signer)):
            assert made.refusal(*asked(known[0], other[1])) == "key.known"
            assert made.refusal(*asked(other[0], known[1])) == "key.known"
        assert made.refusal(*asked(other[0], a_key("XF").address)) == "key.known"
        for number in range(1, 64):
            made.act(*asked(sha256(b"%d" % number), a_key(f"signer {number}").address))
        assert made.refusal(*asked(sha256(b"64"), a_key("signer 64").address)) == "field.invalid"


def test_two_registrations_of_one_address_at_once(ledger: Meaning) -> None:
    """Of two departments that are given one address together the first keeps it."""
    address = a_key("wanted").address
    first, second = ledger.together(
        *(
            Custodial(AddKey(), KeyAdded(code, address, "department"), GOVERNANCE, ledger.context)
            for code in ("SC", "XF")
        )
    )
    assert (first.answer is not None, second) == (True, "key.known")


@given(st.integers(0, 50), st.none() | st.integers(0, 50), st.none() | st.integers(0, 50), st.integers(0, 60))
def test_a_key_counts_between_its_entries(
    added: int, retired: int | None, since: int | None, index: int
) -> None:
    """A key is valid strictly after it was added and strictly before any end."""
    valid = key_valid(added, retired, since, index)
    assert valid == (
        added < index and (retired is None or index < retired) and (since is None or index < since)
    )


def test_a_key_is_checked_by_owner_then_position() -> None:
    """No key or another's is foreign; the issuer's own outside its time is retired."""
    key = KeyRow(bytes(20), "SC", 5, "service", 9, None)
    check_key(key, "SC", 6)
    check_key(key, "SC", 8)
    for row, issuer, index, code in (
        (None, "SC", 6, "signature.foreign_key"),
        (key, "XF", 6, "signature.foreign_key"),
        (key, "SC", 5, "signature.retired_key"),
        (key, "SC", 9, "signature.retired_key"),
    ):
        with pytest.raises(CommandRejected) as refused:
            check_key(row, issuer, index)
        assert refused.value.code == code
