# SPDX-License-Identifier: Apache-2.0
"""Two versions of a guide side by side, in words. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.web.cited import cited
from attest.catalogue.differences import LESS, MORE, OTHER, differences, effect, limit_effect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.web.catalogue.words import GuideWords
    from attest.catalogue.differences import Listed
    from attest.catalogue.model import Citation, Clock, Option, Question, Requirement, ServiceItem


@dataclass(frozen=True, slots=True)
class Line:
    """One difference: what it is about, before and after (empty: not there), what it means, its ground.

    `effect` is `less`, `more` or `other`; `part` names what of the thing differs, empty for the whole.
    """

    about: str
    part: str
    before: str
    after: str
    effect: str
    ground: Citation | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """All differences by room: papers, limits, situations, the rest; how many papers each asks for."""

    papers: tuple[Line, ...]
    limits: tuple[Line, ...]
    situations: tuple[Line, ...]
    rest: tuple[Line, ...]
    counts: tuple[int, int]

    @property
    def count(self) -> int:
        """How many differences there are; the version's number is none."""
        return sum(map(len, (self.papers, self.limits, self.situations, self.rest)))


def comparison_of(before: ServiceItem, after: ServiceItem, words: GuideWords) -> Compared:
    """What changed, in words of one language."""
    found = differences(before, after)
    return Compared(
        tuple(_papers(found.requirements, before, after, words)),
        tuple(_limits(found.clocks, before, after, words)),
        tuple(_situations(found.questions, words)),
        tuple(_rest(found.members, words)),
        (len(before.requirements), len(after.requirements)),
    )


def _papers(
    found: Listed[Requirement], before: ServiceItem, after: ServiceItem, words: GuideWords
) -> Iterator[Line]:
    for one in found.removed.values():
        yield Line(words.of(one.text), "", _whole(one, before, words), "", LESS, one.citation)
    for one in found.added.values():
        yield Line(words.of(one.text), "", "", _whole(one, after, words), MORE, one.citation)
    for change in found.changed.values():
        old, new = change.before, change.after
        for name in change.members:
            show = _SHOWN[name]
            said = show(old, before, words), show(new, after, words)
            part = words.t(f"catalogue.part_{name}")
            meaning = effect(change) if len(change.members) == 1 else OTHER
            ground = None if name in ("citation", "consent") else new.citation
            yield Line(words.of(new.text), part, *said, meaning, ground)
    yield from _moved(found, words, "catalogue.order_papers")


def _whole(one: Requirement, item: ServiceItem, words: GuideWords) -> str:
    situation = words.situation(one.when, item.questions)
    need = words.code("need", one.necessity)
    between = "；" if words.language == "zh" else "; "
    return between.join(part for part in (need, situation, _ways(one, item, words)) if part)


def _ways(one: Requirement, _: ServiceItem, words: GuideWords) -> str:
    either = "；或者 " if words.language == "zh" else "; or "
    return either.join(words.combination(way) for way in one.alternatives)


_SHOWN: dict[str, Callable[[Requirement, ServiceItem, GuideWords], str]] = {
    "text": lambda one, _, words: words.of(one.text),
    "necessity": lambda one, _, words: words.code("need", one.necessity),
    "when": lambda one, item, words: words.situation(one.when, item.questions) or words.t("catalogue.always"),
    "alternatives": _ways,
    "citation": lambda one, _item, words: _cited(one.citation, words),
    "consent": lambda one, _item, words: _cited(one.consent, words),
}


def _limits(
    found: Listed[Clock], before: ServiceItem, after: ServiceItem, words: GuideWords
) -> Iterator[Line]:
    limits = words.t("catalogue.limit")
    for one in found.removed.values():
        about = words.situation(one.when, before.questions) or limits
        yield Line(about, "", words.limit(one, one.promised_limit), "", OTHER, one.promised_limit.citation)
    for one in found.added.values():
        about = words.situation(one.when, after.questions) or limits
        yield Line(about, "", "", words.limit(one, one.promised_limit), OTHER, one.promised_limit.citation)
    for change in found.changed.values():
        yield from _limit(change.before, change.after, change.members, after, words)
    yield from _moved(found, words, "catalogue.order_limits")


