# SPDX-License-Identifier: Apache-2.0
"""The one host that identity fetches from: the OpenID provider's, and nothing it points away to."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import httpx

from api.problems import Problem
from ledger.canonical import read_json
from ledger.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_BYTES: Final = 256 << 10
SECONDS: Final = 5.0
KEPT_SECONDS: Final = 600
DISCOVERY: Final = "/.well-known/openid-configuration"
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")


class OneHost(httpx.AsyncBaseTransport):
    """Sends to one origin only; no redirect is taken, no compressed or long answer read."""

    def __init__(self, url: str) -> None:
        self._origin = origin_of(httpx.URL(url))
        self._inner = httpx.AsyncHTTPTransport(retries=0)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, read to its end within the limit; httpx.TransportError otherwise."""
        if origin_of(request.url) != self._origin:
            raise httpx.UnsupportedProtocol("another host than the identity provider's", request=request)
        request.headers["accept-encoding"] = "identity"
        response = await self._inner.handle_async_request(request)
        try:
            if 300 <= response.status_code < 400 or "content-encoding" in response.headers:
                raise httpx.RemoteProtocolError("a redirect or an encoding", request=request)
            body = bytearray()
            async for piece in response.stream:  # type: ignore[union-attr]  # it is asynchronous here
                body += piece
                if len(body) > MOST_BYTES:
                    raise httpx.RemoteProtocolError("an answer that is too long", request=request)
        finally:
            await response.aclose()
        return httpx.Response(response.status_code, headers=response.headers, content=bytes(body))

    async def aclose(self) -> None:
        """Let the connections go."""
        await self._inner.aclose()


def origin_of(url: httpx.URL) -> tuple[str, str, int]:
    """Scheme, host and port."""
    return url.scheme, url.host, url.port or {"https": 443, "http": 80}.get(url.scheme, 0)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What discovery says: endpoints at the issuer's own host, and the signing keys."""

    endpoints: Mapping[str, str]
    keys: dict[str, Any]
    algorithms: tuple[str, ...]
    read_at: float


ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
"""What an ID token may be signed with; `none` and shared secrets are not among them."""


class Provider:
    """An OpenID provider by its issuer; what it says of itself is kept for ten minutes."""

    def __init__(self, issuer: str) -> None:
        self.issuer: Final = issuer
        self._metadata: Metadata | None = None

    async def metadata(self, *, afresh: bool = False) -> Metadata:
        """Discovery and keys; `sign_in.provider_silent` or `sign_in.refused`."""
        now = time.monotonic()
        known = self._metadata
        if known is not None and not afresh and now < known.read_at + KEPT_SECONDS:
            return known
        said = await self.fetch("GET", self.issuer.rstrip("/") + DISCOVERY)
        if said.get("issuer") != self.issuer:
            raise Problem("sign_in.refused", "the discovery document names another issuer")
        endpoints = {name: said[name] for name in _ENDPOINTS if isinstance(said.get(name), str)}
        for url in endpoints.values():
            if origin_of(httpx.URL(url)) != origin_of(httpx.URL(self.issuer)):
                raise Problem("sign_in.refused", "the discovery document names another host")
        if not {"authorization_endpoint", "token_endpoint", "jwks_uri"} <= endpoints.keys():
            raise Problem("sign_in.refused", "the discovery document lacks an endpoint")
        offered = said.get("id_token_signing_alg_values_supported")
        algorithms = tuple(one for one in ALGORITHMS if not isinstance(offered, list) or one in offered)
        keys = await self.fetch("GET", endpoints["jwks_uri"])
        self._metadata = Metadata(endpoints, keys, algorithms, now)
        return self._metadata

    async def fetch(
        self,
        method: str,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        bearer: str | None = None,
    ) -> dict[str, Any]:
        """The JSON object that answers with 200; never from another host."""
        headers = {"accept": "application/json", **({"authorization": f"Bearer {bearer}"} if bearer else {})}
        client = httpx.AsyncClient(
            transport=OneHost(self.issuer), timeout=SECONDS, trust_env=False, follow_redirects=False
        )
        try:
            async with client:
                response = await client.request(
                    method,
                    url,
                    data=form,
                    headers=headers,
                    auth=httpx.BasicAuth(*auth) if auth else httpx.USE_CLIENT_DEFAULT,
                )
        except httpx.HTTPError as error:
            raise Problem("sign_in.provider_silent") from error
        if response.status_code >= 500:
            raise Problem("sign_in.provider_silent")
        if response.status_code != 200:
            raise Problem("sign_in.refused", f"the provider answered {response.status_code}")
        try:
            said = read_json(response.content, max_bytes=MOST_BYTES)
        except FormatError as error:
            raise Problem("sign_in.refused", "the provider's answer is not JSON") from error
        if not isinstance(said, dict):
            raise Problem("sign_in.refused", "the provider's answer is not an object")
        return said
