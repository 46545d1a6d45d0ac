# SPDX-License-Identifier: Apache-2.0
"""T41: a sign-in is replayed, altered, taken from elsewhere, or forged by tokens of others."""

from __future__ import annotations

import asyncio
import dataclasses
import hmac
import json
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from api.identity.oidc import _SEALED, Flow, OpenId
from api.identity.provider import Metadata, Provider
from api.problems import Problem
from api.settings import SettingsError, load_settings
from tests.homes import copy_of
from tests.openid_parts import OpenIdProvider, query_of, running
from tests.people import Browser
from tests.worlds import World, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest_plugins = ["tests.api_parts"]


@pytest.fixture(scope="module")
def openid() -> Iterator[OpenIdProvider]:
    """A provider that runs."""
    yield from running()


@pytest.fixture(scope="module")
def relying(
    openid: OpenIdProvider, bare_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A ledger that trusts it."""
    home = copy_of(bare_home, tmp_path_factory.mktemp("replay") / "home")
    secret = home / "keys" / "oidc"
    secret.write_text(openid.secret)
    secret.chmod(0o600)
    made = open_world(
        home,
        oidc_issuer=openid.issuer,
        oidc_client_id="once",
        oidc_client_secret_file="keys/oidc",
        public_url="http://localhost",
    )
    fill(made)
    yield made
    made.close()


def begun(browser: Browser, provider: OpenIdProvider, login: str = "chen") -> str:
    """Path and query of the answer that waits to be taken back."""
    parts = urlsplit(provider.go(browser.get("/sign-in/oidc").headers["location"], login))
    return f"{parts.path}?{parts.query}"


def refused(browser: Browser, path: str) -> bool:
    """Whether a come-back is refused, and nobody is signed in by it."""
    answer = browser.get(path)
    return answer.status_code == 401 and "once_session" not in browser.cookies


def altered(said: str) -> str:
    """The same, but for its first character: never what it was, whatever chance made that."""
    return ("B" if said.startswith("A") else "A") + said[1:]


def test_an_answer_is_taken_once(relying: World, openid: OpenIdProvider) -> None:
    """The same answer with the same cookie signs in the first time alone."""
    browser = Browser(relying)
    path = begun(browser, openid)
    copy = Browser(relying, cookies=dict(browser.cookies))
    assert browser.get(path).status_code == 303
    assert refused(copy, path)


def test_two_at_once_give_one_session(relying: World, openid: OpenIdProvider) -> None:
    """Of two requests that bring the same answer at the same moment one comes in."""
    browser = Browser(relying)
    path = begun(browser, openid)
    raw, _, query = path.partition("?")
    cookie = f"once_flow={browser.cookies['once_flow']}"
    headers = [("host", "localhost"), ("cookie", cookie), ("accept", "text/html")]

    async def both() -> list[int]:
        asked = [relying._answer("GET", f"{raw}?{query}", None, headers, "127.0.0.1") for _ in range(2)]
        return sorted(answer.status_code for answer in await asyncio.gather(*asked))

    assert relying.runner.run(both()) == [303, 401]


def test_another_process_takes_no_answer_again(relying: World, openid: OpenIdProvider) -> None:
    """What was taken is remembered in the database: a second service over it, as of a second process,
    refuses the same answer, and one that it takes first the first service refuses.
    """
    stated = relying.ledger.settings
    beside = open_world(
        stated.home,
        oidc_issuer=openid.issuer,
        oidc_client_id="once",
        oidc_client_secret_file=stated.oidc_client_secret_file,
        public_url="http://localhost",
    )
    try:
        for first, second in ((relying, beside), (beside, relying)):
            browser = Browser(first)
            path = begun(browser, openid)
            copy = Browser(second, cookies=dict(browser.cookies))
            assert browser.get(path).status_code == 303
            assert refused(copy, path)
    finally:
        beside.close()


@pytest.mark.parametrize("what", ["state", "code", "iss", "no state", "no code", "no cookie", "cookie"])
def test_an_altered_answer_is_refused(relying: World, openid: OpenIdProvider, what: str) -> None:
    """Another state, code, issuer or cookie: 401, and no session."""
    browser = Browser(relying)
    path = begun(browser, openid)
    query = query_of(path)
    if what.startswith("no "):
        query.pop(what[3:], None)
    elif what in query:
        query[what] = altered(query[what]) if what != "iss" else "http://127.0.0.1:1"
    if what == "no cookie":
        browser.cookies.clear()
    if what == "cookie":
        browser.cookies["once_flow"] = altered(browser.cookies["once_flow"])
    assert refused(browser, "/sign-in/oidc/callback?" + "&".join(f"{k}={v}" for k, v in query.items()))


def test_a_code_of_another_browser_is_refused(relying: World, openid: OpenIdProvider) -> None:
    """A code that was made for another flow does not fit the verifier of this one (PKCE)."""
    victim, attacker = Browser(relying), Browser(relying)
    theirs, mine = query_of(begun(victim, openid, "chen")), query_of(begun(attacker, openid, "lin"))
    assert refused(victim, f"/sign-in/oidc/callback?code={mine['code']}&state={theirs['state']}")


def test_an_old_flow_is_refused(relying: World, openid: OpenIdProvider) -> None:
    """A flow that is older than ten minutes is none, however well sealed."""
    browser = Browser(relying)
    path = begun(browser, openid)
    sealer = relying.ledger.context.sealer
    plain = sealer.open(urlsafe_b64decode(browser.cookies["once_flow"]), _SEALED)
    flow = dataclasses.replace(Flow(**json.loads(plain)), until=int(time.time()) - 1)
    sealed = sealer.seal(json.dumps(dataclasses.asdict(flow)).encode(), _SEALED)
    browser.cookies["once_flow"] = urlsafe_b64encode(sealed).decode()
    assert refused(browser, path)


# tokens

NONCE = "nonce-of-this-flow"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
CURVE = ECKey.generate_key("P-256", {"kid": "one"})


@pytest.fixture(scope="module")
def party(relying: World) -> OpenId:
    """The relying party, with the keys of a provider that we play ourselves."""
    opened = OpenId(relying.ledger, relying.ledger.settings)
    keys = dict(KeySet([KEY]).as_dict(private=False))
    here = Metadata({}, keys, ("RS256", "ES256"), time.monotonic())
    opened.provider._metadata = here
    return opened


def token(party: OpenId, key: Any = KEY, header: dict[str, str] | None = None, **altered: Any) -> str:
    """An ID token that holds, but for what is altered; None leaves a claim out."""
    now = int(time.time())
    claims = {
        "iss": party.provider.issuer,
        "aud": "once",
        "sub": "chen",
        "iat": now,
        "exp": now + 300,
        "nonce": NONCE,
    }
    given = {name: value for name, value in {**claims, **altered}.items() if value is not None}
    head = header or {"alg": "RS256", "kid": "one"}
    return jwt.encode(head, given, key, algorithms=[head["alg"]])


def text(raw: bytes) -> str:
    """base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def holds(party: OpenId, raw: str, access: str | None = None) -> bool:
    """Whether the relying party takes it."""
    try:
        asyncio.run(party._decoded(raw, access, NONCE))
    except (JoseError, ValueError, Problem):
        return False
    return True


def test_a_good_token_holds(party: OpenId) -> None:
    """The token from which the bad ones are made is taken, with one audience or as a list."""
    assert holds(party, token(party))
    assert holds(party, token(party, aud=["once"]))


@pytest.mark.parametrize(
    "altered",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "twice"},
        {"aud": ["twice", "thrice"]},
        {"aud": None},
        {"aud": ["once", "twice"], "azp": "twice"},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": int(time.time()) + 3600},
        {"nbf": int(time.time()) + 3600},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
    ],
    ids=" ".join,  # by name: the times in them differ from worker to worker
)
def test_altered_claims_are_refused(party: OpenId, altered: dict[str, Any]) -> None:
    """Another issuer, audience, party, time or nonce, or none: no sign-in."""
    assert not holds(party, token(party, **altered))


