# SPDX-License-Identifier: Apache-2.0
"""From a list that came in to drafts: what of it may become one, and what is wrong in it. No writing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from api.routes.catalogue import DOCUMENT_LIMIT
from attest.catalogue.differences import differences
from attest.catalogue.item_document import parse_item
from attest.catalogue.item_format import format_item
from attest.catalogue.listing.checking import check_list
from attest.catalogue.listing.writing import rows_of
from attest.catalogue.repository import latest_version
from ledger.canonical import dump

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from api.core import Ledger
    from attest.catalogue.listing.checking import Finding
    from attest.catalogue.model import MaterialTypes, ServiceItem


@dataclass(frozen=True, slots=True)
class Proposal:
    """A guide that may become a draft: the version it stems from (0: none), its number set to the next.

    `differs`: whether it says anything else than that version.
    """

    item: ServiceItem
    base: int
    differs: bool

    @property
    def body(self) -> bytes:
        """Its document as it would be published (JCS)."""
        return dump(format_item(self.item))


@dataclass(frozen=True, slots=True)
class Objection:
    """Why an item of a list may become no draft: the name of a text, and what it is filled with."""

    item: str
    text: str
    fill: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a list would become: nothing of it was kept."""

    rows: int
    faults: tuple[Mapping[str, Any], ...]
    more: int
    objections: tuple[Objection, ...]
    proposals: tuple[Proposal, ...]
    sound: bool


def dry_run(read: Mapping[str, Any], department: str, ledger: Ledger, only: str | None = None) -> DryRun:
    """What the list that was read would become for this department; `only` one item, where it is named."""
    proposals: list[Proposal] = []
    objections: list[Objection] = []
    items = [parse_item(one) for one in read["items"]]
    for item in items:
        latest = latest_version("item", item.code, ledger.store)
        newest = latest.version if latest is not None else 0
        stated = item.version if item.code in read["stated"] else newest + 1
        if only is not None and item.code != only:
            objections.append(Objection(item.code, "draft.other_item", {"code": only}))
        elif item.authority != department or (latest is not None and latest.department != department):
            objections.append(Objection(item.code, "draft.not_own", {"authority": item.authority}))
        elif stated not in (newest, newest + 1) or stated == 0:
            text = "draft.not_newest" if newest else "draft.not_first"
            fill = {"stated": stated, "newest": newest, "code": item.code}
            objections.append(Objection(item.code, text, fill))
        elif len((one := proposed(item, newest, ledger)).body) > DOCUMENT_LIMIT:
            objections.append(Objection(item.code, "draft.too_large", {"most": DOCUMENT_LIMIT >> 20}))
        else:
            proposals.append(one)
    if only is not None and len(items) > 1:
        objections.append(Objection(only, "draft.one_item", {}))
    faults = tuple(read["faults"])
    sound = bool(read["sound"]) and not objections
    return DryRun(read["rows"], faults, read["more"], tuple(objections), tuple(proposals), sound)


def proposed(item: ServiceItem, newest: int, ledger: Ledger) -> Proposal:
    """The item as the next version."""
    made = replace(item, version=newest + 1)
    if not newest:
        return Proposal(made, 0, differs=True)
    before, _ = ledger.catalogue.item(item.code, newest, ledger.store)
    return Proposal(made, newest, differs=not differences(before, made).empty)


def findings_of(
    item: ServiceItem, types: MaterialTypes, examples: Collection[str] | None = None
) -> list[Finding]:
    """The guide check over one guide."""
    return check_list(rows_of([item], types), types, examples)
