# SPDX-License-Identifier: Apache-2.0
"""What a command says of a file or an option that is wrong: the cause and the next step, in one language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api.cli import ExitCode
from api.cli.output import json_line
from api.cli.words import Language, of_two, spoken

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ledger.errors import CommandRejected

_REASONS: Final[tuple[tuple[type[OSError], str, str], ...]] = (
    (FileNotFoundError, "没有这个文件或文件夹", "no such file or folder"),
    (IsADirectoryError, "这是文件夹，不是文件", "it is a folder, not a file"),
    (NotADirectoryError, "路径中有一段不是文件夹", "a part of the path is not a folder"),
    (FileExistsError, "已经存在", "it exists already"),
    (PermissionError, "没有权限", "not permitted"),
)
_STEP: Final = (
    "请给出所在文件夹存在、且有权读写的文件。",
    "Name a file in a folder that exists and that you may use.",
)


class GivenError(Exception):
    """Something given on the command line that cannot be used; the shell sees a usage error."""

    exit_code = ExitCode.USAGE

    def __init__(self, code: str, said: tuple[str, str], step: tuple[str, str] = ("", "")) -> None:
        super().__init__(" ".join(said))
        self.code = code
        self.zh, self.en = said
        self.next_zh, self.next_en = step


def of_os(error: OSError) -> GivenError:
    """What an error of the file system means for the file that it names."""
    fallback = (OSError, error.strerror or "", error.strerror or "")
    _, zh, en = next((one for one in _REASONS if isinstance(error, one[0])), fallback)
    file = error.filename
    return GivenError("file.unusable", (f"{file}：{zh}。", f"{file}: {en}."), _STEP)


def of_refusal(error: CommandRejected) -> GivenError | None:
    """What the ledger refuses, in the words of its API, with the rule's own detail; None without words."""
    from api.problem_texts import PROBLEM_TEXTS

    text = PROBLEM_TEXTS.get(error.code)
    if text is None:
        return None
    detail = f": {error.detail}" if error.detail else ""
    said = (f"{text.zh}（{error.code}）{detail}", f"{text.en} ({error.code}){detail}")
    return GivenError(error.code, said, (text.next_zh, text.next_en))


def require_place(out: Path) -> None:
    """Refuse a file that cannot be written where it is named, before anything is asked or computed."""
    if out.is_dir():
        raise of_os(IsADirectoryError(None, None, str(out)))
    if not out.parent.is_dir():
        raise of_os(FileNotFoundError(None, None, str(out.parent)))


def said_language(arguments: Sequence[str]) -> str:
    """`zh` or `en` as the command line asks for, also where the command did not come to read it."""
    chosen = None
    for number, one in enumerate(arguments):
        if one == "--lang":
            chosen = next(iter(arguments[number + 1 : number + 2]), None)
        elif one.startswith("--lang="):
            chosen = one.partition("=")[2]
    return spoken(Language(chosen) if chosen in {"zh", "en"} else None)


def text_of(error: Any, language: str) -> str:
    """The sentence and the next step of an error that has both languages."""
    step = of_two((getattr(error, "next_zh", ""), getattr(error, "next_en", "")), language)
    said = of_two((error.zh, error.en), language)
    return f"{said}\n  {step}" if step else said


def json_of(error: Any) -> str:
    """The same as one JSON object, for `--json`."""
    told = {"code": error.code, "zh": error.zh, "en": error.en}
    told.update({name: getattr(error, name) for name in ("next_zh", "next_en") if getattr(error, name, "")})
    return json_line({"error": told})
