# SPDX-License-Identifier: Apache-2.0
"""The texts of the pages: `locales/*.toml`, a table a page, each text as `[zh, en]`.

`t("counter.title", n=3)` fills `{n}`, a pair with its zh or en. An English text may hold two forms,
`one|many`, chosen by `n`.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from api.problems import Language

FOLDER: Final = Path(__file__).resolve().parent / "locales"
PLACE: Final = re.compile(r"\{([a-z_]+)\}")


class TextError(ValueError):
    """A text is missing in a language, stands twice, or names other places in the other language."""


@cache
def all_texts() -> dict[str, tuple[str, str]]:
    """Every text by `table.name`, in both languages; TextError where one is wrong."""
    found: dict[str, tuple[str, str]] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        for table, rows in tomllib.loads(file.read_text(encoding="utf-8")).items():
            for name, pair in rows.items():
                key = f"{table}.{name}"
                if key in found:
                    raise TextError(f"{key} stands twice")
                found[key] = _checked(key, pair)
    return found


def _checked(key: str, pair: Any) -> tuple[str, str]:
    if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(one, str) and one for one in pair):
        raise TextError(f"{key} is not a pair of texts, zh and en")
    zh, en = pair
    if set(PLACE.findall(zh)) - {"n"} != set(PLACE.findall(en)) - {"n"}:
        raise TextError(f"{key} names different places in zh and en")
    return zh, en


class Texts:
    """The texts in one language."""

    def __init__(self, language: Language) -> None:
        self.language: Final = language

    def __call__(self, key: str, **places: object) -> str:
        """The text, filled; KeyError for a key that no file holds."""
        zh, en = all_texts()[key]
        said = zh
        if self.language == "en":
            one, _, many = en.partition("|")
            said = one if not many or places.get("n") == 1 else many
        return PLACE.sub(lambda found: self._filling(places[found[1]]), said) if places else said

    def _filling(self, value: object) -> str:
        """What fills a place: of a pair, zh and en, the reader's."""
        return str(value[self.language == "en"] if isinstance(value, tuple) else value)

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in all_texts()
