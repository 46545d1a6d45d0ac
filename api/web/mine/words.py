# SPDX-License-Identifier: Apache-2.0
"""What a holder's materials and their uses are called, in the reader's language."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from api.problems import text_of
from api.proving.trace_words import TraceWords
from api.purposes import purpose_words
from attest.bundles.asking import ROUTE as BUNDLE
from attest.catalogue.model import Text
from attest.data_check_requests.model import UPHELD
from attest.errors import AttestError
from attest.materials.model import RECTIFIED
from attest.oversight.holdings import DENIED, DISPUTED, REMOVED, RETRACTED, STANDS
from attest.oversight.uses import ACTED, CHECKED, READ, REFUSED, RELIED
from attest.recognition.model import RECOGNISED
from attest.recognition.reason_texts import WORDS
from attest.recognition.reasons import sentence
from ledger.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.claiming import OwnCase
    from api.core import Ledger
    from api.web.mine.looking import Dispute
    from api.web.texts import Texts
    from attest.cases.model import CaseRow
    from attest.oversight.grouped import UseGroup
    from attest.oversight.holdings import Holding
    from attest.oversight.uses import HolderUse
    from attest.recognition.model import Params

_KINDS: Final = {STANDS: "ok", RETRACTED: "fail", DENIED: "fail", DISPUTED: "wait", REMOVED: "na"}
_SIGNS: Final = {RELIED: "ok", CHECKED: "eye", READ: "eye", REFUSED: "fail", ACTED: "say"}
_COLOURS: Final = {RELIED: "ok", CHECKED: "info", READ: "info", REFUSED: "fail", ACTED: "info"}
AGENT: Final = "page.my.mandate"
"""Route by which an agent looked at what a mandate covers."""
AGENT_SUBMISSION: Final = "page.my.mandate.submission"
AGENT_HANDED_IN: Final = "page.my.mandate.handed_in"
_AGENTS: Final = frozenset({AGENT, AGENT_SUBMISSION, AGENT_HANDED_IN})
"""Routes of agents; the last two lead into a case of the principal."""
_FILES: Final = frozenset({"evidence", "page.trace.evidence"})
"""Routes by which an evidence file went out."""


@dataclass(frozen=True, slots=True)
class ToldUse:
    """One use in words: `sign` and `colour` of its kind, who, what, why, and what may be done about it."""

    index: int
    kind: str
    sign: str
    colour: str
    who: str
    what: str
    purpose: str
    case_no: str
    time: int
    acceptance: str
    type: str
    reliance: str
    about: bool = False
    entries: tuple[tuple[int, int], ...] = ()
    """Index and time of every use of the group, the newest first."""
    dispute: Dispute | None = None

    @property
    def disputable(self) -> bool:
        """Whether the holder may dispute this use: none of theirs waits, and it was not taken back."""
        answer = self.dispute.row.answer if self.dispute is not None else None
        open_ = self.dispute is not None and answer is None
        return bool(self.reliance) and not open_ and not (answer is not None and answer.outcome == UPHELD)


class MineWords:
    """Words of one language for one answer; of a use as its holder reads it, or whoever looks after them."""

    def __init__(self, ledger: Ledger, t: Texts, *, own: bool = True) -> None:
        self._ledger, self._t, self._own = ledger, t, own
        self._known = TraceWords(ledger, t)

    def department(self, code: str) -> str:
        """A department's name."""
        return self._known.department(code)

    def type(self, code: str) -> str:
        """A material's name."""
        return self._known.types.get(code, code)

    def assurance(self, code: str) -> str:
        """How the original was checked."""
        return self._pair(f"assurance.{code}", code)

    def roles(self, one: Holding | OwnCase) -> str:
        """The holder's roles in the material, or in the case."""
        comma = "、" if self._t.language == "zh" else ", "
        return comma.join(self._pair(f"role.{role}", role) for role in one.roles)

    def state(self, one: Holding) -> tuple[str, str]:
        """Sign and word of how it stands."""
        return _KINDS.get(one.state, "warn"), self._t(
            f"mine.state_{'rectified' if one.rectified else one.state}"
        )

    def _pair(self, key: str, code: str) -> str:
        pair = WORDS.get(key)
        return code if pair is None else pair[self._t.language == "en"]

    def item(self, item: tuple[str, int] | None) -> str:
        """What the service item is called in the guide of the case."""
        if item is None:
            return ""
        with suppress(LedgerError, AttestError):
            name = self._ledger.catalogue.item(*item, self._ledger.store)[0].name
            return name.zh if self._t.language == "zh" else name.en
        return item[0]

    def guide(self, case: CaseRow) -> tuple[str, int, str]:
        """The guide that a case pins: item, version, hash in hex."""
        published = self._ledger.catalogue.guide(case, self._ledger.store)[1]
        return case.item, case.version, published.digest.hex()

    def requirement(self, item: tuple[str, int] | None, code: str | None) -> str:
        """What a requirement is called in the guide of the case; its code where that cannot be read."""
        if item is not None:
            with suppress(LedgerError, AttestError):
                guide = self._ledger.catalogue.item(*item, self._ledger.store)[0]
                for one in guide.requirements:
                    if one.code == code:
                        return one.text.zh if self._t.language == "zh" else one.text.en
        return code or ""

    def reason(self, code: str, params: Params) -> str:
        """Why a requirement is not met, in the sentence that the window reads, too."""
        names = {one: Text(name, name) for one, name in self._known.departments.items()}
        return sentence(code, params, self._t.language, names)

    def told(self, use: HolderUse, mine: Mapping[bytes, Holding]) -> ToldUse:
        """A use as the page says it; `mine` are the holder's materials by id."""
        held = mine.get(use.acceptance) if use.acceptance is not None else None
        fell = use.fell not in ("", RECTIFIED)  # what is corrected serves on
        return ToldUse(
            use.index,
            use.kind,
            "undo" if fell else _SIGNS[use.kind],
            "warn" if fell else _COLOURS[use.kind],
            self._who(use),
            self._what(use, held),
            purpose_words(use.purpose or "", self._t.language),
            use.case_no or "",
            use.time,
            held.acceptance.hex() if held is not None else "",
            self.type(held.type) if held is not None else "",
            use.reliance.hex() if held is not None and use.reliance is not None else "",
            use.about,
        )

    def told_group(self, group: UseGroup, mine: Mapping[bytes, Holding], dispute: Dispute | None) -> ToldUse:
        """Uses alike as one: the newest in words, and where each of them stands."""
        entries = tuple((one.index, one.time) for one in group.uses)
        return replace(self.told(group.newest, mine), entries=entries, dispute=dispute)

    def _say(self, name: str, **places: object) -> str:
        """A text about the holder: to them, or of them where the table `person` says it of somebody else."""
        other = f"person.{name}"
        return self._t(other if not self._own and self._t.has(other) else f"mine.{name}", **places)

    def _who(self, use: HolderUse) -> str:
        acted = use.kind == ACTED or use.route in _AGENTS
        return self._say("agent") if acted else self.department(use.department)

    def _relied(self, use: HolderUse, held: Holding | None, item: str) -> str:
        """That it was relied on; of a use that fell since, how, and what to do in a case of the holder's."""
        places = {
            "type": self.type(held.type) if held is not None else "",
            "item": item,
            "requirement": self.requirement(use.item, use.requirement),
        }
        if not use.fell:
            return self._say("use_relied", **places)
        how = self._t(f"mine.fell_{use.fell}")
        if not use.case_no:  # what another's case needs is theirs to hand in
            return self._say("use_fell_other", **places, how=how)
        then = "corrected" if use.fell == RECTIFIED else "since" if use.replaced else "hand_in"
        return self._say("use_fell", **places, how=how, then=self._say(f"fell_then_{then}"))

    def _what(self, use: HolderUse, held: Holding | None) -> str:
        t, item, say = self._t, self.item(use.item), self._say
        if use.erased:
            return say("use_erased")
        if use.kind == ACTED:
            wanted = self.requirement(use.item, use.requirement)
            return say(f"use_{use.route.replace('.', '_')}", item=item, requirement=wanted)
        if use.kind == RELIED:
            return self._relied(use, held, item)
        if use.kind == CHECKED and not use.case_no:
            return say("use_checked_other", item=item)
        if use.kind == CHECKED:
            found = sum(1 for one in use.outcome if f" {RECOGNISED} " in one)
            about = "use_checked_bundle" if use.route == BUNDLE else "use_checked"
            return say(about, item=item, n=len(use.outcome), found=found)
        if use.kind == REFUSED:
            text = text_of(use.outcome[0] if use.outcome else "request.refused")
            return say("use_refused", rule=text.zh if t.language == "zh" else text.en)
        if use.about:
            return say("use_mandate" if use.route == AGENT else "use_about")
        if use.route in _AGENTS:
            return say("use_mandate_case")
        if use.route in _FILES:
            return say("use_evidence")
        return say("use_read" if use.case_no else "use_read_other")
