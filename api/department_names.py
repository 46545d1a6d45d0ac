# SPDX-License-Identifier: Apache-2.0
"""Names of departments by code, for sentences and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from attest.catalogue.model import Text
from attest.registry.repository import department_codes, text_of

if TYPE_CHECKING:
    from attest.reading import Reader


class DepartmentNames:
    """Read when a department is new: a name does not change."""

    def __init__(self) -> None:
        self._names: dict[str, Text] = {}

    def __call__(self, reader: Reader) -> dict[str, Text]:
        """Every department's name in both languages."""
        codes = department_codes(reader)
        if len(codes) != len(self._names):
            for code, _, digest in codes:
                body = text_of(digest, reader)
                if body is not None:
                    name = orjson.loads(body)["name"]
                    self._names[code] = Text(name["zh"], name["en"])
        return self._names
