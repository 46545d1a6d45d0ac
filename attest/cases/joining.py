# SPDX-License-Identifier: Apache-2.0
"""A case that is opened as a step of a bundle: whether it may be, and with which earlier case it goes.

A later step names the first case of the application, and only that ties them: alike parties alone would join
the second restaurant of one person to the first. It goes with a first case of the same version of the bundle
whose people and thing are its own, each step once; any other number is answered like one that is not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.bundles.joint import excluding, held_in, same_people, step_for
from attest.bundles.repository import bundle_fact
from attest.cases.model import BundleStep
from attest.cases.records import added_parties, record_of
from attest.cases.repository import case_by_no, case_fact, joined_cases, joined_fact
from attest.catalogue.repository import latest_version
from attest.fields import CODE, ITEM, Fields
from attest.holders.repository import links_among
from attest.parties import read_about, read_parties
from ledger.errors import CommandRejected
from ledger.merkle import MAX_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from attest.bundles.model import Bundle, Member
    from attest.cases.model import CaseRow, Opening
    from attest.catalogue.model import ServiceItem
    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from attest.reading import Reader
    from ledger.canonical import Json
    from ledger.commands import View


def read_step(fields: Fields) -> BundleStep | None:
    """`bundle: {code, version, step, with?}` of a record, or None where the member is absent."""
    if not fields.has("bundle"):
        return None
    inner = fields.fields("bundle")
    step = BundleStep(
        inner.text("code", 50, ITEM),
        inner.integer("version", 1),
        inner.text("step", 64, CODE),
        inner.optional_text("with", 50),
    )
    inner.done()
    return step


def write_step(step: BundleStep) -> dict[str, Json]:
    """The JSON form that `read_step` reads."""
    plain: dict[str, Json] = {"code": step.code, "version": step.version, "step": step.step}
    if step.first is not None:
        plain["with"] = step.first
    return plain


def asked_step(
    fields: Fields, item: ServiceItem, answers: Mapping[str, str], catalogue: Catalogue, reader: Reader
) -> BundleStep | None:
    """`bundle: {code, version?, with?}` of a request; the step is found by item and answers.

    Without `version` it is the newest. Whether the step may stand is decided when it is written.
    """
    if not fields.has("bundle"):
        return None
    inner = fields.fields("bundle")
    code = inner.text("code", 50, ITEM)
    version = inner.integer("version", 1) if inner.has("version") else None
    first = inner.optional_text("with", 50)
    inner.done()
    if version is None:
        newest = latest_version("bundle", code, reader)
        if newest is None:
            raise CommandRejected("bundle.unknown", "no such bundle is published")
        version = newest.version
    bundle = catalogue.bundle(code, version, reader)
    member = step_for(bundle, item, answers) or next(
        (one for one in bundle.members if one.item == item.code), None
    )
    if member is None:
        raise CommandRejected("bundle.no_step", "the item is no step of the bundle")
    return BundleStep(code, version, member.step, first)


def step_facts(step: BundleStep) -> tuple[bytes, ...]:
    """Facts that the decision about a step reads."""
    facts: tuple[bytes, ...] = (bundle_fact(step.code),)
    return facts if step.first is None else (*facts, case_fact(step.first), joined_fact(step.first))


def check_step(
    record: Opening, item: ServiceItem, step: BundleStep, catalogue: Catalogue, view: View, context: Context
) -> None:
    """Refuse (CommandRejected) a step that the bundle has not, or that goes with no such case."""
    bundle = catalogue.bundle(step.code, step.version, view)
    newest = latest_version("bundle", step.code, view)
    if step.first is None and (newest is None or newest.version != step.version):
        raise CommandRejected("bundle.version", "not the bundle's version that is in force")
    member = step_for(bundle, item, dict(record.answers), step.step)
    if member is None:
        facts = excluding(bundle, item, dict(record.answers))
        named = {} if facts is None else dict(zip(("question", "wanted"), facts, strict=True))
        raise CommandRejected("bundle.no_step", "no step of the bundle is such a case", **named)
    if step.first is None:
        return
    first = case_by_no(step.first, view)
    if first is None or not _goes_with(record, bundle, member, first, view, context):
        raise CommandRejected("bundle.no_such_case", "no first case of this bundle with these people")
    if any(one.step == step.step for one in joined_cases(step.first, view)):
        raise CommandRejected("bundle.step_taken", "the application has a case of this step")


def _goes_with(
    record: Opening, bundle: Bundle, member: Member, first: CaseRow, view: View, context: Context
) -> bool:
    begun = first.bundle
    if begun is None or begun.first != first.case_no:
        return False
    if (begun.code, begun.version) != (bundle.code, bundle.version):
        return False
    opened = Fields(record_of(first.index, view, context), "/record")
    parties = (*read_parties(opened), *added_parties(first.case_no, view, context, MAX_SIZE))
    about = read_about(opened)
    if about is not None and record.about is not None and about != record.about:
        return False
    links = links_among({holder for _, holder in (*parties, *record.parties)}, view)

    def people(of: Member, named: Iterable[tuple[str, bytes]]) -> dict[str, frozenset[bytes]]:
        return held_in(of, [(role, links.get(holder, holder)) for role, holder in named])

    earlier = next(one for one in bundle.members if one.step == begun.step)
    return same_people(bundle, people(member, record.parties), people(earlier, parties))
