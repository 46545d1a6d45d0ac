# SPDX-License-Identifier: Apache-2.0
"""The document of a bundle version from its model: `parse_bundle(format_bundle(b)) == b`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.bundles.document import BUNDLE_FORMAT, CURRENT
from attest.bundles.model import ByQuestion
from attest.catalogue.item_format import question_json, when_json
from attest.catalogue.types_document import citation_json, text_json

if TYPE_CHECKING:
    from attest.bundles.model import Bundle, DataCheck, Feed, Form, FormField, Member
    from ledger.canonical import Json


def format_bundle(bundle: Bundle) -> dict[str, Json]:
    """The document of this bundle version."""
    return {
        "format": BUNDLE_FORMAT,
        "code": bundle.code,
        "version": bundle.version,
        "name": text_json(bundle.name),
        "authority": bundle.authority,
        "notice": bundle.notice,
        "sources": [citation_json(one) for one in bundle.sources],
        "conditions": [
            {"text": text_json(one.text), "citation": citation_json(one.citation)}
            for one in bundle.conditions
        ],
        "roles": list(bundle.roles),
        "questions": [question_json(one) for one in bundle.questions],
        "fields": [_field(one) for one in bundle.fields],
        "members": [_member(one) for one in bundle.members],
        "feeds": [_feed(one) for one in bundle.feeds],
        "forms": [_form(one) for one in bundle.forms],
        "checked": [_check(one) for one in bundle.checked],
    }


def _field(one: FormField) -> dict[str, Json]:
    made: dict[str, Json] = {
        "code": one.code,
        "text": text_json(one.text),
        "steps": list(one.steps),
        "citation": citation_json(one.citation),
    }
    if one.use is not None:
        made["standard"] = {"code": one.use.standard, "field": one.use.field}
    return made


def _member(one: Member) -> dict[str, Json]:
    answers: dict[str, Json] = {
        name: {"question": answer.question} if isinstance(answer, ByQuestion) else answer
        for name, answer in one.answers.items()
    }
    made: dict[str, Json] = {
        "step": one.step,
        "item": one.item,
        "version": CURRENT if one.version is None else one.version,
        "roles": dict(one.roles),
        "answers": answers,
        **when_json(one.when),
    }
    if one.asks is not None:
        made["asks"] = list(one.asks)
    return made


def _feed(one: Feed) -> dict[str, Json]:
    return {
        "from": one.source,
        "type": one.type,
        "roles": dict(one.roles),
        "to": list(one.to),
        "citation": citation_json(one.citation),
    }


def _form(one: Form) -> dict[str, Json]:
    return {
        "type": one.type,
        "roles": dict(one.roles),
        "instead_of": list(one.instead_of),
        "citation": citation_json(one.citation),
    }


def _check(one: DataCheck) -> dict[str, Json]:
    return {"type": one.type, "issuer": one.issuer, "citation": citation_json(one.citation)}
