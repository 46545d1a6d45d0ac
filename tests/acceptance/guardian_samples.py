# SPDX-License-Identifier: Apache-2.0
"""A child, a paper that names its parent, and what records that parent as the guardian."""

from __future__ import annotations

import time
from datetime import date
from typing import TYPE_CHECKING, Any

from api.demo import samples
from attest.codes import citizen_number
from attest.days import day_of
from tests.acceptance.door_samples import number_of
from tests.worlds import FOOD_ANSWERS

if TYPE_CHECKING:
    from tests.worlds import World


def a_child(world: World, years: int, key: str = "child") -> str:
    """A child named by number, and a case at GA in which it stands; the number."""
    today = day_of(int(time.time()))
    number = citizen_number("990102", date(today.year - years, 6, 1), 55)
    named = {"id_type": "111", "number": number, "name": "陈小禾"}
    world.holders[key] = world.made("SC", "holders", named)["holder"]
    return number


def a_birth_paper(world: World, ward: str) -> tuple[str, str]:
    """A case at SC whose guide takes birth certificates, and the acceptance of one that names chen."""
    guide = next(one for one in samples.items() if one["code"] == "SC-002")
    asked = next(one for one in guide["requirements"] if one["code"] == "mandate")
    evidence = {"type": "birth_certificate", "role": {"holder": "applicant", "co_holder": "agent"}}
    asked["alternatives"].append({"evidence": [{**evidence, "valid": True}]})
    world.made("SC", "catalogue/versions", {"subject": "item", "document": {**guide, "version": 2}})
    parties = [
        {"role": "applicant", "holder": world.holders[ward]},
        {"role": "agent", "holder": world.holders["chen"]},
    ]
    opened = {
        "item": "SC-002",
        "channel": "window",
        "parties": parties,
        "answers": {**FOOD_ANSWERS, "applicant": "agent"},
    }
    case = world.made("SC", "cases", opened)["case"]
    world.upload("SC", "business-licence.pdf")
    paper = {
        "case": case,
        "type": "birth_certificate",
        "document": {"sha256": samples.sample("business-licence.pdf").facts["sha256"]},
        "issuer": "WJ",
        "parties": [
            {"role": "holder", "holder": world.holders[ward]},
            {"role": "co_holder", "holder": world.holders["chen"]},
        ],
        "assurance": "original",
    }
    return case, world.made("SC", "acceptances", paper)["id"]


def guardian_request(world: World, case: str, paper: str, last: date) -> dict[str, Any]:
    return {
        "case": case,
        "acceptance": paper,
        "principal": world.holders["child"],
        "agent": {"id_type": "111", "number": number_of("chen")},
        "scope": {"acts": ["view", "hand_in"], "types": []},
        "last_day": last.isoformat(),
    }
