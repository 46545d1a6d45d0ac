# SPDX-License-Identifier: Apache-2.0
"""National identity, organisation, certificate, item, case and real-estate codes: form and check (pure).

GB 32100, GB 11643, GB 11714, GB/T 36904 with ISO 7064 MOD 37,36, item codes of 12, 31 and 33 characters,
unit numbers of GB/T 37346.
Only the canonical written form is taken: upper case, no blanks or dashes.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from attest.errors import CodeError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "CERTIFICATE_ROOT",
    "CodeError",
    "Scheme",
    "case_number",
    "certificate_id",
    "certificate_id_check",
    "citizen_number",
    "citizen_number_check",
    "credit_code",
    "credit_code_check",
    "is_valid",
    "mod_37_36",
    "organisation_code",
    "organisation_code_check",
    "validate",
    "validate_case_number",
    "validate_certificate_id",
    "validate_citizen_number",
    "validate_credit_code",
]

_A31: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_A36: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CREDIT_WEIGHTS: Final = tuple(pow(3, i, 31) for i in range(17))
_CITIZEN_WEIGHTS: Final = tuple(pow(2, 17 - i, 11) for i in range(17))
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
CERTIFICATE_ROOT: Final = "1.2.156.3005.2"


class Scheme(StrEnum):
    """A kind of code; its value begins the `code` of every CodeError about it."""

    CREDIT_CODE = "credit_code"
    CITIZEN_NUMBER = "citizen_number"
    ORGANISATION_CODE = "organisation_code"
    CERTIFICATE_ID = "certificate_id"
    ITEM_BASIC = "item_basic"
    ITEM_IMPLEMENTATION = "item_implementation"
    ITEM_HANDLING = "item_handling"
    CASE_NUMBER = "case_number"
    REAL_ESTATE_UNIT = "real_estate_unit"


_SHAPES: Final = {
    Scheme.CREDIT_CODE: re.compile(rf"[{_A31}]{{2}}[0-9]{{6}}[{_A31}]{{10}}"),
    Scheme.CITIZEN_NUMBER: re.compile(r"[0-9]{17}[0-9X]"),
    Scheme.ORGANISATION_CODE: re.compile(r"[0-9A-Z]{8}[0-9X]"),
    Scheme.CERTIFICATE_ID: re.compile(
        rf"1\.2\.156\.3005\.2\.[{_A31}]{{18}}[0-9]{{3}}\.[{_A31}]{{18}}\.[0-9A-Z]{{1,40}}\.[0-9]{{3}}\.[0-9A-Z]",
    ),
    Scheme.ITEM_BASIC: re.compile(r"[0-9]{2}(?:0[1-9]|10|20)[0-9]{8}"),
    Scheme.ITEM_IMPLEMENTATION: re.compile(rf"[{_A31}]{{18}}[1-7][0-9]{{12}}"),
    Scheme.ITEM_HANDLING: re.compile(rf"[{_A31}]{{18}}[1-7][0-9]{{14}}"),
    Scheme.CASE_NUMBER: re.compile(r"[0-9]{20}[0-9A-Z]"),
    # County, cadastral area and sub-area; kind and number of the parcel; what stands on it (F, W), its unit.
    Scheme.REAL_ESTATE_UNIT: re.compile(r"[0-9]{12}[A-Z]{2}[0-9]{5}[FW][0-9]{8}"),
}


def _refuse(scheme: Scheme, cause: str, detail: str) -> CodeError:
    return CodeError(f"{scheme}.{cause}", detail)


def mod_37_36(body: str) -> str:
    """The ISO 7064 MOD 37,36 (hybrid) check character of `body` over 0-9 A-Z.

    It finds every single substitution, but not quite every swap of two neighbours.
    """
    return _hybrid([_A36.index(character) for character in body])


def _hybrid(values: list[int]) -> str:
    product = 36
    for value in values:
        product = ((product + value) % 36 or 36) * 2 % 37
    return _A36[(37 - product) % 36]


def credit_code_check(body: str) -> str:
    """Check character of a unified social credit code's first 17 (GB 32100)."""
    total = sum(_A31.index(c) * w for c, w in zip(body, _CREDIT_WEIGHTS, strict=True))
    return _A31[-total % 31]


def citizen_number_check(body: str) -> str:
    """Check character of a citizen number's first 17 digits (GB 11643)."""
    return "10X98765432"[sum(int(c) * w for c, w in zip(body, _CITIZEN_WEIGHTS, strict=True)) % 11]


def organisation_code_check(body: str) -> str:
    """Check character of an organisation code's first 8 (GB 11714)."""
    return "0123456789X"[
        -sum(_A36.index(c) * w for c, w in zip(body, _ORGANISATION_WEIGHTS, strict=True)) % 11
    ]


def certificate_id_check(body: str) -> str:
    """Check character of `<type>.<issuer>.<serial>.<version>`, dots left out (GB/T 36904)."""
    return mod_37_36(body.replace(".", ""))


def validate(scheme: Scheme, text: str) -> None:
    """CodeError `<scheme>.<cause>` unless `text` is well-formed.

    Causes: shape, date, check, version, credit_code (the one inside), check_variant. Says nothing of whether
    such a person, body or certificate exists. The organisation code inside a credit code is not asked for its
    own check character: the outer one covers it.
    """
    if not _SHAPES[scheme].fullmatch(text):
        raise _refuse(scheme, "shape", "wrong length or characters")
    _RULES[scheme](scheme, text)


def is_valid(scheme: Scheme, text: str) -> bool:
    """Whether `validate` takes the text."""
    try:
        validate(scheme, text)
    except CodeError:
        return False
    return True


