# SPDX-License-Identifier: Apache-2.0
"""A bundle (一件事) as its published document says it: members, what their results feed, what is shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attest.catalogue.model import Citation, FieldUse, Question, Text

MAX_MEMBERS: Final = 16


@dataclass(frozen=True, slots=True)
class ByQuestion:
    """The answer that the applicant gives to this question of the bundle."""

    question: str


@dataclass(frozen=True, slots=True)
class Member:
    """One step: a service item within the bundle.

    `version` None is the current one. `roles` map the item's case roles to the bundle's; `answers` give
    every question of the item, an option or the bundle's question that decides it. `asks` are the
    requirements that the joint list covers, None: all; whatever else the guide requires stays its own. It
    belongs to the bundle where `when` holds.
    """

    step: str
    item: str
    version: int | None
    roles: Mapping[str, str]
    answers: Mapping[str, str | ByQuestion]
    asks: tuple[str, ...] | None
    when: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Feed:
    """What step `source` ends in serves the steps `to`: nobody brings it. `roles`: its roles → bundle's."""

    source: str
    type: str
    roles: Mapping[str, str]
    to: tuple[str, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class Form:
    """One form that is filled instead of those of the single items."""

    type: str
    roles: Mapping[str, str]
    instead_of: tuple[str, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class DataCheck:
    """A type that the steps check at its issuer by data, so that nobody brings it."""

    type: str
    issuer: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class FormField:
    """Something that is no paper: said once, for these steps; `use` names the data standard of its value."""

    code: str
    text: Text
    steps: tuple[str, ...]
    citation: Citation
    use: FieldUse | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Who may use the bundle."""

    text: Text
    citation: Citation


@dataclass(frozen=True, slots=True)
class Bundle:
    """One version of a bundle; `authority` leads it and publishes it."""

    code: str
    version: int
    name: Text
    authority: str
    notice: str
    sources: tuple[Citation, ...]
    conditions: tuple[Condition, ...]
    roles: tuple[str, ...]
    questions: tuple[Question, ...]
    fields: tuple[FormField, ...]
    members: tuple[Member, ...]
    feeds: tuple[Feed, ...]
    forms: tuple[Form, ...]
    checked: tuple[DataCheck, ...]
