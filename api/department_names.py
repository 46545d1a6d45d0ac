# SPDX-License-Identifier: Apache-2.0
"""Names of departments by code, for sentences and pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import orjson

from attest.catalogue.model import Text
from attest.registry.repository import department_codes, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attest.reading import Reader


class DepartmentNames:
    """Read when a department is new: a name does not change, and a department does not go."""

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

    def known(self, reader: Reader) -> Mapping[str, Text]:
        """The same, read only where a code is asked for that was not known yet."""
        return _Known(self, self._names, reader)


class _Known(Mapping[str, Text]):
    def __init__(self, every: DepartmentNames, names: Mapping[str, Text], reader: Reader) -> None:
        self._every, self._names, self._reader = every, names, reader

    def __getitem__(self, code: str) -> Text:
        found = self._names.get(code)
        return self._every(self._reader)[code] if found is None else found

    def __iter__(self) -> Iterator[str]:
        return iter(self._every(self._reader))

    def __len__(self) -> int:
        return len(self._every(self._reader))