def test_altered_signatures_are_refused(party: OpenId) -> None:
    """Another key, another algorithm, a shared secret made of the public key, or no signature at all."""
    good = token(party)
    head, body, tail = good.split(".")
    none, shared = (text(b'{"alg":"%s","kid":"one"}' % name) for name in (b"none", b"HS256"))
    mac = text(hmac.digest(KEY.as_pem(private=False), f"{shared}.{body}".encode(), "sha256"))
    for raw in (
        token(party, OTHER),
        token(party, CURVE, {"alg": "ES256", "kid": "one"}),
        token(party, KEY, {"alg": "RS512", "kid": "one"}),
        f"{shared}.{body}.{mac}",
        f"{none}.{body}.",
        f"{none}.{body}.{tail}",
        f"{head}.{body}.",
        f"{head}.{body}.{altered(tail)}",
        good + "A",
        "",
        "a.b.c",
    ):
        assert not holds(party, raw), raw


def test_a_token_of_another_access_token_is_refused(party: OpenId) -> None:
    """`at_hash` binds the two: an ID token beside another access token is not taken."""
    half = create_s256_code_challenge("x" * 43)[:22]
    assert not holds(party, token(party, at_hash=half), "another access token")


# the provider's host


@contextmanager
def answering(status: int, headers: dict[str, str], body: bytes) -> Iterator[str]:
    """A server that answers everything alike; `{}` in the body becomes its own address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            own = f"http://{self.headers['host']}".encode()
            said = body.replace(b"{}", own)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


_GOOD = b'{"issuer":"{}","authorization_endpoint":"{}/a","token_endpoint":"{}/t","jwks_uri":"{}/j","keys":[]}'


@pytest.mark.parametrize(
    ("status", "headers", "body", "taken"),
    [
        (200, {}, _GOOD, True),
        (200, {}, _GOOD.replace(b'"issuer":"{}"', b'"issuer":"https://evil.example"'), False),
        (200, {}, _GOOD.replace(b'"{}/t"', b'"http://127.0.0.1:1/t"'), False),
        (200, {}, _GOOD.replace(b'"{}/j"', b'"http://localhost:80/j"'), False),
        (200, {}, _GOOD.replace(b'"{}/a"', b'"https://evil.example/a"'), False),
        (200, {}, b'{"issuer":"{}"}', False),
        (302, {"location": "http://127.0.0.1:1/"}, _GOOD, False),
        (200, {"content-encoding": "gzip"}, _GOOD, False),
        (200, {}, b'{"issuer":"' + b"x" * (1 << 20) + b'"}', False),
        (200, {}, b"[]", False),
        (200, {}, b"not JSON", False),
        (404, {}, _GOOD, False),
        (503, {}, _GOOD, False),
    ],
    ids=range(13),
)
def test_no_other_host_is_asked(status: int, headers: dict[str, str], body: bytes, taken: bool) -> None:  # noqa: FBT001  # a table
    """Discovery that names another host, redirects, is packed, too long or no JSON is not followed."""
    with answering(status, headers, body) as url:
        if taken:
            assert asyncio.run(Provider(url).metadata()).endpoints["token_endpoint"] == f"{url}/t"
            return
        with pytest.raises(Problem) as caught:
            asyncio.run(Provider(url).metadata())
    assert caught.value.code in {"sign_in.refused", "sign_in.provider_silent"}


def test_the_provider_needs_https_and_our_own_address(tmp_path: Path) -> None:
    """An issuer over plain http on another machine is no setting."""
    with pytest.raises(SettingsError):
        load_settings(home=tmp_path, oidc_issuer="http://idp.example")
    with pytest.raises(SettingsError):
        load_settings(home=tmp_path, public_url="ftp://localhost")
    assert load_settings(home=tmp_path, oidc_issuer="https://idp.example").oidc_issuer
