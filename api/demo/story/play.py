# SPDX-License-Identifier: Apache-2.0
"""Plays steps one after the other and prints a line for each; nothing here knows what a step is about."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, TextIO

from api.demo.doors import Doors
from attest.verify.trust import Trust

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from api.demo.doors import Answer
    from api.demo.host import DemoHost

PASSED: Final = "PASS"
FAILED: Final = "FAIL"
SKIPPED: Final = "SKIP"
_CODES: Final = {PASSED: 0, FAILED: 1, SKIPPED: 3}


class NotPlayableError(Exception):
    """A step that cannot be played with the chain that was given; the story is then not shown whole."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the story: its stable name, what it shows, and the function that plays it."""

    name: str
    zh: str
    en: str
    play: Callable[[Story], str]
    """Returns the verdict in a few words, of what was seen."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What was expected, whether it was so, and what was seen."""

    text: str
    met: bool
    seen: str


class Story:
    """What the steps share: the ledger's processes, its doors, and what earlier steps learnt."""

    def __init__(self, host: DemoHost, chain: str) -> None:
        self.host: Final = host
        self.chain: Final = chain
        self.doors = Doors(host.url, host.api_keys)
        self.holders: dict[str, str] = {}
        self.cases: dict[str, str] = {}
        """Case numbers by the story's own names for them."""
        self.accepted: dict[str, Answer] = {}
        """Answers to acceptances by the sample file's name, `CASE/FILE` after its first acceptance."""
        self.relied: dict[str, Answer] = {}
        self.checked: dict[str, dict[str, Any]] = {}
        """Answers to look-ups by case: results by requirement."""
        self.expectations: list[Expectation] = []
        self._folder = tempfile.TemporaryDirectory(prefix="once-story-")
        self.folder: Final = Path(self._folder.name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.doors.close()
        self._folder.cleanup()

    @property
    def trust_file(self) -> Path:
        """What an outside verifier was given."""
        return self.host.settings.trust_file

    def trust(self) -> Trust:
        """The trust file as it stands now."""
        return Trust.parse(self.trust_file.read_bytes())

    def expect(self, text: str, met: object, seen: object = "") -> bool:
        """Record an expectation and what was seen instead."""
        self.expectations.append(Expectation(text, bool(met), str(seen)))
        return bool(met)

    def expect_equal(self, text: str, seen: object, wanted: object) -> bool:
        """Record that something seen is what was wanted."""
        return self.expect(text, seen == wanted, f"{seen!r}, not {wanted!r}")


def play(steps: Sequence[Step], story: Story, *, as_json: bool) -> int:
    """Play every step. Exit code: 0 all as expected, 1 one was not, 3 one could not be played here."""
    began = time.monotonic()
    words = [_one(step, story, as_json=as_json) for step in steps]
    word = next((one for one in (FAILED, SKIPPED) if one in words), PASSED)
    verdict = f"{words.count(PASSED)} of {len(steps)} steps as expected"
    again = story.doors.asked_again
    if again:
        verdict += f", {again} requests asked again"
    told = {"asked_again": again, "acknowledged": story.doors.acknowledged}
    _say("story", verdict, word, time.monotonic() - began, as_json=as_json, more=told)
    return _CODES[word]


def _one(step: Step, story: Story, *, as_json: bool) -> str:
    _write(sys.stderr, f"{step.zh} / {step.en}")
    story.expectations = []
    began = time.monotonic()
    try:
        verdict = step.play(story)
    except NotPlayableError as error:
        _say(step.name, str(error), SKIPPED, time.monotonic() - began, as_json=as_json)
        return SKIPPED
    except Exception as error:  # noqa: BLE001  # a step that breaks is a step that failed; the others go on
        verdict = f"broke off: {type(error).__name__}: {error}"
        story.expect("the step can be played", met=False, seen=verdict)
    missed = [one for one in story.expectations if not one.met]
    word = PASSED if story.expectations and not missed else FAILED
    seconds = time.monotonic() - began
    _say(step.name, verdict, word, seconds, as_json=as_json, of=story.expectations)
    for one in missed:
        _write(sys.stderr, f"      {one.text}: {one.seen}")
    return word


def _say(
    name: str,
    verdict: str,
    word: str,
    seconds: float,
    *,
    as_json: bool,
    of: Sequence[Expectation] = (),
    more: Mapping[str, Any] | None = None,
) -> None:
    milliseconds = round(seconds * 1000)
    if as_json:
        line: dict[str, Any] = {"result": word, "name": name, "verdict": verdict, "ms": milliseconds}
        line["expectations"] = [{"text": one.text, "met": one.met} for one in of]
        line.update(more or {})
        _write(sys.stdout, json.dumps(line, ensure_ascii=False))
    else:
        _write(sys.stdout, f"{word}  {name}  {verdict}  {milliseconds} ms")


def _write(to: TextIO, line: str) -> None:
    to.write(line + "\n")
    to.flush()
