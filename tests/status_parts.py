# SPDX-License-Identifier: Apache-2.0
"""Statuses that say more than that a paper stands: files of them in every way, and departments silent."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from api.cli import main
from attest.oversight.live import KeepStatement, draft_status
from attest.statements import sign_entry
from attest.verify import Evidence
from attest.verify.statements import Denied, Disputed, Superseded
from ledger.errors import CommandRejected
from tests.attest_context import a_key
from tests.attest_parts import NOW
from tests.evidence_damage import field, unsay
from tests.evidence_parts import altered, position, restated, says

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import pytest

    from attest.statements import Entry
    from attest.verify.statements import Status
    from tests.evidence_parts import Scene

DAY: Final = 86_400
STATUS: Final = "acceptance.status"
Told = tuple[str, bytes, dict[str, Any]]
"""Name of a case, its file, and what is asked of it beyond the usual."""


def status_of(octets: bytes) -> Status:
    """The status that a file holds."""
    status: Status = says(Evidence.parse(octets), STATUS)
    return status


def in_every_way(scene: Scene, files: Mapping[str, bytes]) -> Iterator[Told]:
    """Each file as it is, in other versions, without its status, too old, by a thief, at other moments."""
    for name, octets in files.items():
        yield name, octets, {}
        for version in (1, 2, 3, 4):
            yield f"{name}, in a file of version {version}", altered(octets, field("v", to=version)), {}
        yield f"{name}, silent", altered(octets, unsay(STATUS)), {}
        yield f"{name}, stale", octets, {"now": NOW + 2 * DAY}
        yield f"{name}, by a thief", restated(scene, octets, STATUS, "XF", key=a_key("thief")), {}
        for moment in (-60, 0, 60):
            yield f"{name}, as of {moment}", octets, {"as_of": NOW + moment}


def said_elsewhere(
    scene: Scene,
    name: str,
    octets: bytes,
    member: str,
    made: Callable[[int, int], Superseded | Disputed | Denied],
) -> Iterator[Told]:
    """The file with `member` of another entry and time, made by `made`, asked about now and before."""
    size = status_of(octets).as_of_size
    for index, time in ((size - 1, NOW), (size - 1, NOW + 50), (size + 5, NOW), (0, 0)):
        bent = restated(scene, octets, STATUS, "XF", **{member: made(index, time)})
        yield f"{name} at {index}, {time}", bent, {}
        yield f"{name} at {index}, {time}, asked before", bent, {"now": NOW + 60, "as_of": NOW + 20}


def misspelt(
    scene: Scene, name: str, octets: bytes, member: str, wrongs: tuple[dict[str, Any], ...]
) -> Iterator[Told]:
    """The file with each wrong value in `member` of its status."""
    status = status_of(octets)
    for wrong in wrongs:
        said = getattr(status, member).document()
        text = scene.state(status, "XF", body={**status.body(), member: {**said, **wrong}})
        yield f"{name} with {wrong}", altered(octets, partial(_put_status, text)), {}


def _put_status(text: str, document: Any) -> None:
    document["statements"][position(document, STATUS)] = text


def drafted(scene: Scene, acceptance: bytes) -> Entry:
    """What the department that signs for itself is given to sign."""
    ledger = scene.ledger
    return draft_status(
        acceptance, "XF", ledger.size, ledger.clock[0], DAY, ledger.log.store, ledger.context.log_id
    )


def keep(scene: Scene, entry: Entry, acceptance: bytes, *, without: str | None = None) -> str | None:
    """Hand the signed draft in, less one member; the code that refuses it, None where it is kept."""
    ledger = scene.ledger
    if without is not None:
        body = {name: value for name, value in entry.body.items() if name != without}
        entry = replace(entry, id=bytes(16), body=body, _bytes=b"")
    kept = KeepStatement(sign_entry(entry, a_key("XF")), ledger.context, acceptance=acceptance)
    try:
        ledger.log.writer.submit_wait(kept)
    except CommandRejected as error:
        return error.code
    return None


def verified(
    folder: Path, capsys: pytest.CaptureFixture[str], scene: Scene, octets: bytes, lang: str
) -> tuple[int, list[str]]:
    """Exit code of `once verify --offline`, and its lines."""
    trust, file = folder / "trust.json", folder / "e.json"
    trust.write_bytes(scene.trust.format())
    file.write_bytes(octets)
    code = main(["verify", str(file), "--trust", str(trust), "--offline", "--lang", lang])
    return code, capsys.readouterr().out.splitlines()
