# SPDX-License-Identifier: Apache-2.0
"""T51: requests made from the API's own document, good and bad: answered as it says, never with a 5xx.

`ONCE_CASES` is how many requests of each kind are made for each operation.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
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
MODES: Final = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def endless(operation: dict[str, Any]) -> bool:
    """Whether an operation answers with a stream that does not end."""
    return any("text/event-stream" in one.get("content", {}) for one in operation["responses"].values())


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
            if key is not None:
                case.headers["Authorization"] = f"Bearer {key}"
            case.validate_response(case.call(timeout=120), checks=checks)

        run()


@pytest.mark.parametrize("mode", MODES, ids=["good", "bad"])
def test_every_operation_answers_as_its_document_says(own_world: World, mode: GenerationMode) -> None:
    """No 5xx, no status, media type, header or member that the document does not name; bad data refused."""
    attempt = Attempt(own_world, mode)
    tried, failed = set(), {}
    for result in schemathesis.openapi.from_asgi("/openapi.json", own_world.app).get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]  # a document that is wrong raises here
        if endless(operation.definition.raw):
            continue
        tried.add(operation.label)
        try:
            attempt.make(operation)
        except Unsatisfiable:  # an operation that takes nothing cannot be asked wrongly
            assert mode is GenerationMode.NEGATIVE, operation.label
        except (FailureGroup, Failure) as error:
            failed[operation.label] = str(error)
    assert not failed, "\n\n".join(f"{label}: {text}" for label, text in failed.items())
    wanted = {f"{one.method} {one.template}" for one in own_world.app.table.routes}
    assert len(wanted - tried) <= 1, wanted - tried
