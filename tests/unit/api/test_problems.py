# SPDX-License-Identifier: Apache-2.0
"""Problems: one table, two languages, nothing that was sent."""

from __future__ import annotations

import re
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.problem_texts import FALLBACK_CODE, PROBLEM_TEXTS
from api.problems import (
    RETRY_AFTER,
    Problem,
    language_of,
    problem_headers,
    problem_of,
    render,
    without_values,
)
from attest.errors import CodeError, VaultError
from attest.fields import FieldError
from ledger.errors import CommandRejected, FormatError, ReadOnlyError, WriterFailedError

ROOT = Path(__file__).resolve().parents[3]
RAISED = re.compile(r"(?:Problem|CommandRejected)\(\s*\"([a-z_.]+)\"")
CODE = re.compile(r"[a-z_]+(\.[a-z_]+)?")


def codes_raised() -> dict[str, str]:
    """Every code that product code gives to a problem or a rejection, with the file it stands in."""
    found: dict[str, str] = {}
    for package in ("api", "attest", "ledger"):
        for file in sorted((ROOT / package).rglob("*.py")):
            for code in RAISED.findall(file.read_text(encoding="utf-8")):
                found.setdefault(code, str(file.relative_to(ROOT)))
    return found


def test_every_code_has_a_text() -> None:
    """Each code raised anywhere has a row with title and next step in both languages."""
    missing = {code: file for code, file in codes_raised().items() if code not in PROBLEM_TEXTS}
    assert missing == {}


@pytest.mark.parametrize("code", sorted(PROBLEM_TEXTS))
def test_each_row_is_complete(code: str) -> None:
    """A row has an error status, Chinese in its Chinese texts, ASCII English, and a code of known form."""
    row = PROBLEM_TEXTS[code]
    assert CODE.fullmatch(code)
    assert 400 <= row.status <= 503
    for text in (row.zh, row.next_zh):
        assert re.search(r"[\u4e00-\u9fff]", text)
    for text in (row.en, row.next_en):
        assert text
        assert not re.search(r"[\u4e00-\u9fff]", text)


def test_retry_times_belong_to_known_codes() -> None:
    """Retry-After is given only for codes of the table."""
    assert RETRY_AFTER.keys() <= PROBLEM_TEXTS.keys()


def test_document_follows_rfc_9457() -> None:
    """A problem is written with type, title, status, detail, instance, code, next, then its facts."""
    document = orjson.loads(render(Problem("json.too_deep", "17 levels", depth=17), "ab-1", "en"))
    assert list(document) == ["type", "title", "status", "detail", "instance", "code", "next", "depth"]
    assert document["type"] == "urn:once-ledger:problem:json.too_deep"
    assert document["instance"] == "urn:once-ledger:request:ab-1"
    assert (document["status"], document["title"]) == (400, "The JSON is nested too deeply")


def test_chinese_unless_english_is_preferred() -> None:
    """The title is Chinese by default, English where Accept-Language weighs it higher."""
    assert language_of(None) == "zh"
    assert language_of("fr") == "zh"
    assert language_of("en-GB,en;q=0.9") == "en"
    assert language_of("zh-CN,zh;q=0.9,en;q=0.8") == "zh"
    assert language_of("zh;q=0.3, EN;q=0.5") == "en"
    assert language_of("en;q=0") == "zh"
    document = orjson.loads(render(Problem("not_found"), "1", "zh"))
    assert document["title"] == "未找到"


@given(st.text())
def test_any_language_header_is_read(header: str) -> None:
    """No Accept-Language header, however strange, is an error."""
    assert language_of(header) in {"zh", "en"}


def test_facts_may_not_hide_members() -> None:
    """A fact named like a member of the format is refused in a problem, renamed in a rejection."""
    with pytest.raises(ValueError, match="reserved"):
        Problem("not_found", title="x")
    mapped = problem_of(CommandRejected("case.closed", "", code_="x", status="closed"))
    assert mapped.facts == {"code_": "x", "status_": "closed"}


