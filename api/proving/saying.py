# SPDX-License-Identifier: Apache-2.0
"""The words of public verification: one JSON object for the script, and a verdict said by the server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from markupsafe import Markup

from api.proving.names import department_names, type_names
from api.proving.present import KIND, entry_named, present_state, said_now
from api.proving.worse import documents, joined, worse_now
from api.reliance_words import grouped, legal_lines
from api.web.texts import all_texts
from api.web.times import told
from attest.data_checks.model import DENIALS
from attest.errors import UnknownVersionError
from attest.reask.model import CLAIM
from attest.recognition.reason_texts import WORDS
from attest.verify.evidence import REASKED, RECORDED, RELIED, Evidence
from attest.verify.model import NOT_VALID, VALID
from attest.verify.reasons import REASONS
from attest.verify.statements import Status
from ledger.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.core import Ledger
    from api.web.texts import Texts
    from attest.statements import Entry
    from attest.verify import Verdict
    from attest.verify.evidence import Included

KIND_OF_VERDICT: Final = {"valid": "ok", "not_valid": "fail", "cannot_tell": "wait"}
KIND_OF_STATE: Final = {"passed": "ok", "failed": "fail", "unknown": "wait", "not_applicable": "na"}
_STATES: Final = ("failed", "unknown", "passed", "not_applicable")
_TABLE: Final = "verify."
_THEN_ONLY: Final = (
    "status.renewed",
    "status.stood_then",
    "status.denied_then",
    "status.denied_later",
    "status.retracted_later",
    "status.rectified_later",
    "status.disputed_later",
)
"""Reasons of valid files whose material nobody is to rely on any more, or for now."""


class Fact(NamedTuple):
    """A line of what a file says: a value in words, or a digest in hex, `whole` where people compare it."""

    name: str
    value: str = ""
    digest: str = ""
    whole: bool = False


def words_of(ledger: Ledger, t: Texts) -> dict[str, Any]:
    """Every text that the script of the page says, in one language."""
    zh = t.language == "zh"
    own = {key.removeprefix(_TABLE): t(key) for key in all_texts() if key.startswith(_TABLE)}
    return {
        **own,
        "locale": "zh-CN" if zh else "en-GB",
        "comma": "、" if zh else ", ",
        "space": "" if zh else " ",
        "copy": t("frame.copy"),
        "then_only": list(_THEN_ONLY),
        "now_kinds": KIND,
        "now_worse": documents(),
        "verdicts": {name: t(f"verdict.{name}") for name in KIND_OF_VERDICT},
        "reasons": {
            code: [one.zh, one.next_zh] if zh else [one.en, one.next_en] for code, one in REASONS.items()
        },
        "denials": {one: WORDS[f"denial.{one}"][not zh] for one in DENIALS},
        "departments": department_names(ledger.store, t.language),
        "types": type_names(ledger.catalogue, ledger.store, t.language),
    }


def data_block(value: object) -> Markup:
    """JSON that can stand in a script element of a page: no markup can begin or end in it."""
    return Markup(json.dumps(value, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704  # just escaped


def said_of(
    verdict: Verdict, octets: bytes, digest: str, ledger: Ledger, t: Texts, here: tuple[int, int]
) -> dict[str, Any]:
    """A verdict as the page shows it, for browsers without scripts; `here` the log's size and Unix second."""
    zh = t.language == "zh"
    evidence = _read(octets)
    reason = REASONS[verdict.reason]
    states = [one.state for one in verdict.checks]
    caution = f"{_TABLE}caution_{verdict.verdict}"
    claimed = verdict.verdict == "not_valid"
    return {
        "kind": KIND_OF_VERDICT[verdict.verdict],
        "verdict": t(f"verdict.{verdict.verdict}"),
        "sentence": _rely_on(verdict, evidence, ledger, t) + (reason.zh if zh else reason.en),
        "file": "",
        "age": _stated(verdict, evidence, ledger, t, here[1]),
        "next": (reason.next_zh if zh else reason.next_en) or t(f"{_TABLE}next_{verdict.verdict}"),
        "now": "",
        "now_kind": "",
        **_now(verdict, evidence, ledger, t, here),
        "caution": t(caution) if t.has(caution) else "",
        "count": " · ".join(
            t(f"{_TABLE}count_{state}", n=states.count(state)) for state in _STATES if state in states
        ),
        "subject": t(_TABLE + ("subject_claimed" if claimed else "subject")),
        "checks": [
            {
                "kind": KIND_OF_STATE[one.state],
                "name": t(f"{_TABLE}check_{one.name}"),
                "word": t(f"{_TABLE}state_{one.state}"),
                "text": REASONS[one.reason].zh if zh else REASONS[one.reason].en,
            }
            for one in verdict.checks
        ],
        "facts": [
            *_subject(evidence, ledger, t, here[1]),
            *_in_law(None if claimed else evidence, ledger, t, here[0]),
            *_later(verdict, ledger, t),
            Fact(t(f"{_TABLE}fact_file"), digest=digest),
            Fact(t(f"{_TABLE}fact_moment"), told(verdict.as_of, here[1], t.language).exact),
            Fact(t(f"{_TABLE}fact_trust"), ledger.trust.origin),
        ],
    }


