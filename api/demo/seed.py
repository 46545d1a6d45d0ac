# SPDX-License-Identifier: Apache-2.0
"""What the demo ledger holds from the start, brought in over HTTP: departments, types, guides, people."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from api.demo import samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from api.demo.doors import Answer, Doors

WINDOW: Final = "ZW"
"""The comprehensive window: it receives for every authority of the sample guides."""
SHOP, FLAT = samples.UNITS["shop"], samples.UNITS["flat"]
_AT_ONCE: Final = 16
"""Requests in flight while the ledger is filled."""


def _together(calls: Iterable[Callable[[], Answer]]) -> list[Answer]:
    """The answers in the order of the calls, which go out at once, so that a commit serves many entries."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [one.result() for one in [pool.submit(call) for call in calls]]


def register_departments(doors: Doors) -> list[Answer]:
    """Every sample department with the key that the service keeps for it."""
    documents = [
        {"code": one["code"], "level": one["level"], "name": one["name"], "key": {"custody": "service"}}
        for one in samples.departments()
    ]
    return _together(partial(doors.post, "operator", "departments", one) for one in documents)


def publish_standards(doors: Doors) -> list[Answer]:
    """The data standards, one version after the other: by governance, or by their department."""
    return [
        doors.post(
            "operator" if one["authority"] == "governance" else one["authority"],
            "catalogue/versions",
            {"subject": "standard", "document": one},
        )
        for one in samples.standards()
    ]


def publish_catalogue(doors: Doors) -> list[Answer]:
    """The material types by governance, then all authorities at once, each its guides in order."""
    types = doors.post("operator", "catalogue/versions", {"subject": "types", "document": samples.types()})
    rounds: dict[int, list[Callable[[], Answer]]] = defaultdict(list)
    for one in samples.items():
        document = {"subject": "item", "document": one}
        rounds[one["version"]].append(partial(doors.post, one["authority"], "catalogue/versions", document))
    return [types, *(answer for version in sorted(rounds) for answer in _together(rounds[version]))]


def publish_bundles(doors: Doors) -> list[Answer]:
    """Each bundle by the department that leads it, once its members' guides stand."""
    return _together(
        partial(doors.post, one["authority"], "catalogue/versions", {"subject": "bundle", "document": one})
        for one in samples.bundles()
    )


def publish_policies(doors: Doors) -> list[Answer]:
    """Each recognition policy by its department, once its guides stand."""
    return [
        doors.post(one["authority"], "catalogue/versions", {"subject": "policy", "document": one})
        for one in samples.policies()
    ]


def add_issuer_key(doors: Doors, department: str, address: bytes) -> Answer:
    """The key that a department's own system signs answers with, beside the one that the service keeps."""
    key = {"department": department, "custody": "department", "address": address.hex()}
    return doors.post("operator", "departments/keys", key).must(201)


def publish_guidance(doors: Doors) -> list[Answer]:
    """Where items are offered, and how forms are filled in, each by its department."""
    several = [("availability", one) for one in samples.availability()]
    several += [("example", one) for one in samples.examples()]
    return _together(
        partial(doors.post, one["authority"], "catalogue/versions", {"subject": subject, "document": one})
        for subject, one in several
    )


def name_holders(doors: Doors) -> dict[str, str]:
    """Holder ids of the invented people by their keys."""
    people = samples.people()
    persons = [{name: one[name] for name in ("id_type", "number", "name")} for one in people]
    answers = _together(partial(doors.post, WINDOW, "holders", one) for one in persons)
    return {one["key"]: str(answer.must(201)["holder"]) for one, answer in zip(people, answers, strict=True)}


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
    """One case for each guide that the sample papers serve: who opens it, and with what."""
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
    """Bring everything in and open the sample cases; holder ids, and case numbers by item."""
    for bring_in in (
        register_departments,
        publish_standards,
        publish_catalogue,
        publish_bundles,
        publish_policies,
        publish_guidance,
    ):
        for answer in bring_in(doors):
            answer.must(201)
    holders = name_holders(doors)
    wanted = sample_cases(holders)
    answers = _together(partial(doors.post, who, "cases", request) for who, request in wanted.values())
    return holders, {
        item: str(answer.must(201)["case"]) for item, answer in zip(wanted, answers, strict=True)
    }


def write_facts(path: Path, facts: Mapping[str, Any]) -> None:
    """`demo.json` for outside checks: it holds API keys, so only its owner may read it (0600)."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(facts, file, ensure_ascii=False, indent=1)
        file.write("\n")
