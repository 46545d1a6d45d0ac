# SPDX-License-Identifier: Apache-2.0
"""Whether every channel shows the same guides: document, hash and page of each published version."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from api.cli import ExitCode
from api.cli.client import ClientError
from api.cli.touching import every_version

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import httpx

SECONDS: Final = 20.0
_SHOWN: Final = re.compile(r'data-hash="([0-9a-f]{64})"')
_ROOMS: Final = {"item": "items", "bundle": "bundles", "standard": "standards", "example": "examples"}
_WHERE: Final = re.compile(r'data-availability="([0-9a-f]{64})"')


@dataclass(frozen=True, slots=True)
class Seen:
    """One version as each channel shows it: hashes in hex by channel, empty where it shows none."""

    subject: str
    code: str
    version: int
    hashes: dict[str, str]

    @property
    def same(self) -> bool:
        """Whether all channels agree."""
        return len(set(self.hashes.values())) == 1 and "" not in self.hashes.values()


def look(url: str, channels: Sequence[str] = ()) -> list[Seen]:
    """Every published version; `channels` are further addresses with `{code}` and `{version}` in them.

    Such a channel has to show the whole hash somewhere in its page. It is asked for guides; with `{subject}`
    in its address (`items`, `bundles` …) for whatever has a page. ClientError (3) where the ledger is away.
    """
    import httpx

    try:
        with httpx.Client(timeout=SECONDS, trust_env=False) as client:
            return list(_looked(client, url, channels))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ClientError(f"no answer: {type(error).__name__}", ExitCode.CANNOT_TELL) from error


def _looked(client: httpx.Client, url: str, channels: Sequence[str]) -> Iterator[Seen]:
    every = every_version(client, url)
    newest = {(one["subject"], one["code"]): one["version"] for one in every}
    for one in every:
        subject, code, version = one["subject"], one["code"], one["version"]
        place = f"{subject}/{quote(code, safe='')}/{version}"
        api = client.get(f"{url}/api/v1/catalogue/versions/{place}")
        hashes = {"api": api.headers.get("etag", "").strip('"'), "document": sha256(api.content).hexdigest()}
        if subject in _ROOMS:
            page = client.get(f"{url}/catalogue/{_ROOMS[subject]}/{quote(code, safe='')}?version={version}")
            found = _SHOWN.search(page.text)
            hashes["page"] = found[1] if found else ""
            for number, channel in enumerate(channels, 1):
                if subject != "item" and "{subject}" not in channel:
                    continue
                address = channel.replace("{code}", quote(code, safe="")).replace("{version}", str(version))
                address = address.replace("{subject}", _ROOMS[subject])
                shown = hashes["api"] in client.get(address).text
                hashes[f"channel {number}"] = hashes["api"] if shown and hashes["api"] else ""
        elif subject == "availability" and version == newest[subject, code]:
            page = client.get(f"{url}/catalogue/items/{quote(code, safe='')}")
            found = _WHERE.search(page.text)
            hashes["page"] = found[1] if found else ""
            hashes["answer"] = _answered(client, f"{url}/api/v1/catalogue/items/{quote(code, safe='')}")
        yield Seen(subject, code, version, hashes)


def _answered(client: httpx.Client, item: str) -> str:
    """The document on which the answer to "where is it offered" rests, in hex."""
    answer = client.get(f"{item}/availability")
    return str(answer.json().get("document", "")) if answer.status_code == 200 else ""
