# SPDX-License-Identifier: Apache-2.0
"""Whether a bundle fits the guides of its members and the material types. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.bundles.model import ByQuestion
from attest.catalogue.reading import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attest.bundles.model import Bundle, Member
    from attest.catalogue.model import MaterialTypes, ServiceItem


def check_bundle(bundle: Bundle, items: Mapping[str, ServiceItem], types: MaterialTypes) -> None:
    """Refuse (CatalogueError) a bundle that does not fit; `items` are the members' guides by step."""
    for number, member in enumerate(bundle.members):
        _check_member(bundle, member, items[member.step], f"/members/{number}")
    for number, feed in enumerate(bundle.feeds):
        path = f"/feeds/{number}"
        if items[feed.source].result.type != feed.type:
            raise CatalogueError(f"{path}/type", "what the step's item ends in")
        _check_roles(feed.type, feed.roles, types, path)
    for number, form in enumerate(bundle.forms):
        path = f"/forms/{number}"
        _check_roles(form.type, form.roles, types, path)
        if not set(types.types).issuperset(form.instead_of):
            raise CatalogueError(f"{path}/instead_of", "material types of the types document")
    for number, check in enumerate(bundle.checked):
        kind = types.get(check.type)
        if kind is None or check.issuer not in kind.issuers:
            raise CatalogueError(f"/checked/{number}", "a material type, and a department that issues it")


def _check_member(bundle: Bundle, member: Member, item: ServiceItem, path: str) -> None:
    if set(member.roles) != set(item.roles):
        raise CatalogueError(f"{path}/roles", "every role of the item, and no other")
    if set(member.answers) != {one.code for one in item.questions}:
        raise CatalogueError(f"{path}/answers", "every question of the item, and no other")
    asked = {one.code: {option.code for option in one.options} for one in bundle.questions}
    for question in item.questions:
        answer = member.answers[question.code]
        given = asked[answer.question] if isinstance(answer, ByQuestion) else {answer}
        if not {option.code for option in question.options}.issuperset(given):
            raise CatalogueError(f"{path}/answers/{question.code}", "options of the item's question")
    if member.asks is not None and not {one.code for one in item.requirements}.issuperset(member.asks):
        raise CatalogueError(f"{path}/asks", "requirements of the item")


def _check_roles(code: str, roles: Mapping[str, str], types: MaterialTypes, path: str) -> None:
    kind = types.get(code)
    if kind is None:
        raise CatalogueError(f"{path}/type", "a material type of the types document")
    if not set(kind.roles).issuperset(roles):
        raise CatalogueError(f"{path}/roles", "roles of this type")
