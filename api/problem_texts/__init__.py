# SPDX-License-Identifier: Apache-2.0
"""The table of problem codes: status, and title and next step in zh and en.

A code is `area.cause`, stable for ever: clients branch on it. Titles and next steps may be reworded.
Texts say nothing about a person, a document or another department's objects.
"""

from __future__ import annotations

from typing import Final

from api.problem_texts.bundles import BUNDLE_TEXTS
from api.problem_texts.choices import CHOICE_TEXTS
from api.problem_texts.consents import CONSENT_TEXTS
from api.problem_texts.disputes import DISPUTE_TEXTS
from api.problem_texts.domain import DOMAIN_TEXTS
from api.problem_texts.drafts import DRAFT_TEXTS
from api.problem_texts.hooks import HOOK_TEXTS
from api.problem_texts.identity import IDENTITY_TEXTS
from api.problem_texts.intake import INTAKE_TEXTS
from api.problem_texts.mandates import MANDATE_TEXTS
from api.problem_texts.numbers import NUMBER_TEXTS
from api.problem_texts.record import RECORD_TEXTS
from api.problem_texts.request import REQUEST_TEXTS
from api.problem_texts.row import ProblemText
from api.problem_texts.supersession import SUPERSESSION_TEXTS

__all__ = ["FALLBACK_CODE", "PROBLEM_TEXTS", "ProblemText"]

FALLBACK_CODE: Final = "request.refused"
"""Whose text stands for a code that has no row: the code itself still reaches the client."""

PROBLEM_TEXTS: Final[dict[str, ProblemText]] = {
    **REQUEST_TEXTS,
    **IDENTITY_TEXTS,
    **RECORD_TEXTS,
    **DOMAIN_TEXTS,
    **BUNDLE_TEXTS,
    **CHOICE_TEXTS,
    **CONSENT_TEXTS,
    **DISPUTE_TEXTS,
    **DRAFT_TEXTS,
    **HOOK_TEXTS,
    **INTAKE_TEXTS,
    **MANDATE_TEXTS,
    **NUMBER_TEXTS,
    **SUPERSESSION_TEXTS,
}
