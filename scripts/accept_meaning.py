# SPDX-License-Identifier: Apache-2.0
"""Acceptance lines of guides and bundles: what is asked for, and that it is the least."""

from scripts.accept_line import PYTEST, Line

MEANING_LINES = (
    # the catalogue
    Line(
        "catalogue.items",
        "17 items and the construction permit agree with the facts: lists, limits, marks, situations",
        f"{PYTEST} tests/unit/attest/test_demo_catalogue.py tests/unit/attest/test_catalogue_model.py",
    ),
    Line(
        "catalogue.check",
        "the guide check finds each fault it is for and says what to do; no error in shipped guides",
        f"{PYTEST} tests/unit/attest/test_guide_check.py",
    ),
    Line(
        "catalogue.import",
        "XLSX, CSV, JSON: in, out and in again the same; faults by cell; nothing half-written; bombs refused",
        f"{PYTEST} tests/unit/attest/test_guide_lists.py tests/integration/test_catalogue_command.py",
    ),
    Line(
        "catalogue.differences",
        "versions compared by meaning: what changed, put on the old one, gives the new one; marriage of 2025",
        f"{PYTEST} tests/properties/test_difference_properties.py",
    ),
    Line(
        "catalogue.pinned",
        "a case pins the guide of its day: a marriage of 2025-05-09 the old one, of 2025-05-10 the new",
        f"{PYTEST} tests/unit/attest/test_cases.py",
    ),
    Line(
        "catalogue.hash_shown",
        "every channel shows the guide hash: answers of the API, the counter, the citizen's pages",
        f"{PYTEST} tests/acceptance/test_guide_hashes.py",
    ),
    Line(
        "catalogue.two_persons",
        "no account publishes its own text; stale, changed, faulty or foreign drafts are refused in words",
        f"{PYTEST} tests/acceptance/test_catalogue_pages.py",
    ),
    # the issuer is asked
    Line(
        "data_check.issuer",
        "an issuer's signed answer is relied on and proved offline, a denial shuts what was accepted before"
        " and its evidence says so,"
        " silence says nothing; hanging, lying or huge answers hold nobody up",
        f"{PYTEST} tests/acceptance/test_data_checks.py tests/unit/attest/test_data_checks.py"
        " tests/unit/attest/test_data_check_rules.py tests/unit/attest/test_data_check_wire.py"
        " tests/unit/attest/test_verdict_ground.py tests/unit/attest/test_verdict_denied.py"
        " tests/integration/test_denied_postgres.py tests/integration/test_issuer_transport.py"
        " tests/threats/test_T46_issuer_targets.py tests/threats/test_T47_hanging_issuer.py"
        " tests/browser/test_data_check_page.py",
        seconds=1200,
    ),
    # the smallest set to ask
    Line(
        "solver.smallest",
        "what is asked is the smallest set: equal to trying everything up to 12 requirements, nothing that is"
        " recognised, not larger by more on file; refused past its limit, never guessed",
        f"{PYTEST} tests/properties/test_smallest_properties.py tests/properties/test_ask_properties.py"
        " tests/unit/attest/test_decide_combinations.py",
    ),
    Line(
        "solver.bundles",
        "bundles: 17 papers of a restaurant become 7, a newborn's family brings 4 kinds of things; equal to"
        " trying everything; a cycle of steps is refused by name",
        f"{PYTEST} tests/unit/attest/test_bundles.py tests/unit/attest/test_bundle_plans.py"
        " tests/unit/attest/test_bundle_publication.py tests/unit/attest/test_bundle_notice.py"
        " tests/properties/test_bundle_properties.py tests/acceptance/test_bundles.py",
    ),
    Line(
        "solver.people",
        "what a bundle asks of a case's people: recognised papers left out by whom and when, reasons for"
        " the rest, a joint form once; equal to the unit solver and to checks; looked up by the rules",
        f"{PYTEST} tests/unit/attest/test_bundle_people.py tests/acceptance/test_bundle_people.py",
    ),
    Line(
        "solver.policy",
        "recognition policies: stricter than guides, never looser; in force at a reliance's index, offline"
        " too; equal to trying everything",
        f"{PYTEST} tests/unit/attest/test_policies.py tests/unit/attest/test_policy_publication.py"
        " tests/unit/attest/test_verdict_policy.py tests/properties/test_ask_properties.py"
        " tests/properties/test_decide_properties.py tests/acceptance/test_policies.py"
        " tests/unit/attest/test_waivers.py tests/acceptance/test_reliance_receipts.py",
    ),
    Line(
        "solver.dcql",
        "requirements compiled to a DCQL query and back are the same, over HTTP each published guide",
        f"{PYTEST} tests/properties/test_dcql_properties.py tests/acceptance/test_wallet.py",
    ),
)
