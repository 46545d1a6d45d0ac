# SPDX-License-Identifier: Apache-2.0
"""One case before the rules: its record, its guide, what was shown, its candidates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attest.cases.commands import OpenCase
from attest.catalogue.model import RoleOf
from attest.catalogue.situations import requirements_for
from attest.days import day_of
from attest.errors import VaultError
from attest.fields import Fields
from attest.materials.repository import about_key
from attest.private import open_private
from attest.recognition.model import Facts
from attest.recognition.repository import candidates_for
from attest.recognition.rules import decide
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attest.cases.model import CaseRow, Opening
    from attest.catalogue.model import Requirement, ServiceItem
    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from attest.materials.model import AcceptanceRow
    from attest.reading import Reader
    from attest.recognition.model import Decision, Presented


@dataclass(frozen=True, slots=True)
class Judged:
    """The decision with what it rests on: requirements that apply, and the digest of the guide."""

    requirements: tuple[Requirement, ...]
    decision: Decision
    policy: bytes


class OutsideListError(LookupError):
    """A requirement or material type that the case's guide does not ask for."""


def opening_of(case: CaseRow, catalogue: Catalogue, reader: Reader, context: Context) -> Opening:
    """The private record that opened the case (CommandRejected `vault.invalid` where it cannot be read)."""
    try:
        _, record = open_private(case.index, reader, context.sealer)
    except (LookupError, VaultError) as error:
        raise CommandRejected("vault.invalid", "the record that opened the case cannot be read") from error
    return OpenCase(catalogue).parse(Fields(record, "/record"))


def chosen(
    item: ServiceItem, opening: Opening, wanted: Sequence[str] | None, shown: Sequence[Presented]
) -> tuple[Requirement, ...]:
    """The requirements that apply, narrowed to `wanted`; OutsideListError for anything not on the list."""
    applying = requirements_for(item, dict(opening.answers))
    if wanted is not None:
        known = {one.code: one for one in applying}
        missing = [code for code in wanted if code not in known]
        if missing:
            raise OutsideListError(missing[0])
        applying = tuple(known[code] for code in dict.fromkeys(wanted))
    listed = _types(applying)
    for one in shown:
        if one.type not in listed:
            raise OutsideListError(one.type)
    return applying


def judge(
    case: CaseRow,
    catalogue: Catalogue,
    reader: Reader,
    context: Context,
    now: int,
    *,
    wanted: Sequence[str] | None = None,
    shown: Sequence[Presented] = (),
    cited: AcceptanceRow | None = None,
) -> Judged:
    """Decide the case's requirements as of the reader's state; OutsideListError before any look-up.

    `cited` stands alone for its type: whatever else of that type could serve does not count.
    """
    item, published = catalogue.item(case.item, case.version, reader)
    opening = opening_of(case, catalogue, reader, context)
    requirements = chosen(item, opening, wanted, shown)
    candidates = candidates_for(
        {holder for _, holder in opening.parties},
        _named(requirements),
        _types(requirements),
        shown,
        reader,
        context,
    )
    if cited is not None:
        candidates = [one for one in candidates if one.type != cited.type or one.acceptance == cited.id]
    about = (opening.about[0], about_key(opening.about, context)) if opening.about else None
    facts = Facts(
        case_no=case.case_no,
        item=case.item,
        parties=_by_role(opening),
        about=about,
        today=day_of(now),
        presented=tuple(shown),
        applied=day_of(case.opened),
    )
    decision = decide(requirements, candidates, facts, catalogue.types(reader), now)
    return Judged(requirements, decision, published.digest)


def _by_role(opening: Opening) -> dict[str, tuple[bytes, ...]]:
    parties: dict[str, tuple[bytes, ...]] = {}
    for role, holder in opening.parties:
        parties[role] = (*parties.get(role, ()), holder)
    return parties


def _types(requirements: Sequence[Requirement]) -> set[str]:
    return {
        evidence.type
        for requirement in requirements
        for combination in requirement.alternatives
        for evidence in combination.evidence
    }


def _named(requirements: Sequence[Requirement]) -> set[tuple[str, str, str]]:
    """(type wanted, type that names its holder, role there) for every such binding."""
    return {
        (evidence.type, binding.by.type, binding.by.role)
        for requirement in requirements
        for combination in requirement.alternatives
        for evidence in combination.evidence
        for binding in evidence.bindings
        if isinstance(binding.by, RoleOf)
    }
