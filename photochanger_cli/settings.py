"""What an operator sets for a server: read from the environment.

Every variable is known with the prefix `PHOTOCHANGER_` and without it. `.env` in the current
directory counts as environment, but a real variable of the same name wins.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Final, Literal

from attrs import Factory, field, frozen

from photochanger_adapters.gemini import driver as gemini
from photochanger_adapters.provider_http.result_origins import check_origins
from photochanger_adapters.system.service_manager import ServiceManager
from photochanger_adapters.turbotext import driver as turbotext
from photochanger_core.domain.settings import Settings
from photochanger_web.config import LOOPBACK

from . import variables
from .database_url import database_url, without_secrets
from .dotenv import read_dotenv
from .failures import BadVariable
from .kept_secrets import secrets_folder
from .locale import phrase
from .variables import Variables, environment

_ALL_ADDRESSES: Final = "0.0.0.0"  # noqa: S104 - booths and guests are other machines


DOTENV: Final = Path(".env")

LogFormat = Literal["json", "console"]


def _credentials_in(data_dir: Path) -> Path:
    return secrets_folder(data_dir) / "runtime_credentials.json"


@frozen(kw_only=True)
class ServerSettings:
    """What an operator sets for a server, checked.

    Attributes:
        database_url: None: the embedded PostgreSQL under `data_dir`.
        host: Where to listen; by default everywhere, as booths are other machines.
        public_base_url: How guests reach the server; None: as the booth does.
        public_media_base_url: How providers reach it; None: as guests do.
        temp_ttl_seconds: How long a provider's link to a picture leads somewhere at most.
        trusted_proxies: Whose word on the caller's address counts.
        metrics_allow: Who may read `/metrics`.
        credentials_file: Who may log in; by default under `data_dir`.
        jwt_keys: What tokens are signed with, the first one by ours; none: a key is made up.
        first_admin_password: What the accounts of the first start have; None: made up, and told.
        statement_timeout_ms: After which a query counts as failed; less than the sync window.
        secret_keys: What secrets in the database are encrypted with; all of them decrypt. Empty:
            one is made up.
        gemini_api_key: What counts while the database has none; None: neither has the environment.
        turbotext_api_key: The same for Turbotext.
        turbotext_result_hosts: Where its pictures may lie beside its own host.
        first_start: What the settings are at first, by field; later the database knows.
    """

    database_url: str | None = field(default=None, repr=False)
    data_dir: Path
    media_root: Path
    host: str = _ALL_ADDRESSES
    port: int = 8000
    public_base_url: str | None = None
    public_media_base_url: str | None = None
    temp_ttl_seconds: int = 3600
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    metrics_allow: tuple[IPv4Network | IPv6Network, ...] = LOOPBACK
    credentials_file: Path = field(
        default=Factory(lambda self: _credentials_in(self.data_dir), takes_self=True)
    )
    jwt_keys: tuple[str, ...] = field(default=(), repr=False)
    first_admin_password: str | None = field(default=None, repr=False)
    statement_timeout_ms: int = 5000
    secret_keys: tuple[str, ...] = field(default=(), repr=False)
    gemini_api_key: str | None = field(default=None, repr=False)
    gemini_base_url: str = gemini.DEFAULT_BASE_URL
    turbotext_api_key: str | None = field(default=None, repr=False)
    turbotext_base_url: str = turbotext.DEFAULT_BASE_URL
    turbotext_result_hosts: tuple[str, ...] = ()
    http_proxy_url: str | None = field(default=None, repr=False)
    log_format: LogFormat = "json"
    first_start: Mapping[str, object] = field(factory=dict, repr=False)

    @property
    def api_keys(self) -> Mapping[str, str]:
        """The keys of providers that have one."""
        keys = {"gemini": self.gemini_api_key, "turbotext": self.turbotext_api_key}
        return {provider: key for provider, key in keys.items() if key is not None}

    @property
    def owner(self) -> str:
        """The name of this server: the same after a restart, and no other's that runs."""
        return f"{socket.gethostname()} {self.host}:{self.port}"

    @property
    def database(self) -> str:
        """Where the database is, in words fit for a log."""
        if self.database_url is None:
            return f"embedded PostgreSQL in {self.data_dir / 'postgres'}"
        return without_secrets(self.database_url)


def load_settings() -> ServerSettings:
    """Return what the environment and `.env` in the current directory say.

    Raises:
        BadUsage: Naming the first variable that is not what it must be.
    """
    return settings_from(_environment())


def forget_libpq_settings() -> None:
    """Forget what the environment says to libpq: it is meant for other databases than ours."""
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]


def load_send_password() -> str | None:
    """Return the password that `photochanger send` sends if it is told none. Raises as above."""
    return _environment().read("SEND_PASSWORD", variables.password, None)