def _read(octets: bytes) -> Evidence | None:
    """The file as evidence; None where it cannot be read."""
    try:
        return Evidence.parse(octets)
    except (FormatError, UnknownVersionError):
        return None


def _stated(verdict: Verdict, evidence: Evidence | None, ledger: Ledger, t: Texts, now: int) -> str:
    """When the status that the verdict rests on was signed, until when it counts: nothing later is in it."""
    if evidence is None or not (verdict.verdict == VALID or verdict.disputed or verdict.denied):
        return ""
    for one in evidence.statements:
        if isinstance(one.says, Status) and one.envelope is not None:
            made = one.envelope.entry.time
            until = min(one.says.expires, made + ledger.trust.max_age_status)
            when = told(made, now, t.language)
            places = {"when": when.words, "made": when.exact, "until": told(until, now, t.language).exact}
            return t(f"{_TABLE}stated", **places)
    return ""


def _now(
    verdict: Verdict, evidence: Evidence | None, ledger: Ledger, t: Texts, here: tuple[int, int]
) -> dict[str, str]:
    """How this ledger has the acceptance now, in a line of its own; what is worse goes before the file."""
    accepted = None if evidence is None or verdict.verdict == NOT_VALID else _accepted(evidence)
    if evidence is None or accepted is None or accepted.envelope is None:
        return {}
    digest = accepted.signed.entry.digest().hex()
    present = present_state(accepted.index, digest, here[0], here[1], ledger.store)
    line = {"now": said_now(present, t), "now_kind": KIND[present.state]}
    worse = worse_now(evidence.entries[evidence.subject].signed.entry.kind, present.state)
    if verdict.verdict != VALID or worse is None:
        return line
    en, space = t.language == "en", " " if t.language == "en" else ""
    reasons = [REASONS[one] for one in worse.reasons]
    said = [one.en if en else one.zh for one in reasons] or [t(f"{_TABLE}said_{present.state}")]
    steps = [one.next_en if en else one.next_zh for one in reasons] or [t(f"{_TABLE}next_not_valid")]
    return {
        **line,
        "kind": worse.kind,
        "verdict": t(_TABLE + worse.head),
        "sentence": joined([_whose(evidence, ledger, t) if reasons else "", *said], space),
        "next": steps[-1],
        "file": t(f"{_TABLE}file_says", verdict=t(f"verdict.{VALID}")),
    }


def _later(verdict: Verdict, ledger: Ledger, t: Texts) -> list[Fact]:
    """That the paper was renewed, copied better, disputed or denied since; nothing where nobody said so."""
    newer, dispute = verdict.superseded, verdict.disputed
    facts: list[Fact] = []
    if newer is not None:
        said = t(f"{_TABLE}newer_entry", n=f"{newer.index:,}", size=f"{newer.as_of_size:,}")
        facts.append(Fact(t(f"{_TABLE}fact_{newer.how}"), said))
    if dispute is not None:
        places = {"n": f"{dispute.index:,}", "due": dispute.due, "size": f"{dispute.as_of_size:,}"}
        facts.append(Fact(t(f"{_TABLE}fact_disputed"), t(f"{_TABLE}disputed_entry", **places)))
    denied = verdict.denied
    if denied is not None:
        said = t(
            f"{_TABLE}denied_entry",
            n=f"{denied.index:,}",
            by=department_names(ledger.store, t.language).get(denied.by, denied.by),
            since=denied.since,
            reason=WORDS[f"denial.{denied.reason}"][t.language == "en"],
            size=f"{denied.as_of_size:,}",
        )
        facts.append(Fact(t(f"{_TABLE}fact_denied"), said))
    return facts


def _accepted(evidence: Evidence) -> Included | None:
    """The acceptance that the file is about: its subject, or what its subject cites."""
    subject = evidence.entries[evidence.subject]
    if subject.envelope is None or subject.envelope.entry.kind not in (RELIED, REASKED, RECORDED):
        return subject
    shown = evidence.of_role("citation")
    return shown[0][1] if shown else None


def _is_of(evidence: Evidence, *kinds: str) -> bool:
    """Whether the file's subject is of one of these kinds of entry."""
    subject = evidence.entries[evidence.subject].envelope
    return subject is not None and subject.entry.kind in kinds


