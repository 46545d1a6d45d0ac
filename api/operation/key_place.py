# SPDX-License-Identifier: Apache-2.0
"""A file of keys as a place: whether new keys can take it, tried before anything is changed.

A secret that is mounted as a single file, or reached by a link, keeps its name whatever is renamed onto it.
"""

from __future__ import annotations

import errno
import os
import pwd
import secrets
from typing import TYPE_CHECKING, Final

from attest.errors import AttestError
from ledger.durable import sync_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from api.settings import Settings
    from attest.commitments import LookupKeys


class KeysError(AttestError):
    """Keys cannot be replaced now; nothing was, unless it says so."""

    code = "keys.refused"


class LookupKeysError(KeysError):
    """Of the look-up keys."""

    code = "lookup_keys.refused"


class KeyPlaceError(KeysError):
    """One that is told in both languages; `step` is the next one, in both."""

    def __init__(self, zh: str, en: str, step: tuple[str, str], code: str = LookupKeysError.code) -> None:
        super().__init__(en, code=code)
        self.zh, self.en = zh, en
        self.next_zh, self.next_en = step


_ELSEWHERE: Final = (
    (
        "没有改动任何内容。请把密钥文件本身放在可写的文件夹中（不用链接，不单独挂载），"
        "用 ONCE_LOOKUP_KEY_FILE 指明，再执行同一命令；然后把新文件的内容存回密钥的来处。"
    ),
    (
        "Nothing was changed. Put the file itself into a folder that takes new files (no link, not mounted by"
        " itself), name it in ONCE_LOOKUP_KEY_FILE, give the same command again, and store what the new file"
        " holds where the keys come from."
    ),
)
_MOVE: Final = (
    "没有改动任何内容。请移走该文件，再执行同一命令。",
    "Nothing was changed. Move that file away, then give the same command again.",
)
_AGAIN: Final = (
    "请排除原因，再执行同一命令，它会接着做完；此前服务不会启动。",
    "Mend that, then give the same command again, which ends it; until then the service does not start.",
)


def require_lookup_place(current: Path, coming: Path, *, committed: bool) -> None:
    """`require_place` for look-up keys; `committed`: the tables are made with those in `coming` already."""
    require_place(current, _stored_by_hand(current, coming) if committed else _ELSEWHERE)


def require_place(current: Path, step: tuple[str, str], code: str = LookupKeysError.code) -> None:
    """KeyPlaceError where another file could not take the name of `current`, which keeps a second one."""
    if current.is_symlink():
        zh = f"新密钥不能取代 {current}：它是符号链接"
        en = f"new keys cannot take the place of {current}: it is a symbolic link"
        raise KeyPlaceError(zh, en, step, code)
    spare = current.with_name(f".{current.name}.{secrets.token_hex(8)}")
    try:
        os.link(current, spare)  # a file that is mounted by itself gets none, on the same disk neither
        spare.unlink()
    except OSError as error:
        zh = f"新密钥不能取代 {current}：它是单独挂载的，或者文件夹不可写（{error.strerror}）"
        en = (
            f"new keys cannot take the place of {current}: it is mounted there by itself, or the folder takes"
        )
        en += f" no new files ({error.strerror})"
        raise KeyPlaceError(zh, en, step, code) from error


def _stored_by_hand(current: Path, coming: Path) -> tuple[str, str]:
    zh = f"数据库已按 {coming} 中的密钥改好。请把它的内容存到 {current} 的来处，"
    zh += f"再移走 {coming}；此前服务不会启动。"
    en = f"The tables are made with the keys in {coming} already. Store what it holds where {current} comes"
    en += f" from, then move {coming} away; until then the service does not start."
    return zh, en


def require_next(coming: Path, keys: LookupKeys, new: LookupKeys) -> None:
    """KeyPlaceError unless `new`, found waiting in `coming`, are other keys of the version after `keys`."""
    parts = [{one.k_holder, one.k_content, one.k_number} for one in (keys, new)]
    wanted = keys.version + 1
    if new.version != wanted or parts[0] & parts[1]:
        zh = f"{coming} 中不是第 {wanted} 版的新密钥：它是第 {new.version} 版，或与现用的密钥有相同部分"
        en = (
            f"{coming} does not hold new keys of version {wanted}: it has version {new.version}, or a part of"
        )
        en += " the keys in force"
        raise KeyPlaceError(zh, en, _MOVE)


def require_owner(settings: Settings, refuse: Callable[[str], Exception]) -> None:
    """Refuse to make key files that the service could not read: root's in a home of another user."""
    owner = settings.home.stat().st_uid
    if owner == os.geteuid():
        return
    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = f"#{owner}"
    raise refuse(f"{settings.home} belongs to another user: run it as {name} (runuser -u {name} -- …)")


def require_kept(current: Path, old: Path, refuse: Callable[[str], Exception]) -> None:
    """Refuse where what is replaced could not be kept as `old`, since something else has that name."""
    if old.exists() and current.exists() and old.read_bytes() != current.read_bytes():
        raise refuse(f"{old} holds other keys than {current}: move it away first")


def put_in_place(current: Path, coming: Path, old: Path, code: str = LookupKeysError.code) -> None:
    """The new keys take the name of the old ones, which keep a second name; on the disk when this returns.

    KeyPlaceError where that fails after all: the new ones count already, so it is to be ended.
    """
    try:
        if current.exists() and not old.exists():
            os.link(current, old)
        elif current.exists() and old.read_bytes() != current.read_bytes():
            raise FileExistsError(errno.EEXIST, f"{old} holds something else")
        coming.replace(current)
        sync_folder(current.parent)
    except OSError as error:
        zh = f"新密钥已经生效，但 {coming} 未能取代 {current}：{error.strerror}"
        en = f"the new keys count already, but {coming} could not take the place of {current}:"
        en += f" {error.strerror}"
        raise KeyPlaceError(zh, en, _AGAIN, code) from error
