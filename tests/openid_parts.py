# SPDX-License-Identifier: Apache-2.0
"""A certified OpenID provider as a child process, and the way of a browser through it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from api.demo.samples import people
from ledger.chain.child import free_port
from ledger.chain.packages import default_cache, find_node
from ledger.errors import ChainEngineError

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(__file__).resolve().parent / "oidc_provider"
PUBLIC = "http://localhost"
CALLBACK = f"{PUBLIC}/sign-in/oidc/callback"
_FORM = re.compile(r'action="([^"]+)"')


def installed() -> Path:
    """Folder with the provider's packages as locked, installed into the cache at first use."""
    lock = (SOURCE / "package-lock.json").read_bytes()
    target = default_cache() / f"oidc-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not (target / "node_modules" / "oidc-provider").is_dir():
        node = find_node()
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".installing-", dir=target.parent))
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(SOURCE / name, fresh / name)
        command = [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(
            command, cwd=fresh, env=node.environment(), capture_output=True, timeout=300, check=True
        )
        if target.exists():
            shutil.rmtree(fresh)
        else:
            fresh.rename(target)
    shutil.copyfile(SOURCE / "provider.js", target / "provider.js")
    return target


def claims_of_people() -> dict[str, dict[str, str]]:
    """What the provider says of the invented people; one of its people is nobody here, one is staff."""
    known = {
        one["key"]: {"name": one["name"], "id_type": one["id_type"], "id_number": one["number"]}
        for one in people()
    }
    known["stranger"] = {"name": "外地人", "id_type": "111", "id_number": "990102198203140024"}
    known["broken"] = {"name": "错号", "id_type": "111", "id_number": "990102198203140021"}
    known["silent"] = {"name": "无证"}
    known["geng"] = {"name": "耿", "staff": "clerk"}
    return known


@dataclass
class OpenIdProvider:
    """The provider that runs: its issuer, and the secret that it shares with us."""

    issuer: str
    secret: str

    def go(self, url: str, login: str) -> str:
        """Follow the browser from our redirect through sign-in and consent; the address it comes back to."""
        with httpx.Client(trust_env=False, timeout=20) as client:
            answer = client.get(url)
            for _ in range(12):
                if answer.is_redirect:
                    place = urljoin(str(answer.url), answer.headers["location"])
                    if not place.startswith(self.issuer):
                        return place
                    answer = client.get(place)
                    continue
                assert answer.status_code == 200, answer.text
                found = _FORM.search(answer.text)
                assert found, answer.text
                prompt = "login" if 'name="login"' in answer.text else "consent"
                form = {"prompt": prompt, **({"login": login, "password": "x"} if prompt == "login" else {})}
                answer = client.post(urljoin(str(answer.url), found[1]), data=form)
        raise AssertionError("the provider did not come to an end")


def running(**environment: str) -> Iterator[OpenIdProvider]:
    """The provider until the test is over; without Node or packages a skip, under CI a failure."""
    try:
        folder, node = installed(), find_node()
    except (ChainEngineError, subprocess.SubprocessError, OSError) as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"the OpenID provider could not be installed, and CI must have it: {error}")
        pytest.skip("the OpenID provider is not on this machine")
    port, secret = free_port(), secrets.token_urlsafe(24)
    told = {
        "PEOPLE": json.dumps(claims_of_people()),
        "SECRET": secret,
        "NODE_NO_WARNINGS": "1",
        **environment,
    }
    child = subprocess.Popen(
        [str(node.node), "provider.js", str(port), CALLBACK],
        cwd=folder,
        env={**node.environment(), **told},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert child.stdout is not None
        line = child.stdout.readline()
        while line and b"READY" not in line:
            line = child.stdout.readline()
        assert line, "the provider ended by itself"
        yield OpenIdProvider(f"http://127.0.0.1:{port}", secret)
    finally:
        child.kill()
        child.wait(10)
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()


def query_of(url: str) -> dict[str, Any]:
    """The query parameters of an address."""
    return dict(httpx.QueryParams(urlsplit(url).query))
