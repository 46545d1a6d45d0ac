# SPDX-License-Identifier: Apache-2.0
"""The document of one service item version: strict reading, and `check_item` against the material types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from attest.catalogue.model import (
    CASE_TYPES,
    CLOCK_PROFILES,
    COUNTED_FROM,
    LEVELS,
    LIMIT_UNITS,
    MAX_QUESTIONS,
    NECESSITIES,
    RESULT_TERMS,
    Clock,
    ItemResult,
    Limit,
    MaterialTypes,
    Option,
    Question,
    Requirement,
    RoleOf,
    ServiceItem,
)
from attest.catalogue.reading import CatalogueError, Document, one_error
from attest.catalogue.requirement_document import combination
from attest.catalogue.types_document import ROLE, TYPE_CODE
from attest.codes import CodeError, Scheme, validate
from attest.fields import CODE, DEPARTMENT, ITEM

if TYPE_CHECKING:
    from collections.abc import Mapping

ITEM_FORMAT: Final = "once/item/1"
_EXERCISED: Final = {level: str(number) for number, level in enumerate(LEVELS, 1)}
CODES_WANTED: Final = {
    Scheme.ITEM_BASIC: "12 digits, the third and fourth 01 to 10 or 20",
    Scheme.ITEM_IMPLEMENTATION: "31 characters: a credit code, the level, the basic code",
    Scheme.ITEM_HANDLING: "33 characters: the implementation code and two digits",
}
_BY_LEVELS: Final = "7"
"""行使层级: 1 national to 6 village, 7 where several levels exercise the power."""


def parse_item(value: object) -> ServiceItem:
    """Read one item document strictly (raises CatalogueError)."""
    with one_error():
        document = Document(value)
        document.choice("format", (ITEM_FORMAT,))
        item = _item(document)
        document.done()
        _coherent(item, document)
    return item


def _item(document: Document) -> ServiceItem:
    roles = document.texts("roles", 16, ROLE)
    return ServiceItem(
        code=document.text("code", 50, ITEM),
        version=document.integer("version", 1),
        name=document.both("name"),
        basic_code=_code(document, "basic_code", Scheme.ITEM_BASIC),
        impl_code=_code(document, "impl_code", Scheme.ITEM_IMPLEMENTATION),
        authority=document.text("authority", 32, DEPARTMENT),
        level=document.choice("level", LEVELS),
        receivers=document.texts("receivers", 16, DEPARTMENT),
        case_type=document.choice("case_type", CASE_TYPES),
        clocks=tuple(_clock(one) for one in document.documents("clocks", 1, 8)),
        result=_result(document.document("result")),
        notice=document.prose("notice"),
        sources=document.citations("sources"),
        roles=roles,
        questions=tuple(question(one) for one in document.documents("questions", 0, MAX_QUESTIONS)),
        requirements=tuple(_requirement(one, roles) for one in document.documents("requirements", 1, 64)),
        in_force=document.optional_day("in_force"),
        handling_code=(
            _code(document, "handling_code", Scheme.ITEM_HANDLING) if document.has("handling_code") else None
        ),
    )


def _code(document: Document, name: str, scheme: Scheme) -> str:
    text = document.text(name, 33)
    try:
        validate(scheme, text)
    except CodeError:
        document.fail(name, CODES_WANTED[scheme])
    return text


def _limit(one: Document) -> Limit:
    limit = Limit(one.integer("n", 0, 1000), one.choice("unit", LIMIT_UNITS), one.citation("citation"))
    one.done()
    return limit


def _clock(one: Document) -> Clock:
    clock = Clock(
        profile=one.choice("profile", CLOCK_PROFILES),
        when=one.conditions("when"),
        statutory_limit=_limit(one.document("statutory_limit")),
        promised_limit=_limit(one.document("promised_limit")),
        extension=_limit(one.document("extension")) if one.has("extension") else None,
        counted_from=cast("Any", one.choice("counted_from", COUNTED_FROM))
        if one.has("counted_from")
        else None,
    )
    statutory, promised = clock.statutory_limit, clock.promised_limit
    if promised.unit != statutory.unit or promised.n > statutory.n:
        one.fail("promised_limit", "no more than the statutory limit, in its unit")
    if clock.extension is not None and (clock.extension.unit != statutory.unit or clock.extension.n == 0):
        one.fail("extension", "more than nothing, in the unit of the statutory limit")
    one.done()
    return clock


def _result(one: Document) -> ItemResult:
    term = one.choice("term", RESULT_TERMS)
    years = one.integer("years", 1, 100) if term in ("years", "years_at_most") else None
    result = ItemResult(
        type=one.text("type", 64, TYPE_CODE),
        term=cast("Any", term),
        years=years,
        citation=one.citation("citation"),
        also=one.texts("also", 8, TYPE_CODE) if one.has("also") else (),
    )
    if one.has("also") and (not result.also or len({result.type, *result.also}) != 1 + len(result.also)):
        one.fail("also", "at least one other type, each once")
    one.done()
    return result


def question(one: Document) -> Question:
    """Read one closed question with its options."""
    options = []
    for choice in one.documents("options", 2, 16):
        instead = choice.both("instead") if choice.has("instead") else None
        options.append(Option(choice.text("code", 64, CODE), choice.both("text"), instead))
        choice.done()
    if len({option.code for option in options}) != len(options):
        one.fail("options", "each code once")
    read = Question(one.text("code", 64, CODE), one.both("text"), tuple(options))
    one.done()
    return read


def _requirement(one: Document, roles: tuple[str, ...]) -> Requirement:
    necessity = one.choice("necessity", NECESSITIES)
    requirement = Requirement(
        code=one.text("code", 64, CODE),
        text=one.both("text"),
        necessity=cast("Any", necessity),
        when=one.conditions("when"),
        alternatives=tuple(combination(each, roles) for each in one.documents("alternatives", 1, 16)),
        citation=one.citation("citation") if one.has("citation") else None,
        consent=one.citation("consent") if one.has("consent") else None,
    )
    if (necessity == "situation") > bool(requirement.when) or (necessity == "always" and requirement.when):
        one.fail("when", "a condition where necessity is `situation`, none where it is `always`")
    one.done()
    return requirement


def _coherent(item: ServiceItem, document: Document) -> None:
    """What members say of each other: codes once, conditions over known questions, a last clock for all."""
    if item.impl_code[19:] != item.basic_code:
        document.fail("impl_code", "a code that ends in the basic code")
    if item.impl_code[18] not in (_EXERCISED[item.level], _BY_LEVELS):
        document.fail("impl_code", "a code whose 19th character is the item's level")
    if item.handling_code is not None and item.handling_code[:31] != item.impl_code:
        document.fail("handling_code", "a code that begins with the implementation code")
    if len({question.code for question in item.questions}) != len(item.questions):
        document.fail("questions", "each code once")
    if len({requirement.code for requirement in item.requirements}) != len(item.requirements):
        document.fail("requirements", "each code once")
    options = {q.code: {option.code for option in q.options} for q in item.questions}
    for number, requirement in enumerate(item.requirements):
        _known(requirement.when, options, f"/requirements/{number}/when")
    for number, clock in enumerate(item.clocks):
        _known(clock.when, options, f"/clocks/{number}/when")
        if bool(clock.when) == (number == len(item.clocks) - 1):
            raise CatalogueError(f"/clocks/{number}/when", "a condition on every clock but the last")


def _known(when: Mapping[str, tuple[str, ...]], options: Mapping[str, set[str]], path: str) -> None:
    for question, answers in when.items():
        if not options.get(question, set()).issuperset(answers) or len(set(answers)) != len(answers):
            raise CatalogueError(
                f"{path}/{question}", "a question of this item with its own options, each once"
            )


def check_item(item: ServiceItem, types: MaterialTypes) -> None:
    """Refuse (CatalogueError) an item that names a type, or a role of one, that `types` does not define."""
    if item.result.type not in types.types:
        raise CatalogueError("/result/type", "a material type of the types document")
    if not types.types.keys() >= set(item.result.also):
        raise CatalogueError("/result/also", "material types of the types document")
    for r, requirement in enumerate(item.requirements):
        for c, alternative in enumerate(requirement.alternatives):
            for e, evidence in enumerate(alternative.evidence):
                path = f"/requirements/{r}/alternatives/{c}/evidence/{e}"
                kind = types.get(evidence.type)
                if kind is None:
                    raise CatalogueError(f"{path}/type", "a material type of the types document")
                if kind.issuers and not set(kind.issuers).issuperset(evidence.issuers or ()):
                    raise CatalogueError(f"{path}/issuers", "departments that may issue this type")
                for binding in evidence.bindings:
                    if binding.role not in kind.roles:
                        raise CatalogueError(f"{path}/role/{binding.role}", "a role of this type")
                    if isinstance(binding.by, RoleOf):
                        other = types.get(binding.by.type)
                        if other is not None and binding.by.role not in other.roles:
                            raise CatalogueError(f"{path}/role/{binding.role}/role", "a role of that type")
