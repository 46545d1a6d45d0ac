# SPDX-License-Identifier: Apache-2.0
"""What an operator is told when a back-up, a restore or a rebuild cannot go on."""

from __future__ import annotations

from attest.errors import AttestError


class BackupError(AttestError):
    """A back-up is damaged, of another ledger, or cannot be laid where it was asked to go."""

    code = "backup.invalid"


class ToldError(BackupError):
    """One that is told in both languages, each with the next step."""

    next_zh = ""
    next_en = ""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class HeldLedgerError(ToldError):
    """A command is alone in the ledger, as one is while it replaces keys or changes the tables."""

    code = "log.held"
    next_zh = "请等它结束，再执行同一命令；没有改动任何内容。"
    next_en = "Wait for its end, then give the same command again; nothing was changed."

    def __init__(self) -> None:
        super().__init__(
            "另一条命令独占着账本（once keys rotate-lookup 或 once migrate）",
            "another command holds the ledger (`once keys rotate-…` or `once migrate`)",
        )


class ErasuresCutError(ToldError):
    """A list of erasures is empty, or lacks some that the back-up's own log tells of: its end was cut off."""

    code = "erasures.cut"
    next_zh = "请给出另处保存的完整副本（--erasures），没有放下任何内容；从未删除过任何人时，不要给空文件。"
    next_en = (
        "Give a whole copy that was kept elsewhere (--erasures); nothing was laid down. "
        "Where nobody was ever erased, give no empty file."
    )


class NoRoomError(ToldError):
    """A disk is full; what was begun was taken away again."""

    code = "backup.no_room"
    next_zh = "请在 $ONCE_HOME、文件库、数据库、备份所在的磁盘上腾出空间，再执行同一命令；没有留下任何内容。"
    next_en = (
        "Make room where $ONCE_HOME, the vault, the database and the back-up lie, then give the same command "
        "again; nothing of this run was kept."
    )


class TakenError(ToldError):
    """Something stands where the back-up has to go; it is never overwritten."""

    code = "restore.exists"
    next_zh = (
        "请移走而不要删除；数据库要连同名称以 -wal、-shm、-journal 结尾的文件一起移走，"
        "再执行同一命令。没有放下任何内容。"
    )
    next_en = (
        "Move, do not delete; a database together with the files of its name that end in -wal, -shm and "
        "-journal. Then give the same command again; nothing was laid down."
    )

    def __init__(self, *paths: object) -> None:
        named = ", ".join(map(str, paths))
        super().__init__(f"{named} 已经存在，请先移走", f"{named} exists: move it away first")


class CutShortError(ToldError):
    """A restore died while it laid things down; what it laid stands, and is never overwritten."""

    code = "restore.cut_short"

    def __init__(
        self, size: int | None, there: list[str], missing: list[str], away: list[str], note: object
    ) -> None:
        """What stands, what is missing, what has to be moved away; the note that the run left."""
        of_zh = "" if size is None else f"（备份共 {size} 条记录）"
        of_en = "" if size is None else f" of {size} entries"
        zh = f"上一次恢复{of_zh}中途断了：现有 {'、'.join(there)}"
        en = f"an earlier restore{of_en} was cut short: {', '.join(there)} is there"
        if missing:
            zh, en = f"{zh}；还缺 {'、'.join(missing)}", f"{en}, {', '.join(missing)} is not"
        super().__init__(zh, en)
        moved_zh, moved_en = "、".join(away), ", ".join(away)
        self.next_zh = f"请移走 {moved_zh}，再执行同一命令；已放下的文件库文件会原样沿用。没有放下任何内容。"
        self.next_en = (
            f"Move {moved_en} away, then give the same command again; files of the vault that were laid "
            "stay. Nothing was laid down this time."
        )
        if not missing:
            self.next_zh = f"文件都已齐全：可以删除 {note}，再执行 once doctor；要重新恢复，{self.next_zh}"
            self.next_en = (
                f"All of it is there: you may delete {note}, then run `once doctor`. "
                f"To restore anew: {self.next_en}"
            )


class NotEmptyError(ToldError):
    """The database on a server holds tables already."""

    code = "restore.exists"
    next_zh = "请新建一个空数据库，用 ONCE_DATABASE_URL 指明，再执行同一命令；没有放下任何内容。"
    next_en = "Name an empty one in ONCE_DATABASE_URL, then give the command again; nothing was laid down."

    def __init__(self, place: object) -> None:
        super().__init__(f"{place} 不是空的", f"{place} is not empty: restore into a new database")


class DiffersError(ToldError):
    """A file of the vault is there with other bytes than in the back-up: cut, damaged or another one."""

    code = "restore.differs"
    next_zh = "请把它移到文件库之外，再执行同一命令，将放下备份中的那份；没有放下任何内容。"
    next_en = (
        "Move it out of the vault, then give the same command again: the back-up's is laid in its place. "
        "Nothing was laid down."
    )

    def __init__(self, path: object) -> None:
        super().__init__(f"{path} 与备份中的不同", f"{path} is not what the back-up has")


class OtherSchemaError(ToldError):
    """The back-up has tables of another schema than this program reads."""

    code = "backup.schema"

    def __init__(self, program: str, why: str) -> None:
        super().__init__(f"备份的表结构与本程序不符：{why}", f"the back-up is not of this schema: {why}")
        self.next_zh = f"请用做备份的程序（once-ledger {program}）恢复，再 once migrate；没有放下任何内容。"
        self.next_en = (
            f"Restore with the program that took it (once-ledger {program}), then `once migrate` "
            "(docs/howto/upgrade.md); nothing was laid down."
        )


class OtherKeysError(ToldError):
    """The look-up keys at hand find nobody in the back-up: they were replaced between its time and theirs."""

    code = "restore.lookup_keys"

    def __init__(self, file: object, fitting: object | None) -> None:
        """The file of keys, and one beside it whose keys fit."""
        super().__init__(
            f"{file} 中的查找密钥不是这份备份的", f"{file} holds other look-up keys than the back-up's"
        )
        named = fitting or "lookup.vN"
        self.next_zh = f"请换成备份当时的查找密钥（更换时保留为 {named}，或用 --keys 给出当时的密钥文件），"
        self.next_zh += "再执行同一命令；之后可再更换。没有放下任何内容。"
        self.next_en = (
            f"Put those of the back-up's time in its place (kept as {named} when they were replaced, or in a "
            "file of keys of that time, --keys), then give the same command again; afterwards they may be "
            "replaced once more (docs/howto/rotate-keys.md). Nothing was laid down."
        )


class ChangedError(ToldError):
    """The database that was laid down does not give the head that was audited."""

    code = "restore.changed"
    next_zh = "已收回放下的内容。请确认没有其他程序使用该数据库、也没有遗留的 -wal 文件，再执行同一命令。"
    next_en = (
        "What was laid down was taken away again. See that no other program uses that database and that no "
        "-wal file lies beside it, then give the same command again."
    )

    def __init__(self, place: object) -> None:
        super().__init__(f"{place} 不是审计过的那份账本", f"{place} is not the log that was audited")


class SecretsMissingError(AttestError):
    """A key that is needed is not here, so nothing can be said or done."""

    code = "keys.missing"
