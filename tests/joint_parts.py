# SPDX-License-Identifier: Apache-2.0
"""A ledger in which a restaurant can be opened as one: the demo's bundle, its steps and their joint form."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from attest.cases.commands import OpenCase
from attest.cases.model import BundleStep
from attest.catalogue.commands import Publication, Publish
from attest.materials.commands import Accept
from ledger.hashing import sha256
from tests.attest_parts import DEMO, Meaning, a_ledger, demo

if TYPE_CHECKING:
    from pathlib import Path

    from attest.acts import Written
    from attest.cases.model import Opening
    from attest.materials.model import Acceptance

STEPS: Final[dict[str, tuple[str, str, dict[str, str]]]] = {
    "food": ("SC-002", "application", {"prepacked": "no", "catering": "yes", "applicant": "self"}),
    "fire": ("XF-001", "declaration", {"procedure": "check"}),
    "sign": ("ZJ-051", "application", {"title_asked": "no"}),
    "tobacco": ("YC-004", "application", {"premises": "owned", "residence": "local", "applicant": "self"}),
}
"""The steps: item, the requirement that its form meets, answers."""
JOINT: Final = "restaurant_application"
SINGLE: Final = {
    "food": "food_application",
    "fire": "fire_declaration",
    "sign": "sign_application",
    "tobacco": "tobacco_application",
}
EATERY: Final = {"applicant": "eatery", "operator": "chen"}


def a_restaurant_ledger(folder: Path) -> Meaning:
    """The ledger, with the guide that the others lack and the bundle in version 1."""
    made = a_ledger(folder)
    for subject, path in (("item", "items/ZJ-051"), ("bundle", "bundles/restaurant")):
        publish(made, subject, (DEMO / "catalogue" / f"{path}.json").read_bytes())
    return made


def publish(ledger: Meaning, subject: str, body: bytes) -> None:
    """Publish a document for its authority."""
    said = json.loads(body)
    record = Publication(subject, said["code"], said["version"], sha256(body))
    ledger.act(Publish(), record, said["authority"], attached=[body])


def a_step(
    ledger: Meaning,
    step: str,
    first: str | None = None,
    people: dict[str, str] | None = None,
    *,
    bundle: BundleStep | None = None,
    **more: Any,
) -> Opening:
    """The record of a case that is a step of the bundle, with the application that began with `first`."""
    item, _, answers = STEPS[step]
    made = ledger.opening(item, answers, EATERY if people is None else people)
    return replace(made, bundle=bundle or BundleStep("restaurant", 1, step, first), **more)


def open_step(ledger: Meaning, step: str, first: str | None = None, **more: Any) -> str:
    """Open it at its authority; the case number."""
    record = a_step(ledger, step, first, **more)
    ledger.act(OpenCase(ledger.catalogue), record, record.authority)
    return record.case_no


def refused_step(ledger: Meaning, step: str, first: str | None = None, **more: Any) -> str:
    """The code with which the opening is refused."""
    record = a_step(ledger, step, first, **more)
    return ledger.refusal(OpenCase(ledger.catalogue), record, record.authority)


def a_form(ledger: Meaning, case_no: str, authority: str, type_: str = JOINT, **more: Any) -> Acceptance:
    """The record that accepts a form which the eatery filled."""
    return ledger.acceptance(case_no, "food-application.pdf", authority, type=type_, about=None, **more)


def accept_form(ledger: Meaning, case_no: str, authority: str, type_: str = JOINT, **more: Any) -> Written:
    """Accept it."""
    return ledger.act(Accept(ledger.catalogue), a_form(ledger, case_no, authority, type_, **more), authority)


def authority_of(step: str) -> str:
    """The department that decides a step."""
    said: str = demo(f"catalogue/items/{STEPS[step][0]}.json")["authority"]
    return said


def form_verdict(ledger: Meaning, step: str, case_no: str) -> tuple[str, str]:
    """Verdict and reason of the requirement that the step's form meets."""
    return ledger.verdict(authority_of(step), case_no, STEPS[step][1])
