# SPDX-License-Identifier: Apache-2.0
"""Purposes that the product writes itself are read in the reader's language; people's stay as written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.mandates.acting import MANDATE
from api.purposes import purpose_words
from api.routes.reasks import PURPOSES

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("written", [MANDATE.format(n=235), *PURPOSES.values()])
def test_own_purposes_are_told_in_both_languages(written: str) -> None:
    """As they are in Chinese, and in English words for who reads English."""
    assert purpose_words(written, "zh") == written
    assert not CHINESE.search(purpose_words(written, "en"))


def test_an_agents_look_names_the_entry_of_the_mandate() -> None:
    """So that the principal finds it among the mandates."""
    assert purpose_words(MANDATE.format(n=235), "en") == "by the mandate of entry 235"


@pytest.mark.parametrize("code", ["admission", "application", "trace", "export", "expiry review"])
def test_a_code_is_never_shown(code: str) -> None:
    """What the tutorial teaches and `once` says by default is told in words, in both languages."""
    assert CHINESE.search(purpose_words(code, "zh"))
    assert code not in purpose_words(code, "zh")
    assert purpose_words(code, "en") not in (code, "")
    assert not CHINESE.search(purpose_words(code, "en"))


def test_the_tutorial_teaches_purposes_that_have_words() -> None:
    """Each purpose of its checks, and of the client's own example, is known."""
    root = Path(__file__).resolve().parents[3]
    taught: set[str] = set()
    for file in ("docs/tutorial/integrator.md", "api/client/__init__.py"):
        text = (root / file).read_text(encoding="utf-8")
        taught |= set(re.findall(r"\.check\([a-z_.]+, \"([^\"]+)\"", text))
    assert taught
    assert all(purpose_words(one, "en") != one for one in taught)


@pytest.mark.parametrize("written", ["年度抽查", "授权委托：第 x 条", "see entry 235"])
def test_what_people_wrote_stays(written: str) -> None:
    """In whatever language it was written."""
    assert purpose_words(written, "en") == written
