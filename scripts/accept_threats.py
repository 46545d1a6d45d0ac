# SPDX-License-Identifier: Apache-2.0
"""Acceptance lines of attacks and faults: each threat of the log, the keys, recognition and the look-ups."""

from scripts.accept_line import PYTEST, Line


def _threats(*names: str) -> str:
    return " ".join((PYTEST, *(f"tests/threats/test_{name}.py" for name in names)))


THREAT_LINES = (
    Line(
        "threats.log",
        "an entry edited, swapped, back-dated or cut off, a tree rewritten, a log split or rewound: named,"
        " and nothing goes on over it (T01-T09)",
        _threats(
            "T01_edited_entry",
            "T02_rewritten_tree",
            "T03_rewound_log",
            "T04_restored_backup",
            "T05_swapped_entries",
            "T06_back_dated_entry",
            "T07_split_view",
            "T08_rewritten_history",
            "T09_split_log",
        ),
    ),
    Line(
        "threats.chain",
        "a contract's clone, a chain that begins anew, a node that lies, calls that abuse the contract (T12,"
        " T13, T16, T53, T54)",
        _threats(
            "T12_clone_contract",
            "T13_reset_chain",
            "T16_lying_node",
            "T53_no_hidden_logic",
            "T54_contract_abuse",
        ),
    ),
    Line(
        "threats.keys",
        "stolen keys of a department and of the anchor, keystores, forged statements, short digests (T22,"
        " T24, T25, T37, T40)",
        _threats(
            "T22_stolen_department_key",
            "T24_stolen_anchor_key",
            "T25_keystores",
            "T37_statement_forgery",
            "T40_short_digests",
        ),
    ),
    Line(
        "threats.recognition",
        "another department's paper, reuse beyond validity, a scan as an original, a silent channel or guide,"
        " a look or a re-ask that is purged (T17, T20, T21, T55, T57)",
        _threats(
            "T17_other_department",
            "T20_reuse_beyond_validity",
            "T21_scan_as_original",
            "T55_silent_channel",
            "T55_silent_guide_edit",
            "T57_purged_audit",
        ),
    ),
    Line(
        "threats.look_ups",
        "look-ups without a case, beyond the quota, by an auditor who harvests; numbers guessed, the vault"
        " read; refusals all alike (T18, T19, T26-T28, T50)",
        _threats(
            "T18_refusals_over_http",
            "T19_quotas_at_the_doors",
            "T26_harvesting_auditor",
            "T27_guessed_numbers",
            "T28_vault_reader",
            "T50_look_ups_alike",
        ),
    ),
    Line(
        "threats.guesses",
        "a million guessed numbers against every word of log, tiles, calldata, events and log lines (T27)",
        f"env ONCE_GUESSES=1000000 {PYTEST} tests/threats/test_T27_guessed_numbers.py -s",
        "1000000 guesses, .* calldata, events",
    ),
    Line(
        "threats.pages",
        "controls and directions of text in what people typed show no page other than it is (T43)",
        _threats("T43_controls_in_pages"),
    ),
    # hostile input
    Line(
        "hostile.document",
        "100 requests of each kind made from the document, for every operation: no 5xx, nothing undocumented",
        f"env ONCE_CASES=100 {PYTEST} -s tests/threats/test_T51_schemathesis.py",
        r"[0-9]+ negative requests to [0-9]+ operations, 100 or more to each",
        seconds=3600,
    ),
    Line(
        "hostile.texts",
        "naughty strings, formulas and markup in every field of every door: refused, or kept byte for byte",
        f"env ONCE_CASES=100 {PYTEST} tests/threats/test_T51_hostile_texts.py"
        " tests/threats/test_T51_odd_headers.py",
        seconds=3600,
    ),
    Line(
        "hostile.forms",
        "the same in every field of every form, and sample PDFs at the counter: refused in words, or kept",
        f"{PYTEST} tests/threats/test_T51_hostile_forms.py",
    ),
    Line(
        "hostile.exports",
        "naughty strings and formulas through every CSV and workbook that pages and commands give: none is a"
        " formula, all come back the same (T44)",
        f"{PYTEST} tests/threats/test_T44_formulas_in_exports.py",
    ),
    Line(
        "hostile.slow",
        "bombs, floods and slow clients: 4xx or closed within 10 s, 50 MiB at most, others are not slowed",
        f"{PYTEST} tests/threats/test_T47_slow_clients.py tests/threats/test_T47_upload_bombs.py",
    ),
    Line(
        "hostile.paths",
        "no address leaves its folder; no door calls out",
        f"{PYTEST} tests/threats/test_T45_path_tricks.py tests/threats/test_T46_no_calls_out.py",
    ),
    Line(
        "hostile.pages",
        "markup in every field, looked at in Chromium: no dialog, no violation of the policy",
        f"env ONCE_CASES=100 {PYTEST} tests/threats/test_T43_markup_in_pages.py",
        seconds=1800,
    ),
    Line(
        "hostile.refusals",
        "a refusal tells nothing of others; a forgery is recognised through no acceptance of it",
        f"{PYTEST} tests/threats/test_T50_telling_refusals.py tests/threats/test_T50_foreign_objects.py"
        " tests/unit/attest/test_condemned.py",
    ),
)
