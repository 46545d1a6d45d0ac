# SPDX-License-Identifier: Apache-2.0
"""What goes wrong: the chain dies, a row is edited, yesterday's copy comes back; and the trace of it all."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from api.demo.database import copy_to_file
from api.demo.host import run_once
from api.demo.seed import WINDOW
from api.demo.story.asking import LICENCE
from api.demo.story.beginning import TAKEN, contract_head, settled
from api.demo.story.deeds import PATIENCE, accept, check, public_checkpoint, stage_of, step_proof, wait_for
from api.demo.story.play import NotPlayableError
from ledger.chain.engine import ExternalEngine

if TYPE_CHECKING:
    from pathlib import Path

    from api.demo.story.play import Story


def chain_down(story: Story) -> str:
    """The chain is killed: intake and checks go on, sequenced; it comes back and everything is anchored."""
    engine = story.host.engine
    if isinstance(engine, ExternalEngine):
        raise NotPlayableError("the chain is not ours to kill")
    wait_for(lambda: settled(story))
    contract = story.trust().chain
    engine.kill()
    taken = accept(story, "SC", "SC", "food-layout.pdf")
    story.expect_equal("intake goes on", (taken.status, taken.code), (201, ""))
    index = int(taken["index"])
    story.expect_equal("sequenced, not yet anchored", taken["receipt"]["stage"], "sequenced")
    result = check(story, "SC", "SC", requirements=["layout"])["layout"]
    seen = (result["verdict"], result["reason"])
    story.expect_equal("checks go on", seen, ("recognised", "case.on_file"))
    ready = story.doors.get("", "/health/ready")
    story.expect_equal("the ledger is ready without a chain", ready.status, 200)
    story.expect_equal("and says so", stage_of(story, "SC", index), "sequenced")
    engine.start()
    seconds = wait_for(lambda: stage_of(story, "SC", index) == "anchored" and settled(story))
    if not story.expect("anchored unaided", seconds is not None, f"not in {PATIENCE:.0f} s"):
        return "not anchored"
    checkpoint, head = public_checkpoint(story), contract_head(story)
    story.expect_equal(
        "contract root", (head["size"], head["root"]), (checkpoint.size, checkpoint.root.hex())
    )
    refounded = story.trust().chain != contract
    story.expect_equal("founded again only where the chain forgot", refounded, engine.forgetful)
    word = "refounded, then anchored" if refounded else "anchored"
    return f"sequenced while it was down, {word} {seconds or 0:.1f} s after it came back"


def tampered(story: Story) -> str:
    """An edited row is named by the audit; with yesterday's copy the ledger is read-only and says why."""
    index = int(story.accepted[LICENCE]["index"])
    good, edited = story.folder / "good.db", story.folder / "edited.db"
    copy_to_file(story.host.settings.database_url, good)
    shutil.copyfile(good, edited)
    _edit(edited, index)
    code, _ = run_once(story.host.settings, ["audit", "--copy", str(good), "--offline", "--json"])
    story.expect_equal("the untouched copy is sound", code, 0)
    code, said = run_once(story.host.settings, ["audit", "--copy", str(edited), "--json"])
    findings = json.loads(said)["findings"] if said.startswith("{") else []
    story.expect_equal("the edited copy is not", code, 1)
    story.expect("the audit names the entry", any(one["entry"] == index for one in findings), said[:500])
    why = _restore_yesterday(story)
    return f"audit names entry {index}, exit {code}; yesterday's copy: {why}"


def _edit(database: Path, index: int) -> None:
    """Change one byte of one stored entry, as somebody with the file in hand could."""
    with closing(sqlite3.connect(database)) as opened, opened:
        (leaf,) = opened.execute("SELECT leaf FROM entries WHERE idx = ?", (index,)).fetchone()
        changed = bytes(leaf).replace(b'"original"', b'"originaI"')
        opened.execute("UPDATE entries SET leaf = ? WHERE idx = ?", (changed, index))


def _restore_yesterday(story: Story) -> str:
    """Put the old copy in the database's place and start; then the right one again. Why it was read-only."""
    host = story.host
    host.server.stop()
    host.database.put(story.folder / "yesterday.db")
    why = ""
    try:
        host.server.start()
        ready = story.doors.get("", "/health/ready")
        why = " ".join(str(one) for one in ready["reasons"])
        story.expect_equal("not ready", (ready.status, ready["ready"]), (503, False))
        story.expect("says why", "read" in why and len(why) > 20, why)
        person = {"id_type": "111", "number": "990101197912030193", "name": "罗启明"}
        refused = story.doors.post(WINDOW, "holders", person)
        story.expect_equal("writes are refused", (refused.status, refused.code), (503, "log.read_only"))
        shown = story.doors.get("", "/api/v1/catalogue/versions")
        story.expect_equal("reads go on", shown.status, 200)
    finally:
        host.server.stop()
        host.database.put_back()
        host.server.start()
    ready = story.doors.get("", "/health/ready")
    story.expect_equal("the right copy is ready again", ready.status, 200)
    taken = accept(story, "SC", "SC", "food-rules-list.pdf")
    story.expect_equal("and goes on writing", (taken.status, taken.code), (201, ""))
    return why


def trace(story: Story) -> str:
    """The auditor reads every step of the case in order, each with a proof to one signed checkpoint."""
    number = story.cases["window"]
    unsaid = story.doors.get("auditor", f"/api/v1/cases/{number}/trace")
    seen = (unsaid.status // 100, unsaid.code)
    story.expect_equal("not without a purpose", seen, (4, "lookup.purpose_missing"))
    steps = 0
    for name in ("window", "SC", "YC"):
        told = story.doors.get("auditor", f"/api/v1/cases/{story.cases[name]}/trace", purpose="审计").must(
            200
        )
        entries = told["entries"]
        indexes = [one["index"] for one in entries]
        story.expect_equal(f"{name}: in order, each once", indexes, sorted(set(indexes)))
        heads = {(one.size, one.root.hex()) for one in (step_proof(story, step) for step in entries)}
        story.expect_equal(f"{name}: every step is proved", heads, {(told["size"], told["root"])})
        _expect_steps(story, name, [one["kind"] for one in entries])
        story.expect("every record is shown", all(one["record"] for one in entries))
        story.expect("the reading is an entry", told["read_at"] >= indexes[-1], told["read_at"])
        steps += len(entries)
    return f"{steps} steps of 3 cases in order, every proof verified"


def _expect_steps(story: Story, name: str, kinds: list[str]) -> None:
    story.expect_equal(f"{name}: begins with the opening", kinds[0], "case.opened")
    if name == "window":
        accepted = kinds[1 : 1 + len(TAKEN)]
        story.expect_equal("five acceptances follow", accepted, ["material.accepted"] * len(TAKEN))
        story.expect("the retraction is told", "acceptance.retracted" in kinds, kinds)
    if name == "SC":
        for kind in ("usage.checked", "material.relied", "usage.refused", "material.accepted"):
            story.expect(f"{name}: {kind} is told", kind in kinds, kinds)
