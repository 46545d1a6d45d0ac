# SPDX-License-Identifier: Apache-2.0
"""Log lines: one JSON object a line. Requests by route template; never a path, query, body or message text.

Only our own loggers' messages are written as text; of any other exception only its type and frames are,
because its message may quote what somebody sent (THREATS I10).
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from collections.abc import Callable
from typing import BinaryIO, Final

import orjson

LineWriter = Callable[[bytes], object]

_OURS: Final = ("api", "attest", "ledger")
_TRUSTED: Final = (*_OURS, "uvicorn")


class RequestLog:
    """Writes a line for every answered request: id, method, route template, status, ms, department."""

    def __init__(self, write: LineWriter) -> None:
        self._write = write

    def answered(
        self, request_id: str, method: str, route: str, status: int, seconds: float, department: str | None
    ) -> None:
        """One line; `department` is the code of the key's department, if a key was shown and valid."""
        line: dict[str, object] = {
            "time": round(time.time(), 3),
            "event": "request",
            "request": request_id,
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 3),
        }
        if department is not None:
            line["department"] = department
        self._write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))

    def failed(self, request_id: str, route: str, error: BaseException) -> None:
        """An exception that nobody expected: its type and where, not its message."""
        line = {
            "time": round(time.time(), 3),
            "event": "failure",
            "request": request_id,
            "route": route,
            "error": type(error).__qualname__,
            "frames": frames_of(error),
        }
        self._write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


def frames_of(error: BaseException, limit: int = 12) -> list[str]:
    """`file:line function` of the innermost frames, through the chain of causes."""
    frames: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        if current is not error:
            frames.append(f"from {type(current).__qualname__}")
        frames += [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(current.__traceback__)[-limit:]
        ]
        current = current.__cause__ or current.__context__
    return frames


def line_writer(stream: BinaryIO | None = None) -> LineWriter:
    """Writes whole lines to a binary stream (stderr by default) and flushes each."""
    target = stream if stream is not None else sys.stderr.buffer

    def write(line: bytes) -> None:
        target.write(line)
        target.flush()

    return write


class JsonHandler(logging.Handler):
    """A handler that writes log records as JSON lines."""

    def __init__(self, write: LineWriter) -> None:
        super().__init__()
        self._write = write

    def emit(self, record: logging.LogRecord) -> None:
        line: dict[str, object] = {
            "time": round(record.created, 3),
            "event": "log",
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if record.name.partition(".")[0] in _TRUSTED:
            line["message"] = _first_line(record)
        if record.exc_info is not None and record.exc_info[1] is not None:
            line["error"] = type(record.exc_info[1]).__qualname__
            line["frames"] = frames_of(record.exc_info[1])
        self._write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


def _first_line(record: logging.LogRecord) -> str:
    try:
        message = record.getMessage()
    except (TypeError, ValueError):
        message = str(record.msg)
    return message.partition("\n")[0][:500]


def configure_logging(stream: BinaryIO | None = None, level: int = logging.INFO) -> LineWriter:
    """Send every logger through JSON lines on `stream`; gives the writer back for the request log.

    The server's own access log must stay off (`access_log=False`): it writes raw paths.
    """
    write = line_writer(stream)
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
    root.addHandler(JsonHandler(write))
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
    for name in ("uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(level)
    logging.getLogger("uvicorn.access").disabled = True
    return write
