# SPDX-License-Identifier: Apache-2.0
"""What stands in brackets behind a citation: how sure it is, in words; that it is in Chinese as published.

Documents hold the mark itself (`[read L …]`, `[gen]`), as do the API and lists; readers of pages read words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from api.web.texts import Texts

_HAN: Final = re.compile("[\u4e00-\u9fff]")
_WORDS: Final = frozenset({"gen", "inf", "ran", "imported"})
_SOURCES: Final = frozenset({"L", "G", "S"})
"""Law or regulation, government page, secondary page."""
_UNREAD: Final = "text of the standards not read"


class Aside(NamedTuple):
    """The brackets: what stands before and behind `detail`, which names the text read, as published."""

    before: str
    detail: str
    after: str

    @property
    def whole(self) -> str:
        """As one text, with the space that English puts before it."""
        return "".join(self)


def aside(text: str, mark: str, t: Texts) -> Aside:
    """What follows a citation `text` with its mark of certainty."""
    words, detail = _sureness(mark, t)
    if t.language == "zh":
        return Aside(f"（{words}{'：' if detail else ''}", detail, "）")
    published = f"{t('cited.published')}; " if _HAN.search(text) else ""
    return Aside(f" ({published}{words}{': ' if detail else ''}", detail, ")")


def cited(text: str, mark: str, t: Texts) -> str:
    """A citation as one text."""
    return text + aside(text, mark, t).whole


def _sureness(mark: str, t: Texts) -> tuple[str, str]:
    """The mark in words, and what it names beside; one of a form of its own stands as it is."""
    said = mark.removeprefix("[").removesuffix("]").strip()
    head, rest = _first(said)
    if head == "read":
        named, more = _first(rest)
        sources = named.split("/")
        if not set(sources) <= _SOURCES:
            return t("cited.read"), rest
        between = "、" if t.language == "zh" else ", "
        detail = t("cited.summary") if more == "summary" else more
        return between.join(t(f"cited.read_{one}") for one in sources), detail
    if head == "ran" and rest == _UNREAD:
        return t("cited.ran_unread"), ""
    return (t(f"cited.{head}"), rest) if head in _WORDS else (said, "")


def _first(said: str) -> tuple[str, str]:
    head, _, rest = said.partition(" ")
    return head.rstrip(",;"), rest.strip()
