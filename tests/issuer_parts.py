# SPDX-License-Identifier: Apache-2.0
"""A ledger whose tobacco bureau asks the market office, and the sample issuer's service."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from api.demo import samples
from api.demo.issuer import IssuerService, Registered
from tests.homes import copy_of
from tests.worlds import World, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LICENCE: Final = samples.sample("business-licence.pdf").number
EATERY: Final = next(one for one in samples.people() if one["key"] == "eatery")
STANDING: Final = Registered(
    "business_licence", LICENCE, EATERY["id_type"], EATERY["number"], date(2025, 3, 12)
)
REVOKED: Final = Registered(
    "business_licence",
    LICENCE,
    EATERY["id_type"],
    EATERY["number"],
    date(2025, 3, 12),
    denied=("revoked", date(2026, 1, 5)),
)


def let_issuer_answer(home: Path, service: IssuerService) -> None:
    """Put the secret by which the service knows the ledger where the ledger reads it."""
    folder = home / "keys" / "issuers"
    folder.mkdir(mode=0o700)
    secret = folder / service.department
    secret.touch(0o600)
    secret.write_text(service.secret)


@contextmanager
def asking_world(home: Path, target: Path, service: IssuerService, **stated: Any) -> Iterator[World]:
    """A filled ledger that asks the service by YC's policy; the service's key is the department's second."""
    copy = copy_of(home, target)
    let_issuer_answer(copy, service)
    world = open_world(copy, **{"issuers": f"{service.department}={service.url}", **stated})
    try:
        fill(world)
        policy = next(one for one in samples.policies() if one["authority"] == "YC")
        world.made("YC", "catalogue/versions", {"subject": "policy", "document": policy})
        key = {"department": "SC", "custody": "department", "address": service.signer.address.hex()}
        world.made("operator", "departments/keys", key)
        yield world
    finally:
        world.runner.run(world.ledger.issuers.close())
        world.close()


def ask(world: World, case: str = "YC-004", **more: Any) -> dict[str, Any]:
    """What YC is told of the licence in its case."""
    question = {"case": world.cases[case], "purpose": "受理审查", "requirements": ["licence"], **more}
    answer = world.post("YC", "recognitions:check", question)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["results"][0])


def told(result: dict[str, Any]) -> tuple[str, str]:
    """Verdict and reason."""
    return result["verdict"], result["reason"]


PRESENTED: Final = [{"type": "business_licence", "issuer": "SC", "number": LICENCE}]
