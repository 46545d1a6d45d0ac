# SPDX-License-Identifier: Apache-2.0
"""Standard output that cannot show every character, or cannot be written at all."""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_STOPS: Final = frozenset({"strict", "surrogateescape"})
"""How a stream may be set to end the program at a character that it has no bytes for."""
_PLAIN: Final = str.maketrans({"✓": "+", "✗": "x", "•": "*"})

_SHOW_SECRETS: Final = frozenset({"accounts", "init", "keys"})
"""Commands that show a key or a password once."""
_STEP: Final = (
    "命令已经做的不会撤销。请换一个能写的地方再看结果。",
    "What the command did stays done. Look at its result where it can be written.",
)
_SECRET_STEP: Final = (
    (
        "命令已经做的不会撤销（`--overlap 0` 时旧密钥也已停用），不要原样重来。"
        "本应显示的密钥或口令已无从得知，请另作一个："
        "`once keys list` 查编号，`once keys rotate 编号`；"
        "口令用 `once accounts password 用户`。"
    ),
    (
        "What the command did stays done (with `--overlap 0` the old key has ended, too): "
        "do not give it again. A key or password that was to be shown is lost, make another: "
        "`once keys list` shows the id for `once keys rotate ID`; "
        "a password by `once accounts password USER`."
    ),
)


class OutputError(Exception):
    """Stdout could not be written; what the command did before stays done."""

    code = "output.failed"

    def __init__(self, cause: OSError) -> None:
        why = cause.strerror or type(cause).__name__
        super().__init__(why)
        self.zh, self.en = f"结果没有写出来（{why}）。", f"The result could not be written ({why})."
        self.next_zh, self.next_en = _STEP

    def of(self, command: str) -> OutputError:
        """The same with the next step for one command."""
        self.next_zh, self.next_en = _SECRET_STEP if command in _SHOW_SECRETS else _STEP
        return self


class _Written(io.FileIO):
    """A stdout whose failure nobody takes for the database's, wherever it is written to."""

    def write(self, octets: ReadableBuffer, /) -> int:
        """As the file does; OutputError where it cannot."""
        try:
            return super().write(octets)
        except OSError as error:
            raise OutputError(error) from error


def prepare() -> None:
    """From now on stdout fails by OutputError alone, and shows as its number what its encoding lacks."""
    stream = sys.stdout
    if not isinstance(stream, io.TextIOWrapper):
        return
    errors = "backslashreplace" if stream.errors in _STOPS else stream.errors
    buffer: Any = stream.buffer
    if type(getattr(buffer, "raw", buffer)) is not io.FileIO:  # of ours, or of whoever called us
        stream.reconfigure(errors=errors)
        return
    stream.flush()
    raw = _Written(stream.fileno(), "wb", closefd=False)
    sys.stdout = io.TextIOWrapper(
        raw if isinstance(buffer, io.FileIO) else io.BufferedWriter(raw),
        stream.encoding,
        errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def flush() -> None:
    """Write what waits for stdout (OutputError where it cannot be)."""
    try:
        if sys.stdout is not None and not sys.stdout.closed:
            sys.stdout.flush()
    except OSError as error:
        raise OutputError(error) from error


def settle() -> None:
    """Throw away what cannot be written: Python would try again as it ends, and change the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not stream.closed:
            try:
                stream.flush()
            except (OSError, OutputError):
                _throw_away(stream)


def _throw_away(stream: TextIO) -> None:
    with suppress(OSError, OutputError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        stream.flush()


def shown(text: str) -> str:
    """The text with its marks in ASCII where stdout cannot show them; all else is as it was."""
    return text if _has(text) else text.translate(_PLAIN)


def json_line(result: dict[str, Any]) -> str:
    """One JSON object on one line; in ASCII where stdout cannot show it otherwise."""
    line = json.dumps(result, ensure_ascii=False, separators=(",", ":"))
    return line if _has(line) else json.dumps(result, separators=(",", ":"))


def _has(text: str) -> bool:
    """Whether stdout's encoding has every character."""
    if text.isascii():
        return True
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