def test_facts_of_bytes_and_sets_can_be_written() -> None:
    """Bytes are shown as hex, sets in order, anything else by its type's name only."""
    problem = Problem("case.closed", head=b"\x01\xff", states={"b", "a"}, other=FormatError("secret"))
    document = orjson.loads(render(problem, "1", "en"))
    assert (document["head"], document["states"], document["other"]) == ("01ff", ["a", "b"], "FormatError")


def test_errors_of_the_log_are_mapped() -> None:
    """Errors from below become the problem of their code; read-only and failed writers say when to retry."""
    assert (problem_of(FormatError("x")).code, problem_of(FormatError("x")).status) == ("format.invalid", 400)
    for error in (ReadOnlyError("fork"), WriterFailedError("disk")):
        problem = problem_of(error)
        assert problem.status == 503
        assert b"retry-after" in dict(problem_headers(problem, "en"))
        assert problem.detail == ""
    rejected = problem_of(CommandRejected("idempotency.conflict", index=7))
    assert (rejected.status, rejected.facts) == (409, {"index": 7})
    damaged = problem_of(VaultError("x", code="vault.damaged"))
    assert (damaged.code, damaged.status) == ("vault.invalid", 500)
    number = problem_of(CodeError("citizen_number.check"))
    assert (number.code, number.facts) == ("code.invalid", {"scheme": "citizen_number", "cause": "check"})
    assert problem_of(FieldError("field.unknown", "/a/张三")).facts == {"path": "/a"}
    assert problem_of(FieldError("field.unknown", "/990101199001011234")).facts == {"path": "/"}
    assert problem_of(FieldError("field.unknown", "/isued")).facts == {"path": "/isued"}


def test_the_unexpected_is_internal_and_silent() -> None:
    """An exception that nobody foresaw is `internal.error` and says nothing of its message."""
    problem = problem_of(KeyError("990101199001011234"))
    assert (problem.code, problem.status) == ("internal.error", 500)
    assert b"99010" not in render(problem, "1", "zh")


def test_unknown_codes_are_refusals_not_faults() -> None:
    """A rejection with a code that has no row reaches the client with its code and a 4xx."""
    problem = problem_of(CommandRejected("some.new_cause"))
    assert problem.status == PROBLEM_TEXTS[FALLBACK_CODE].status == 409
    assert orjson.loads(render(problem, "1", "en"))["code"] == "some.new_cause"


@pytest.mark.parametrize(
    "value", ["张三", "990101199001011234", "91990000MA0TE5T914", "00" * 32, "'Zhang San'", '"Zhang San"']
)
def test_parser_messages_lose_values(value: str) -> None:
    """What a parser quotes does not leave through a problem; its own words do."""
    shown = without_values(f"an object holds the key {value} twice")
    assert value.strip("'\"") not in shown
    assert shown.startswith("an object holds the key ")
    assert shown.endswith(" twice")


@pytest.mark.parametrize(
    "place", ["/rules/0/max_age_days", "/types/12/fields/3/standard_field", "/a/999/long_name"]
)
def test_parser_messages_keep_places(place: str) -> None:
    """Where in a document something is wrong is said whole, however long the name of the member."""
    assert without_values(f"document {place}: a whole number") == f"document {place}: a whole number"


@pytest.mark.parametrize(
    "place",
    [
        "/990101199001011234",
        "/rules/990101199001011234",
        "/rules/990/101/199/001/011/234",
        "/rules/0/990101199001011234/name",
        "/Zhang9901011990",
    ],
)
def test_what_looks_like_a_place_and_may_be_a_number_goes(place: str) -> None:
    """Long or repeated digits are nobody's index."""
    assert "199" not in without_values(f"document {place}: a whole number")


def test_401_names_the_scheme() -> None:
    """A refusal for want of a key tells the scheme in WWW-Authenticate."""
    assert dict(problem_headers(Problem("auth.missing"), "en"))[b"www-authenticate"].startswith(b"Bearer")
