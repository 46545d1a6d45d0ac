# SPDX-License-Identifier: Apache-2.0
"""Sentences of reasons: every code has both languages and a next step, and none says too much."""

from __future__ import annotations

import re
import string
from typing import Final

import pytest

from attest.cases.model import CHANNELS
from attest.catalogue.model import ASSURANCES, THINGS, Text
from attest.data_checks.model import DENIALS
from attest.recognition.gates import ORDER
from attest.recognition.model import Params
from attest.recognition.reason_texts import HOW, REASONS, WORDS
from attest.recognition.reasons import next_step, sentence
from tests.recognition_parts import CATALOGUE, catalogue_json

NAMES: Final = {
    one["code"]: Text(one["name"]["zh"], one["name"]["en"])
    for one in catalogue_json("departments")["departments"]
}
FULL: Final[Params] = {
    "by": "XF",
    "at": 1_790_200_000,
    "received_by": "ZW",
    "assurance": "original",
    "valid_until": "2027-06-02",
    "valid_from": "2026-10-01",
    "day": "2026-10-20",
    "issued": "2026-01-01",
    "due": "2026-10-12",
    "denial": "revoked",
    "since": "2026-01-05",
    "days": 90,
    "least": "certified_copy",
    "use": "reliance",
    "issuer": "SC",
    "role": "lessor",
    "missing": 1,
    "of": 3,
    "type": "crown",
    "kind": "premises",
    "entry": 256,
    "item": "SC-002",
}


def test_every_failing_gate_has_a_text() -> None:
    """No gate can fail without words for it."""
    assert set(ORDER) <= set(REASONS)


@pytest.mark.parametrize("code", sorted(REASONS))
def test_text_is_whole(code: str) -> None:
    """Every code reads whole in both languages, with a next step, and zh is Chinese and en is not."""
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", code)
    for said in (sentence(code, FULL, "zh", NAMES), next_step(code, FULL, "zh", NAMES)):
        assert re.search("[\u4e00-\u9fff]", said)
        assert "—" not in said
    for said in (sentence(code, FULL, "en", NAMES), next_step(code, FULL, "en", NAMES)):
        assert not re.search("[\u4e00-\u9fff]", said)
        assert "—" not in said
        assert said[0].isupper() or said[0].isdigit()


@pytest.mark.parametrize("code", sorted(REASONS))
def test_both_languages_say_the_same_parameters(code: str) -> None:
    """The zh and the en sentence of a code are filled with the same parameters."""
    text = REASONS[code]
    fields = [
        {name for _, name, _, _ in string.Formatter().parse(said) if name} for said in (text.zh, text.en)
    ]
    assert fields[0] == fields[1]


def test_words_for_every_value() -> None:
    """Every assurance, kind of thing and role of the demo catalogue has words in both languages."""
    roles = {role for one in catalogue_json("types")["types"] for role in one["roles"]}
    for path in (CATALOGUE / "items").iterdir():
        roles |= set(catalogue_json(f"items/{path.stem}")["roles"])
    wanted = {f"assurance.{word}" for word in ASSURANCES} | {f"kind.{thing}" for thing in THINGS}
    wanted |= {f"denial.{word}" for word in DENIALS}
    assert wanted | {f"role.{role}" for role in roles} <= set(WORDS)


def test_recognised_says_by_whom_when_until() -> None:
    """A recognition says who accepted it, when, how, through whom, and until when it serves."""
    assert sentence("matched.number", FULL, "zh", NAMES) == (
        "编号一致：消防救援大队已于2026年9月24日核验（核对过原件）。由政务服务管理局代收。办理单位采信至2027年6月2日。"
    )
    assert sentence(
        "matched.holder", {"by": "XF", "at": 1_790_200_000, "assurance": "scan"}, "en", NAMES
    ) == ("Fire and Rescue Brigade accepted it on 24 September 2026 (scan).")


def test_expired_and_retracted_say_when() -> None:
    """Expiry names its day; a retraction names who took it back and when, in local time."""
    assert sentence("validity.expired", {"valid_until": "2026-06-02"}, "zh", NAMES) == "2026年6月2日已过期。"
    just_after_midnight_in_china = 1_790_179_260
    assert sentence(
        "acceptance.retracted", {"by": "GA", "at": just_after_midnight_in_china}, "en", NAMES
    ) == ("Public Security Bureau took its acceptance back on 24 September 2026.")


def test_an_unknown_code_or_name_still_reads() -> None:
    """A code of a later version, an unnamed department or a missing parameter never breaks the answer."""
    assert sentence("later.reason", {}, "en", NAMES) == "This cannot be told now."
    assert sentence("acceptance.retracted", {"by": "QQ"}, "en", {}) == "QQ took its acceptance back on —."


def test_parameters_are_not_templates() -> None:
    """A parameter with braces stands as it is: parameters are filled once and never read as templates."""
    assert "{at.__class__}" in sentence("issuer.not_accepted", {"issuer": "{at.__class__}"}, "en", {})


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_to_bring_fits_how_the_application_came(channel: str) -> None:
    """Who applied on the web, by phone or by courier is not told to come today, nor of the desk."""
    for code, reason in REASONS.items():
        for later in (False, True):
            zh = next_step(code, FULL, "zh", NAMES, may_follow=later, channel=channel)
            en = next_step(code, FULL, "en", NAMES, may_follow=later, channel=channel)
            if channel in ("window", "kiosk", "station"):
                assert zh == next_step(code, FULL, "zh", NAMES, may_follow=later)
                assert en == next_step(code, FULL, "en", NAMES, may_follow=later)
            elif reason.verdict == "required":
                assert not any(one in zh for one in ("今天", "拍照或交", "窗口有样本")), code
                assert not any(one in en for one in ("today", "the desk has a sample")), code
    if channel in HOW:
        how_zh, how_en = HOW[channel]
        assert next_step("evidence.never_seen", {}, "zh", NAMES, channel=channel) == f"请{how_zh}一份。"
        assert next_step("evidence.never_seen", {}, "en", NAMES, channel=channel) == f"Please {how_en}."


def test_may_follow_comes_first() -> None:
    """What may follow later says so first, in both languages, only where it is required, and not "today"."""
    assert next_step("evidence.never_seen", {}, "zh", NAMES, may_follow=True).startswith("可先受理")
    assert next_step("evidence.never_seen", {}, "en", NAMES, may_follow=True).startswith(
        "The case may be admitted"
    )
    assert "今天" in next_step("evidence.never_seen", {}, "zh", NAMES)
    assert "今天" not in next_step("evidence.never_seen", {}, "zh", NAMES, may_follow=True)
    assert "today" in next_step("evidence.never_seen", {}, "en", NAMES)
    assert "today" not in next_step("evidence.never_seen", {}, "en", NAMES, may_follow=True)
    assert "admitted" not in next_step("matched.holder", {}, "en", NAMES, may_follow=True)
