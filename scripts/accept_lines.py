# SPDX-License-Identifier: Apache-2.0
"""The acceptance lines: what has to hold, and the command that shows it (None: declared, not yet shown)."""

from pathlib import Path

from scripts.accept_bench import BENCH_LINES
from scripts.accept_citizen import CITIZEN_LINES
from scripts.accept_line import COLD, FAULTS, PYTEST, STORY, Line
from scripts.accept_meaning import MEANING_LINES
from scripts.accept_threats import THREAT_LINES


def _story(step: str, text: str) -> Line:
    """A step of the story, which `once demo --check` prints as a line of its own."""
    return Line(f"story.{step}", text, STORY, rf"^PASS  story\.{step}  ", part=True)


def _cold(part: str, text: str, expect: str) -> Line:
    """What `scripts/cold.sh` prints of a part of its run."""
    return Line(f"start.{part}", text, COLD, expect, seconds=5400, part=True)


_GROUP = "tests/faults/test_serving_group.py"
_STORY = "tests/faults/test_story_kill.py"
_KILLS = tuple(sorted({str(path) for path in Path("tests/faults").glob("test_*.py")} - {_GROUP, _STORY}))


LINES = (
    # a project that starts on a bare machine
    _cold(
        "cold",
        "in a fresh clone and home, without node, npm and uv: `make demo` is READY in 60 s cold, 8 s warm",
        r"^PASS cold\.cold .*\nPASS cold\.warm ",
    ),
    _cold("test", "`make test` passes there, as `.ci/run` calls it", r"^PASS cold\.test "),
    _cold("ci", "`.ci/run` passes there within 20 minutes", r"^PASS cold\.ci "),
    Line("start.check", "`make check` passes", "make check", seconds=900),
    Line("start.packaging", "locks, wheel, documents and verbs agree", f"{PYTEST} tests/packaging"),
    Line(
        "start.wheel",
        "the wheel with its extra in an empty environment plays the whole story on Hardhat; each of 3.11,"
        " 3.12 and 3.13 that is here founds, audits, backs up",
        f"{PYTEST} tests/packaging/test_wheel.py tests/packaging/test_installed.py",
        r"wheel tried on Python 3\.11",
        seconds=1200,
    ),
    Line(
        "start.deploy",
        "units, compose file and image are sound; the service tells systemd when it is ready",
        f"{PYTEST} tests/packaging/test_deploy.py",
        seconds=1200,
    ),
    # operation
    Line(
        "operation.backup",
        "a back-up taken under load restores elsewhere: same root, receipts verify, reads only until adopted",
        f"{PYTEST} tests/integration/test_backup.py",
        seconds=900,
    ),
    Line(
        "operation.postgresql",
        "from SQLite to PostgreSQL and back by back-up: same root, sound audit and tables",
        f"{PYTEST} tests/integration/test_backup_postgres.py",
    ),
    Line(
        "operation.migrate",
        "a filled ledger goes to a later schema and back, on SQLite and PostgreSQL: same root, receipts"
        " verify, audit sound, rebuild equal; not while it is served, and whole or not at all",
        f"{PYTEST} tests/migrations",
    ),
    Line(
        "operation.postgresql_settings",
        "a PostgreSQL that could lose or reorder what was acknowledged is refused, by the setting's name",
        f"{PYTEST} tests/integration/test_postgres_settings.py",
    ),
    Line(
        "operation.stolen_backup",
        "a stolen back-up without its key shows nothing about anybody",
        f"{PYTEST} tests/threats/test_T58_stolen_backup.py",
    ),
    Line(
        "operation.rebuild",
        "all tables come out of entries and private records again; an edited row is named",
        f"{PYTEST} tests/integration/test_rebuild.py",
    ),
    Line(
        "operation.doctor",
        "doctor names each harm done to an installation, and no other",
        f"{PYTEST} tests/integration/test_doctor.py",
    ),
    Line(
        "operation.lookup_keys",
        "look-up keys are replaced whole or not at all; the same people and papers are found by the new ones",
        f"{PYTEST} tests/integration/test_lookup_keys.py",
    ),
    Line(
        "operation.drain",
        "SIGTERM under load: every request that was taken is answered, exit code 0 within the bound",
        f"{PYTEST} tests/faults/test_drain.py",
    ),
    Line(
        "operation.hash_only",
        "departments may keep their files: uploads are refused and nothing needs them",
        f"{PYTEST} tests/acceptance/test_hash_only.py",
    ),
    # the story, over HTTP
    Line("story", "`once demo --check` exits 0: every step as expected", STORY, r"^PASS  story  "),
    Line(
        "story.hardhat",
        "the same on Hardhat, which forgets its chain: founded again after the kill, then anchored",
        f"{STORY} --chain hardhat",
        r"^PASS  story\.chain_down  .*refounded, then anchored",
    ),
    _story("founded", "ledger founded, departments and keys added, guides published"),
    _story("accepted", "a comprehensive window accepts five files of a case; receipts returned"),
    _story("anchored", "anchored; the contract's root equals the log's"),
    _story("recognised", "other departments: recognised by whom, when, valid until"),
    _story(
        "required", "never seen, expired, single_use already used, check_only: required, each with its reason"
    ),
    _story("reliance", "reliance receipts with ground"),
    _story("policy", "a department decides by its published policy; relying by any other is refused"),
    _story("rescan", "other bytes, same number: recognised; same bytes, not party to it: not"),
    _story("content", "one byte changed: content fails"),
    _story("roles", "the landlord's deed serves the tenant in the right role"),
    _story(
        "refused", "look-up without case or purpose, or outside the list: refused, the refusal is an entry"
    ),
    _story("own_key", "a department's own key signs by :prepare; tampered or stale is refused"),
    _story("data_check", "the issuer is asked: valid, not valid and silent; its word relied on and proved"),
    _story(
        "retracted", "retracted: required, by whom and when; recall names the reliance; old receipt valid"
    ),
    _story("evidence", "evidence verifies with no network; a flipped byte exits 1; a stale status exits 3"),
    _story("reask", "asked for what was known, or beyond the list: told at once, counted, proved offline"),
    _story("recall", "the recall inbox names each case that relied on what was taken back"),
    _story("chain_down", "chain killed: intake goes on; chain back: anchored unaided"),
    _story("tampered", "an edited row is named by `once audit --copy`; yesterday's copy comes up read-only"),
    _story("trace", "the trace of the case lists every step in order with proofs"),
    # contract and chain
    Line(
        "chain.contract",
        "compiling again gives the same bytes; gas as committed",
        f"{PYTEST} tests/contracts",
        seconds=900,
    ),
    Line(
        "chain.engines",
        "contract and anchor suites pass on anvil, Hardhat and the fake",
        f"{PYTEST} tests/contracts/test_chain_suite.py tests/integration/test_anchor_worker.py",
    ),
    # faults
    Line(
        "faults.kill",
        "kill -9 at every failpoint under load: nothing acknowledged lost, nothing twice, no size or root"
        " goes back, chain never ahead; backlog anchored within 10 s",
        FAULTS,
        seconds=7200,
        files=_KILLS,
    ),
    Line(
        "faults.group",
        "two serving processes on one port, on SQLite and PostgreSQL: one dies at each step under load, the"
        " other goes on, it is started again, every promise stands once",
        FAULTS,
        seconds=7200,
        files=(_GROUP,),
    ),
    Line(
        "faults.story",
        "`once demo --check` on PostgreSQL with two serving processes, one killed at each step in turn:"
        " exits 0, all acknowledged stands once, chain never ahead, audit sound",
        FAULTS,
        seconds=7200,
        files=(_STORY,),
    ),
    Line(
        "log.core",
        "tree, tiles, notes, proofs, store, writer, anchor and audit, each against what others computed",
        f"{PYTEST} tests/unit/ledger",
    ),
    # formats
    Line(
        "formats.vectors",
        "transparency-dev, JCS, JSONTestSuite, Wycheproof and EIP-712 vectors",
        f"{PYTEST} tests/vectors",
    ),
    Line(
        "formats.contract_vectors",
        "the proof vectors through the contract",
        f"{PYTEST} tests/contracts/test_rfc6962.py",
    ),
    Line("formats.round_trip", "parse(format(x)) == x for every format", f"{PYTEST} tests/properties"),
    Line(
        "formats.golden",
        "golden vectors of docs/reference/formats.md",
        f"{PYTEST} tests/vectors/test_golden.py",
    ),
    # what is loaded and opened
    Line(
        "load.verify",
        "`once verify --offline` opens no socket, loads no web3, eth_account, SQLAlchemy, FastAPI",
        f"{PYTEST} tests/integration/test_verify_offline.py",
    ),
    Line(
        "load.serve",
        "serving loads neither web3 nor eth_account",
        f"{PYTEST} tests/unit/api/test_wiring.py",
    ),
    # evidence
    Line(
        "evidence.production",
        "production profile, governance's and a department's keys elsewhere: cannot tell without their"
        " statements, valid with them, cannot tell when they end",
        f"{PYTEST} tests/acceptance/test_production_evidence.py tests/unit/attest/test_live.py",
    ),
    Line(
        "evidence.log_key",
        "a checkpoint by a log key that governance replaced is never valid; all of before the replacement is",
        f"{PYTEST} tests/unit/attest/test_log_keys.py tests/integration/test_log_key.py"
        " tests/integration/test_log_key_chain.py",
    ),
    Line(
        "evidence.reasons",
        "every reason of a verdict in zh and en; what is wrong says what to do",
        f"{PYTEST} tests/unit/attest/test_verdict_reasons.py",
    ),
    # privacy and doors
    Line(
        "privacy.canary",
        "planted names and numbers appear nowhere outside vault ciphertext and encrypted columns",
        f"{PYTEST} tests/acceptance/test_canaries.py",
    ),
    Line(
        "doors.bad_input",
        "bad input at every door: 4xx with code, zh, en, next step; nothing written; no 5xx",
        f"{PYTEST} tests/acceptance/test_doors.py",
    ),
    Line(
        "doors.refused_lookup",
        "a signed-in principal's refused look-up writes exactly one entry",
        f"{PYTEST} tests/threats/test_T18_lookup_without_case.py tests/acceptance/test_doors.py",
    ),
    Line(
        "api.document",
        "the OpenAPI document is valid, its examples work, every answer and refusal is described",
        f"{PYTEST} tests/acceptance/test_openapi.py tests/acceptance/test_story.py",
    ),
    Line(
        "api.events",
        "events reach whom they concern, once, in order; streams resume exactly, slow consumers are bounded",
        f"{PYTEST} tests/acceptance/test_events.py tests/unit/api/test_event_stream.py"
        " tests/unit/api/test_outbox.py",
    ),
    Line(
        "api.webhooks",
        "webhooks: signed, in order, retried, dead-lettered, replayed; none into an internal network (T46)",
        f"{PYTEST} tests/acceptance/test_webhooks.py tests/threats/test_T46_webhook_targets.py"
        " tests/acceptance/test_webhook_pages.py tests/browser/test_webhooks_page.py",
    ),
    Line(
        "api.client",
        "the typed client makes nothing twice on a cut line, and loads no framework, database or web3",
        f"{PYTEST} tests/integration/test_client.py",
    ),
    Line(
        "api.tutorial",
        "from READY to a first recognised answer by one copied line within 20 s; every tutorial block runs",
        f"{PYTEST} -s tests/integration/test_tutorial.py",
        r"first recognised answer [0-9.]+ s after READY",
    ),
    Line(
        "doors.repeat",
        "an exact repeat answers with the first index, before any time rule",
        f"{PYTEST} tests/acceptance/test_repeats.py",
    ),
    Line(
        "identity.permissions",
        "the table of permissions holds cell by cell: key or person x route x object of others",
        f"{PYTEST} -s tests/acceptance/test_permissions.py",
        r"[0-9]+ cells \(person x page\)",
    ),
    Line(
        "identity.objects",
        "pages with real objects: one's own come in, another's read like none, each refusal is one entry",
        f"{PYTEST} -s tests/acceptance/test_page_permissions.py",
        r"[0-9]+ cells \(page x object x person\)",
    ),
    Line(
        "identity.sign_in",
        "accounts, sessions and passwords; citizens through a certified OpenID provider that runs",
        f"{PYTEST} tests/acceptance/test_sign_in.py tests/acceptance/test_sign_in_openid.py "
        "tests/unit/api/test_accounts_command.py tests/unit/api/test_api_key_routes.py",
    ),
    Line(
        "identity.threats",
        "sign-in replayed, forged or flooded; people enumerated; secrets compared (T19, T41, T42, T48, T49)",
        f"{PYTEST} tests/threats/test_T19_enumerated_people.py tests/threats/test_T41_replayed_sign_in.py "
        "tests/threats/test_T42_forged_forms.py tests/threats/test_T48_flooded_sign_in.py "
        "tests/threats/test_T49_compared_secrets.py",
    ),
    Line(
        "identity.pages",
        "sign-in, sessions, accounts in Chromium: zh, en, 390 px, large text, keyboard alone",
        f"{PYTEST} tests/browser/test_identity_pages.py",
    ),
    *MEANING_LINES,
    *CITIZEN_LINES,
    *THREAT_LINES,
    *BENCH_LINES,
    # pages
    Line(
        "web.counter",
        "a clerk: one scan and three clicks within 20 s, undo enforced by the server, each look an entry",
        f"{PYTEST} tests/browser/test_counter.py",
        seconds=1200,
    ),
    Line(
        "web.trace",
        "an auditor: three clicks and one command within 60 s to evidence verified off line; each look an"
        " entry; what is another's reads as what is not there",
        f"{PYTEST} tests/browser/test_trace_page.py tests/acceptance/test_trace.py"
        " tests/acceptance/test_trace_fallen.py",
        seconds=1800,
    ),
    Line(
        "web.my_materials",
        "a citizen sees in four clicks who used a material and why, and disputes it; recognition cannot tell"
        " until the department answers; the list of uses is the whole list",
        f"{PYTEST} tests/browser/test_my_materials_page.py tests/acceptance/test_my_materials.py"
        " tests/unit/attest/test_data_check_requests.py tests/unit/attest/test_holdings.py",
        seconds=1200,
    ),
    Line(
        "web.verify",
        "public verification in the browser, from a saved file and without scripts: the same verdicts"
        " as the CLI",
        f"{PYTEST} tests/browser/test_verify_page.py tests/browser/test_browser_verifier.py",
        seconds=1200,
    ),
    Line(
        "web.health",
        "the operator's page: every state in words with what to do, anew every 10 s; the last one is kept"
        " when the line is lost",
        f"{PYTEST} tests/browser/test_health_page.py tests/unit/api/test_health_state.py",
        seconds=1800,
    ),
    Line(
        "web.catalogue",
        "an editor publishes a version: drafts from a spreadsheet, a second account publishes; every page of"
        " the catalogue in zh, en, large, phone, and without scripts",
        f"{PYTEST} tests/browser/test_catalogue_pages.py",
        seconds=1800,
    ),
    Line(
        "web.frame",
        "every page: axe-core finds nothing, nothing is cut off, 44 px targets, strict policy, 60 kB;"
        " zh, en, large, phone",
        f"{PYTEST} tests/browser/test_frame.py tests/browser/test_every_page.py"
        " tests/unit/api/test_page_texts.py tests/unit/api/test_web_doors.py",
        seconds=900,
    ),
)
