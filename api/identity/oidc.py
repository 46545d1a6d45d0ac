# SPDX-License-Identifier: Apache-2.0
"""Sign-in by OpenID Connect: authorization code with PKCE, state and nonce (OpenID Connect Core 1.0, 3.1).

What must come back with the browser (state, nonce, verifier) stands sealed in a cookie of ten minutes; a
state is taken once. Who it is is matched by keyed look-up: type and number are neither stored nor logged.
"""

from __future__ import annotations

import json
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from api.identity.guard import CALLBACK
from api.identity.provider import Provider
from api.identity.sessions import UseState, token_digest
from api.problems import Problem
from api.settings import SettingsError, read_secret
from attest.errors import AttestError
from attest.holders.commands import check_number, holder_lookup
from attest.holders.model import ID_TYPES
from attest.holders.repository import holder_by_lookup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.core import Ledger
    from api.identity.provider import Metadata
    from api.settings import Settings

FLOW_SECONDS: Final = 600
LEEWAY: Final = 60
_SEALED: Final = b"once/oidc-flow/1\n"


@dataclass(frozen=True, slots=True)
class Flow:
    """One sign-in under way; `until` is Unix seconds."""

    state: str
    nonce: str
    verifier: str
    next: str
    until: int


@dataclass(frozen=True, slots=True)
class Proved:
    """Whom the provider proved: a citizen's holder id, or the name of a staff account."""

    holder: bytes | None
    account: str | None


