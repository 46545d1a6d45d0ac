# SPDX-License-Identifier: Apache-2.0
"""`plan_of`: the smallest set that a whole bundle still asks for, and the order of its steps. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from attest.bundles.fitting import check_bundle
from attest.bundles.listing import Settled, bring, spared, unsure
from attest.bundles.model import ByQuestion
from attest.bundles.order import ordered, waits_for
from attest.bundles.plan import Plan, Step
from attest.bundles.shared import Shared
from attest.catalogue.situations import applies, check_answers, clock_for, requirements_for
from attest.policies.model import DEFAULT
from attest.recognition.alternatives import ways
from attest.recognition.evidence import STATES, VERDICTS
from attest.recognition.model import CANNOT_TELL, REQUIRED, Facts
from attest.recognition.rules import pool_of
from attest.recognition.smallest import smallest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attest.bundles.model import Bundle, Member
    from attest.bundles.plan import OnFile
    from attest.catalogue.model import MaterialTypes, ServiceItem
    from attest.policies.model import Policy
    from attest.recognition.alternatives import Way
    from attest.recognition.evidence import Pool

_NO_POLICIES: Final[Mapping[str, Policy]] = {}
_NO_DAY: Final = date.min  # with nothing on file no day is counted


def plan_of(
    bundle: Bundle,
    items: Mapping[str, ServiceItem],
    types: MaterialTypes,
    answers: Mapping[str, str],
    on_file: OnFile | None = None,
    *,
    policies: Mapping[str, Policy] = _NO_POLICIES,
) -> Plan:
    """The plan for these answers to the bundle's questions; `items` are the members' guides by step.

    `policies` are those of the steps' authorities by code, where they have one: an issuer answers by them.

    Without `on_file` nobody is looked at: it says what the bundle asks of anybody. Raises SituationError,
    CatalogueError where the bundle does not fit the guides, SearchLimitError.
    """
    check_bundle(bundle, items, types)
    check_answers(bundle, answers)
    members = [one for one in bundle.members if applies(one.when, answers)]
    steps = [one.step for one in members]
    given = {one.step: _given(one, answers) for one in members}
    people = on_file.people if on_file else {role: (role.encode(),) for role in bundle.roles}
    pool = pool_of(on_file.candidates) if on_file else {}
    deciding = {one.step: policies.get(items[one.step].authority, DEFAULT) for one in members}
    answering = {
        step: {one.type for one in bundle.checked if one.issuer in policy.answering(one.type)}
        for step, policy in deciding.items()
    }
    shared = Shared(bundle, steps, people, types, answering)
    settled = _settle(members, items, types, given, pool, people, shared, on_file, deciding)
    waiting = waits_for(steps, [(one.source, one.to) for one in bundle.feeds])
    alone = Shared(_nothing_shared(bundle), steps, people, types, {})
    return Plan(
        bundle.code,
        bundle.version,
        bundle.name,
        bundle.notice,
        bundle.conditions,
        tuple(one for one in bundle.fields if set(one.steps).intersection(steps)),
        tuple(_step(step, items[step], given[step], waiting[step]) for step in ordered(waiting)),
        bring([one for one in settled if one.verdict == REQUIRED], shared),
        spared(settled, shared),
        unsure(settled),
        sum(_asked_alone(one, items, types, given, people, alone) for one in members),
    )


def _given(member: Member, answers: Mapping[str, str]) -> dict[str, str]:
    return {
        question: answers[answer.question] if isinstance(answer, ByQuestion) else answer
        for question, answer in member.answers.items()
    }


def _facts(
    member: Member, policy: Policy, people: Mapping[str, tuple[bytes, ...]], on_file: OnFile | None
) -> Facts:
    """The step's case: its roles held by the bundle's people, or by a name for each where nobody is known."""
    held = {role: people[of] for role, of in member.roles.items() if people.get(of)}
    if on_file is None:
        return Facts("", member.item, held, None, _NO_DAY)
    return Facts(
        on_file.cases.get(member.step, ""),
        member.item,
        held,
        on_file.about,
        on_file.today,
        policy=policy,
    )


def _settle(
    members: Sequence[Member],
    items: Mapping[str, ServiceItem],
    types: MaterialTypes,
    given: Mapping[str, Mapping[str, str]],
    pool: Pool,
    people: Mapping[str, tuple[bytes, ...]],
    shared: Shared,
    on_file: OnFile | None,
    deciding: Mapping[str, Policy],
) -> list[Settled]:
    """Every requirement in the way that belongs to the smallest set; what is met or unsure asks nothing."""
    open_: list[tuple[Settled, list[Way]]] = []
    for member in members:
        facts = _facts(member, deciding.get(member.step, DEFAULT), people, on_file)
        for requirement in requirements_for(items[member.step], given[member.step]):
            need = ways(requirement, pool, facts, types)
            verdict = VERDICTS[min(STATES[found.verdict] for found in need[0].found)]
            if verdict == CANNOT_TELL and (sure := _for_nothing(member, need, shared)):
                verdict, need = REQUIRED, sure
            open_.append((Settled(member, requirement, facts, verdict, need[0]), need))
    chosen = smallest(
        [
            [frozenset(shared.brought(one.member, way.papers)) for way in need]
            for one, need in open_
            if one.verdict == REQUIRED
        ]
    )
    positions = iter(chosen)
    return [
        one._replace(way=need[next(positions)]) if one.verdict == REQUIRED else one for one, need in open_
    ]


def _for_nothing(member: Member, need: Sequence[Way], shared: Shared) -> list[Way]:
    """The first way that is sure and asks nobody for anything: by data checks, results of earlier steps."""
    for way in need:
        sure = all(found.verdict != CANNOT_TELL for found in way.found)
        if sure and not shared.brought(member, way.papers):
            return [way]
    return []


def _asked_alone(
    member: Member,
    items: Mapping[str, ServiceItem],
    types: MaterialTypes,
    given: Mapping[str, Mapping[str, str]],
    people: Mapping[str, tuple[bytes, ...]],
    alone: Shared,
) -> int:
    """How many papers of the joint list this step asks where nothing is shared and nothing on file."""
    settled = _settle([member], items, types, given, {}, people, alone, None, {})
    return sum(one.joint for one in bring(settled, alone))


def _nothing_shared(bundle: Bundle) -> Bundle:
    return replace(bundle, feeds=(), forms=(), checked=())


def _step(step: str, item: ServiceItem, given: Mapping[str, str], after: tuple[str, ...]) -> Step:
    clock = clock_for(item, given)
    return Step(step, item.code, item.version, item.name, item.authority, clock, after)
