# SPDX-License-Identifier: Apache-2.0
"""Settings: the environment (`ONCE_*`) over `$ONCE_HOME/once.toml` over defaults below `$ONCE_HOME` (0700).

Secrets are never settings: a setting names the file that holds one.
"""

from __future__ import annotations

import os
import re
import stat
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from ledger.durable import PRIVATE, create_file
from ledger.failpoints import is_armed

ENV_PREFIX: Final = "ONCE_"
CONFIG_NAME: Final = "once.toml"
_HOURS: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]")
_ORIGIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_:-]{0,99}")


class SettingsError(ValueError):
    """A setting is wrong, or a folder or secret file is open to others; the text names it, not its value."""


class Settings(BaseSettings):
    """The effective settings; every path is absolute."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, extra="forbid", frozen=True, validate_default=True
    )

    home: Path = Field(default_factory=lambda: default_home(os.environ))
    profile: Literal["demo", "production"] = "production"
    database_url: str = ""
    chain: str = "anvil"
    """`anvil`, `hardhat`, or the URL of a JSON-RPC endpoint."""
    host: str = "127.0.0.1"
    port: int = Field(default=8460, ge=0, le=65535)
    origin: str = "localhost/once"
    """Name of the log in checkpoints and in the log id; fixed at founding."""
    kek_file: Path = Path("keys/kek")
    lookup_key_file: Path = Path("keys/lookup")
    passphrase_file: Path = Path("keys/passphrase")
    head_mark: Path = Path("head")
    vault: Path = Path("vault")
    documents: Literal["vault", "department"] = "vault"
    """Where files stay: sealed in the vault, or with the departments, which then send digests alone."""
    cache: Path = Field(default_factory=lambda: default_cache(os.environ))
    vectors: Path | None = None
    public_url: str = ""
    """`https://host[:port]` as browsers write it; empty takes the address of each request."""
    oidc_issuer: str = ""
    """Issuer of the OpenID provider, exactly as its discovery document says it; empty offers none."""
    oidc_client_id: str = ""
    oidc_client_secret_file: Path | None = None
    oidc_scope: str = "openid profile"
    oidc_id_type_claim: str = "id_type"
    oidc_number_claim: str = "id_number"
    """Claims that say who a citizen is: the type of the document (111) and its number."""
    oidc_account_claim: str = ""
    """Claim that names a staff account; empty lets the provider prove citizens alone."""
    lookups_per_minute: int = Field(default=600, ge=1)
    """Look-ups of one user or API key."""
    department_lookups_per_minute: int = Field(default=6000, ge=1)
    lookups_per_hour: int = Field(default=1200, ge=1)
    """Look-ups of one account in a clock hour; every entry of a look or a refusal counts, over all doors."""
    lookups_per_day: int = Field(default=6000, ge=1)
    key_lookups_per_hour: int = Field(default=20_000, ge=1)
    """Look-ups of one API key, behind which stands a department's system."""
    key_lookups_per_day: int = Field(default=200_000, ge=1)
    department_lookups_per_hour: int = Field(default=40_000, ge=1)
    department_lookups_per_day: int = Field(default=400_000, ge=1)
    refusals_per_day: int = Field(default=200, ge=1)
    """Entries of refusals that one account, citizen or API key causes in a day; the rest is only counted."""
    alarm_holders_per_hour: int = Field(default=60, ge=1)
    """Different people that one account looks up in a clock hour; from here on an alarm."""
    alarm_unknown_per_day: int = Field(default=20, ge=1)
    alarm_outside_list_per_day: int = Field(default=10, ge=1)
    alarm_sequence: int = Field(default=5, ge=2)
    """Neighbouring numbers of people, or of cases that are not there, in one day."""
    alarm_off_hours_per_day: int = Field(default=5, ge=1)
    alarm_idle_cases_per_day: int = Field(default=10, ge=1)
    alarm_idle_days: int = Field(default=5, ge=1, le=60)
    """Cases looked up on one day in which nothing else happened for so many days."""
    alarm_system_factor: int = Field(default=20, ge=1)
    """How many times as much an API key may do, behind which many people stand; runs of numbers apart."""
    office_hours: str = "07:00-20:00"
    """When staff may be expected to look things up; days by the two lists below, and Monday to Friday."""
    data_check_days: int = Field(default=15, ge=1, le=366)
    """Days in which a department answers a holder's dispute (校核): by your rules, no law's default."""
    data_check_unit: Literal["ND", "WD"] = "ND"
    """时限单位: `ND` calendar days, `WD` working days by the two lists below."""
    disputes_per_day: int = Field(default=20, ge=1)
    """Disputes (校核) that one holder may make on a day, withdrawn ones among them."""
    expiry_notice_days: int = Field(default=30, ge=0, le=366)
    """Days before a paper's last one on which its holder, and who relied on it, are told."""
    days_off: str = ""
    """Public holidays on weekdays, `2026-10-01 2026-10-02 …`; they count for `WD` alone."""
    days_worked: str = ""
    """Weekend days that are worked instead."""
    retention_years: int = Field(default=10, ge=0, le=100)
    """Years for which cases are kept after they were opened, and materials whose type states no rule."""
    backup_days: int = Field(default=30, ge=0, le=3660)
    """Days for which back-ups are kept: an erasure is complete when they have passed."""

    issuers: str = ""
    """Issuing departments that answer data checks (数据核验): `SC=https://host/path SW=https://…`."""
    issuer_secrets: Path = Path("keys/issuers")
    """Folder with one file a department of `issuers`: the bearer secret that it knows this service by."""
    issuer_seconds: int = Field(default=3, ge=1, le=20)
    """The longest that one question to an issuer takes, with all its waiting."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What the caller says, then the environment, then `once.toml` of that home; nothing else."""
        del dotenv_settings, file_secret_settings
        stated = {**env_settings(), **init_settings()}
        home = _absolute(stated.get("home") or default_home(os.environ))
        file = TomlConfigSettingsSource(settings_cls, toml_file=home / CONFIG_NAME)
        if "home" in file.toml_data:
            raise SettingsError(f"{CONFIG_NAME} cannot say where home is: it is found there")
        return init_settings, env_settings, file

    @field_validator("home", "cache", "vectors", mode="before")
    @classmethod
    def _make_absolute(cls, value: Any) -> Any:
        return _absolute(value) if value else None

    @field_validator("origin")
    @classmethod
    def _check_origin(cls, value: str) -> str:
        if _ORIGIN.fullmatch(value) is None:
            raise ValueError("an origin is 1 to 100 of letters, digits and ./_:-")
        return value

    @field_validator("public_url", "oidc_issuer")
    @classmethod
    def _check_url(cls, value: str) -> str:
        parts = urlsplit(value)
        loopback = parts.hostname in {"127.0.0.1", "::1", "localhost"}
        if value and (not parts.hostname or parts.query or parts.fragment or parts.username is not None):
            raise ValueError("a URL of scheme, host and perhaps port and path")
        if value and parts.scheme != "https" and not (parts.scheme == "http" and loopback):
            raise ValueError("https, or http on this machine alone")
        return value

    @field_validator("office_hours")
    @classmethod
    def _check_hours(cls, value: str) -> str:
        if _HOURS.fullmatch(value) is None or value[:5] >= value[6:]:
            raise ValueError("office hours are HH:MM-HH:MM, the second later")
        return value

    @field_validator("days_off", "days_worked")
    @classmethod
    def _check_days(cls, value: str) -> str:
        return " ".join(sorted(date.fromisoformat(one).isoformat() for one in value.split()))

    @field_validator("chain")
    @classmethod
    def _check_chain(cls, value: str) -> str:
        if value not in {"anvil", "hardhat"} and urlsplit(value).scheme not in {"http", "https", "ws", "wss"}:
            raise ValueError("a chain is anvil, hardhat, or the URL of a JSON-RPC endpoint")
        return value

    @field_validator("host")
    @classmethod
    def _check_host(cls, value: str) -> str:
        return str(ip_address("127.0.0.1" if value == "localhost" else value))

    @model_validator(mode="before")
    @classmethod
    def _place_below_home(cls, values: Any) -> Any:
        """Relative paths stand below home, and so does the database where no URL is given."""
        home = _absolute(values.get("home") or default_home(os.environ))
        values["home"] = home
        if "?" in str(home) and not values.get("database_url"):
            raise ValueError("a home whose path holds a ? can have no SQLite database: name it otherwise")
        if values.get("oidc_client_secret_file"):
            values["oidc_client_secret_file"] = home / Path(values["oidc_client_secret_file"]).expanduser()
        for name in (
            "kek_file",
            "lookup_key_file",
            "passphrase_file",
            "head_mark",
            "vault",
            "issuer_secrets",
        ):
            stated = values.get(name) or cls.model_fields[name].default
            values[name] = home / Path(stated).expanduser()
        values["database_url"] = values.get("database_url") or f"sqlite:///{home / 'ledger.db'}"
        return values

    @property
    def trust_file(self) -> Path:
        """What outside verifiers are given."""
        return self.home / "trust.json"

    @property
    def keys_folder(self) -> Path:
        """Key stores of the service."""
        return self.home / "keys"

    @property
    def chain_folder(self) -> Path:
        """State of the child chain."""
        return self.home / "chain"

    @property
    def is_loopback(self) -> bool:
        """Whether the server listens to this machine only, as it does unless told otherwise."""
        return ip_address(self.host).is_loopback

    def shown(self) -> dict[str, str | int | None]:
        """The effective settings for people: passwords and tokens in URLs are cut out."""
        shown: dict[str, str | int | None] = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if name in {"database_url", "chain"}:
                value = without_credentials(value)
            shown[name] = value if value is None or isinstance(value, int) else str(value)
        return shown


