# SPDX-License-Identifier: Apache-2.0
"""Whatever a status says is read as it was written, in a file of the one version that can say it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attest.data_checks.model import DENIALS
from attest.fields import FieldError, Fields
from attest.supersession.model import HOWS
from attest.verify import Evidence
from attest.verify.statements import RETRACTED, STANDING, Denied, Disputed, Status, Superseded
from tests.evidence_parts import Scene, a_scene, restated, says

if TYPE_CHECKING:
    from collections.abc import Iterator

_N = st.integers(0, 2**53 - 1)
_SUPERSEDED = st.builds(Superseded, st.sampled_from(HOWS), _N, _N)
_DISPUTED = st.builds(Disputed, _N, _N, st.dates())
_DENIED = st.builds(Denied, st.sampled_from(["SC", "XF"]), _N, _N, st.sampled_from(DENIALS), st.dates())
_LATER = st.tuples(st.none() | _SUPERSEDED, st.none() | _DISPUTED, st.none() | _DENIED)
_STATUSES = st.builds(
    lambda start, end, retracted, later: Status(
        bytes(32), STANDING if retracted is None else RETRACTED, 9, 99, start, end, retracted, *later
    ),
    st.none() | st.dates(),
    st.none() | st.dates(),
    st.none() | st.tuples(_N, _N),
    _LATER,
)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A ledger that nothing here changes."""
    made = a_scene(tmp_path_factory.mktemp("scene"))
    yield made
    made.ledger.close()


@pytest.fixture(scope="module")
def octets(scene: Scene) -> bytes:
    """Evidence of an acceptance."""
    return scene.evidence(scene.accepted.index).format()


@given(_STATUSES)
def test_a_status_is_read_as_it_is_written(status: Status) -> None:
    """`read(body())` is the same status; a member that nobody knows, or that is half there, is refused."""
    body = status.body()
    assert Status.read(Fields(body, "")) == status
    with pytest.raises(FieldError):
        Status.read(Fields({**body, "more": 1}, ""))
    if status.denied is not None:
        for name in status.denied.document():
            half = {one: value for one, value in status.denied.document().items() if one != name}
            with pytest.raises(FieldError):
                Status.read(Fields({**body, "denied": half}, ""))


@settings(deadline=None, max_examples=40)
@given(_LATER)
def test_the_file_has_the_version_that_it_needs(
    scene: Scene, octets: bytes, later: tuple[Superseded | None, Disputed | None, Denied | None]
) -> None:
    """3 where the issuer denied the paper, 2 where something else came later, else 1; read back alike."""
    superseded, disputed, denied = later
    file = restated(scene, octets, Status.kind, "XF", superseded=superseded, disputed=disputed, denied=denied)
    read = Evidence.parse(file)
    assert read.format() == file
    assert (says(read, Status.kind).superseded, says(read, Status.kind).denied) == (superseded, denied)
    assert json.loads(file)["v"] == (3 if denied else 2 if superseded or disputed else 1)