def _rely_on(verdict: Verdict, evidence: Evidence | None, ledger: Ledger, t: Texts) -> str:
    """Of a valid file: whose word it is, and whether it may be relied on; not of re-asks and mandates."""
    if evidence is None or verdict.verdict != VALID:
        return ""
    only = verdict.reason in _THEN_ONLY
    said = _whose(evidence, ledger, t, "sentence_then" if only else "sentence_valid")
    return said + (" " if said and t.language == "en" else "")


def _whose(evidence: Evidence, ledger: Ledger, t: Texts, sentence: str = "sentence_then") -> str:
    """By whom the paper was accepted; empty of re-asks and mandates."""
    one = None if _is_of(evidence, REASKED, RECORDED) else _accepted(evidence)
    if one is None:
        return ""
    code = _authority(one.signed.entry)
    return t(_TABLE + sentence, department=department_names(ledger.store, t.language).get(code, code))


def _subject(evidence: Evidence | None, ledger: Ledger, t: Texts, now: int) -> list[Fact]:
    """Name, value and digest of what the file speaks of; nothing where it cannot be read."""
    subject = evidence.entries[evidence.subject] if evidence is not None else None
    if evidence is None or subject is None or subject.envelope is None:
        return []
    entry = subject.envelope.entry
    cited = _accepted(evidence) or subject
    departments = department_names(ledger.store, t.language)
    facts = _acceptance(cited, departments, ledger, t)
    if _is_of(evidence, REASKED):
        code = str(entry.body.get("department"))
        shown = "fact_reported" if entry.body.get("source") == CLAIM else "fact_reasked"
        facts.append(Fact(t(_TABLE + shown), departments.get(code, code)))
    elif cited is not subject:
        name = "fact_recorded" if _is_of(evidence, RECORDED) else "fact_relied"
        facts.append(Fact(t(f"{_TABLE}{name}"), departments.get(entry.issuer, entry.issuer)))
    ground = f"{_TABLE}ground_{entry.body.get('ground')}"
    if entry.kind == RELIED and t.has(ground):
        facts.append(Fact(t(f"{_TABLE}fact_ground"), t(ground)))
    facts.append(Fact(t(f"{_TABLE}fact_accepted"), told(entry.time, now, t.language).exact))
    facts += _place(subject, "", t)
    if cited is not subject and cited.envelope is not None:
        facts += _place(cited, "_cited", t)
    return facts


def _acceptance(cited: Included, departments: Mapping[str, str], ledger: Ledger, t: Texts) -> list[Fact]:
    """The type of the paper, whose acceptance it is, and who signed for them."""
    if cited.envelope is None:
        return []
    facts: list[Fact] = []
    first = cited.envelope.entry
    code = first.body.get("type")
    if isinstance(code, str):
        names = type_names(ledger.catalogue, ledger.store, t.language)
        facts.append(Fact(t(f"{_TABLE}fact_type"), names.get(code, code)))
    authority = _authority(first)
    facts.append(Fact(t(f"{_TABLE}fact_department"), departments.get(authority, authority)))
    if first.issuer != authority:
        facts.append(Fact(t(f"{_TABLE}fact_through"), departments.get(first.issuer, first.issuer)))
    return facts


def _in_law(evidence: Evidence | None, ledger: Ledger, t: Texts, size: int) -> list[Fact]:
    """The grounds of the reliance that a sound file is about, where this ledger holds it."""
    subject = evidence.entries[evidence.subject] if evidence is not None else None
    if subject is None or subject.envelope is None:
        return []
    return legal_facts(subject.index, subject.signed.entry.digest().hex(), size, ledger, t)


def legal_facts(index: int, digest: str, size: int, ledger: Ledger, t: Texts) -> list[Fact]:
    """What the reliance at an index with this entry digest (hex) rests on in law; empty for other entries.

    Said to whoever can name the digest, so nothing of which requirement it was.
    """
    entry = entry_named(index, digest, size, ledger.store)
    if entry is None or entry.kind != RELIED:
        return []
    between = "；" if t.language == "zh" else "; "
    lines = legal_lines(index, ledger, t, is_open=True)
    return [Fact(name, between.join(one.whole for one in several)) for name, several in grouped(lines)]


def _place(one: Included, which: str, t: Texts) -> list[Fact]:
    """Where an entry stands and its digest: what a check sheet in print says, to compare."""
    place = t(f"{_TABLE}index", n=f"{one.index:,}")
    digest = one.signed.entry.digest().hex()
    return [
        Fact(t(f"{_TABLE}fact_index{which}"), place),
        Fact(t(f"{_TABLE}fact_digest{which}"), digest=digest, whole=True),
    ]


def _authority(accepted: Entry) -> str:
    """The department whose acceptance it is; who signed may have received the paper for it."""
    said = accepted.body.get("authority")
    return said if isinstance(said, str) else accepted.issuer
