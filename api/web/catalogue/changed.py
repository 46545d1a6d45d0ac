# SPDX-License-Identifier: Apache-2.0
"""Two versions of a bundle, a standard or the material types side by side, in words. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.web.catalogue.comparing import Line
from api.web.cited import cited
from attest.catalogue.changes import ORDER, changes, named
from attest.catalogue.differences import OTHER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.web.catalogue.words import GuideWords


@dataclass(frozen=True, slots=True)
class DocumentChanges:
    """All differences by the part of the document that they are in; a part has its name in words."""

    rooms: tuple[tuple[str, tuple[Line, ...]], ...]

    @property
    def count(self) -> int:
        """How many differences there are; the version's number is none."""
        return sum(len(lines) for _, lines in self.rooms)


def document_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], words: GuideWords
) -> DocumentChanges:
    """What changed, in words of one language."""
    rooms: dict[str, list[Line]] = {}
    for one in changes(before, after):
        nested = len(one.path) > 1 and isinstance(after.get(one.path[0], before.get(one.path[0])), list)
        room = member(one.path[0], words) if nested else words.t("catalogue.rest")
        about, part = _place(one.path, before, after, words, nested=nested)
        said = tuple(said_of(value, words) for value in (one.before, one.after))
        if one.path[-1] == ORDER:
            part = words.t("document.order")
        rooms.setdefault(room, []).append(Line(about, part, said[0], said[1], OTHER))
    return DocumentChanges(tuple((room, tuple(lines)) for room, lines in rooms.items()))


def _place(
    path: tuple[str, ...],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    words: GuideWords,
    *,
    nested: bool,
) -> tuple[str, str]:
    """The thing concerned by its own name, and which part of it; codes inside it by what they mean."""
    if not nested:
        return member(path[0], words), " · ".join(member(one, words) for one in path[1:])
    held = [(named(side.get(path[0], [])) or {}).get(path[1]) for side in (after, before)]
    thing = next((one for one in held if one is not None), None)
    about = title_of(thing, words) or path[1] if path[1] != ORDER else member(path[0], words)
    rest = [one for one in path[2:] if one != ORDER]
    return about, " · ".join(member(one, words) for one in rest)


def title_of(thing: Any, words: GuideWords) -> str:
    """What an object calls itself, with its code; empty where it has no name."""
    if not isinstance(thing, dict):
        return ""
    text = next((thing[name] for name in ("name", "text") if _bilingual(thing.get(name))), None)
    code = next((str(thing[name]) for name in ("code", "step", "channel") if name in thing), "")
    if text is None and "type" in thing:
        return words.type(str(thing["type"]))
    said = text[words.language] if text is not None else ""
    if not said or not code:
        return said or code
    return f"{said}（{code}）" if words.language == "zh" else f"{said} ({code})"


def member(name: str, words: GuideWords) -> str:
    """A member's name in words; a code that is none of them stands as it is."""
    key = f"document.{name}"
    return words.t(key) if words.t.has(key) else name


def said_of(value: Any, words: GuideWords) -> str:
    """A value of a document in a line; empty for what is not there."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return words.t("document.yes" if value else "document.no")
    if _bilingual(value):
        return str(value[words.language])
    between = "；" if words.language == "zh" else "; "
    if isinstance(value, dict):
        if value.keys() == {"text", "certainty"}:
            return cited(value["text"], value["certainty"], words.t)
        colon = "：" if words.language == "zh" else ": "
        return between.join(
            f"{member(name, words)}{colon}{said_of(one, words)}" for name, one in value.items()
        )
    if isinstance(value, list):
        if all(isinstance(one, dict) for one in value):
            return between.join(title_of(one, words) or said_of(one, words) for one in value)
        return words.joined(said_of(one, words) for one in value)
    return str(value)


def _bilingual(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"zh", "en"}