def validate_credit_code(text: str) -> None:
    """`validate` for a unified social credit code of 18 characters (GB 32100)."""
    validate(Scheme.CREDIT_CODE, text)


def validate_citizen_number(text: str) -> None:
    """`validate` for a citizen number of 18 characters (GB 11643)."""
    validate(Scheme.CITIZEN_NUMBER, text)


def validate_certificate_id(text: str) -> None:
    """`validate` for a certificate identifier with its root and dots (GB/T 36904)."""
    validate(Scheme.CERTIFICATE_ID, text)


def validate_case_number(text: str) -> None:
    """`validate` for a case number: division, day, sequence and check, 21 characters."""
    validate(Scheme.CASE_NUMBER, text)


def _checked(check: Callable[[str], str]) -> Callable[[Scheme, str], None]:
    def rule(scheme: Scheme, text: str) -> None:
        if check(text[:-1]) != text[-1]:
            raise _refuse(scheme, "check", "the check character does not fit")

    return rule


def _dated(scheme: Scheme, digits: str) -> None:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise _refuse(scheme, "date", "no such day") from None


def _citizen_number(scheme: Scheme, text: str) -> None:
    _dated(scheme, text[6:14])
    _checked(citizen_number_check)(scheme, text)


def _certificate_id(scheme: Scheme, text: str) -> None:
    kind, issuer, serial, version, check = text.removeprefix(f"{CERTIFICATE_ROOT}.").split(".")
    for code in (kind[:18], issuer):
        _inner(scheme, code)
    if version == "000":
        raise _refuse(scheme, "version", "versions begin with 001")
    body = f"{kind}{issuer}{serial}{version}"
    if mod_37_36(body) == check:
        return
    # A calculation in circulation gives letters a value one off; it is refused like any other, but by name.
    for offset in (1, -1):
        if _hybrid([_A36.index(c) + (offset if c.isalpha() else 0) for c in body]) == check:
            raise _refuse(
                scheme, "check_variant", "the check character fits a variant with letters offset by one"
            )
    raise _refuse(scheme, "check", "the check character does not fit")


def _inner(scheme: Scheme, credit_code: str) -> None:
    if not is_valid(Scheme.CREDIT_CODE, credit_code):
        raise _refuse(scheme, "credit_code", "the credit code inside is not well-formed")


def _item(scheme: Scheme, text: str) -> None:
    _inner(scheme, text[:18])
    validate(Scheme.ITEM_BASIC, text[19:31])


def _case_number(scheme: Scheme, text: str) -> None:
    _dated(scheme, text[6:14])
    _checked(mod_37_36)(scheme, text)


def _shape_only(scheme: Scheme, text: str) -> None:
    """No rule beyond the shape: such a code has no check character."""


_RULES: Final[dict[Scheme, Callable[[Scheme, str], None]]] = {
    Scheme.CREDIT_CODE: _checked(credit_code_check),
    Scheme.CITIZEN_NUMBER: _citizen_number,
    Scheme.ORGANISATION_CODE: _checked(organisation_code_check),
    Scheme.CERTIFICATE_ID: _certificate_id,
    Scheme.ITEM_BASIC: _shape_only,
    Scheme.ITEM_IMPLEMENTATION: _item,
    Scheme.ITEM_HANDLING: _item,
    Scheme.CASE_NUMBER: _case_number,
    Scheme.REAL_ESTATE_UNIT: _shape_only,
}


def _built(scheme: Scheme, text: str) -> str:
    validate(scheme, text)
    return text


def credit_code(head: str, division: str, organisation: str) -> str:
    """A credit code of a 2-character head, a 6-digit division and a 9-character organisation code."""
    body = f"{head}{division}{organisation}"
    if len(body) != 17 or not set(body) <= set(_A31):
        raise _refuse(Scheme.CREDIT_CODE, "shape", "wrong length or characters")
    return _built(Scheme.CREDIT_CODE, body + credit_code_check(body))


def citizen_number(division: str, born: date, sequence: int) -> str:
    """A citizen number of a 6-digit division, a day of birth and a sequence of 0 to 999."""
    body = f"{division}{born:%Y%m%d}{sequence:03d}"
    if not re.fullmatch(r"[0-9]{17}", body):
        raise _refuse(Scheme.CITIZEN_NUMBER, "shape", "wrong length or characters")
    return _built(Scheme.CITIZEN_NUMBER, body + citizen_number_check(body))


def organisation_code(body: str) -> str:
    """An organisation code of its first 8 characters."""
    if not re.fullmatch(r"[0-9A-Z]{8}", body):
        raise _refuse(Scheme.ORGANISATION_CODE, "shape", "wrong length or characters")
    return body + organisation_code_check(body)


def certificate_id(type_code: str, issuer: str, serial: str, version: int = 1) -> str:
    """A certificate identifier: 21-character type code, issuer's credit code, own serial, version from 1."""
    body = f"{type_code}.{issuer}.{serial}.{version:03d}"
    if not re.fullmatch(r"[0-9A-Z.]+", body):
        raise _refuse(Scheme.CERTIFICATE_ID, "shape", "wrong characters")
    return _built(Scheme.CERTIFICATE_ID, f"{CERTIFICATE_ROOT}.{body}.{certificate_id_check(body)}")


def case_number(division: str, day: date, sequence: int) -> str:
    """A case number: 6-digit division, day, sequence of 0 to 999,999, check character (21 characters)."""
    body = f"{division}{day:%Y%m%d}{sequence:06d}"
    if not re.fullmatch(r"[0-9]{20}", body):
        raise _refuse(Scheme.CASE_NUMBER, "shape", "wrong length or characters")
    return _built(Scheme.CASE_NUMBER, body + mod_37_36(body))
