# SPDX-License-Identifier: Apache-2.0
"""Queries over published bundles, and the guides of their members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.bundles.document import parse_bundle
from attest.bundles.notice import Hashes
from attest.bundles.rules import plan_of
from attest.catalogue.repository import document_of, latest_version, newest_of, version_of
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from attest.bundles.model import Bundle
    from attest.bundles.plan import Plan
    from attest.catalogue.model import ServiceItem
    from attest.catalogue.repository import Catalogue, Published
    from attest.policies.model import Policy
    from attest.reading import Reader


def bundle_fact(code: str) -> bytes:
    """Name of the fact "which version of this bundle is in force", for the writer's batches."""
    return b"catalogue/bundle/" + code.encode()


def bundle_of(code: str, version: int | None, reader: Reader) -> tuple[Bundle, Published]:
    """A version of a bundle, the newest where none is named (CommandRejected `bundle.unknown`)."""
    published = (
        latest_version("bundle", code, reader)
        if version is None
        else version_of("bundle", code, version, reader)
    )
    if published is None:
        raise CommandRejected("bundle.unknown", "no such version of a bundle is published")
    return parse_bundle(document_of(published.digest, reader)), published


def bundles_with(item: str | None, reader: Reader, before: int | None = None) -> list[Bundle]:
    """The newest version of each bundle that has the item among its steps, of every bundle for None.

    `before`: in a log of that many entries.
    """
    found = []
    for published in newest_of("bundle", reader, before):
        bundle = parse_bundle(document_of(published.digest, reader))
        if item is None or any(one.item == item for one in bundle.members):
            found.append(bundle)
    return found


def hashes_of(plan: Plan, catalogue: Catalogue, reader: Reader) -> Hashes:
    """The hashes of what a plan goes by: the bundle's version, and each step's guide."""
    published = version_of("bundle", plan.bundle, plan.version, reader)
    if published is None:
        raise CommandRejected("bundle.unknown", "no such version of a bundle is published")
    steps = {one.step: catalogue.item(one.item, one.version, reader)[1].digest.hex() for one in plan.steps}
    return Hashes(published.digest.hex(), steps)


def guides_of(
    bundle: Bundle,
    catalogue: Catalogue,
    reader: Reader,
    before: int | None = None,
    instead: ServiceItem | None = None,
    *,
    day: date | None = None,
) -> dict[str, ServiceItem]:
    """The members' guides by step, of the version named or the newest (CommandRejected `item.unknown`).

    `day`: the one in force then, where there is one, though a newer is published ahead of its day.
    `before`: in a log of that many entries; `instead` counts as the newest guide of its item.
    """
    found = {}
    for member in bundle.members:
        version = member.version
        if version is None:
            if instead is not None and instead.code == member.item:
                found[member.step] = instead
                continue
            newest = latest_version("item", member.item, reader, before)
            if newest is None:
                raise CommandRejected("item.unknown", f"no guide of {member.item} is published")
            standing = catalogue.in_force(member.item, day, reader) if day is not None else None
            version = standing[0].version if standing is not None else newest.version
        found[member.step] = catalogue.item(member.item, version, reader)[0]
    return found


def policies_for(
    guides: Mapping[str, ServiceItem], catalogue: Catalogue, reader: Reader, day: date
) -> dict[str, Policy]:
    """The recognition policies that hold on `day` for the departments that decide these guides, by code."""
    return {
        code: catalogue.policy(code, day, reader).policy
        for code in sorted({one.authority for one in guides.values()})
    }


def plan_on(
    bundle: Bundle, answers: Mapping[str, str], catalogue: Catalogue, reader: Reader, day: date
) -> Plan:
    """The plan for anybody who gives these answers, by the guides and policies of `day`.

    Raises CommandRejected (a guide is missing), CatalogueError, SituationError, SearchLimitError.
    """
    types = catalogue.types(reader)
    guides = guides_of(bundle, catalogue, reader, day=day)
    policies = policies_for(guides, catalogue, reader, day)
    return plan_of(bundle, guides, types, answers, policies=policies)
