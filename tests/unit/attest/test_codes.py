# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from attest.codes import (
    CERTIFICATE_ROOT,
    CodeError,
    Scheme,
    case_number,
    certificate_id,
    certificate_id_check,
    citizen_number,
    citizen_number_check,
    credit_code,
    is_valid,
    mod_37_36,
    organisation_code,
    validate,
    validate_case_number,
    validate_certificate_id,
    validate_citizen_number,
    validate_credit_code,
)

A31 = "0123456789ABCDEFGHJKLMNPQRTUWXY"
A36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ISSUER = "11990000MA0TE5T914"

GOOD = {
    Scheme.CREDIT_CODE: ISSUER,
    Scheme.CITIZEN_NUMBER: citizen_number("990101", date(1990, 1, 1), 1),
    Scheme.ORGANISATION_CODE: organisation_code("MA0TE5T9"),
    Scheme.CERTIFICATE_ID: f"{CERTIFICATE_ROOT}.{ISSUER}001.{ISSUER}.20260000000000000001.001.B",
    Scheme.ITEM_BASIC: "990131001000",
    Scheme.ITEM_IMPLEMENTATION: f"{ISSUER}4990131001000",
    Scheme.ITEM_HANDLING: f"{ISSUER}499013100100001",
    Scheme.CASE_NUMBER: case_number("990101", date(2026, 3, 2), 17),
    Scheme.REAL_ESTATE_UNIT: "990101001001GB00017F00010117",
}


@pytest.mark.parametrize("scheme", Scheme)
def test_examples_are_valid(scheme: Scheme) -> None:
    """One example of every scheme is taken."""
    validate(scheme, GOOD[scheme])
    assert is_valid(scheme, GOOD[scheme])


@pytest.mark.parametrize("scheme", Scheme)
def test_only_the_written_form_is_taken(scheme: Scheme) -> None:
    """Blanks, line ends, missing or added characters, wide digits and nothing are refused as `shape`."""
    good = GOOD[scheme]
    wide = good.replace("0", "\N{FULLWIDTH DIGIT ZERO}")
    arabic = good.replace("1", "\N{ARABIC-INDIC DIGIT ONE}")
    for bad in (f" {good}", f"{good}\n", good[:-2], f"{good}00", wide, arabic, ""):
        with pytest.raises(CodeError) as refused:
            validate(scheme, bad)
        assert refused.value.code == f"{scheme}.shape"


def test_published_codes_are_valid() -> None:
    """Examples printed in the standards themselves and in public samples are taken."""
    validate_credit_code("91350100M000100Y43")
    validate_citizen_number("11010519491231002X")
    validate_citizen_number("440524188001010014")
    for body, check in (
        ("11100000000013338W011.11430000006122244L.20230000403.001", "U"),
        ("11100000000013338W009.11330105002500287C.2025052201.002", "0"),
        ("11100000MB03271699022.340100.000000016.001", "9"),
    ):
        assert certificate_id_check(body) == check
    validate_certificate_id(
        f"{CERTIFICATE_ROOT}.11100000000013338W011.11430000006122244L.20230000403.001.U",
    )


def test_a_literal_x_is_no_check_character() -> None:
    """A certificate identifier whose check is not computed is refused as `check`."""
    with pytest.raises(CodeError) as refused:
        validate_certificate_id(GOOD[Scheme.CERTIFICATE_ID][:-1] + "X")
    assert refused.value.code == "certificate_id.check"


def test_the_variant_with_letters_offset_is_named() -> None:
    """A check computed with letters one off is refused by its own name."""
    body = f"{ISSUER}001{ISSUER}20260000000000000001001"
    product = 36
    for character in body:
        product = ((product + A36.index(character) + character.isalpha()) % 36 or 36) * 2 % 37
    variant = A36[(37 - product) % 36]
    assert variant != mod_37_36(body)
    with pytest.raises(CodeError) as refused:
        validate_certificate_id(GOOD[Scheme.CERTIFICATE_ID][:-1] + variant)
    assert refused.value.code == "certificate_id.check_variant"


