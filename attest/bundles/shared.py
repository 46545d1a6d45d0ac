# SPDX-License-Identifier: Apache-2.0
"""What the steps of a bundle share: a form, data checks, results of earlier steps, the same people. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from attest.bundles.plan import CHECKED, PRODUCED, SHOWN
from attest.recognition.papers import Paper

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from attest.bundles.model import Bundle, Member
    from attest.catalogue.model import Citation, MaterialTypes
    from attest.recognition.papers import Who


class Free(NamedTuple):
    """Why nobody hands a paper in: the ground, the department or step behind it, the source."""

    ground: str
    by: str
    citation: Citation


class Shared:
    """The papers of single steps as papers of the bundle. `people`: holders by the bundle's roles.

    `answering`: by step, the types about which the policy of its department lets the issuer answer.

    A bundle is applied for as one, so what is made for this case serves all its steps; what is used once
    serves one of them.
    """

    def __init__(
        self,
        bundle: Bundle,
        steps: Collection[str],
        people: Mapping[str, tuple[bytes, ...]],
        types: MaterialTypes,
        answering: Mapping[str, Collection[str]],
        denied: Collection[tuple[str, bytes]] = (),
    ) -> None:
        """`denied`: types and holders of papers of which their issuer has said that they do not stand."""
        self._answering = answering
        self._once = {one.code for one in types.types.values() if one.reuse == "single_use"}
        self._shown = {one.code for one in types.types.values() if one.handling == "show"}
        self._forms = {code: form for form in bundle.forms for code in (form.type, *form.instead_of)}
        self._denied = frozenset(denied)
        self._checked = {one.type: one for one in bundle.checked}
        self._feeds = [feed for feed in bundle.feeds if feed.source in steps]
        self._people = people
        self._names: dict[bytes, str] = {}
        for role, held in people.items():
            for holder in held:
                self._names.setdefault(holder, role)

    def paper(self, member: Member, paper: Paper) -> Paper:
        """The paper that this one is in the bundle: the joint form, roles as the bundle calls them."""
        form = self._forms.get(paper.type)
        if form is not None:
            named: list[tuple[str, Who]] = []
            for role, of in form.roles.items():
                held = self._people.get(of)
                named.append((role, held[0] if held else of))
            return Paper(form.type, tuple(named))
        return paper._replace(
            parties=tuple((role, self._who(member, who)) for role, who in paper.parties),
            used_by=member.step if paper.type in self._once else "",
        )

    def _who(self, member: Member, who: Who) -> Who:
        if isinstance(who, str):
            of = member.roles.get(who, who)
            held = self._people.get(of, ())  # a case that names nobody means the one whom another names
            return held[0] if len(held) == 1 else of
        if isinstance(who, tuple):
            return (self.paper(member, who[0]), who[1])
        return who

    def free(self, member: Member, paper: Paper, *, chosen: bool = False) -> Free | None:
        """Why nobody hands this paper in, if so: its issuer answers, it is only shown, a step produces it.

        `chosen`: the applicant hands it in themselves; then nothing takes its place.
        """
        if chosen:
            return None
        check = self._checked.get(paper.type)
        if check is not None and not any((paper.type, who) in self._denied for _, who in paper.parties):
            # No issuer is asked about what is only shown (`data_checks.rules`): the desk wants to see it.
            if paper.type in self._shown:
                return Free(SHOWN, check.issuer, check.citation)
            if paper.type in self._answering.get(member.step, ()):
                return Free(CHECKED, check.issuer, check.citation)
        for feed in self._feeds:
            if (
                feed.type == paper.type
                and member.step in feed.to
                and all(self._stands(who, feed.roles.get(role)) for role, who in paper.parties)
            ):
                return Free(PRODUCED, feed.source, feed.citation)
        return None

    def _stands(self, who: Who, role: str | None) -> bool:
        return role is not None and (who == role or who in self._people.get(role, ()))

    def brought(self, member: Member, papers: Iterable[Paper], *, chosen: bool = False) -> list[Paper]:
        """Those that somebody must hand in, as papers of the bundle; `chosen` as for `free`."""
        return [self.paper(member, one) for one in papers if self.free(member, one, chosen=chosen) is None]

    def parties(self, paper: Paper) -> tuple[tuple[str, str], ...]:
        """(role of the paper, role of the bundle); a role in another paper reads `type.role`."""
        return tuple((role, self._name(who)) for role, who in paper.parties)

    def _name(self, who: Who) -> str:
        if isinstance(who, bytes):
            return self._names.get(who, "")
        return who if isinstance(who, str) else f"{who[0].type}.{who[1]}"
