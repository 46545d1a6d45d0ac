# SPDX-License-Identifier: Apache-2.0
"""A filled example of a form (填报示例, 样表), and which material types are forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from attest.codes import Scheme, is_valid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attest.catalogue.model import Citation, MaterialType, Text

INVENTED: Final = "99"
"""Beginning of the division codes that no real person or body has."""
_FORM: Final = re.compile(
    r"(申请书?|申请表|申请审核表|承诺书|承诺表|申报表|登记表|审核表|授权书|委托书|声明|说明)$"
)
_ASIDE: Final = re.compile(r"（[^）]*）")
_CODE: Final = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{17}[0-9X]|[0-9A-Z]{18})(?![0-9A-Za-z])")
_MOBILE: Final = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")


@dataclass(frozen=True, slots=True)
class FilledField:
    """One field of the form: its label, an invented value, and a hint where one helps."""

    code: str
    label: Text
    value: Text
    hint: Text | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """One version; `code` is that of the material type, `authority` whoever looks after the type."""

    code: str
    version: int
    authority: str
    name: Text
    fields: tuple[FilledField, ...]
    sources: tuple[Citation, ...]


def is_form(kind: MaterialType) -> bool:
    """Whether a material is a form that the applicant fills in: an own paper that its name calls so."""
    return kind.source == "own" and _FORM.search(_ASIDE.sub("", kind.name.zh)) is not None


def real_looking(text: str) -> Iterator[str]:
    """What in a text could be somebody's: the kind of each number that checks out outside division 99."""
    for found in _CODE.findall(text):
        if is_valid(Scheme.CITIZEN_NUMBER, found) and not found.startswith(INVENTED):
            yield "a citizen number"
        elif is_valid(Scheme.CREDIT_CODE, found) and not found[2:].startswith(INVENTED):
            yield "a credit code"
    for _ in _MOBILE.findall(text):
        yield "a telephone number"
