# SPDX-License-Identifier: Apache-2.0
"""Holders: one person is one id, whoever names them, and nobody learns who was known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from attest.codes import citizen_number
from attest.errors import CodeError
from attest.fields import FieldError, Fields
from attest.holders.commands import NameHolder, NameHolderCommand, check_number, holder_lookup
from attest.holders.model import Naming
from attest.holders.repository import holder_by_lookup, holder_known, naming_index, unknown_holder
from attest.private import open_private
from attest.statements import Envelope
from attest.tables import holders
from ledger.commands import RequestKey
from tests.attest_parts import TODAY, Meaning, a_ledger

NUMBER = citizen_number("990101", TODAY.replace(year=1990), 7)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    with a_ledger(tmp_path_factory.mktemp("holders")) as made:
        yield made


def named(ledger: Meaning, department: str, number: str, name: str = "某某") -> tuple[int, bytes]:
    command = NameHolderCommand(department, "111", number, name, ledger.context)
    written, holder = ledger.submit(command)
    return written.index, holder


def test_two_departments_name_one_person(ledger: Meaning) -> None:
    """The second department gets the same id, in an entry of the same shape and length."""
    first, holder = named(ledger, "SC", NUMBER)
    second, again = named(ledger, "XF", NUMBER, "別名")
    assert again == holder
    assert naming_index(holder, ledger.log.store) == first
    leaves = [ledger.log.store.leaf(index) for index in (first, second)]
    assert len(leaves[0]) == len(leaves[1])
    bodies = [Envelope.parse(leaf).entry.body for leaf in leaves]
    assert bodies[0].keys() == bodies[1].keys() == {"department", "holder"}
    assert bodies[0]["holder"] != bodies[1]["holder"]


def test_the_sealed_naming_says_who_was_named_by_whom(ledger: Meaning) -> None:
    """The private record holds department, number and name as they were given."""
    number = citizen_number("990101", TODAY.replace(year=1991), 8)
    index, holder = named(ledger, "ZR", number)
    _, plain = open_private(index, ledger.log.store, ledger.context.sealer)
    naming = NameHolder().parse(Fields(plain))
    assert (naming.holder, naming.department, naming.number) == (holder, "ZR", number)


def test_namings_at_once_agree(ledger: Meaning) -> None:
    """Ten departments that name one unknown person together get one id."""
    number = citizen_number("990101", TODAY.replace(year=1992), 9)
    commands: list[Any] = [NameHolderCommand("SC", "111", number, "某", ledger.context) for _ in range(10)]
    assert len({outcome.answer[1] for outcome in ledger.together(*commands)}) == 1


def test_a_number_has_one_holder_or_none(ledger: Meaning) -> None:
    """The table itself refuses a second holder of a number: no look-up can find two."""
    holder = named(ledger, "SC", NUMBER)[1]
    lookup = holder_lookup("111", NUMBER, ledger.context)
    second = insert(holders).values(lookup=lookup, holder=bytes(16), idx=0)
    with pytest.raises(IntegrityError), ledger.log.store.engine.begin() as connection:
        connection.execute(second)
    assert holder_by_lookup(lookup, ledger.log.store) == holder
    assert holder_by_lookup(holder_lookup("001", NUMBER, ledger.context), ledger.log.store) is None


def test_a_repeat_is_one_naming(ledger: Meaning) -> None:
    """The same request key gives the same entry."""
    request = RequestKey(b"h" * 16, bytes(32))
    outcomes = [
        ledger.log.writer.submit_wait(NameHolderCommand("SC", "111", NUMBER, "某", ledger.context, request))
        for _ in range(2)
    ]
    assert outcomes[0].index == outcomes[1].index
    assert outcomes[1].repeat


def test_types_of_number_are_apart(ledger: Meaning) -> None:
    """One number under two types is two holders."""
    command = NameHolderCommand("SC", "provisional", NUMBER, "某", ledger.context)
    assert ledger.submit(command)[1] != named(ledger, "SC", NUMBER)[1]


@pytest.mark.parametrize(
    ("id_type", "number"),
    [
        ("111", NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")),
        ("111", NUMBER + " "),
        ("001", "9299"),
        ("provisional", "a b"),
        ("provisional", ""),
        ("provisional", "b1"),
        ("provisional", "９９"),
    ],
)
def test_wrong_numbers_are_refused(ledger: Meaning, id_type: str, number: str) -> None:
    """A number with a wrong check character or form is refused, and the error does not repeat it."""
    with pytest.raises(CodeError) as refused:
        check_number(id_type, number)
    assert not number or number not in str(refused.value)
    with pytest.raises(CodeError):
        NameHolderCommand("SC", id_type, number, "某", ledger.context)


def test_names_are_text(ledger: Meaning) -> None:
    """An empty, endless or unprintable name is refused before the lock."""
    for name in ("", "x" * 101, "a\u0000b", "a\nb"):
        with pytest.raises(FieldError):
            NameHolderCommand("SC", "111", NUMBER, name, ledger.context)


def test_only_the_service_records_namings(ledger: Meaning) -> None:
    """A department cannot record a naming itself."""
    naming = Naming(bytes(16), bytes(32), "SC", "111", NUMBER, "某")
    assert ledger.refusal(NameHolder(), naming, "SC") == "issuer.mismatch"


def test_strangers_are_found(ledger: Meaning) -> None:
    """Ids that are nobody's are told from known ones."""
    known = ledger.holders["chen"]
    assert holder_known(known, ledger.log.store)
    assert unknown_holder([known, bytes(16)], ledger.log.store) == bytes(16)
    assert unknown_holder([known], ledger.log.store) is None