def _limit(
    old: Clock, new: Clock, members: tuple[str, ...], after: ServiceItem, words: GuideWords
) -> Iterator[Line]:
    about = words.situation(new.when, after.questions) or words.t("catalogue.limit")
    for name in ("promised_limit", "statutory_limit"):
        first, second = getattr(old, name), getattr(new, name)
        if name in members:
            part = words.t(f"catalogue.{name}")
            said = words.limit(old, first), words.limit(new, second)
            if said[0] == said[1]:
                part, said = (
                    words.t("catalogue.ground_of", what=part),
                    (_cited(first.citation, words), _cited(second.citation, words)),
                )
            cited = second.citation if first.citation == second.citation or first.n != second.n else None
            yield Line(about, part, *said, limit_effect(first, second), cited)
    if "extension" in members:
        none = words.t("catalogue.none")
        said = (
            words.extension(old.extension) if old.extension else none,
            words.extension(new.extension) if new.extension else none,
        )
        yield Line(about, words.t("catalogue.extension"), *said, OTHER)
    if "profile" in members:
        said = words.code("profile", old.profile), words.code("profile", new.profile)
        yield Line(about, words.t("catalogue.profile"), *said, OTHER)
    if "counted_from" in members:
        said = _from(old, words), _from(new, words)
        yield Line(about, words.t("catalogue.counted_from"), *said, OTHER)


def _from(one: Clock, words: GuideWords) -> str:
    return words.code("counted", one.counted_from) if one.counted_from else words.t("catalogue.by_profile")


def _situations(found: Listed[Question], words: GuideWords) -> Iterator[Line]:
    for one in found.removed.values():
        yield Line(words.of(one.text), "", _options(one, words), "", LESS)
    for one in found.added.values():
        yield Line(words.of(one.text), "", "", _options(one, words), MORE)
    for change in found.changed.values():
        old, new = change.before, change.after
        if "text" in change.members:
            about = words.t("catalogue.part_text")
            yield Line(words.of(new.text), about, words.of(old.text), words.of(new.text), OTHER)
        if "options" in change.members:
            part = words.t("catalogue.options")
            yield Line(words.of(new.text), part, _options(old, words), _options(new, words), OTHER)
    yield from _moved(found, words, "catalogue.order_questions")


def _options(one: Question, words: GuideWords) -> str:
    return words.joined(_option(option, words) for option in one.options)


def _option(one: Option, words: GuideWords) -> str:
    if one.instead is None:
        return words.of(one.text)
    said, instead = words.of(one.text), words.of(one.instead)
    return f"{said}（→ {instead}）" if words.language == "zh" else f"{said} (→ {instead})"


def _moved(found: Listed[Any], words: GuideWords, text: str) -> Iterator[Line]:
    if found.moved:
        yield Line(
            words.t(text), "", words.t("catalogue.order_before"), words.t("catalogue.order_after"), OTHER
        )


def _rest(members: Any, words: GuideWords) -> Iterator[Line]:
    for name, (old, new) in members.items():
        if name != "version":
            show = _MEMBERS[name]
            yield Line(words.t(f"catalogue.member_{name}"), "", show(old, words), show(new, words), OTHER)


def _cited(one: Citation | None, words: GuideWords) -> str:
    return cited(one.text, one.certainty, words.t) if one is not None else ""


_MEMBERS: dict[str, Callable[[Any, GuideWords], str]] = {
    "code": lambda one, _: str(one),
    "name": lambda one, words: words.of(one),
    "basic_code": lambda one, _: str(one),
    "impl_code": lambda one, _: str(one),
    "handling_code": lambda one, words: one or words.t("catalogue.none"),
    "authority": lambda one, words: words.department(one),
    "level": lambda one, words: words.code("level", one),
    "receivers": lambda one, words: words.departments(one) or words.t("catalogue.none"),
    "case_type": lambda one, words: words.code("case", one),
    "result": lambda one, words: f"{words.result(one)} · {_cited(one.citation, words)}",
    "notice": lambda one, _: str(one),
    "sources": lambda one, words: words.joined(_cited(each, words) for each in one),
    "roles": lambda one, words: words.joined(words.role(each) for each in one),
    "in_force": lambda one, words: (
        one.isoformat() if one is not None else words.t("catalogue.from_publication")
    ),
}
