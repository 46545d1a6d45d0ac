# SPDX-License-Identifier: Apache-2.0
"""Codes of the catalogue in words of one language: one set of words for lists, pages and comparisons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.web.catalogue.shelf import KINDS
from api.web.counter.desk import limit_words
from api.web.counter.rows import Words
from api.web.texts import Texts
from attest.catalogue.certificates import METADATA
from attest.catalogue.listing.columns import (
    ASSURANCE_WORDS,
    CASE_WORDS,
    COUNTED_WORDS,
    HANDLING_WORDS,
    LEVEL_WORDS,
    NEED_WORDS,
    PROFILE_WORDS,
    SOURCE_WORDS,
)
from attest.catalogue.model import CaseRole
from attest.standards.value_texts import SCHEME_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from api.problems import Language
    from attest.catalogue.certificates import Certificate
    from attest.catalogue.model import (
        Clock,
        Combination,
        Evidence,
        ItemResult,
        Limit,
        MaterialType,
        MaterialTypes,
        Question,
        Text,
        Waiver,
    )

TABLES: Final = {
    "level": LEVEL_WORDS,
    "case": CASE_WORDS,
    "need": NEED_WORDS,
    "source": SOURCE_WORDS,
    "handling": HANDLING_WORDS,
    "counted": COUNTED_WORDS,
    "assurance": ASSURANCE_WORDS,
    "profile": PROFILE_WORDS,
}

SAMPLE_NOTICE: Final = "样例数据，依公开办事指南整理，非正式文本"
"""The notice of the sample guides and bundles."""


class GuideWords:
    """Words for what guides say; `types` are the material types in force."""

    def __init__(
        self, language: Language, departments: Mapping[str, Text], types: MaterialTypes | None
    ) -> None:
        self.language: Final = language
        self.names: Final = departments
        self.t: Final = Texts(language)
        self._words = Words(language, departments)
        self._types = types

    def of(self, text: Text) -> str:
        """The text in the language."""
        return self._words.of(text)

    def department(self, code: str | None) -> str:
        """A department's name; the code where it has none."""
        return self._words.department(code)

    def departments(self, several: Iterable[str]) -> str:
        """Names of several departments."""
        return self.joined(self.department(one) for one in several)

    def joined(self, several: Iterable[str]) -> str:
        """Several things in one line."""
        return ("、" if self.language == "zh" else ", ").join(several)

    def listed(self, names: Iterable[str]) -> str:
        """Names of papers in one line: many a name holds a comma of its own."""
        return ("；" if self.language == "zh" else "; ").join(names)

    def code(self, table: str, code: str) -> str:
        """The word for a code of a column of guide lists; the code where there is none."""
        pair = TABLES[table].get(code)
        return code if pair is None else pair[self.language == "en"]

    def taken(self, kind: MaterialType) -> str:
        """How papers of a type are taken: kept, in the guides' own word, or shown and never kept."""
        if kind.handling != "keep":
            return self.t("verdict.shown")
        return self.code("handling", "check" if kind.printed == "核" else kind.handling)

    def role(self, code: str) -> str:
        """A role of a case or of a material; `lease_contract.lessor` is that material's."""
        type_, dot, role = code.partition(".")
        if dot:
            return self._of(type_, role)
        return self._words.word(f"role.{code}")

    def roles(self, several: Iterable[str]) -> str:
        """Several roles, each once."""
        return self.joined(dict.fromkeys(self.role(one) for one in several))

    def type(self, code: str) -> str:
        """A material type by its name."""
        kind = self._types.get(code) if self._types is not None else None
        return self.of(kind.name) if kind is not None else code

    def limit(self, clock: Clock, limit: Limit) -> str:
        """A limit: on the spot, or so many units from where it begins."""
        n, name = limit_words(clock, limit)
        return self.t(f"counter.{name}", n=n)

    def extension(self, limit: Limit) -> str:
        """By how much a limit may be extended: days on top of it, no limit of its own."""
        return self.t(f"catalogue.extended_{limit.unit}", n=limit.n)

    def situation(self, when: Mapping[str, Sequence[str]], questions: Iterable[Question]) -> str:
        """The condition under which something applies, empty where it always does."""
        asked = {one.code: one for one in questions}
        between = "；" if self.language == "zh" else "; "
        either = "或" if self.language == "zh" else " or "
        said = []
        for code in sorted(when):
            question = asked.get(code)
            texts = {one.code: self.of(one.text) for one in question.options} if question else {}
            options = either.join(texts.get(one, one) for one in when[code])
            asked_text = self.of(question.text) if question else code
            said.append(self.t("catalogue.answered", question=asked_text, options=options))
        return between.join(said)

    def notice(self, said: str) -> str:
        """A document's notice; that of the samples, which is in Chinese alone, in the reader's language."""
        return self.t("frame.sample") if said == SAMPLE_NOTICE else said

    def result(self, result: ItemResult) -> str:
        """What an item ends in, and how long that holds."""
        names = self.listed(self.type(code) for code in (result.type, *result.also))
        term = self.t(f"catalogue.term_{result.term}", n=result.years or 0)
        return f"{names}（{term}）" if self.language == "zh" else f"{names} ({term})"

    def combination(self, one: Combination) -> str:
        """All that a combination needs, in a line."""
        return (" ＋ " if self.language == "zh" else " + ").join(self.evidence(each) for each in one.evidence)

    def evidence(self, one: Evidence) -> str:
        """One evidence in a line: its type, whose, and every further demand."""
        whose = self.whose(one)
        parts = [whose, *self.demands(one)] if whose else self.demands(one)
        inside = self.joined(parts)
        if not inside:
            return self.type(one.type)
        return (
            f"{self.type(one.type)}（{inside}）"
            if self.language == "zh"
            else f"{self.type(one.type)} ({inside})"
        )

    def whose(self, one: Evidence) -> str:
        """Who has to stand in it: the role in the paper, where it is another word than the case's."""
        said = []
        for binding in one.bindings:
            role, by = self.role(binding.role), binding.by
            who = self.role(by.role) if isinstance(by, CaseRole) else self._of(by.type, by.role)
            plain = binding.role in ("holder", "member") or who == role
            said.append(who if plain else self.t("catalogue.stands", role=role, who=who))
        return self.joined(said)

    def _of(self, type_: str, role: str) -> str:
        return self.t("catalogue.role_of", role=self.role(role), type=self.type(type_))

    def rooms(self, types: MaterialTypes) -> list[tuple[str, list[MaterialType]]]:
        """Material types by whoever looks after them, both in the order of their codes."""
        found: dict[str, list[MaterialType]] = {}
        for one in types.types.values():
            found.setdefault(one.owner, []).append(one)
        return sorted(found.items())

    def validity(self, one: MaterialType) -> str:
        """How long papers of a type hold."""
        return self.t(f"catalogue.validity_{one.validity.rule}", n=one.validity.days or 0)

    def waiver(self, one: Waiver) -> str:
        """Where a ground for not asking holds: the grounds of a use, and all that narrows it."""
        t, english = self.t, self.language == "en"
        said = [self.joined(t(f"entry_value.ground_{ground}") for ground in one.grounds)]
        if one.kinds:
            kinds = self.joined(KINDS[kind][english] if kind in KINDS else kind for kind in one.kinds)
            said.append(t("catalogue.waiver_kinds", names=kinds))
        if one.items:
            said.append(t("catalogue.waiver_items", names=self.joined(one.items)))
        if one.types:
            said.append(t("catalogue.waiver_types", names=self.listed(map(self.type, one.types))))
        if one.lower:
            said.append(t("catalogue.waiver_lower"))
        return ("; " if english else "；").join(said)

    def number(self, scheme: str) -> str:
        """The national code that the number on a paper is."""
        return self.of(SCHEME_NAMES[scheme])

    def metadata(self, one: Certificate) -> str:
        """The members of a certificate, each with its code."""
        names = {code: pair[self.language == "en"] for code, pair in METADATA.items()}
        return self.joined(f"{names.get(code, '')} {code}".strip() for code in one.metadata)

    def demands(self, one: Evidence) -> list[str]:
        """What an evidence asks beyond its type."""
        t, said = self.t, []
        if one.each:
            said.append(t("catalogue.each"))
        if one.originals:
            said.append(t("catalogue.originals", n=one.originals))
        if one.copies:
            said.append(t("catalogue.copies", n=one.copies))
        if one.surrender:
            said.append(t("catalogue.surrender"))
        if one.max_age_days is not None:
            day = self.code("counted", one.counted_at) if one.counted_at else t("catalogue.some_day")
            said.append(t("catalogue.max_age", n=one.max_age_days, day=day))
        if one.issuers is not None:
            said.append(t("catalogue.only_from", who=self.departments(one.issuers)))
        if one.assurance is not None:
            ways = self.joined(self.code("assurance", way) for way in one.assurance)
            said.append(t("catalogue.only_by", ways=ways))
        return said
