# SPDX-License-Identifier: Apache-2.0
"""T51: requests made from the API's own document, good and bad: answered as it says, never with a 5xx.

`ONCE_CASES` is how many requests of each kind are made for each operation; those sent are counted.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from hypothesis.statistics import collector
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.worlds import OWN, a_request_key

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

CASES: Final = int(os.environ.get("ONCE_CASES", "3"))
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
ROLES: Final = {"department": "SC", "operator": "operator", "auditor": "auditor", "checker": "checker"}
LONGEST: Final = 600
"""Seconds that a stream may be asked to wait."""
MODES: Final = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def is_stream(operation: dict[str, Any]) -> bool:
    """Whether an operation answers with a stream, which ends only after the `wait` that it was asked for."""
    return any("text/event-stream" in one.get("content", {}) for one in operation["responses"].values())


def can_be_wrong(parameter: dict[str, Any]) -> bool:
    """Whether a parameter has a form; where any text may stand, none is wrong."""
    return bool(parameter["schema"].keys() - {"type"}) or parameter["schema"].get("type") != "string"


def soon_over(case: schemathesis.Case[Any]) -> None:
    """Ask a stream to end with what there is, where the request would wait; what is bad in it stays."""
    wait = (case.query or {}).get("wait", "600")
    if str(wait).isascii() and str(wait).isdecimal():
        case.query = {**(case.query or {}), "wait": "0"} if int(str(wait)) <= LONGEST else case.query


def seasoned(case: schemathesis.Case[Any], known: dict[str, list[str]], choose: st.DataObject) -> None:
    """Put names of things that are there into a request, so that it gets beyond the first look-up."""
    for values in (case.path_parameters, case.body):
        if not isinstance(values, dict):
            continue
        for name in list(values):
            found = known.get(name)
            if found and choose.draw(st.booleans()):
                values[name] = choose.draw(st.sampled_from(found))


def an_item_is_refused(_: object, response: Any, __: object) -> None:
    """Of a batch each item has an answer of its own: what is bad in one refuses that one."""
    if response.status_code == 200:
        assert any(one["status"] >= 400 for one in response.json()["results"])


class Attempt:
    """Requests of one kind to every operation, with the right key of one ledger."""

    def __init__(self, world: World, mode: GenerationMode) -> None:
        self._world, self._mode = world, mode
        self.sent: Counter[str] = Counter()
        """Requests that got an answer, by operation."""
        self.exhausted: set[str] = set()
        """Operations of which no other request can be made."""
        self._known = {
            "case": [*world.cases.values()],
            "no": [*world.cases.values()],
            "id": [one["id"] for one in world.accepted.values()],
            "acceptance": [one["id"] for one in world.accepted.values()],
            "holder": [*world.holders.values()],
            "item": ["SC-002", "XF-001"],
            "type": ["business_licence"],
        }

    def make(self, operation: Any) -> None:
        """So many requests to one operation; raises what the checks found."""
        scopes = operation.definition.raw.get("x-scopes", ())
        public = operation.definition.raw.get("security") == []
        refusing = an_item_is_refused if operation.label.endswith(":batch") else negative_data_rejection
        checks = CHECKS if self._mode is GenerationMode.POSITIVE else [*CHECKS, refusing]
        if is_stream(operation.definition.raw):  # its schema is of the whole text, not of each event
            checks = [one for one in checks if one is not response_schema_conformance]
        key = None if public else self._world.keys[next((ROLES[one] for one in ROLES if one in scopes), OWN)]

        @given(case=operation.as_strategy(generation_mode=self._mode), data=st.data())
        @settings(
            max_examples=CASES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def run(case: schemathesis.Case[Any], data: st.DataObject) -> None:
            if self._mode is GenerationMode.POSITIVE:
                seasoned(case, self._known, data)
                case.headers["Idempotency-Key"] = a_request_key()
            if is_stream(operation.definition.raw):
                soon_over(case)
            if key is not None:
                case.headers["Authorization"] = f"Bearer {key}"
            answer = case.call(timeout=120)
            self.sent[operation.label] += 1
            case.validate_response(answer, checks=checks)

        def ended(told: dict[str, Any]) -> None:
            if told.get("stopped-because") == "nothing left to do":
                self.exhausted.add(operation.label)

        with collector.with_value(ended):  # type: ignore[arg-type]  # inferred from its first value, None
            run()


@pytest.mark.parametrize("mode", MODES, ids=["good", "bad"])
def test_every_operation_answers_as_its_document_says(own_world: World, mode: GenerationMode) -> None:
    """No 5xx, no status, media type, header or member that the document does not name; bad data refused.

    Each operation gets `CASES` requests, or as many as there are of it.
    """
    attempt = Attempt(own_world, mode)
    tried, failed = set(), {}
    for result in schemathesis.openapi.from_asgi("/openapi.json", own_world.app).get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]  # a document that is wrong raises here
        tried.add(operation.label)
        try:
            attempt.make(operation)
        except Unsatisfiable:  # an operation that takes nothing cannot be asked wrongly
            takes = [one for one in operation.definition.raw.get("parameters", ()) if can_be_wrong(one)]
            assert (mode, takes) == (GenerationMode.NEGATIVE, []), operation.label
            assert "requestBody" not in operation.definition.raw
            attempt.exhausted.add(operation.label)
        except (FailureGroup, Failure) as error:
            failed[operation.label] = str(error)
    assert not failed, "\n\n".join(f"{label}: {text}" for label, text in failed.items())
    wanted = {f"{one.method} {one.template}" for one in own_world.app.table.routes}
    assert wanted == tried & wanted, wanted - tried
    few = {label: attempt.sent[label] for label in tried if attempt.sent[label] < CASES}
    assert not few.keys() - attempt.exhausted, few
    total, ended = sum(attempt.sent.values()), dict(sorted(few.items()))
    print(
        f"\n{total} {mode.value} requests to {len(tried)} operations, {CASES} or more to each; all of {ended}"
    )
