# SPDX-License-Identifier: Apache-2.0
"""What is proved without asking anybody: other scans, changed bytes, evidence files, retractions."""

from __future__ import annotations

import hashlib
import json
import re
import time
from typing import TYPE_CHECKING, Any

from api.demo import samples
from api.demo.host import run_once
from api.demo.seed import WINDOW
from api.demo.story.asking import DEED, LICENCE, own_shop, shown_deed
from api.demo.story.beginning import settled
from api.demo.story.deeds import check, receipt_fault, rely, stage_of, wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from api.demo.story.play import Story


def rescan(story: Story) -> str:
    """Another scan is known by its number; the very same bytes in a stranger's hand prove nothing."""
    first, again = samples.sample(DEED), samples.sample("deed-shop-rescan.jpg")
    story.expect("the scans differ", first.content != again.content)
    own_shop(story, "landlord", "lin")
    own_shop(story, "stranger", "luo")
    seen = {
        "rescan, number": shown_deed(story, "landlord", digest=again.sha256, number=again.number),
        "rescan, no number": shown_deed(story, "landlord", digest=again.sha256),
        "first scan": shown_deed(story, "landlord", digest=first.sha256),
        "stranger, bytes": shown_deed(story, "stranger", digest=first.sha256),
        "stranger, both": shown_deed(story, "stranger", digest=first.sha256, number=first.number),
    }
    wanted = {
        "rescan, number": ("recognised", "matched.number"),
        "rescan, no number": ("required", "content.unknown"),
        "first scan": ("recognised", "matched.content"),
        "stranger, bytes": ("required", "content.unknown"),
        "stranger, both": ("required", "number.unknown"),
    }
    for text, verdict in wanted.items():
        story.expect_equal(text, seen[text], verdict)
    return f"rescan: {seen['rescan, number'][1]}; stranger: {seen['stranger, both'][1]}"


def evidence_of(story: Story, who: str, subject: str, name: str) -> Path:
    """Fetch the evidence of an acceptance or a reliance into a file."""
    answer = story.doors.get(who, f"/api/v1/evidence/{subject}", purpose="存证").must(200)
    file = story.folder / f"{name}.evidence.json"
    file.write_bytes(answer.body)
    return file


