# SPDX-License-Identifier: Apache-2.0
"""The document of one bundle version, strictly: `parse_bundle(format_bundle(b)) == b`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attest.bundles.model import (
    MAX_MEMBERS,
    Bundle,
    ByQuestion,
    Condition,
    DataCheck,
    Feed,
    Form,
    FormField,
    Member,
)
from attest.bundles.order import CycleError, ordered, waits_for
from attest.catalogue.item_document import question
from attest.catalogue.model import MAX_QUESTIONS, FieldUse
from attest.catalogue.reading import CatalogueError, Document, one_error
from attest.catalogue.types_document import ROLE, TYPE_CODE
from attest.fields import CODE, DEPARTMENT, ITEM

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

BUNDLE_FORMAT: Final = "once/bundle/1"
CURRENT: Final = "current"


def parse_bundle(value: object) -> Bundle:
    """Read one bundle document strictly (raises CatalogueError); a cycle of steps is named."""
    with one_error():
        document = Document(value)
        document.choice("format", (BUNDLE_FORMAT,))
        bundle = _bundle(document)
        document.done()
    _coherent(bundle)
    return bundle


def _bundle(document: Document) -> Bundle:
    roles = document.texts("roles", 16, ROLE)
    return Bundle(
        code=document.text("code", 50, ITEM),
        version=document.integer("version", 1),
        name=document.both("name"),
        authority=document.text("authority", 32, DEPARTMENT),
        notice=document.prose("notice"),
        sources=document.citations("sources"),
        conditions=tuple(_condition(one) for one in document.documents("conditions", 0, 16)),
        roles=roles,
        questions=tuple(question(one) for one in document.documents("questions", 0, MAX_QUESTIONS)),
        fields=tuple(_field(one) for one in document.documents("fields", 0, 32)),
        members=tuple(_member(one, roles) for one in document.documents("members", 1, MAX_MEMBERS)),
        feeds=tuple(_feed(one, roles) for one in document.documents("feeds", 0, 32)),
        forms=tuple(_form(one, roles) for one in document.documents("forms", 0, 8)),
        checked=tuple(_check(one) for one in document.documents("checked", 0, 32)),
    )


def _condition(one: Document) -> Condition:
    condition = Condition(one.both("text"), one.citation("citation"))
    one.done()
    return condition


def _field(one: Document) -> FormField:
    code = one.text("code", 64, CODE)
    field = FormField(
        code,
        one.both("text"),
        _several(one, "steps"),
        one.citation("citation"),
        _use(one.document("standard"), code) if one.has("standard") else None,
    )
    one.done()
    return field


def _use(one: Document, code: str) -> FieldUse:
    """`{"code", "field"}`: the data standard, and its field, that a value of the form's field must meet."""
    use = FieldUse(code, one.text("code", 50, ITEM), one.text("field", 64, CODE))
    one.done()
    return use


def _member(one: Document, roles: tuple[str, ...]) -> Member:
    member = Member(
        step=one.text("step", 64, CODE),
        item=one.text("item", 50, ITEM),
        version=_version(one),
        roles=_roles(one, roles, 0),
        answers=_answers(one.document("answers")),
        asks=_several(one, "asks", 64) if one.has("asks") else None,
        when=one.conditions("when"),
    )
    one.done()
    return member


def _version(one: Document) -> int | None:
    if isinstance(one.any_of("version"), str):
        one.choice("version", (CURRENT,))
        return None
    return one.integer("version", 1)


def _answers(one: Document) -> dict[str, str | ByQuestion]:
    read: dict[str, str | ByQuestion] = {}
    for name in one.keys_like():
        if isinstance(one.any_of(name), dict):
            inner = one.document(name)
            read[name] = ByQuestion(inner.text("question", 64, CODE))
            inner.done()
        else:
            read[name] = one.text(name, 64, CODE)
    one.done()
    return read


def _roles(one: Document, roles: tuple[str, ...], least: int = 1) -> dict[str, str]:
    inner = one.document("roles")
    read = {name: inner.choice(name, roles) for name in inner.keys_like()}
    inner.done()
    if len(read) < least:
        one.fail("roles", "at least one role")
    return read


def _several(one: Document, name: str, most: int = MAX_MEMBERS) -> tuple[str, ...]:
    read = one.texts(name, most, CODE)
    if not read or len(set(read)) != len(read):
        one.fail(name, "at least one, each once")
    return read


def _feed(one: Document, roles: tuple[str, ...]) -> Feed:
    feed = Feed(
        source=one.text("from", 64, CODE),
        type=one.text("type", 64, TYPE_CODE),
        roles=_roles(one, roles),
        to=_several(one, "to"),
        citation=one.citation("citation"),
    )
    one.done()
    return feed


def _form(one: Document, roles: tuple[str, ...]) -> Form:
    instead_of = one.texts("instead_of", 16, TYPE_CODE)
    if not instead_of or len(set(instead_of)) != len(instead_of):
        one.fail("instead_of", "at least one type, each once")
    form = Form(one.text("type", 64, TYPE_CODE), _roles(one, roles), instead_of, one.citation("citation"))
    one.done()
    return form


def _check(one: Document) -> DataCheck:
    check = DataCheck(
        one.text("type", 64, TYPE_CODE), one.text("issuer", 32, DEPARTMENT), one.citation("citation")
    )
    one.done()
    return check


def _coherent(bundle: Bundle) -> None:
    """What members say of each other: codes once, steps and questions that there are, no cycle."""
    steps = [member.step for member in bundle.members]
    _once("members", steps)
    _once("questions", [one.code for one in bundle.questions])
    _once("fields", [one.code for one in bundle.fields])
    _once("checked", [one.type for one in bundle.checked])
    _once("forms", [code for form in bundle.forms for code in form.instead_of])
    options = {one.code: {option.code for option in one.options} for one in bundle.questions}
    for number, member in enumerate(bundle.members):
        _known(member.when, options, f"/members/{number}/when")
        for name, answer in member.answers.items():
            if isinstance(answer, ByQuestion) and answer.question not in options:
                raise CatalogueError(f"/members/{number}/answers/{name}", "a question of this bundle")
    for number, field in enumerate(bundle.fields):
        _steps(field.steps, steps, f"/fields/{number}/steps")
    for number, feed in enumerate(bundle.feeds):
        _steps((feed.source,), steps, f"/feeds/{number}/from")
        _steps(feed.to, steps, f"/feeds/{number}/to")
    try:
        ordered(waits_for(steps, [(feed.source, feed.to) for feed in bundle.feeds]))
    except CycleError as error:
        raise CatalogueError("/feeds", f"steps in an order; these wait for each other: {error}") from error


def _once(name: str, codes: Collection[str]) -> None:
    if len(set(codes)) != len(codes):
        raise CatalogueError(f"/{name}", "each once")


def _steps(named: Collection[str], steps: Collection[str], path: str) -> None:
    if not set(steps).issuperset(named):
        raise CatalogueError(path, "steps of this bundle")


def _known(when: Mapping[str, tuple[str, ...]], options: Mapping[str, set[str]], path: str) -> None:
    for name, answers in when.items():
        if not options.get(name, set()).issuperset(answers) or len(set(answers)) != len(answers):
            raise CatalogueError(
                f"{path}/{name}", "a question of this bundle with its own options, each once"
            )
