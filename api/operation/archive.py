# SPDX-License-Identifier: Apache-2.0
"""A back-up file: a sealed tar of database, vault, trust and configuration, and a list of their digests.

The header is in clear: which log, how many entries, the root, and the signed checkpoint that vouches for it.
Nothing in it is about a person. Keys of the service are never inside.
"""

from __future__ import annotations

import io
import json
import re
import tarfile
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any, Final, Self, cast

from api.operation.errors import BackupError
from api.operation.sealed_file import CHUNK, SealedReader, SealingWriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from attest.sealing import Sealer
    from ledger.canonical import Json

FORMAT: Final = "once-backup/1"
LIST: Final = "manifest.json"
DATABASE: Final = "ledger.db"
TRUST: Final = "trust.json"
CONFIG: Final = "once.toml"
VAULT: Final = "vault"
_NAME: Final = re.compile(r"(?!\.)[A-Za-z0-9._-]{1,100}")


@dataclass(frozen=True, slots=True)
class About:
    """The header: what a back-up is of. `note` is a signed checkpoint; `proof` leads from or to its size.

    `until` is the day by which the back-up is to be deleted.
    """

    log: bytes
    origin: str
    profile: str
    size: int
    root: bytes
    time: int
    until: date
    schema: str
    program: str
    note: bytes
    proof: tuple[bytes, ...]

    def document(self) -> dict[str, Json]:
        """The header as JSON."""
        return {
            "format": FORMAT,
            "log": self.log.hex(),
            "origin": self.origin,
            "profile": self.profile,
            "size": self.size,
            "root": self.root.hex(),
            "time": self.time,
            "until": self.until.isoformat(),
            "schema": self.schema,
            "program": self.program,
            "note": self.note.decode(),
            "proof": [node.hex() for node in self.proof],
        }

    @classmethod
    def parse(cls, document: dict[str, Any]) -> Self:
        """Read a header; BackupError where it is another one."""
        if document.get("format") != FORMAT:
            raise BackupError("this back-up is of a format that this program does not know")
        try:
            return cls(
                bytes.fromhex(document["log"]),
                str(document["origin"]),
                str(document["profile"]),
                int(document["size"]),
                bytes.fromhex(document["root"]),
                int(document["time"]),
                date.fromisoformat(document["until"]),
                str(document["schema"]),
                str(document["program"]),
                str(document["note"]).encode(),
                tuple(bytes.fromhex(node) for node in document["proof"]),
            )
        except (KeyError, TypeError, ValueError):
            raise BackupError("the header of the back-up is damaged") from None


def write_archive(
    file: IO[bytes],
    header: dict[str, Json],
    sealer: Sealer,
    members: Iterable[tuple[str, Path]],
) -> int:
    """Write `(name, file)` members, sealed; how many. A file that is gone meanwhile is left out."""
    sealed = SealingWriter(file, header, sealer)
    digests: dict[str, str] = {}
    with tarfile.open(
        fileobj=cast("IO[bytes]", sealed), mode="w|", format=tarfile.PAX_FORMAT, bufsize=CHUNK
    ) as tar:
        for name, path in members:
            try:
                opened = path.open("rb")
            except FileNotFoundError:
                continue  # erased, or swept as nobody's, since the folder was listed
            with opened:
                hashing = _Hashing(opened)
                info = tarfile.TarInfo(name)
                info.size, info.mode = path.stat().st_size, 0o600
                tar.addfile(info, cast("IO[bytes]", hashing))
                digests[name] = hashing.digest.hexdigest()
        listed = json.dumps(digests, sort_keys=True).encode()
        info = tarfile.TarInfo(LIST)
        info.size = len(listed)
        tar.addfile(info, io.BytesIO(listed))
    sealed.finish()
    return len(digests)


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece


def read_archive(reader: SealedReader, into: Path | None) -> dict[str, str]:
    """Read all members, into the new folder `into` if given; digests by name, each compared with the list.

    BackupError for any damage, for a member that is missing, and for a name that leads elsewhere.
    """
    found: dict[str, str] = {}
    listed: dict[str, str] | None = None
    try:
        with tarfile.open(fileobj=cast("IO[bytes]", reader), mode="r|", bufsize=CHUNK) as tar:
            for info in tar:
                content = tar.extractfile(info)
                if content is None or listed is not None:
                    raise BackupError("the back-up holds something that is no file")
                if info.name == LIST:
                    listed = json.loads(content.read())
                    continue
                found[info.name] = _lay(content, into, _checked(info.name))
    except tarfile.TarError:
        raise BackupError("the back-up is damaged") from None
    reader.finish()
    if listed != found:
        raise BackupError("the back-up does not hold what its list says")
    return found


def _checked(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or not all(_NAME.fullmatch(part) for part in path.parts):
        raise BackupError("the back-up names a file outside of its folder")
    return path


def _lay(content: IO[bytes], into: Path | None, name: PurePosixPath) -> str:
    """Write one member, durably; the hexadecimal SHA-256 of it."""
    digest = sha256()
    if into is None:
        for piece in _pieces(content):
            digest.update(piece)
        return digest.hexdigest()
    target = into / name
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with target.open("xb") as file:
        target.chmod(0o600)
        for piece in _pieces(content):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    while piece := content.read(CHUNK):
        yield piece


def vault_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Finished files of a vault folder, by the name that they have in a back-up."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield str(PurePosixPath(VAULT, *path.relative_to(folder).parts)), path
