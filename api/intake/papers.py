# SPDX-License-Identifier: Apache-2.0
"""A look at one file: does it open, without a password, is anything on it, and how many pages has it.

Runs in processes aside (`aside.py`): the libraries that open strangers' files are loaded nowhere else.
"""

from __future__ import annotations

import fcntl
import gc
import io
import json
import os
import re
import resource
import select
import signal
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from PIL import Image
from pypdf import PasswordType, PdfReader
from pypdf.errors import LimitReachedError

from api.intake.findings import BLANK, ENCRYPTED, SECONDS, TOO_HEAVY, UNREADABLE, Paper, RefusedFileError
from api.intake.sniffing import JPEG, PDF, PNG

if TYPE_CHECKING:
    from collections.abc import Iterator


MEMORY: Final = 1 << 30
CPU_SECONDS: Final = 20
LEAST_CPU_SECONDS: Final = 6
"""Of the smallest file; a MiB has a second more."""
MOST_PAGES: Final = 2_000
MOST_PIXELS: Final = 100_000_000
"""Pixels of one image: A4 at 1,000 dots an inch."""

_FORMATS: Final = {JPEG: "JPEG", PNG: "PNG"}
_EDGE: Final = 1_000
"""Pixels of the longer edge at which an image is looked at for marks."""
_SHADE: Final = 20
"""Steps of 256 by which a pixel differs from the ground before it is a mark."""
_LEAST: Final = 0.0001
"""Share of such pixels below which nothing is on the paper: a short word on A4 has twice as many."""
_PAINTS: Final = re.compile(rb"(?:^|[\s\])>}])(?:[SsBbfF]\*?|sh|BI)(?=[\s]|$)")
_DRAWS: Final = re.compile(rb"(?:^|\s)Do(?=[\s]|$)")
_SHOWS: Final = re.compile(rb"(?:Tj|TJ|'|\")(?=[\s]|$)")
_HEX: Final = re.compile(rb"<[0-9A-Fa-f\s]{2,}+>")
_STRINGS: Final = re.compile(rb"\(\s*+(?:\\.\s*+)*+([^\s\\)]?+)[^\\)]*+(?:\\.[^\\)]*+)*+(\)?+)")
"""Strings, whole or not: their first character that shows, their end. What begins inside one ends where it
ends, so each byte is read once, however many begin."""


def confine() -> None:
    """Bounds of this process from now on."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    _bound(CPU_SECONDS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _bound(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def look(media: str, content: bytes) -> Paper:
    """Look at a file of a type that is taken; RefusedFileError, whatever a library made of it."""
    try:
        return _pdf(content) if media == PDF else _image(media, content)
    except (MemoryError, RecursionError, LimitReachedError):
        raise RefusedFileError(TOO_HEAVY) from None
    except RefusedFileError:
        raise
    except Exception as error:  # libraries meet broken files with errors of every class
        raise RefusedFileError(UNREADABLE) from error


def _image(media: str, content: bytes) -> Paper:
    Image.MAX_IMAGE_PIXELS = None  # the limit is ours, and says so by its own code
    with Image.open(io.BytesIO(content), formats=[_FORMATS[media]]) as opened:
        if _is_blank(opened):
            raise RefusedFileError(BLANK)
    return Paper(1)


def _is_blank(opened: Image.Image) -> bool:
    """Whether an image is one shade all over; reads it to its end."""
    width, height = opened.size
    if width * height > MOST_PIXELS:
        raise RefusedFileError(TOO_HEAVY)
    opened.load()
    factor = max(1, max(width, height) // _EDGE)
    shades = opened.convert("L").reduce(factor).histogram()
    ground = shades.index(max(shades))
    marks = sum(shades[: max(0, ground - _SHADE)]) + sum(shades[ground + _SHADE + 1 :])
    return marks < _LEAST * sum(shades)


def _pdf(content: bytes) -> Paper:
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise RefusedFileError(ENCRYPTED)
    count = len(reader.pages)
    if count > MOST_PAGES:
        raise RefusedFileError(TOO_HEAVY)
    if count == 0:
        raise RefusedFileError(UNREADABLE)
    if not any(_has_marks(page) for page in reader.pages):
        raise RefusedFileError(BLANK)
    return Paper(count)


def _has_marks(page: Any) -> bool:
    """Whether anything is written, drawn or pictured on a page, or laid over it as an annotation."""
    if page.get("/Annots"):
        return True
    found = page.get_contents()
    content = found.get_data() if found is not None else b""
    if _PAINTS.search(content) or (_SHOWS.search(content) and _says(content)):
        return True
    return bool(_DRAWS.search(content)) and any(_images(page))


def _says(content: bytes) -> bool:
    """Whether any string of a page has a character that shows; escaped ones alone do not tell."""
    return bool(_HEX.search(content)) or any(one[1] and one[2] for one in _STRINGS.finditer(content))


def _images(page: Any) -> Iterator[bool]:
    """For each thing that the page draws, whether something is on it; a drawing counts as something."""
    resources = page.get("/Resources") or {}
    objects: Any = resources.get("/XObject") or {}
    for name in objects:
        one = objects[name].get_object()
        if one.get("/Subtype") != "/Image":
            yield True
            continue
        if int(one.get("/Width", 0)) * int(one.get("/Height", 0)) > MOST_PIXELS:
            raise RefusedFileError(TOO_HEAVY)
        picture = None
        with suppress(NotImplementedError, ImportError, KeyError, ValueError, OSError):
            picture = page.images[name].image
        yield picture is None or not _is_blank(picture)  # a coding that is not read here may hold anything


def answers() -> None:
    """The opener: for each connection that comes over stdin, a fork that answers on it for one file.

    At the end of input it ends; forks end by themselves. Where none can be had, a connection is closed.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a fork
    gc.freeze()
    with socket.socket(fileno=sys.stdin.fileno()) as control:
        while True:
            word, given, _, _ = socket.recv_fds(control, 1, 1)
            if not word:
                return
            for one in given:
                with socket.socket(fileno=one) as connection, suppress(OSError):
                    if os.fork() == 0:
                        try:
                            control.close()
                            _answer(connection)
                        finally:
                            os._exit(0)


def _answer(connection: socket.socket) -> None:
    """The fork: says that it is there, reads a media type and a file, says `{pages}` or `{refused}`."""
    signal.alarm(SECONDS)
    confine()
    connection.sendall(b"\n")
    with connection.makefile("rb") as sent:
        media, _, content = sent.read().partition(b"\n")
    _end_with_asker(connection)
    _bound(min(CPU_SECONDS, LEAST_CPU_SECONDS + (len(content) >> 20)))
    try:
        said = json.dumps(look(media.decode("ascii"), content)._asdict())
    except RefusedFileError as refused:
        said = json.dumps({"refused": refused.code})
    connection.sendall(said.encode() + b"\n")


def _end_with_asker(connection: socket.socket) -> None:
    """From now on SIGIO ends the fork when the other end is closed: nobody waits for what it finds."""
    fcntl.fcntl(connection, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(connection, fcntl.F_SETFL, fcntl.fcntl(connection, fcntl.F_GETFL) | os.O_ASYNC)
    closed = select.poll()
    closed.register(connection, 0)
    if closed.poll(0):  # before there was a signal for it
        os._exit(0)
