# SPDX-License-Identifier: Apache-2.0
"""What the demo ledger holds from the start, brought in over HTTP: departments, types, guides, people."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Final

from api.demo import samples

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from api.demo.doors import Answer, Doors

WINDOW: Final = "ZW"
"""The comprehensive window: it receives for every authority of the sample guides."""
SHOP: Final = "990101001001GB00017F00010117"
FLAT: Final = "990101002003GB00042F00031502"


def register_departments(doors: Doors) -> list[Answer]:
    """Every sample department with the key that the service keeps for it."""
    return [
        doors.post(
            "operator",
            "departments",
            {
                "code": one["code"],
                "level": one["level"],
                "name": one["name"],
                "key": {"custody": "service"},
            },
        )
        for one in samples.departments()
    ]


def publish_catalogue(doors: Doors) -> list[Answer]:
    """The material types by governance, then each guide by its authority."""
    types = {"subject": "types", "document": samples.types()}
    guides = [(one["authority"], {"subject": "item", "document": one}) for one in samples.items()]
    return [doors.post(who, "catalogue/versions", value) for who, value in [("operator", types), *guides]]


def name_holders(doors: Doors) -> dict[str, str]:
    """Holder ids of the invented people by their keys."""
    named = {}
    for one in samples.people():
        person = {name: one[name] for name in ("id_type", "number", "name")}
        named[one["key"]] = str(doors.post(WINDOW, "holders", person).must(201)["holder"])
    return named


def case_of(
    item: str,
    channel: str,
    parties: list[tuple[str, str]],
    answers: Mapping[str, str],
    about: str,
    holders: Mapping[str, str],
) -> dict[str, Any]:
    """A request that opens a case; `parties` name a role and a key of the sample people."""
    return {
        "item": item,
        "channel": channel,
        "parties": [{"role": role, "holder": holders[key]} for role, key in parties],
        "answers": dict(answers),
        "about": {"kind": "real_estate_unit", "id": about},
    }


def sample_cases(holders: Mapping[str, str]) -> dict[str, tuple[str, dict[str, Any]]]:
    """One case for each guide: who opens it, and with what."""
    firm = [("applicant", "eatery"), ("operator", "chen")]
    sale = [("buyer", "zhou"), ("buyer", "xu"), ("seller", "he")]
    return {
        "XF-001": (
            WINDOW,
            case_of("XF-001", "window", firm, {"procedure": "promise"}, SHOP, holders),
        ),
        "SC-002": (
            "SC",
            case_of(
                "SC-002",
                "web",
                [*firm, ("employee", "ma")],
                {"prepacked": "no", "catering": "yes", "applicant": "self"},
                SHOP,
                holders,
            ),
        ),
        "YC-004": (
            "YC",
            case_of(
                "YC-004",
                "web",
                firm,
                {"premises": "leased", "residence": "other", "applicant": "self"},
                SHOP,
                holders,
            ),
        ),
        "ZR-007": (
            "ZR",
            case_of(
                "ZR-007",
                "web",
                sale,
                {"ownership": "joint", "mortgaged": "no", "applicant": "self"},
                FLAT,
                holders,
            ),
        ),
    }


def seed(doors: Doors) -> tuple[dict[str, str], dict[str, str]]:
    """Bring everything in and open one case a guide; holder ids, and case numbers by item."""
    for answer in [*register_departments(doors), *publish_catalogue(doors)]:
        answer.must(201)
    holders = name_holders(doors)
    cases = {
        item: str(doors.post(who, "cases", request).must(201)["case"])
        for item, (who, request) in sample_cases(holders).items()
    }
    return holders, cases


def write_facts(path: Path, facts: Mapping[str, Any]) -> None:
    """`demo.json` for outside checks: it holds API keys, so only its owner may read it (0600)."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(facts, file, ensure_ascii=False, indent=1)
        file.write("\n")
