# SPDX-License-Identifier: Apache-2.0
"""Lists that come in and go out of pages: how they are sent, and the process aside that works on them."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from api.cli.child import bare_environment, once_command
from api.problems import Problem
from api.web.catalogue.shelf import codes
from api.web.forms import read_form
from attest.catalogue.types_document import format_types
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

    from api.core import Ledger
    from attest.catalogue.model import Text

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDINGS: Final = {XLSX: ".xlsx", "text/csv": ".csv", "application/json": ".json"}
"""What a list may be, by its media type."""
MEDIA: Final = {ending: media for media, ending in ENDINGS.items()}
SECONDS: Final = 45.0
"""How long a list may take; its process has 30 seconds of CPU."""
WAIT_SECONDS: Final = 10.0
AT_ONCE: Final = 2
"""Processes aside at the same time."""


READING: Final = frozenset({"look", "report", "read", "document"})
NOTHING: Final = {
    "code": "list.nothing",
    "zh": "还没有选择文件，也没有粘贴内容。",
    "en": "No file was chosen and nothing was pasted.",
}


class ListRefusedError(Exception):
    """A file that is no list: its code and its words by language, in `words`."""

    def __init__(self, refused: Mapping[str, str]) -> None:
        super().__init__(refused["code"])
        self.words = refused


class Sent:
    """A list as somebody sent it: its ending, its bytes, and the form's other fields."""

    def __init__(self, ending: str, content: bytes, fields: Mapping[str, str], *, typed: bool) -> None:
        self.ending: Final = ending
        self.content: Final = content
        self.fields: Final = fields
        self.typed: Final = typed
        """Whether it was pasted into a form, which works without scripts."""


async def sent_list(request: Request) -> Sent:
    """A file as the body, or a form with the pasted text in `text`; fields of the former are the query's."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in ENDINGS:
        fields = await read_form(request)
        text = fields.get("text", "")
        ending = ".json" if text.lstrip().startswith(("{", "[")) else ".csv"
        return Sent(ending, text.encode(), fields, typed=True)
    content = await request.body()  # bounded before it gets here, as every body is (api.body)
    return Sent(ENDINGS[media], content, dict(request.query_params), typed=False)


class Sheets:
    """Work on lists for one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._free = asyncio.Semaphore(AT_ONCE)

    async def ask(
        self, task: str, content: bytes, names: Mapping[str, Text], **more: Any
    ) -> tuple[Any, bytes]:
        """Have a task done by `once catalogue aside`; ListRefusedError, `list.too_heavy`, `list.busy`."""
        if task in READING and not content.strip():
            raise ListRefusedError(NOTHING)
        try:
            types = format_types(self._ledger.catalogue.types(self._ledger.store))
        except CommandRejected as error:
            raise Problem(error.code) from error
        said = {code: {"zh": name.zh, "en": name.en} for code, name in names.items()}
        examples = codes("example", self._ledger)
        head = {"task": task, "types": types, "names": said, "examples": examples, "name": "", **more}
        asked = json.dumps(head, ensure_ascii=False).encode() + b"\n" + content
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._free.acquire()
        except TimeoutError:
            raise Problem("list.busy") from None
        try:
            answer = await self._run(asked)
        finally:
            self._free.release()
        line, _, file = answer.partition(b"\n")
        result = json.loads(line)
        if "refused" in result:
            raise ListRefusedError(result["refused"])
        return result, file

    async def _run(self, asked: bytes) -> bytes:
        command, *arguments = once_command("catalogue", "aside")
        child = await asyncio.create_subprocess_exec(
            command,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=bare_environment(),
        )
        try:
            async with asyncio.timeout(SECONDS):
                answer, _ = await child.communicate(asked)
        except TimeoutError:
            raise Problem("list.too_heavy") from None
        finally:
            if child.returncode is None:
                with suppress(ProcessLookupError):
                    child.kill()
                await child.wait()
        if child.returncode != 0 or not answer:
            raise Problem("list.too_heavy")
        return answer
