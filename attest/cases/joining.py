# SPDX-License-Identifier: Apache-2.0
"""A case that is opened as a step of a bundle: whether it may be, and with which earlier case it goes.

A later step names the first case of the application, and only that ties them: alike parties alone would join
the second restaurant of one person to the first. It goes with a first case of the same version of the bundle
whose people and thing are its own, and so are those of all steps between; each step once. Any other number is
answered like one that is not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from attest.bundles.joint import agree, excluding, held_in, same_people, step_for
from attest.bundles.repository import bundle_fact
from attest.cases.model import BundleStep
from attest.cases.records import added_parties, record_of
from attest.cases.repository import PEOPLE_FACT, case_by_no, case_fact, joined_cases, joined_fact
from attest.catalogue.repository import latest_version
from attest.errors import NoSuchCaseError
from attest.fields import CODE, ITEM, Fields
from attest.holders.repository import links_among
from attest.parties import read_about, read_parties
from ledger.errors import CommandRejected
from ledger.merkle import MAX_SIZE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from attest.bundles.joint import Held
    from attest.bundles.model import Bundle, Member
    from attest.cases.model import CaseRow, Opening
    from attest.catalogue.model import ServiceItem
    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from attest.parties import About, Parties
    from attest.reading import Reader
    from ledger.canonical import Json
    from ledger.commands import View


class AskedStep(NamedTuple):
    """The step that a request means, and the case whose people it is about, where it names one."""

    step: BundleStep
    people: str | None


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
    fields: Fields,
    item: ServiceItem,
    answers: Mapping[str, str],
    catalogue: Catalogue,
    reader: Reader,
    *,
    people: bool = False,
) -> AskedStep | None:
    """`bundle: {code, version?, with?, people?}` of a request; the step is found by item and answers.

    Without `version` it is the newest. Whether the step may stand is decided when it is written.
    `people`: whether the request may name a case whose people it is about; it goes with an application alone.
    """
    if not fields.has("bundle"):
        return None
    inner = fields.fields("bundle")
    code = inner.text("code", 50, ITEM)
    version = inner.integer("version", 1) if inner.has("version") else None
    first = inner.optional_text("with", 50)
    of = inner.optional_text("people", 50) if people else None
    if of is not None and first is None:
        inner.fail("people", "a case of the application that `with` names")
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
    return AskedStep(BundleStep(code, version, member.step, first), of)


def people_as_in(
    case_no: str, step: BundleStep, department: str, catalogue: Catalogue, reader: Reader, context: Context
) -> Parties:
    """Who stands in another case of the application, in the roles that they have in a case of this step.

    NoSuchCaseError for a case of no or another application, and for one that the department does not see.
    """
    case = case_by_no(case_no, reader)
    if case is None or case.bundle is None or department not in (case.authority, case.opened_by):
        raise NoSuchCaseError(case_no)
    other = case.bundle
    if (other.code, other.version, other.first) != (step.code, step.version, step.first):
        raise NoSuchCaseError(case_no)
    bundle = catalogue.bundle(step.code, step.version, reader)
    people = _People(bundle, reader, context)
    held = people.of(other.step, people.in_case(case_no)[0])
    member = next(one for one in bundle.members if one.step == step.step)
    return tuple(
        (role, holder) for role, of in member.roles.items() for holder in sorted(held.get(of, frozenset()))
    )


def thing_as_in(
    case_no: str, step: BundleStep, department: str, things: Collection[str], reader: Reader, context: Context
) -> About | None:
    """What a case of the application is about, else what another is that the department sees; of `things`."""
    cases = [case_by_no(one.case_no, reader) for one in joined_cases(step.first or "", reader)]
    seen = [one for one in cases if one is not None and department in (one.authority, one.opened_by)]
    for one in sorted(seen, key=lambda one: one.case_no != case_no):
        about = read_about(Fields(record_of(one.index, reader, context), "/record"))
        if about is not None and about[0] in things:
            return about
    return None


def step_facts(step: BundleStep) -> tuple[bytes, ...]:
    """Facts that the decision about a step reads."""
    facts: tuple[bytes, ...] = (bundle_fact(step.code),)
    if step.first is None:
        return facts
    return (*facts, case_fact(step.first), joined_fact(step.first), PEOPLE_FACT)


def step_writes(step: BundleStep, case_no: str) -> tuple[bytes, ...]:
    """Facts that opening a case as this step changes."""
    if step.first is None:
        return (joined_fact(case_no),)
    return joined_fact(step.first), PEOPLE_FACT


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
        raise NoSuchCaseError(step.first)
    if any(one.step == step.step for one in joined_cases(step.first, view)):
        raise CommandRejected("bundle.step_taken", "the application has a case of this step")


def check_addition(
    case: CaseRow, parties: Parties, catalogue: Catalogue, view: View, context: Context
) -> None:
    """Refuse (CommandRejected `bundle.other_person`) people whom another case of the application has not.

    `parties`: all of the case, those that are added among them.
    """
    step = case.bundle
    if step is None or step.first is None:
        return
    bundle = catalogue.bundle(step.code, step.version, view)
    held = _People(bundle, view, context)
    own = held.of(step.step, parties)
    for one in joined_cases(step.first, view):
        if one.case_no != case.case_no and not agree(own, held.of(one.step, held.in_case(one.case_no)[0])):
            raise CommandRejected(
                "bundle.other_person", "another step of the application names another person"
            )


def _goes_with(
    record: Opening, bundle: Bundle, member: Member, first: CaseRow, view: View, context: Context
) -> bool:
    """Whether people and thing are those of every case of the application: most of them name no thing."""
    begun = first.bundle
    if begun is None or begun.first != first.case_no:
        return False
    if (begun.code, begun.version) != (bundle.code, bundle.version):
        return False
    people = _People(bundle, view, context)
    own = people.of(member.step, record.parties)
    for one in joined_cases(first.case_no, view):
        parties, about = people.in_case(one.case_no)
        if about is not None and record.about is not None and about != record.about:
            return False
        if not same_people(bundle, own, people.of(one.step, parties)):
            return False
    return True


class _People:
    """Who stands in the roles of a bundle, by the records of its cases; each person is one holder."""

    def __init__(self, bundle: Bundle, reader: Reader, context: Context) -> None:
        self._members = {one.step: one for one in bundle.members}
        self._reader, self._context = reader, context

    def in_case(self, case_no: str) -> tuple[Parties, About | None]:
        """All parties of a case, and what it is about."""
        case = case_by_no(case_no, self._reader)
        if case is None:
            raise CommandRejected("case.unknown", "the application names a case that is not there")
        record = Fields(record_of(case.index, self._reader, self._context), "/record")
        added = added_parties(case_no, self._reader, self._context, MAX_SIZE)
        return (*read_parties(record), *added), read_about(record)

    def of(self, step: str, parties: Parties) -> Held:
        """Who of them stands in the bundle's roles, as a case of this step."""
        links = links_among({holder for _, holder in parties}, self._reader)
        return held_in(self._members[step], [(role, links.get(holder, holder)) for role, holder in parties])
