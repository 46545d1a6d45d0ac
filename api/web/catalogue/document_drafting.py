# SPDX-License-Identifier: Apache-2.0
"""From a document that came in to a draft: whether it reads, fits and may become one. No writing."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from api.identity.roles import EDITOR, REVIEWER
from api.problems import problem_of, text_of
from api.routes.catalogue import DOCUMENT_LIMIT
from attest.catalogue.changes import changes
from attest.catalogue.documents import read_document
from attest.catalogue.expectations import fault_words
from attest.catalogue.fitting import require_sound
from attest.catalogue.reading import CatalogueError
from attest.catalogue.repository import document_of, latest_version
from attest.registry.model import GOVERNANCE
from ledger.canonical import dump
from ledger.errors import CommandRejected, FormatError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.core import Ledger
    from api.identity import Staff
    from attest.catalogue.documents import Named

DRAFTED: Final = ("bundle", "types", "standard", "availability", "example", "policy")
"""What is drafted here; guides have pages of their own."""


@dataclass(frozen=True, slots=True)
class DocumentRun:
    """What a file would become: `fault` is a text's name with what fills it, None where it may be a draft.

    `base` is the version that stands (0: none), `before` its document.
    """

    value: Any
    named: Named | None
    base: int
    before: Any
    fault: tuple[str, Mapping[str, object]] | None

    @property
    def body(self) -> bytes:
        """The document as it would be published (JCS)."""
        return dump(self.value)

    @property
    def differs(self) -> bool:
        """Whether it says anything else than the version that stands."""
        return self.before is None or bool(changes(self.before, self.value))


def authority_of(staff: Staff, *, writes: bool = False) -> str:
    """For whom somebody drafts: the department, or governance for an operator without such a role."""
    roles = {EDITOR} if writes else {EDITOR, REVIEWER}
    return staff.department or "" if roles & staff.roles else GOVERNANCE


def document_run(value: Any, authority: str, ledger: Ledger, only: tuple[str, str] | None) -> DocumentRun:
    """The document as the next version of what stands; `only`: subject and code of the draft it is for."""
    try:
        named = read_document(value)
    except CatalogueError as error:
        return _refused(value, "document.unreadable", **_words(error))
    if named.subject not in DRAFTED:
        return _refused(value, "document.guide")
    if only is not None and only != (named.subject, named.code):
        return _refused(value, "document.other_code", code=only[1])
    latest = latest_version(named.subject, named.code, ledger.store)
    newest = latest.version if latest is not None else 0
    if named.authority != authority or (latest is not None and latest.department != authority):
        return _refused(value, "document.not_own", authority=named.authority)
    if named.version not in (newest, newest + 1) or named.version == 0:
        text = "document.not_newest" if newest else "document.not_first"
        return _refused(value, text, stated=named.version, newest=newest, code=named.code)
    made = {**value, "version": newest + 1}
    before = document_of(latest.digest, ledger.store) if latest is not None else None
    run = DocumentRun(made, named, newest, before, fault_of(made, named.subject, authority, ledger))
    if run.fault is None and len(run.body) > DOCUMENT_LIMIT:
        return _refused(value, "document.too_large", most=DOCUMENT_LIMIT >> 20)
    return run


def fault_of(
    value: Any, subject: str, authority: str, ledger: Ledger
) -> tuple[str, Mapping[str, object]] | None:
    """Why a document may not be published now, as the writer would say it; None where it may."""
    try:
        read_document(value)
        require_sound(subject, value, authority, ledger.catalogue, int(time.time()), ledger.store)
    except CatalogueError as error:
        return "document.unreadable", _words(error)
    except (CommandRejected, FormatError) as error:
        text = text_of(problem_of(error).code)
        return "document.refused", {"said": (text.zh, text.en)}
    return None


def _words(error: CatalogueError) -> dict[str, object]:
    """A fault in both languages, and the pointer by which programs name the member."""
    return {"said": fault_words(error).sentence, "place": error.path}


def _refused(value: Any, text: str, **fill: object) -> DocumentRun:
    return DocumentRun(value, None, 0, None, (text, fill))


def own_documents(authority: str, every: list[tuple[str, str, int, str]]) -> list[tuple[str, str, int]]:
    """Subject, code and newest version of what an authority has published and drafts here."""
    newest = {
        (subject, code): version
        for subject, code, version, who in every
        if who == authority and subject in DRAFTED
    }
    return [(subject, code, version) for (subject, code), version in sorted(newest.items())]
