# SPDX-License-Identifier: Apache-2.0
"""Values against the standards that hold on a day, read from the catalogue: one way for every door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.standards.rules import check_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from attest.catalogue.model import FieldUse
    from attest.catalogue.repository import Catalogue
    from attest.reading import Reader
    from attest.standards.model import Window
    from attest.standards.rules import Checked


def windows_of(
    uses: Sequence[FieldUse], day: date, catalogue: Catalogue, reader: Reader
) -> dict[str, Window]:
    """Of each standard that the fields name, the versions that are accepted on `day`."""
    return {code: catalogue.window(code, day, reader) for code in dict.fromkeys(one.standard for one in uses)}


def checked(
    uses: Sequence[FieldUse],
    values: Mapping[str, str],
    stated: Mapping[str, int],
    day: date,
    catalogue: Catalogue,
    reader: Reader,
) -> Checked:
    """As `check_values`, by what is published now."""
    return check_values(uses, values, stated, windows_of(uses, day, catalogue, reader), day)