def load_settings(**stated: Any) -> Settings:
    """The effective settings; `stated` (from a command line) stands above the environment."""
    given = {name: value for name, value in stated.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        faults = "; ".join(f"{_name_of(fault['loc'])}: {fault['msg']}" for fault in error.errors())
        raise SettingsError(faults) from None
    except ValueError as error:
        if isinstance(error, SettingsError):
            raise
        raise SettingsError(f"{CONFIG_NAME} is not TOML") from None


def refuse_failpoints(settings: Settings) -> None:
    """SettingsError where this process could be told to die or to flip a bit, and is no demonstration."""
    if settings.profile != "demo" and is_armed():
        raise SettingsError("ONCE_FAILPOINT is for tests: a ledger in production does not run with it")


def _name_of(location: tuple[int | str, ...]) -> str:
    return f"{ENV_PREFIX}{location[0]}".upper() if location else "settings"


def default_home(environ: Any) -> Path:
    """`ONCE_HOME`, else `~/.once`."""
    return _absolute(environ.get("ONCE_HOME") or Path.home() / ".once")


def default_cache(environ: Any) -> Path:
    """`$XDG_CACHE_HOME/once-ledger`, else `~/.cache/once-ledger`: what may be deleted at any time."""
    return _absolute(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "once-ledger"


def _absolute(path: str | Path) -> Path:
    return Path(os.path.abspath(Path(path).expanduser()))  # noqa: PTH100  # links stay as they are named


def without_credentials(url: str) -> str:
    """A URL without its password; of an RPC endpoint not even path and query, which may hold a token."""
    parts = urlsplit(url)
    if not parts.netloc:
        return url
    place = parts.netloc.rpartition("@")[2]
    user = (parts.username or "") + (":…" if parts.password else "")
    netloc = f"{user}@{place}" if user else place
    if parts.scheme in {"http", "https", "ws", "wss"}:
        return urlunsplit((parts.scheme, place, "/…" if parts.path.strip("/") or parts.query else "", "", ""))
    return urlunsplit((parts.scheme, netloc, parts.path, "", ""))


def make_private_folder(folder: Path) -> Path:
    """Create a folder for its owner alone (0700); one that is open to others is refused, not repaired."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        raise SettingsError(f"{folder} is open to others; chmod 700 it after looking at what is inside")
    return folder


def read_secret(file: Path, size: int | None = None) -> bytes:
    """The bytes of a secret file that only its owner can read; `size` bytes exactly, if given."""
    try:
        with file.open("rb") as opened:
            if stat.S_IMODE(os.fstat(opened.fileno()).st_mode) & 0o077:
                raise SettingsError(f"{file} is open to others; it must have mode 0600")
            secret = opened.read(65_536)
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}") from None
    if size is not None and len(secret) != size:
        raise SettingsError(f"{file} must hold {size} bytes")
    return secret


def write_secret(file: Path, secret: bytes) -> None:
    """Write a new secret file with mode 0600, durable; one that exists is never overwritten."""
    create_file(file, secret, PRIVATE)
