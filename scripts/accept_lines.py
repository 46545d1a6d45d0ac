# SPDX-License-Identifier: Apache-2.0
"""The acceptance lines: what has to hold, and the command that shows it (None: declared, not yet shown)."""

from dataclasses import dataclass

ONCE = ".venv/bin/once"
PYTEST = ".venv/bin/python -m pytest -q -p no:cacheprovider"
STORY = f"{ONCE} demo --check"
BENCH = f"{ONCE} bench --json --runs 3"


@dataclass(frozen=True)
class Line:
    """One promise. `expect` is a regular expression that the output must contain besides exit code 0."""

    id: str
    text: str
    command: str | None = None
    expect: str | None = None
    seconds: int = 600  # a line that takes longer has failed


def _story(step: str, text: str) -> Line:
    """A step of the story, which `once demo --check` prints as a line of its own."""
    return Line(f"story.{step}", text, STORY, rf"^PASS  story\.{step}  ")


LINES = (
    # a project that starts on a bare machine
    Line(
        "start.cold",
        "in a fresh clone and home, without node, npm and uv: `make demo` is READY in 60 s cold, 8 s warm,"
        " and `make test` passes there",
        "bash scripts/cold.sh",
        seconds=1800,
    ),
    Line("start.ci", "`.ci/run` passes within 20 minutes", "bash .ci/run", seconds=1200),
    Line("start.check", "`make check` passes", "make check", seconds=900),
    Line("start.packaging", "locks, wheel, documents and verbs agree", f"{PYTEST} tests/packaging"),
    # the story, over HTTP
    Line("story", "`once demo --check` exits 0: every step as expected", STORY, r"^PASS  story  "),
    _story("founded", "ledger founded, departments and keys added, guides published"),
    _story("accepted", "a comprehensive window accepts five files of a case; receipts returned"),
    _story("anchored", "anchored; the contract's root equals the log's"),
    _story("recognised", "other departments: recognised by whom, when, valid until"),
    _story(
        "required", "never seen, expired, single_use already used, check_only: required, each with its reason"
    ),
    _story("reliance", "reliance receipts with ground"),
    _story("rescan", "other bytes, same number: recognised; same bytes, not party to it: not"),
    _story("content", "one byte changed: content fails"),
    _story("roles", "the landlord's deed serves the tenant in the right role"),
    _story(
        "refused", "look-up without case or purpose, or outside the list: refused, the refusal is an entry"
    ),
    _story("own_key", "a department's own key signs by :prepare; tampered or stale is refused"),
    _story(
        "retracted", "retracted: required, by whom and when; recall names the reliance; old receipt valid"
    ),
    _story("evidence", "evidence verifies with no network; a flipped byte exits 1; a stale status exits 3"),
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
        f"{PYTEST} tests/faults",
        seconds=1200,
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
        "doors.repeat",
        "an exact repeat answers with the first index, before any time rule",
        f"{PYTEST} tests/acceptance/test_repeats.py",
    ),
    # speed: 64 connections, anvil, best of three
    Line(
        "bench.report",
        "all rates, latencies, gas, bytes and CPU are reported",
        BENCH,
        r'^(?=.*"single_64":)(?=.*"single_256":)(?=.*"bulk_64":)(?=.*"check_20":)(?=.*"verify":)(?=.*"audit":)'
        r'(?=.*"anchored":)(?=.*"per_material_10000":)(?=.*"bytes_per_entry":)(?=.*"cpu_us":)',
        seconds=1800,
    ),
    Line(
        "bench.single",
        "1,500 single signed submissions/s at 350 us of CPU or less",
        BENCH,
        r'"floors":\{"missed":\[(?!.*single_64)',
        seconds=1800,
    ),
    Line(
        "bench.bulk",
        "4,000 bulk submissions/s at 250 us of CPU or less",
        BENCH,
        r'"floors":\{"missed":\[(?!.*bulk_64)',
        seconds=1800,
    ),
    Line(
        "bench.anchored",
        "submit to anchored p99 within 1 s",
        BENCH,
        r'"floors":\{"missed":\[(?!.*anchored)',
        seconds=1800,
    ),
    Line(
        "bench.gas",
        "90 gas a material or less at 1,000",
        BENCH,
        r'"floors":\{"missed":\[(?!.*gas)',
        seconds=1800,
    ),
)
