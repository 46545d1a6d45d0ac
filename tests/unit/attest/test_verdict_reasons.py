# SPDX-License-Identifier: Apache-2.0
"""Every reason that a verdict can have is said in zh and en, and a bad one says what to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from attest.verify.reasons import REASONS, REVOKED

ROOM: Final = Path(__file__).resolve().parents[3] / "attest" / "verify"
SOURCE: Final = "\n".join(path.read_text() for path in sorted(ROOM.glob("*.py")) if path.stem != "reasons")
CODE: Final = r"(?:content|inclusion|checkpoint|anchor|signature|authority|status|freshness|format)\.[a-z_]+"
USED: Final = set(re.findall(f'"({CODE})"', SOURCE))
BAD: Final = set(re.findall(rf'(?:failed|unknown)\([A-Z]+, "({CODE})"', SOURCE)) | set(
    re.findall(rf'(?:FAILED|UNKNOWN|NOT_VALID|CANNOT_TELL), "({CODE})"', SOURCE)
)


def test_every_code_has_words_and_every_word_a_code() -> None:
    """The table holds what the checks say, and nothing else but what the callers of `verify` add."""
    assert REASONS.keys() >= USED
    assert REASONS.keys() - USED <= {"anchor.not_asked", "anchor.other_chain"}
    assert REVOKED <= USED


@pytest.mark.parametrize("code", sorted(BAD))
def test_what_is_wrong_says_what_to_do(code: str) -> None:
    """A failed or unknown check has a next step in both languages."""
    assert all((REASONS[code].next_zh, REASONS[code].next_en)), code


@pytest.mark.parametrize("code", sorted(REASONS))
def test_sentences(code: str) -> None:
    """Both languages are sentences: closed by their own full stop, Chinese with Chinese punctuation."""
    said = REASONS[code]
    for zh, en in ((said.zh, said.en), (said.next_zh, said.next_en)):
        assert bool(zh) == bool(en)
        assert not zh or zh.endswith("。")
        assert not en or en.endswith(".")
        assert not re.search(r"[,;!?]|(?<![A-Za-z0-9])[:()]", zh), zh


def test_a_receipt_tells_of_then_alone() -> None:
    """What was relied on may have expired or been renewed since: neither language says that it stands now."""
    said = REASONS["status.stood"]
    assert not re.search(r"\bstands\b|\bnow\b", said.en)
    assert not re.search("现在|仍", said.zh)
