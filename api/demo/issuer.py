# SPDX-License-Identifier: Apache-2.0
"""A sample issuing department's service: it looks into its own register and signs what it finds.

It stands for a system that is not ours: it shares the wire format with the ledger, and nothing else. `mode`
makes it fail on purpose.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final, Self

from api.demo import samples
from attest.catalogue.repository import Catalogue
from attest.commitments import opening_digest
from attest.data_checks.commands import Confirm, Deny
from attest.data_checks.model import NOT_VALID, SEVERAL, UNKNOWN, VALID, Denial
from attest.data_checks.rules import same_number
from attest.data_checks.wire import MOST_QUESTION, AnswerError, read_question, write_answer
from attest.materials.model import Acceptance, Document
from attest.statements import SUITE, VERSION, Entry, sign_entry
from ledger.canonical import dump, read_canonical
from ledger.hashing import sha256
from ledger.secp256k1 import Secp256k1Signer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from attest.acts import Act
    from attest.data_checks.model import Question
    from ledger.canonical import Json

PATH: Final = "/data-check"
ANSWERS, HANGS, FAILS = "answers", "hangs", "fails"
"""Modes of the service: it works, it takes the connection and says nothing, it answers 500."""


def address_at(port: int) -> str:
    """Where a service on that port of this machine is asked."""
    return f"http://127.0.0.1:{port}{PATH}"


@dataclass(frozen=True, slots=True)
class Registered:
    """A paper in the register; `denied` is why and since when it stands no more."""

    type: str
    number: str
    id_type: str
    id_number: str
    issued: date | None = None
    valid_until: date | None = None
    denied: tuple[str, date] | None = None


def sample_register() -> list[Registered]:
    """The register of `register.json`."""
    people = {one["key"]: one for one in samples.people()}

    def day(text: str | None) -> date | None:
        return date.fromisoformat(text) if text else None

    return [
        Registered(
            type=one["type"],
            number=one["number"],
            id_type=people[one["holder"]]["id_type"],
            id_number=people[one["holder"]]["number"],
            issued=day(one["issued"]),
            valid_until=day(one["valid_until"]),
            denied=(one["denied"], date.fromisoformat(one["since"])) if one["denied"] else None,
        )
        for one in samples.register()
    ]


def answer(
    question: Question,
    register: Sequence[Registered],
    signer: Secp256k1Signer,
    now: int,
    random: Callable[[int], bytes],
) -> bytes:
    """What the register says, signed where it is sure: of no match or several nothing is said but that."""
    found = [
        one
        for one in register
        if (one.type, same_number(one.number)) == (question.need.type, same_number(question.number))
        and (one.id_type, one.id_number) == (question.id_type, question.id_number)
    ]
    if len(found) != 1:
        return write_answer(question, SEVERAL if found else UNKNOWN)
    paper, need, catalogue = found[0], question.need, Catalogue()
    parties = ((need.role, need.holder),)
    if paper.denied is not None:
        said = Denial(
            case_no=question.case_no,
            case_salt=random(32),
            type=need.type,
            issuer=need.issuer,
            number=question.number,
            parties=parties,
            reason=paper.denied[0],
            since=paper.denied[1],
        )
        return write_answer(
            question, NOT_VALID, _signed(Deny(catalogue), said, question, signer, now, random)
        )
    extract = dump({"type": need.type, "number": question.number, "stands": "yes", "time": now})
    stands = Acceptance(
        case_no=question.case_no,
        case_salt=random(32),
        authority=need.issuer,
        type=need.type,
        document=Document(sha256(extract), random(32), len(extract), "application/json", "department"),
        issuer=need.issuer,
        number=question.number,
        issued=paper.issued,
        valid_from=None,
        valid_until=paper.valid_until,
        parties=parties,
        about=need.about,
        assurance="data_check",
        checked_by=None,
    )
    return write_answer(question, VALID, _signed(Confirm(catalogue), stands, question, signer, now, random))


def _signed(
    act: Act[Any],
    record: object,
    question: Question,
    signer: Secp256k1Signer,
    now: int,
    random: Callable[[int], bytes],
) -> dict[str, Json]:
    """The statement: an entry for the log that asked, its signature, and the record that opens it."""
    plain, salt = act.record(record), random(32)
    entry = Entry(
        v=VERSION,
        suite=SUITE,
        id=random(16),
        kind=act.kind,
        log=question.log,
        issuer=question.need.issuer,
        time=now,
        body=act.body(record),
        private=opening_digest(salt, dump(plain)),
    )
    envelope = sign_entry(entry, signer)
    return {
        "entry": read_canonical(entry.canonical(), ascii_only=True),
        "key": envelope.key.hex(),
        "sig": envelope.sig.hex(),
        "private": {"salt": salt.hex(), "record": plain},
    }


@dataclass
class IssuerService:
    """The service on a port of this machine (0: a free one); `asked` counts its questions."""

    department: str
    register: list[Registered]
    signer: Secp256k1Signer = field(default_factory=lambda: Secp256k1Signer(secrets.token_bytes(32)))
    secret: str = field(default_factory=lambda: secrets.token_hex(24))
    mode: str = ANSWERS
    asked: int = 0
    port: int = 0

    def __post_init__(self) -> None:
        self._released = threading.Event()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                service._answer(self)  # its own class

            def log_message(self, *_: object) -> None:
                """Say nothing: a question names a person."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

        self.port = self._server.server_port

    @property
    def url(self) -> str:
        """Where it is asked."""
        return address_at(self.port)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """End, and let go of whoever waits."""
        self._released.set()
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked += 1
        length = int(request.headers.get("content-length", "0"))
        body = request.rfile.read(min(length, MOST_QUESTION))
        if self.mode == HANGS:
            self._released.wait(30)
            return
        if self.mode == FAILS:
            _send(request, 500, b"{}")
        elif not secrets.compare_digest(request.headers.get("authorization", ""), f"Bearer {self.secret}"):
            _send(request, 401, b"{}")
        else:
            try:
                question = read_question(body)
            except AnswerError:
                _send(request, 400, b"{}")
                return
            said = answer(question, self.register, self.signer, int(time.time()), secrets.token_bytes)
            _send(request, 200, said)


def _send(request: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
    request.send_response(status)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)