@pytest.mark.parametrize(
    ("scheme", "text", "code"),
    [
        (Scheme.CREDIT_CODE, "11990000MA0TE5T915", "credit_code.check"),
        (Scheme.CREDIT_CODE, "1199000IMA0TE5T914", "credit_code.shape"),
        (Scheme.CREDIT_CODE, ISSUER.lower(), "credit_code.shape"),
        (Scheme.CITIZEN_NUMBER, "11010519491231002x", "citizen_number.shape"),
        (Scheme.CITIZEN_NUMBER, "110105194912310021", "citizen_number.check"),
        (Scheme.CITIZEN_NUMBER, "110105194902290021", "citizen_number.date"),
        (Scheme.CITIZEN_NUMBER, "110105000001010021", "citizen_number.date"),
        (Scheme.ORGANISATION_CODE, "MA0TE5T90", "organisation_code.check"),
        (Scheme.ITEM_BASIC, "991131001000", "item_basic.shape"),
        (Scheme.ITEM_IMPLEMENTATION, "11990000MA0TE5T9158990131001000", "item_implementation.shape"),
        (Scheme.ITEM_IMPLEMENTATION, "11990000MA0TE5T9154990131001000", "item_implementation.credit_code"),
        (Scheme.ITEM_HANDLING, "11990000MA0TE5T915499013100100001", "item_handling.credit_code"),
        (Scheme.CASE_NUMBER, "990101202602300000017", "case_number.date"),
        (Scheme.REAL_ESTATE_UNIT, "99010100100GBB00017F00010117", "real_estate_unit.shape"),
        (Scheme.REAL_ESTATE_UNIT, "990101001001G100017F00010117", "real_estate_unit.shape"),
        (Scheme.REAL_ESTATE_UNIT, "990101001001gb00017f00010117", "real_estate_unit.shape"),
        (Scheme.REAL_ESTATE_UNIT, "990101001001GB0001XF00010117", "real_estate_unit.shape"),
        (Scheme.REAL_ESTATE_UNIT, "990101001001GB00017A00010117", "real_estate_unit.shape"),
        (Scheme.REAL_ESTATE_UNIT, "990101001001GB00017FF0010117", "real_estate_unit.shape"),
    ],
)
def test_each_cause_has_its_code(scheme: Scheme, text: str, code: str) -> None:
    """A refusal names the scheme and what is wrong, and does not repeat the number."""
    with pytest.raises(CodeError) as refused:
        validate(scheme, text)
    assert refused.value.code == code
    assert text not in str(refused.value)


def test_a_certificate_of_no_version_or_body_is_refused() -> None:
    """Versions begin with 001, and both credit codes inside must be well-formed."""
    with pytest.raises(CodeError) as refused:
        certificate_id(f"{ISSUER}001", ISSUER, "1", 0)
    assert refused.value.code == "certificate_id.version"
    for kind, issuer in ((f"{ISSUER}001", "11990000MA0TE5T915"), ("11990000MA0TE5T915001", ISSUER)):
        with pytest.raises(CodeError) as refused:
            certificate_id(kind, issuer, "1")
        assert refused.value.code == "certificate_id.credit_code"


divisions = st.from_regex(r"99[0-9]{4}", fullmatch=True)
days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(divisions, days, st.integers(0, 999))
def test_built_citizen_numbers_are_valid(division: str, born: date, sequence: int) -> None:
    """Whatever is built is well-formed and holds what it was built of."""
    number = citizen_number(division, born, sequence)
    validate_citizen_number(number)
    assert number[:17] == f"{division}{born:%Y%m%d}{sequence:03d}"


@given(divisions, days, st.integers(0, 999_999))
def test_built_case_numbers_are_valid(division: str, day: date, sequence: int) -> None:
    """A case number has 21 characters and is well-formed."""
    number = case_number(division, day, sequence)
    validate_case_number(number)
    assert len(number) == 21


