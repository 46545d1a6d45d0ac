# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI document is complete and true: its examples work, and every real answer is one it describes."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from api.wiring import mint_api_key
from tests.acceptance.door_faults import faults_of, head
from tests.acceptance.door_samples import door_of, publish_places
from tests.acceptance.openapi_examples import in_order, replaced, sending_of
from tests.consent_parts import publish_consent
from tests.openapi_parts import Contract
from tests.worlds import World, a_request_key

if TYPE_CHECKING:
    import httpx

pytest_plugins = ["tests.api_parts"]


SIGNED_ONLY = frozenset({"/api/v1/statements"})
"""Doors that take nothing unsigned, so that no example can be sent as it stands."""


@pytest.fixture(scope="module", autouse=True)
def expired_key(world: World) -> None:
    """A key that was good once."""
    expires = int(time.time()) - 1
    world.keys["expired"] = mint_api_key(world.ledger, "SC", {"department"}, "old", expires=expires)


@pytest.fixture(scope="module")
def contract(world: World) -> Contract:
    """The document as the service gives it."""
    return Contract(world.send("GET", "/openapi.json").json())


def test_the_document_is_openapi(contract: Contract) -> None:
    """The document is OpenAPI 3.1 by a validator that nobody here wrote."""
    assert contract.document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(contract.document).validate()


def _contents(operation: dict[str, Any]) -> list[dict[str, Any]]:
    """Every body that an operation takes or gives."""
    bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
    return [content for body in bodies for content in body.get("content", {}).values()]


def test_nothing_is_left_to_guess(contract: Contract) -> None:
    """Every body has a schema; a request body also says what is required, and has an example."""
    for method, path, operation in contract.operations():
        assert operation["summary"], path
        assert operation["operationId"], path
        for content in _contents(operation):
            assert content["schema"], (method, path)
        if "requestBody" in operation:
            first = next(iter(operation["requestBody"]["content"].values()))
            assert "example" in first, (method, path)
            assert _is_closed(contract, first["schema"]), (method, path)


def _is_closed(contract: Contract, schema: dict[str, Any]) -> bool:
    """Whether a request schema names its members and refuses others (or is a file, not JSON)."""
    if "$ref" in schema:
        named = contract.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return _is_closed(contract, named)
    if "oneOf" in schema:
        return all(_is_closed(contract, one) for one in schema["oneOf"])
    if schema.get("type") != "object":
        return "contentMediaType" in schema
    return schema.get("additionalProperties") is False and "required" in schema


def test_the_examples_are_what_their_schemas_say(contract: Contract) -> None:
    """Every example in the document, of requests and of answers, validates against its own schema."""
    wrong = []
    for method, path, operation in contract.operations():
        places = []
        if "requestBody" in operation:
            places.append(("requestBody", operation["requestBody"]["content"]))
        places += [
            (f"responses/{status}", answer.get("content", {}))
            for status, answer in operation["responses"].items()
        ]
        for where, contents in places:
            for media, content in contents.items():
                steps = "/".join(
                    step.replace("~", "~0").replace("/", "~1") for step in ("paths", path, method.lower())
                )
                pointer = f"#/{steps}/{where}/content/{media.replace('/', '~1')}/schema"
                shown = [content["example"]] if "example" in content else []
                shown += [one["value"] for one in content.get("examples", {}).values()]
                found = [fault for one in shown for fault in contract.faults(pointer, one)]
                wrong += [(method, path, where, fault) for fault in found]
    assert not wrong, wrong[:10]


def _send(world: World, method: str, path: str, operation: dict[str, Any]) -> httpx.Response:
    """Send an operation's own example with the ids of this ledger."""
    sending = sending_of(method, path, world)
    url = f"/api/v1/{sending.path}" + (f"?{urlencode(sending.query)}" if sending.query else "")
    headers = [("idempotency-key", a_request_key()), ("accept-language", "en")]
    content = None
    if "requestBody" in operation:
        media, body = next(iter(operation["requestBody"]["content"].items()))
        example = replaced(body["example"], sending.ids)
        content = example.encode() if isinstance(example, str) else json.dumps(example).encode()
        headers.append(("content-type", media))
    return world.send(method, url, who=sending.who, content=content, headers=headers)


def test_every_example_works(own_world: World) -> None:
    """Each operation's example request is taken by a seeded ledger, and its answer is the one described."""
    contract = Contract(own_world.send("GET", "/openapi.json").json())
    publish_places(own_world)
    publish_consent(own_world)
    wrong: list[str] = []
    for method, path, operation in in_order(contract.operations()):
        if path in SIGNED_ONLY:
            continue
        answer = _send(own_world, method, path, operation)
        if not answer.is_success:
            wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        wrong += contract.answer(method, path, answer)
        if path.endswith(":batch"):
            assert answer.json()["results"][0]["status"] in {200, 201}, answer.text
    assert not wrong, "\n".join(wrong)


def test_every_refusal_is_described(world: World, contract: Contract) -> None:
    """Whatever is wrong with a request, status and code of the refusal stand in its operation."""
    wrong: dict[str, int] = {}
    for route in world.ledger.routes:
        door = door_of(route, world)
        for fault in faults_of(world, route, door):
            answer = world.send(
                route.method,
                fault.path or f"/api/v1/{door.path}",
                who=door.who if fault.who is None else fault.who,
                content=fault.content,
                headers=head(route, door) if fault.headers is None else list(fault.headers),
            )
            if fault.path is not None and answer.status_code == 404:
                continue  # the address may be no door at all
            for one in contract.answer(route.method, route.template, answer):
                wrong[one] = wrong.get(one, 0) + 1
    assert not wrong, "\n".join(sorted(wrong)[:40])


def test_pages_without_a_key(world: World, contract: Contract) -> None:
    """Health, metrics, the checkpoint and a tile answer as described."""
    world.ledger.publisher.publish_once()
    for path in ("/health/live", "/health/ready", "/metrics", "/log/checkpoint"):
        assert not contract.answer("GET", path, world.send("GET", path)), path
    tile = world.send("GET", "/log/tile/0/000.p/1")
    assert not contract.answer("GET", "/log/tile/{path}", tile)
    bundle = world.send("GET", "/log/tile/entries/000.p/1", who="auditor")
    assert not contract.answer("GET", "/log/tile/entries/{path}", bundle)
    missing = world.send("GET", "/log/tile/0/999")
    assert not contract.answer("GET", "/log/tile/{path}", missing)
