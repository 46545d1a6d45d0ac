# SPDX-License-Identifier: Apache-2.0
"""Acceptance lines of papers in use: who relied, who asked again, who looked, what citizens do about it."""

from scripts.accept_line import PYTEST, PYTHON, Line

CITIZEN_LINES = (
    Line(
        "web.handed_in",
        "a citizen says that it was handed in before, reads where and when, and takes the proof along",
        f"{PYTEST} tests/browser/test_handed_in_page.py tests/acceptance/test_handed_in.py",
        seconds=1200,
    ),
    Line(
        "recognition.removed",
        "no recognised verdict cites what a party removed from reuse, or chose to hand in themselves",
        f"{PYTEST} tests/unit/attest/test_reuse.py tests/acceptance/test_removed_from_reuse.py"
        " tests/unit/attest/test_submission.py tests/acceptance/test_submission_by_choice.py",
        seconds=600,
    ),
    Line(
        "privacy.erasure",
        "erased: no key and no guess leads to the person, no file holds what went, old proofs verify",
        f"{PYTEST} tests/threats/test_T29_erasure.py tests/faults/test_erasure_kill.py"
        " tests/acceptance/test_my_erasure.py tests/unit/attest/test_erasure_rules.py",
        seconds=1200,
    ),
    Line(
        "web.bundle",
        "a clerk takes in a bundle: one notice, each step's papers asked for once",
        f"{PYTEST} tests/browser/test_bundle_journey.py tests/acceptance/test_joint_form.py",
        seconds=1200,
    ),
    Line(
        "web.desk",
        "a clerk: identifiers until the number comes, askings on record, what ends soon; no page guesses",
        f"{PYTEST} tests/acceptance/test_counter_linking.py tests/acceptance/test_counter_ask.py"
        " tests/browser/test_counter_mistakes.py",
        seconds=1200,
    ),
    Line(
        "web.mandates",
        "mandates: granted by the principal or recorded at a window, within scope and term, ended by either",
        f"{PYTEST} tests/acceptance/test_mandates.py tests/acceptance/test_recorded_mandates.py"
        " tests/browser/test_mandates_page.py tests/browser/test_recorded_mandates_page.py",
        seconds=1200,
    ),
    Line(
        "recognition.consent",
        "consent: asked where the guide names a law alone, cited by the reliance, gone when withdrawn",
        f"{PYTEST} tests/acceptance/test_consents.py tests/unit/attest/test_consents.py"
        " tests/browser/test_consents_page.py",
        seconds=1200,
    ),
    Line(
        "api.contract",
        "every list a page at a time with next and Link; ETag on cases, If-Match on writes in them: 412",
        f"{PYTEST} tests/acceptance/test_lists.py tests/acceptance/test_preconditions.py",
    ),
    Line(
        "recognition.recall",
        "10,000 reliances on 50 acceptances: all are found, and the time is told",
        f"{PYTHON} -m scripts.bench.recall --reliances 10000 --acceptances 50",
        r"^10000 recalls derived in [0-9.]+ s",
    ),
    Line(
        "recognition.told",
        "inbox, banner, event and webhook tell each of those who relied, and open cases are marked",
        f"{PYTEST} tests/unit/attest/test_recall.py tests/acceptance/test_recall.py"
        " tests/browser/test_recall.py",
        seconds=1200,
    ),
    Line(
        "recognition.reask",
        "asked in vain or beyond the list: a planted set is found exactly, no false one",
        f"{PYTEST} tests/unit/attest/test_reask.py tests/acceptance/test_reasks.py"
        " tests/acceptance/test_counter_reask.py",
    ),
    Line(
        "recognition.life",
        "better copies, renewals, expiry, what is shown only, each channel: old and new are told apart",
        f"{PYTEST} tests/acceptance/test_supersession.py tests/acceptance/test_rectification.py"
        " tests/unit/attest/test_owner_renewals.py"
        " tests/acceptance/test_expiries.py"
        " tests/acceptance/test_expiry_events.py tests/acceptance/test_intake.py"
        " tests/acceptance/test_numbers_at_intake.py tests/acceptance/test_denials.py"
        " tests/acceptance/test_counter_denying.py"
        " tests/acceptance/test_shown_only.py tests/acceptance/test_channels.py"
        " tests/acceptance/test_copy_sheet.py tests/browser/test_check_sheet.py",
        seconds=1200,
    ),
    Line(
        "catalogue.standards",
        "data standards in signed versions: code lists, schemas, a window of two versions",
        f"{PYTEST} tests/acceptance/test_standards.py tests/acceptance/test_typed_numbers.py",
    ),
    Line(
        "supervision.look_ups",
        "quotas by user and department, alarms of a planted month, who looked up a person in two clicks",
        f"{PYTEST} tests/acceptance/test_supervision.py tests/acceptance/test_who_looked.py"
        " tests/integration/test_supervision_postgres.py tests/browser/test_alarms_page.py"
        " tests/browser/test_who_looked_page.py",
        seconds=1200,
    ),
)