def judged(story: Story, file: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    """Exit code and verdict of `once verify --offline`, in a process of its own."""
    trust = str(story.trust_file)
    command = ["verify", str(file), "--trust", trust, "--offline", "--json", *arguments]
    code, said = run_once(story.host.settings, command)
    return code, json.loads(said) if said.startswith("{") else {"verdict": "", "reason": said.strip()}


def state(verdict: dict[str, Any], name: str) -> str:
    """The state of one named check."""
    return next((str(one["state"]) for one in verdict.get("checks", ()) if one["name"] == name), "")


def content(story: Story) -> str:
    """The file itself passes; with one byte changed its content fails, and nobody recognises it."""
    wait_for(lambda: stage_of(story, WINDOW, int(story.accepted[LICENCE]["index"])) == "anchored")
    evidence = evidence_of(story, WINDOW, story.accepted[LICENCE]["id"], "licence")
    paper = samples.sample(LICENCE).content
    intact, changed = story.folder / "intact.pdf", story.folder / "changed.pdf"
    intact.write_bytes(paper)
    middle = len(paper) // 2
    changed.write_bytes(paper[:middle] + bytes([paper[middle] ^ 1]) + paper[middle + 1 :])
    code, verdict = judged(story, evidence, "--document", str(intact))
    story.expect_equal("the paper itself", (code, state(verdict, "content")), (0, "passed"))
    code, verdict = judged(story, evidence, "--document", str(changed))
    story.expect_equal("one byte changed", (code, state(verdict, "content")), (1, "failed"))
    digest = hashlib.sha256(changed.read_bytes()).hexdigest()
    shown = [{"type": "business_licence", "issuer": "SC", "digest": digest}]
    result = check(story, "SC", "SC", requirements=["licence"], presented=shown)["licence"]
    seen = (result["verdict"], result["reason"])
    story.expect_equal("the changed file at the counter", seen, ("required", "content.unknown"))
    return f"{verdict['verdict']}: {verdict['reason']}, exit {code}"


def evidence(story: Story) -> str:
    """Evidence verifies without network; one byte flipped is not valid; a status too old cannot tell."""
    wait_for(lambda: settled(story))
    subjects = [
        (WINDOW, story.accepted[DEED]["id"], "deed"),
        ("SC", story.relied[f"SC {LICENCE}"]["id"], "reliance"),
    ]
    said: list[str] = []
    for who, subject, name in subjects:
        file = evidence_of(story, who, subject, name)
        code, verdict = judged(story, file)
        story.expect_equal(f"{name} is valid", (code, verdict["verdict"]), (0, "valid"))
        story.expect_equal(f"{name}: anchor", state(verdict, "anchor"), "passed")
        code, verdict = judged(story, _flipped(file))
        story.expect_equal(f"{name} with one byte flipped", (code, verdict["verdict"]), (1, "not_valid"))
        said.append(f"flipped: exit {code}")
        later = str(int(time.time()) + 30 * 86_400)
        code, verdict = judged(story, file, "--as-of", later)
        story.expect_equal(f"{name} a month later", (code, verdict["verdict"]), (3, "cannot_tell"))
        said.append(f"a month later: exit {code}")
    return "offline: valid, exit 0; " + "; ".join(said[:2])


def _flipped(file: Path) -> Path:
    """A copy in which one byte in the middle of the first envelope is another."""
    text = file.read_bytes()
    found = re.search(rb"[A-Za-z0-9+/]{300,}", text)
    place = (found.start() + found.end()) // 2 if found else len(text) // 2
    other = b"A" if text[place : place + 1] != b"A" else b"B"
    copy = file.with_name(f"flipped-{file.name}")
    copy.write_bytes(text[:place] + other + text[place + 1 :])
    return copy


def retract(story: Story) -> str:
    """An acceptance is taken back: required again, by whom and when; who relied was right then."""
    accepted, reliance = story.accepted[LICENCE], story.relied[f"SC {LICENCE}"]
    before = evidence_of(story, "SC", reliance["id"], "reliance-before")
    path = f"acceptances/{accepted['id']}:retract"
    answer = story.doors.post(WINDOW, path, {"reason": "document_invalid", "text": "营业执照已换发"})
    if not story.expect_equal("it is retracted", (answer.status, answer.code), (201, "")):
        return answer.code
    fault = receipt_fault(story, WINDOW, answer)
    story.expect("the retraction has a receipt that holds", not fault, fault)
    recall = {one["id"] for one in answer["recall"]}
    wanted = {one["id"] for name, one in story.relied.items() if name.endswith(LICENCE)}
    story.expect_equal("the recall names every reliance", recall, wanted)
    result = check(story, "SC", "SC", requirements=["licence"])["licence"]
    seen = (result["verdict"], result["reason"])
    story.expect_equal("required again", seen, ("required", "acceptance.retracted"))
    story.expect("by whom", "Government Service Bureau" in result["text"], result["text"])
    story.expect("when", str(time.gmtime().tm_year) in result["text"], result["text"])
    late = rely(story, "SC", "SC", "licence", accepted["id"])
    story.expect_equal(
        "nobody relies on it now", (late.status // 100, late.code), (4, "acceptance.retracted")
    )
    wait_for(lambda: stage_of(story, WINDOW, int(answer["index"])) == "anchored")
    after = evidence_of(story, "SC", reliance["id"], "reliance-after")
    for name, file in (("before", before), ("after", after)):
        code, verdict = judged(story, file)
        where = f"the earlier reliance, shown {name} the retraction"
        story.expect_equal(where, (code, verdict["verdict"]), (0, "valid"))
    code, verdict = judged(story, evidence_of(story, WINDOW, accepted["id"], "retracted"))
    story.expect_equal("the acceptance itself", (code, verdict["reason"]), (4, "status.retracted"))
    return str(result["text"])
