# SPDX-License-Identifier: Apache-2.0
"""The story begins: founding, five files of a case at a window, the first root on the chain."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

from api.cli.child import once_environment
from api.demo import samples
from api.demo.database import copy_to_file
from api.demo.seed import (
    SHOP,
    WINDOW,
    case_of,
    name_holders,
    publish_bundles,
    publish_catalogue,
    publish_policies,
    register_departments,
)
from api.demo.story.deeds import (
    PATIENCE,
    accept,
    open_case,
    public_checkpoint,
    receipt_fault,
    stage_of,
    wait_for,
)

if TYPE_CHECKING:
    from api.demo.story.play import Story

TAKEN: Final = (
    "tobacco-application.pdf",
    "business-licence.pdf",
    "lease-contract.pdf",
    "deed-shop.jpg",
    "residence-permit.jpg",
)
"""What the tenant of the shop brings to the window for the tobacco licence."""
LEASED: Final = {"premises": "leased", "residence": "other", "applicant": "self"}
FIRM: Final = [("applicant", "eatery"), ("operator", "chen")]


def found(story: Story) -> str:
    """Departments with keys, types, guides, policies and people come in; the log's key list says so."""
    departments, catalogue = register_departments(story.doors), publish_catalogue(story.doors)
    catalogue += publish_bundles(story.doors) + publish_policies(story.doors)
    story.holders = name_holders(story.doors)
    story.expect_equal("every department is registered", {one.status for one in departments}, {201})
    story.expect_equal(
        "types, guides, bundles and policies are published", {one.status for one in catalogue}, {201}
    )
    keys = story.doors.get("", "/api/v1/departments/keys").must(200)["keys"]
    codes = {one["code"] for one in samples.departments()}
    story.expect("every department has a key in the log", codes <= {one["department"] for one in keys})
    versions = story.doors.get("", "/api/v1/catalogue/versions").must(200)["versions"]
    guides = {one["code"] for one in versions if one["subject"] == "item"}
    story.expect_equal("the guides stand in the log", guides, {one["code"] for one in samples.items()})
    story.expect("every answer has a receipt that holds", not receipt_fault(story, "auditor", catalogue[-1]))
    people = len(story.holders)
    return f"{len(codes)} departments with keys, {len(guides)} guides, {people} people and firms"


def take_files(story: Story) -> str:
    """The comprehensive window takes in a case for the tobacco bureau: five files, with receipts."""
    request = case_of("YC-004", "window", FIRM, LEASED, SHOP, story.holders)
    opened = open_case(story, "window", WINDOW, request)
    story.expect("the opening has a receipt that holds", not receipt_fault(story, WINDOW, opened))
    for file in TAKEN:
        answer = accept(story, WINDOW, "window", file)
        if story.expect_equal(f"{file} is accepted", (answer.status, answer.code), (201, "")):
            fault = receipt_fault(story, WINDOW, answer)
            story.expect(f"the receipt of {file} proves its entry", not fault, fault)
    shown = story.doors.get(WINDOW, f"/api/v1/entries/{story.accepted[TAKEN[1]]['index']}").must(200)
    entry = shown["envelope"]["entry"]
    story.expect_equal(
        "the window signs, for the authority", (entry["issuer"], entry["body"]["authority"]), (WINDOW, "YC")
    )
    story.expect("the entry names neither file, holder nor case", _is_closed(story, json.dumps(entry)))
    copy_to_file(story.host.settings.database_url, story.folder / "yesterday.db")
    last = story.accepted[TAKEN[-1]]["index"]
    return f"5 files of 1 case for YC through {WINDOW}, receipts verified up to entry {last}"


def _is_closed(story: Story, text: str) -> bool:
    """Whether none of what identifies stands in a text of the log."""
    licence = samples.sample(TAKEN[1])
    secrets = [licence.sha256, licence.number, story.cases["window"], *story.holders.values()]
    return not any(one in text for one in secrets)


def contract_head(story: Story) -> dict[str, Any]:
    """Size and root that the contract holds, asked by a program of its own."""
    command = [sys.executable, "-P", "-m", "api.demo.story.contract_root"]
    done = subprocess.run(
        [*command, story.host.engine.url, str(story.trust_file)],
        env=once_environment(story.host.settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=True,
    )
    head: dict[str, Any] = json.loads(done.stdout)
    return head


def settled(story: Story) -> bool:
    """Whether the newest checkpoint is on the chain."""
    ready = story.doors.get("", "/health/ready").must(200)
    return bool(ready["anchoring"]["anchored"] == ready["published"] == ready["size"])


def anchor(story: Story) -> str:
    """The entries become anchored without anybody asking; the contract holds the root that the log shows."""
    index = int(story.accepted[TAKEN[-1]]["index"])
    seconds = wait_for(lambda: stage_of(story, WINDOW, index) == "anchored" and settled(story))
    if not story.expect("the acceptances are anchored", seconds is not None, f"not in {PATIENCE:.0f} s"):
        return "not anchored"
    checkpoint, head = public_checkpoint(story), contract_head(story)
    story.expect_equal("contract size", head["size"], checkpoint.size)
    story.expect_equal("contract root", head["root"], checkpoint.root.hex())
    receipt = story.doors.get(WINDOW, f"/api/v1/entries/{index}").must(200)["receipt"]
    story.expect_equal("the receipt names the contract", receipt["anchor"]["contract"], head["contract"])
    return f"contract 0x{head['contract'][:8]}… holds root {head['root'][:12]}… of size {head['size']}"
