# SPDX-License-Identifier: Apache-2.0
"""The number printed on a paper: as it is typed, and by the national code that it is. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from unicodedata import normalize

from attest.codes import Scheme, validate
from attest.errors import CodeError
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from attest.catalogue.model import MaterialType

STANDARDS: Final = {
    Scheme.CREDIT_CODE: "GB 32100",
    Scheme.CITIZEN_NUMBER: "GB 11643",
    Scheme.ORGANISATION_CODE: "GB 11714",
    Scheme.CERTIFICATE_ID: "GB/T 36904",
}
"""By scheme that a paper's number can be of, the standard that gives its form and check character."""


def plain_number(number: str) -> str:
    """A number as typed without what does not count: width, spaces, letter case (Unicode NFKC)."""
    return "".join(normalize("NFKC", number).split()).upper()


def check_number(kind: MaterialType, number: str | None) -> None:
    """Refuse (CommandRejected `number.<scheme>`) a number that is not the national code its type names.

    What is typed in another width or letter case is taken; the refusal does not repeat the number.
    """
    if kind.number is None or number is None:
        return
    scheme = Scheme(kind.number)
    try:
        validate(scheme, plain_number(number))
    except CodeError as error:
        cause = error.code.partition(".")[2]
        raise CommandRejected(
            f"number.{scheme}",
            f"a number by {STANDARDS[scheme]}",
            path="/number",
            standard=STANDARDS[scheme],
            cause=cause,
        ) from error