def load_service_manager() -> ServiceManager:
    """Return who has started this process and watches over it. Raises as above."""
    return service_manager_from(Variables(environment()), own_pid=os.getpid())


def service_manager_from(given: Variables, *, own_pid: int) -> ServiceManager:
    """Return who that is by *given*, as sd_notify(3) and sd_watchdog_enabled(3) say."""
    microseconds = given.read("WATCHDOG_USEC", variables.whole(1, 10**12), None)
    is_meant = given.read("WATCHDOG_PID", variables.whole(1, 2**31), own_pid) == own_pid
    return ServiceManager(
        address=given.read("NOTIFY_SOCKET", str, None),
        watchdog_seconds=microseconds / 10**6 if microseconds and is_meant else None,
    )


def _environment() -> Variables:
    return Variables({**read_dotenv(DOTENV), **environment()})


def settings_from(given: Variables) -> ServerSettings:
    """Return what *given* says. Raises as `load_settings`."""
    first_start = _first_start(given)
    data_dir = given.read("DATA_DIR", Path, Path("var")).absolute()
    return ServerSettings(
        database_url=given.read("DATABASE_URL", database_url, None),
        data_dir=data_dir,
        media_root=given.read("MEDIA_ROOT", Path, data_dir / "media").absolute(),
        host=given.read("HOST", variables.host, _ALL_ADDRESSES),
        port=given.read("PORT", variables.whole(1, 65535), 8000),
        public_base_url=given.read("PUBLIC_BASE_URL", variables.base_url, None),
        public_media_base_url=given.read("PUBLIC_MEDIA_BASE_URL", variables.base_url, None),
        temp_ttl_seconds=given.read("TEMP_TTL_SECONDS", variables.whole(1, 3600), 3600),
        trusted_proxies=given.read("TRUSTED_PROXIES", variables.networks, ()),
        metrics_allow=given.read("METRICS_ALLOW", variables.networks, LOOPBACK),
        credentials_file=given.read("CREDENTIALS_FILE", Path, _credentials_in(data_dir)).absolute(),
        jwt_keys=_jwt_keys(given),
        statement_timeout_ms=_statement_timeout(given, first_start),
        secret_keys=given.read("SECRET_KEYS", variables.secret_keys, ()),
        gemini_api_key=given.read("GEMINI_API_KEY", variables.key, None),
        gemini_base_url=given.read(
            "GEMINI_BASE_URL", variables.provider_url, gemini.DEFAULT_BASE_URL
        ),
        turbotext_api_key=given.read("TURBOTEXT_API_KEY", variables.key, None),
        turbotext_base_url=given.read(
            "TURBOTEXT_BASE_URL", variables.provider_url, turbotext.DEFAULT_BASE_URL
        ),
        turbotext_result_hosts=given.read("TURBOTEXT_RESULT_HOSTS", _hosts, ()),
        http_proxy_url=given.read("HTTP_PROXY_URL", variables.proxy_url, None),
        log_format=given.read("LOG_FORMAT", _log_format, "json"),
        first_start=first_start,
    )


def _first_start(given: Variables) -> dict[str, object]:
    values = {
        "sync_response_seconds": given.read(
            "T_SYNC_RESPONSE_SECONDS", variables.setting("sync_response_seconds"), None
        ),
        "result_ttl_hours": given.read(
            "RESULT_TTL_HOURS", variables.setting("result_ttl_hours"), None
        ),
        "max_in_flight_jobs": given.read(
            "QUEUE_MAX_IN_FLIGHT_JOBS", variables.setting("max_in_flight_jobs"), None
        ),
        "ingest_password": given.read("INGEST_PASSWORD", variables.password, None),
    }
    return {name: value for name, value in values.items() if value is not None}


def _hosts(text: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(","))
    try:
        check_origins(names)
    except ValueError:
        raise ValueError(phrase("must.be_hosts")) from None
    return names


def _jwt_keys(given: Variables) -> tuple[str, ...]:
    other_name = given.read("JWT_SIGNING_KEY", variables.signing_keys, ())
    return given.read("JWT_SECRET", variables.signing_keys, other_name)


def _log_format(text: str) -> LogFormat:
    formats: dict[str, LogFormat] = {"json": "json", "console": "console"}
    if text not in formats:
        raise ValueError(phrase("must.be_log_format"))
    return formats[text]


def _statement_timeout(given: Variables, first_start: Mapping[str, object]) -> int:
    window = first_start.get("sync_response_seconds", Settings().sync_response_seconds)
    limit = int(str(window)) * 1000
    milliseconds = given.read("QUEUE_STATEMENT_TIMEOUT_MS", variables.whole(1, 10**6), 5000)
    if milliseconds >= limit:
        raise BadVariable(
            "QUEUE_STATEMENT_TIMEOUT_MS", phrase("settings.statement_timeout", limit=limit)
        )
    return milliseconds
