# SPDX-License-Identifier: Apache-2.0
"""Log lines: JSON, one a record, without what others put into messages."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from api.logging_setup import configure_logging
from api.metrics import Gauge, Metrics

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def lines() -> Iterator[io.BytesIO]:
    """Logging set up on a buffer, and as it was before afterwards."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.BytesIO()
    configure_logging(stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("uvicorn.access").disabled = False


def read(lines: io.BytesIO) -> list[dict[str, Any]]:
    """The lines as objects."""
    return [orjson.loads(line) for line in lines.getvalue().splitlines()]


def test_our_messages_are_written(lines: io.BytesIO) -> None:
    """A record of our own loggers has level, logger and its first line."""
    logging.getLogger("ledger.writer").info("the log is read-only: %s\nmore", "fork")
    (line,) = read(lines)
    assert (line["level"], line["logger"], line["message"]) == (
        "info",
        "ledger.writer",
        "the log is read-only: fork",
    )


def test_messages_of_others_are_not(lines: io.BytesIO) -> None:
    """A library's message may hold parameters: its logger and level are written, its text is not."""
    logging.getLogger("sqlalchemy.engine").error("INSERT ... %s", "SECRET")
    (line,) = read(lines)
    assert (line["logger"], "message" in line) == ("sqlalchemy.engine", False)
    assert b"SECRET" not in lines.getvalue()


def test_exceptions_are_told_by_type_and_place(lines: io.BytesIO) -> None:
    """An exception is written as its type, its causes' types and frames, without any message."""

    def fail() -> None:
        try:
            int("SECRET")
        except ValueError as error:
            raise RuntimeError("SECRET") from error

    try:
        fail()
    except RuntimeError:
        logging.getLogger("api.app").exception("a request failed")
    (line,) = read(lines)
    assert (line["error"], line["message"]) == ("RuntimeError", "a request failed")
    assert "from ValueError" in line["frames"]
    assert b"SECRET" not in lines.getvalue()


def test_raw_paths_are_never_logged(lines: io.BytesIO) -> None:
    """The server's access log, which has raw paths, is off."""
    logging.getLogger("uvicorn.access").critical("GET /990101199001011234")
    assert lines.getvalue() == b""


def test_metrics_are_prometheus_text() -> None:
    """Labels are escaped, buckets add up, and an unknown gauge is left out."""
    metrics = Metrics()
    metrics.request("GET", 'a"b\\c', 200, 0.003)
    metrics.request("GET", 'a"b\\c', 200, 99.0)
    page = metrics.render([Gauge("once_x", "X.", 2.5), Gauge("once_y", "Y.", None)])
    assert 'once_http_requests_total{method="GET",route="a\\"b\\\\c",status="200"} 2' in page
    assert 'route="a\\"b\\\\c",le="0.005"} 1' in page
    assert 'le="+Inf"} 2' in page
    assert "once_x 2.5\n" in page
    assert "once_y" not in page
    assert page.endswith("\n")
