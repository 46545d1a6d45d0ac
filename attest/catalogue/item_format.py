# SPDX-License-Identifier: Apache-2.0
"""The document of an item version from its model: `parse_item(format_item(i)) == i`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.catalogue.item_document import ITEM_FORMAT
from attest.catalogue.requirement_document import combination_json
from attest.catalogue.types_document import citation_json, text_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attest.catalogue.model import Clock, ItemResult, Limit, Question, Requirement, ServiceItem
    from ledger.canonical import Json


def format_item(item: ServiceItem) -> dict[str, Json]:
    """The document of this item version."""
    return {
        "format": ITEM_FORMAT,
        "code": item.code,
        "version": item.version,
        "name": text_json(item.name),
        "basic_code": item.basic_code,
        "impl_code": item.impl_code,
        "authority": item.authority,
        "level": item.level,
        "receivers": list(item.receivers),
        "case_type": item.case_type,
        "clocks": [_clock(one) for one in item.clocks],
        "result": _result(item.result),
        "notice": item.notice,
        "sources": [citation_json(one) for one in item.sources],
        "roles": list(item.roles),
        "questions": [question_json(one) for one in item.questions],
        "requirements": [requirement_json(one) for one in item.requirements],
        **({"handling_code": item.handling_code} if item.handling_code is not None else {}),
        **({"in_force": item.in_force.isoformat()} if item.in_force is not None else {}),
    }


def when_json(when: Mapping[str, tuple[str, ...]]) -> dict[str, Json]:
    """`{"when": …}`, or nothing where there is no condition."""
    conditions: dict[str, Json] = {question: list(options) for question, options in when.items()}
    return {"when": conditions} if conditions else {}


def _limit(one: Limit) -> dict[str, Json]:
    return {"n": one.n, "unit": one.unit, "citation": citation_json(one.citation)}


def _clock(one: Clock) -> dict[str, Json]:
    made: dict[str, Json] = {
        "profile": one.profile,
        "statutory_limit": _limit(one.statutory_limit),
        "promised_limit": _limit(one.promised_limit),
        **when_json(one.when),
    }
    if one.extension is not None:
        made["extension"] = _limit(one.extension)
    if one.counted_from is not None:
        made["counted_from"] = one.counted_from
    return made


def _result(one: ItemResult) -> dict[str, Json]:
    made: dict[str, Json] = {"type": one.type, "term": one.term, "citation": citation_json(one.citation)}
    if one.years is not None:
        made["years"] = one.years
    if one.also:
        made["also"] = list(one.also)
    return made


def question_json(one: Question) -> dict[str, Json]:
    """The question as a document says it."""
    options: list[Json] = []
    for option in one.options:
        made: dict[str, Json] = {"code": option.code, "text": text_json(option.text)}
        if option.instead is not None:
            made["instead"] = text_json(option.instead)
        options.append(made)
    return {"code": one.code, "text": text_json(one.text), "options": options}


def requirement_json(one: Requirement) -> dict[str, Json]:
    """The requirement as a document says it."""
    return {
        "code": one.code,
        "text": text_json(one.text),
        "necessity": one.necessity,
        **when_json(one.when),
        "alternatives": [combination_json(each) for each in one.alternatives],
        **({"citation": citation_json(one.citation)} if one.citation is not None else {}),
        **({"consent": citation_json(one.consent)} if one.consent is not None else {}),
    }
