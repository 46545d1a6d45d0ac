# SPDX-License-Identifier: Apache-2.0
"""The one-time notice (一次性告知单) of a bundle: a plan in data and in words, zh and en. Pure.

Everything stands once: what to bring and for which steps, what only to show, what not and why, what may
follow, whose clock runs how long. Where people were looked at it says why each paper is still asked. Words
name departments, items and papers; never a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from attest.bundles.plan import CHECKED, PRODUCED, RECOGNISED, SHOWN
from attest.catalogue.model import Text
from attest.catalogue.types_document import citation_json, text_json
from attest.recognition.reasons import next_step, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TypeVar

    from attest.bundles.plan import Bring, Plan, Spared, Step, Unsure, Use, Why
    from attest.catalogue.model import Clock, Limit, MaterialTypes
    from ledger.canonical import Json

    OneT = TypeVar("OneT")

_SAID: Final = {"accepted_at": "at", "received_by": "received_by", "valid_until": "valid_until"}
"""Members of what is recognised, by the parameter of its reason."""
_UNITS: Final = {
    "WD": Text("个工作日", "working days"),
    "ND": Text("个自然日", "days"),
    "WH": Text("个工作小时", "working hours"),
    "NH": Text("小时", "hours"),
}
_SUMMARY: Final = Text(
    "逐项办理需 {one_by_one} 份材料，联办只需交 {papers} 份（{kinds} 种）。",
    "{one_by_one} papers one by one become {papers} to hand in ({kinds} kinds).",
)
_FOLLOW: Final = Text("其中 {may_follow} 份可以后补。", " {may_follow} of them may follow later.")
_BESIDES: Final = Text(
    "各事项指南另需 {besides} 份。", " The guides of single steps ask {besides} more besides."
)
_ON_FILE: Final = Text(
    "已核验 {recognised} 份，不用再交。", " On record already, not needed again: {recognised}."
)
_TO_SHOW: Final = Text(
    "另请带 {show} 种证件原件，出示即可，不留存。", " {show} more to show, of which nothing is kept."
)
_SHOWN: Final = "handling.check_only"
"""The reason by which the desk, too, says what is only shown."""
_FOR: Final = Text("用于{uses}。", "For {uses}.")
_USE: Final = Text("{step}（{need}）", "{step} ({need})")
_EACH: Final = Text("每人一份。", " One for each person.")
_LATER: Final = Text("可以后补。", " May follow later.")
_OWN: Final = Text(
    "联办清单之外，按该事项指南提交。", " Not on the joint list: the step's own guide asks it."
)
_NOT: Final[Mapping[str, Text]] = {
    CHECKED: Text("由{by}以数据核验，不用带。", "{by} answers by data: do not bring it."),
    PRODUCED: Text("由「{by}」办理后产生，不用带。", "The step “{by}” produces it: do not bring it."),
}
_NOT_FOR: Final = Text(
    "办理{steps}时由{by}以数据核验，只需为其他步骤带。",
    "For {steps} {by} answers by data: bring it for other steps only.",
)
"""Where the policies of some steps let the issuer answer, and those of others do not."""
_LIMITS: Final = Text("承诺{promised}，法定{statutory}。", "Promised: {promised}; by law: {statutory}.")
_AT_ONCE: Final = Text("当场", "on the spot")


class Hashes(NamedTuple):
    """The bundle's own hash in hex, and the guide hashes of its steps."""

    document: str
    guides: Mapping[str, str]


