# SPDX-License-Identifier: Apache-2.0
"""What codes in entries are called in the reader's language; a code without a word stands for itself."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from api.proving.names import department_names, type_names
from api.reliance_words import grouped, legal_lines
from attest.errors import AttestError
from attest.oversight.model import NO_DEPARTMENT, NOBODYS
from attest.recognition.commands import Rely
from attest.recognition.reason_texts import WORDS
from attest.registry.model import GOVERNANCE, SERVICE
from ledger.errors import LedgerError

if TYPE_CHECKING:
    from api.core import Ledger
    from api.proving.entries import Fact, Shown
    from api.reliance_words import Grouped
    from api.web.texts import Texts
    from attest.cases.model import CaseRow

OURSELVES: Final = {SERVICE: "service", GOVERNANCE: "governance", NO_DEPARTMENT: "auditor", NOBODYS: "nobody"}
"""Issuers and readers that are no department, and their texts."""
_LOOKS: Final = "usage."
_SHAPES: Final = {
    "case.opened": "box",
    "material.accepted": "file",
    "material.relied": "ok",
    "acceptance.retracted": "undo",
    "acceptance.rectified": "undo",
    "supersession.recorded": "say",
    "material.denied": "fail",
    "data.check.requested": "warn",
    "data.check.answered": "say",
    "data.check.withdrawn": "undo",
    "material.requested": "file",
    "material.claimed": "info",
    "reask.recorded": "fail",
    "reuse.removed": "undo",
    "reuse.restored": "ok",
    "usage.refused": "fail",
}
_COLOURS: Final = {
    "material.relied": "ok",
    "acceptance.retracted": "need",
    "acceptance.rectified": "need",
    "material.denied": "need",
    "data.check.requested": "wait",
    "usage.refused": "fail",
    "reask.recorded": "fail",
}


class TraceWords:
    """Words of one language for one answer."""

    def __init__(self, ledger: Ledger, t: Texts) -> None:
        own = {code: t(f"trace.by_{name}") for code, name in OURSELVES.items()}
        self.departments: Final = {**department_names(ledger.store, t.language), **own}
        self.types: Final = type_names(ledger.catalogue, ledger.store, t.language)
        self._ledger, self._t = ledger, t

    def department(self, code: str) -> str:
        """A department's name."""
        return self.departments.get(code, code)

    def case(self, case: CaseRow) -> str:
        """What the case asks for, by the guide that it pins."""
        with suppress(LedgerError, AttestError):
            name = self._ledger.catalogue.guide(case, self._ledger.store)[0].name
            return name.zh if self._t.language == "zh" else name.en
        return case.item

    def bundle(self, case: CaseRow) -> str:
        """The bundle of which the case is a step, with its version; empty for a case of none."""
        step = case.bundle
        if step is None:
            return ""
        name = step.code
        with suppress(LedgerError, AttestError):
            said = self._ledger.catalogue.bundle(step.code, step.version, self._ledger.store).name
            name = said.zh if self._t.language == "zh" else said.en
        return self._t("trace.bundle_version", name=name, n=step.version)

    def kind(self, kind: str) -> str:
        """What an entry of this kind is called."""
        key = "entry_kind." + kind.replace(".", "_")
        return self._t(key) if self._t.has(key) else kind or self._t("trace.unread")

    def shape(self, kind: str) -> str:
        """The sign of a kind."""
        return _SHAPES.get(kind, "eye" if kind.startswith(_LOOKS) else "info")

    def colour(self, kind: str) -> str:
        """The meaning of a kind."""
        return _COLOURS.get(kind, "info")

    def fact(self, name: str) -> str:
        """What a member of an entry's body is called; empty for one without a word."""
        key = f"entry_fact.{name}"
        return self._t(key) if self._t.has(key) else ""

    def value(self, fact: Fact) -> str:
        """What a member says, in words where there are any."""
        if fact.name in {"authority", "department", "issuer"}:
            return self.department(fact.text)
        if fact.name == "type":
            return self.types.get(fact.text, fact.text)
        if fact.name == "bundle":
            with suppress(ValueError, KeyError, TypeError):
                said = json.loads(fact.text)
                return f"{said['code']} · {said['version']}"
        key = f"entry_value.{fact.name}_{fact.text}"
        pair = WORDS.get(f"{fact.name}.{fact.text}")
        if pair is not None:
            return pair[self._t.language == "en"]
        return self._t(key) if self._t.has(key) else fact.text

    def reason(self, code: str) -> str:
        """Why something was taken back or denied."""
        key = f"entry_value.reason_{code}"
        return self._t(key) if self._t.has(key) else code

    def legal(self, one: Shown) -> Grouped:
        """The grounds in law of a reliance, as of its entry; none for entries of other kinds."""
        if one.kind != Rely.kind or not one.proved:
            return ()
        return grouped(legal_lines(one.index, self._ledger, self._t))

    def gist(self, facts: tuple[Fact, ...]) -> str:
        """The one member that says what an entry of a case is about: its type, ground, channel or reason."""
        return next(
            (
                self.value(one)
                for name in ("type", "ground", "channel", "outcome", "reason", "finding", "notice")
                for one in facts
                if one.name == name
            ),
            "",
        )