class OpenId:
    """The relying party of one ledger; there is none where no issuer is configured."""

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        if not settings.oidc_client_id or not settings.public_url:
            raise SettingsError("ONCE_OIDC_ISSUER needs ONCE_OIDC_CLIENT_ID and ONCE_PUBLIC_URL")
        self._ledger = ledger
        self._settings = settings
        file = settings.oidc_client_secret_file
        self._secret = read_secret(file).decode("ascii").strip() if file is not None else None
        self._redirect = settings.public_url.rstrip("/") + CALLBACK
        self.provider: Final = Provider(settings.oidc_issuer)

    # Going there

    async def begin(self, next_path: str) -> tuple[str, str]:
        """Where to send the browser, and the sealed flow for its cookie."""
        metadata = await self.provider.metadata()
        until = int(time.time()) + FLOW_SECONDS
        flow = Flow(
            secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), next_path, until
        )
        url: str = prepare_grant_uri(
            metadata.endpoints["authorization_endpoint"],
            client_id=self._settings.oidc_client_id,
            response_type="code",
            redirect_uri=self._redirect,
            scope=self._settings.oidc_scope,
            state=flow.state,
            nonce=flow.nonce,
            code_challenge=create_s256_code_challenge(flow.verifier),
            code_challenge_method="S256",
        )
        sealed = self._ledger.context.sealer.seal(json.dumps(asdict(flow)).encode(), _SEALED)
        return url, urlsafe_b64encode(sealed).decode("ascii")

    # Coming back

    async def finish(self, query: Mapping[str, str], cookie: str | None) -> tuple[Proved, str]:
        """Who it is, and where they wanted to go; `sign_in.*` problems for anything that does not fit."""
        flow = self._opened(cookie)
        if not compare_digest(flow.state.encode(), query.get("state", "").encode()):
            raise Problem("sign_in.refused", "the state is another one's")
        if time.time() >= flow.until:
            raise Problem("sign_in.replayed")
        await self._ledger.writer.submit(UseState(token_digest(flow.state)[:16]))
        if query.get("iss", self.provider.issuer) != self.provider.issuer:
            raise Problem("sign_in.refused", "the answer is another issuer's")
        if "code" not in query:
            raise Problem("sign_in.refused", "the provider gave no code")
        token = await self._redeem(query["code"], flow)
        claims = await self._claims(token, flow)
        return self._proved(claims), flow.next

    def _opened(self, cookie: str | None) -> Flow:
        if not cookie:
            raise Problem("sign_in.replayed")
        try:
            plain = self._ledger.context.sealer.open(urlsafe_b64decode(cookie), _SEALED)
            return Flow(**json.loads(plain))
        except (AttestError, ValueError, TypeError) as error:
            raise Problem("sign_in.refused", "the cookie of this sign-in is not ours") from error

    async def _redeem(self, code: str, flow: Flow) -> dict[str, Any]:
        """The token answer; its ID token is still unproved."""
        metadata = await self.provider.metadata()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect,
            "code_verifier": flow.verifier,
        }
        client = self._settings.oidc_client_id
        auth = None
        if self._secret is None:
            form["client_id"] = client
        else:  # RFC 6749 section 2.3.1: form-encoded before they become Basic
            auth = (quote(client, safe=""), quote(self._secret, safe=""))
        return await self.provider.fetch("POST", metadata.endpoints["token_endpoint"], form=form, auth=auth)

    async def _claims(self, token: Mapping[str, Any], flow: Flow) -> dict[str, Any]:
        """The ID token's claims, proved; with the user-info's where it says the same subject."""
        raw, access = token.get("id_token"), token.get("access_token")
        if not isinstance(raw, str):
            raise Problem("sign_in.refused", "the provider gave no ID token")
        try:
            claims = await self._decoded(raw, access if isinstance(access, str) else None, flow.nonce)
        except (JoseError, ValueError) as error:
            raise Problem("sign_in.refused", "the ID token does not hold") from error
        wanted = {self._settings.oidc_number_claim, self._settings.oidc_id_type_claim}
        if not wanted <= claims.keys() and isinstance(access, str):
            endpoint = (await self.provider.metadata()).endpoints.get("userinfo_endpoint")
            more = await self.provider.fetch("GET", endpoint, bearer=access) if endpoint else {}
            if more.get("sub") == claims["sub"]:
                claims = {**more, **claims}
        return claims

    async def _decoded(self, raw: str, access: str | None, nonce: str) -> dict[str, Any]:
        metadata = await self.provider.metadata()
        try:
            token = _verified(raw, metadata)
        except InvalidKeyIdError:  # the provider may have rotated its keys
            token = _verified(raw, await self.provider.metadata(afresh=True))
        options = {
            "iss": {"essential": True, "values": [self.provider.issuer]},
            "aud": {"essential": True, "values": [self._settings.oidc_client_id]},
            "nonce": {"essential": True},
        }
        given = {"nonce": nonce, "client_id": self._settings.oidc_client_id, "access_token": access}
        CodeIDToken(token.claims, token.header, options, given).validate(leeway=LEEWAY)
        return dict(token.claims)

    def _proved(self, claims: Mapping[str, Any]) -> Proved:
        settings, ledger = self._settings, self._ledger
        account = claims.get(settings.oidc_account_claim) if settings.oidc_account_claim else None
        if isinstance(account, str):
            return Proved(None, account)
        id_type, number = claims.get(settings.oidc_id_type_claim), claims.get(settings.oidc_number_claim)
        if not isinstance(id_type, str) or id_type not in ID_TYPES or not isinstance(number, str):
            raise Problem("sign_in.refused", "the provider did not say who this is")
        try:
            check_number(id_type, number)
        except AttestError as error:
            raise Problem("sign_in.refused", "the provider's number is none of its type") from error
        holder = holder_by_lookup(holder_lookup(id_type, number, ledger.context), ledger.store)
        if holder is None:
            raise Problem("sign_in.unknown")
        return Proved(holder, None)


def _verified(raw: str, metadata: Metadata) -> jwt.Token:
    registry = JWSRegistry(algorithms=list(metadata.algorithms), strict_check_header=False)
    keys = KeySet.import_key_set(metadata.keys)  # type: ignore[arg-type]  # the parser judges it
    return jwt.decode(raw, key=keys, registry=registry)