@given(divisions, st.text("ABCDEFGHJKLMNPQRTUWXY0123456789", min_size=8, max_size=8))
def test_built_organisations_are_valid(division: str, body: str) -> None:
    """Built organisation and credit codes are well-formed, and so are certificates that hold them."""
    inner = organisation_code(body)
    assert is_valid(Scheme.ORGANISATION_CODE, inner)
    code = credit_code("11", division, inner)
    validate_credit_code(code)
    validate_certificate_id(certificate_id(f"{code}001", code, "2026A"))


@pytest.mark.parametrize(
    ("build", "arguments"),
    [
        (citizen_number, ("99010", date(1990, 1, 1), 1)),
        (citizen_number, ("990101", date(1990, 1, 1), 1000)),
        (citizen_number, ("990101", date(1990, 1, 1), -1)),
        (case_number, ("99010A", date(1990, 1, 1), 1)),
        (case_number, ("990101", date(1990, 1, 1), 1_000_000)),
        (organisation_code, ("ma0te5t9",)),
        (credit_code, ("11", "990000", "MA0TE5TI9")),
        (certificate_id, (f"{ISSUER}001", ISSUER, "a")),
        (certificate_id, (f"{ISSUER}001", ISSUER, "局")),
    ],
)
def test_nothing_malformed_is_built(build: object, arguments: tuple[object, ...]) -> None:
    """Parts of the wrong shape are refused before a check character is computed."""
    assert callable(build)
    with pytest.raises(CodeError):
        build(*arguments)


@given(divisions, days, st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_a_citizen_number_shows_every_wrong_digit(
    division: str, born: date, sequence: int, at: int, shift: int
) -> None:
    """One wrong digit among the seventeen changes the check character."""
    number = citizen_number(division, born, sequence)
    wrong = number[:at] + str((int(number[at]) + shift) % 10) + number[at + 1 : 17]
    assert citizen_number_check(wrong) != number[17]


@given(divisions, days, st.integers(0, 999), st.integers(0, 15))
def test_a_citizen_number_shows_every_swap(division: str, born: date, sequence: int, at: int) -> None:
    """Two different neighbours exchanged change the check character."""
    number = citizen_number(division, born, sequence)
    assume(number[at] != number[at + 1])
    wrong = number[:at] + number[at + 1] + number[at] + number[at + 2 : 17]
    assert citizen_number_check(wrong) != number[17]


@given(divisions, st.text(A31, min_size=9, max_size=9), st.integers(0, 17), st.sampled_from(A31))
def test_a_credit_code_shows_every_wrong_character(division: str, inner: str, at: int, wrong: str) -> None:
    """One wrong character, the check character included, is refused."""
    code = credit_code("91", division, inner)
    assume(code[at] != wrong)
    assert not is_valid(Scheme.CREDIT_CODE, code[:at] + wrong + code[at + 1 :])


@given(divisions, st.text(A31, min_size=9, max_size=9), st.integers(0, 16))
def test_a_credit_code_shows_every_swap(division: str, inner: str, at: int) -> None:
    """Two different neighbours exchanged are refused."""
    code = credit_code("91", division, inner)
    assume(code[at] != code[at + 1])
    assert not is_valid(Scheme.CREDIT_CODE, code[:at] + code[at + 1] + code[at] + code[at + 2 :])


@given(st.text(A36, min_size=1, max_size=51), st.data())
def test_mod_37_36_shows_every_wrong_character(body: str, draw: st.DataObject) -> None:
    """One wrong character changes the check character; of swaps the standard promises only nearly all."""
    at = draw.draw(st.integers(0, len(body) - 1))
    wrong = draw.draw(st.sampled_from([c for c in A36 if c != body[at]]))
    assert mod_37_36(body[:at] + wrong + body[at + 1 :]) != mod_37_36(body)


def test_mod_37_36_misses_some_swaps() -> None:
    """Most exchanges of neighbours are found, but not all: nobody should rely on more."""
    pairs = [(a, b) for a in A36 for b in A36 if a < b]
    missed = [pair for pair in pairs if mod_37_36("".join(pair)) == mod_37_36("".join(reversed(pair)))]
    assert 0 < len(missed) < len(pairs) // 20