class Notice:
    """Writes the notice of a plan; `names` are the departments' names by code."""

    def __init__(self, plan: Plan, types: MaterialTypes, names: Mapping[str, Text], hashes: Hashes) -> None:
        self._plan, self._types, self._names, self._hashes = plan, types, names, hashes
        self._steps = {one.step: one.name for one in plan.steps}

    def document(self) -> dict[str, Json]:
        """The whole notice."""
        plan = self._plan
        return {
            "bundle": plan.bundle,
            "version": plan.version,
            "document": self._hashes.document,
            "name": text_json(plan.name),
            "notice": plan.notice,
            "summary": text_json(self.summary()),
            "counts": self._counts(),
            "conditions": [
                {"text": text_json(one.text), "citation": citation_json(one.citation)}
                for one in plan.conditions
            ],
            "steps": [self._step(one) for one in plan.steps],
            "bring": [self._bring(one) for one in plan.bring],
            "show": [self._show(one) for one in plan.spared if one.ground == SHOWN],
            "spared": [self._spared(one) for one in plan.spared if one.ground != SHOWN],
            "unsure": [self._unsure(one) for one in plan.unsure],
            "fields": [
                {"code": one.code, "text": text_json(one.text), "steps": list(one.steps)}
                for one in plan.fields
            ],
        }

    def _counts(self) -> dict[str, Json]:
        plan = self._plan
        return {
            "one_by_one": plan.one_by_one,
            "papers": plan.papers,
            "kinds": plan.kinds,
            "may_follow": sum(one.joint and one.may_follow for one in plan.bring),
            "besides": sum(not one.joint for one in plan.bring),
            "show": len({one.type for one in plan.spared if one.ground == SHOWN}),
            "recognised": sum(one.ground == RECOGNISED for one in plan.spared),
        }

    def summary(self) -> Text:
        """What the bundle saves, in a sentence."""
        counts = self._counts()
        said = [_SUMMARY]
        said += [_FOLLOW] if counts["may_follow"] else []
        said += [_BESIDES] if counts["besides"] else []
        said += [_TO_SHOW] if counts["show"] else []
        said += [_ON_FILE] if counts["recognised"] else []
        return Text(
            "".join(one.zh for one in said).format_map(counts),
            "".join(one.en for one in said).format_map(counts),
        )

    def _step(self, one: Step) -> dict[str, Json]:
        return {
            "step": one.step,
            "item": one.item,
            "version": one.version,
            "guide": self._hashes.guides[one.step],
            "name": text_json(one.name),
            "authority": one.authority,
            "after": list(one.after),
            "clock": _clock(one.clock),
        }

    def _shown(self) -> Text:
        """How what is only shown is taken, in the desk's own words."""
        zh, en = (next_step(_SHOWN, {}, language, self._names) for language in ("zh", "en"))
        return Text(zh, f" {en}")

    def _show(self, one: Spared) -> dict[str, Json]:
        uses, shown = self._uses(one.uses), self._shown()
        text = Text(_FOR.zh.format(uses=uses.zh) + shown.zh, _FOR.en.format(uses=uses.en) + shown.en)
        made = self._paper(one.type, one.parties, one.uses, text)
        return made if one.citation is None else {**made, "citation": citation_json(one.citation)}

    def _bring(self, one: Bring) -> dict[str, Json]:
        uses, kind = self._uses(one.uses), self._types.get(one.type)
        more = [self._shown()] if kind is not None and kind.handling == "show" else []
        more += [_EACH] if one.each else []
        more += [_LATER] if one.may_follow else []
        more += [] if one.joint else [_OWN]
        text = Text(
            _FOR.zh.format(uses=uses.zh) + "".join(part.zh for part in more),
            _FOR.en.format(uses=uses.en) + "".join(part.en for part in more),
        )
        made: dict[str, Json] = {
            **self._paper(one.type, one.parties, one.uses, text),
            "each": one.each,
            "may_follow": one.may_follow,
            "joint": one.joint,
        }
        if one.why:
            made["why"] = [self._why(each) for each in _once(one.why)]
        return made

    def _why(self, one: Why) -> dict[str, Json]:
        said = (sentence(one.reason, one.params, language, self._names) for language in ("zh", "en"))
        return {
            "step": one.use.step,
            "requirement": one.use.requirement,
            "reason": one.reason,
            "text": text_json(Text(*said)),
        }

    def _spared(self, one: Spared) -> dict[str, Json]:
        made: dict[str, Json] = {
            **self._paper(one.type, one.parties, one.uses, self._why_not(one)),
            "ground": one.ground,
        }
        if one.by:
            made["by"] = one.by
        if one.citation is not None:
            made["citation"] = citation_json(one.citation)
        if one.ground == RECOGNISED:
            params = one.params or {}
            made |= {"reason": one.reason, "entries": list(one.entries)}
            made |= {name: params[of] for name, of in _SAID.items() if of in params}
        return made

    def _why_not(self, one: Spared) -> Text:
        if one.ground == RECOGNISED:
            params = one.params or {}
            return Text(
                sentence(one.reason, params, "zh", self._names),
                sentence(one.reason, params, "en", self._names),
            )
        named = self._steps if one.ground == PRODUCED else self._names
        by = named.get(one.by, Text(one.by, one.by))
        if one.ground == CHECKED and any(other.type == one.type for other in self._plan.bring):
            steps = [self._steps[step] for step in dict.fromkeys(use.step for use in one.uses)]
            return Text(
                _NOT_FOR.zh.format(steps="、".join(f"「{step.zh}」" for step in steps), by=by.zh),
                _NOT_FOR.en.format(steps=", ".join(f"“{step.en}”" for step in steps), by=by.en),
            )
        return Text(_NOT[one.ground].zh.format(by=by.zh), _NOT[one.ground].en.format(by=by.en))

    def _unsure(self, one: Unsure) -> dict[str, Json]:
        said, then = (
            Text(
                say(one.reason, one.params, "zh", self._names), say(one.reason, one.params, "en", self._names)
            )
            for say in (sentence, next_step)
        )
        return {
            "step": one.use.step,
            "requirement": one.use.requirement,
            "name": text_json(one.use.text),
            "reason": one.reason,
            "text": text_json(said),
            "next": text_json(then),
        }

    def _paper(
        self, type_: str, parties: Iterable[tuple[str, str]], uses: Iterable[Use], text: Text
    ) -> dict[str, Json]:
        kind = self._types.get(type_)
        return {
            "type": type_,
            "name": text_json(kind.name if kind else Text(type_, type_)),
            "parties": dict(parties),
            "for": [
                {"step": use.step, "requirement": use.requirement, "type": use.type} for use in _once(uses)
            ],
            "text": text_json(text),
        }

    def _uses(self, uses: Iterable[Use]) -> Text:
        named = [(self._steps[use.step], use.text) for use in _once(uses)]
        return Text(
            "；".join(_USE.zh.format(step=step.zh, need=need.zh) for step, need in named),
            "; ".join(_USE.en.format(step=step.en, need=need.en) for step, need in named),
        )


def _once(several: Iterable[OneT]) -> list[OneT]:
    """Each of equal ones once; parameters of a reason are no key of a table."""
    found: list[OneT] = []
    for one in several:
        if one not in found:
            found.append(one)
    return found


def _clock(clock: Clock) -> dict[str, Json]:
    promised, statutory = _limit(clock.promised_limit), _limit(clock.statutory_limit)
    return {
        "profile": clock.profile,
        "promised": {"n": clock.promised_limit.n, "unit": clock.promised_limit.unit},
        "statutory": {"n": clock.statutory_limit.n, "unit": clock.statutory_limit.unit},
        "text": text_json(
            Text(
                _LIMITS.zh.format(promised=promised.zh, statutory=statutory.zh),
                _LIMITS.en.format(promised=promised.en, statutory=statutory.en),
            )
        ),
    }


def _limit(limit: Limit) -> Text:
    if not limit.n:
        return _AT_ONCE
    unit = _UNITS[limit.unit]
    en = unit.en.removesuffix("s") if limit.n == 1 else unit.en
    return Text(f" {limit.n} {unit.zh}", f"{limit.n} {en}")
