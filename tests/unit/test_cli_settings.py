from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from photochanger_cli import variables
from photochanger_cli.failures import BadUsage
from photochanger_cli.settings import ServerSettings, load_settings, settings_from
from photochanger_cli.variables import Variables


def test_an_empty_environment_has_the_documented_defaults() -> None:
    settings = settings_from(Variables({}))
    assert settings.database_url is None
    assert settings.data_dir == Path("var").absolute()
    assert settings.media_root == Path("var/media").absolute()
    assert (settings.host, settings.port) == ("0.0.0.0", 8000)  # noqa: S104 - compared only
    assert settings.public_base_url is None
    assert settings.trusted_proxies == ()
    assert settings.metrics_allow == (ip_network("127.0.0.0/8"), ip_network("::1"))
    assert settings.statement_timeout_ms == 5000
    assert settings.gemini_base_url == "https://generativelanguage.googleapis.com"
    assert settings.log_format == "json"
    assert settings.first_start == {}


def test_every_variable_is_used() -> None:
    settings = settings_from(
        Variables(
            {
                "DATABASE_URL": "postgresql://localhost:5432/photochanger",
                "DATA_DIR": "/data",
                "MEDIA_ROOT": "/media",
                "HOST": "127.0.0.1",
                "PORT": "8001",
                "PUBLIC_BASE_URL": "https://photos.example.org/",
                "TRUSTED_PROXIES": "10.0.0.7, 192.168.0.0/16,fd00::/8",
                "METRICS_ALLOW": "127.0.0.1,10.0.0.5",
                "T_SYNC_RESPONSE_SECONDS": "30",
                "RESULT_TTL_HOURS": "24",
                "QUEUE_MAX_IN_FLIGHT_JOBS": "20",
                "QUEUE_STATEMENT_TIMEOUT_MS": "2000",
                "INGEST_PASSWORD": "booth",
                "GEMINI_API_KEY": "key",
                "GEMINI_BASE_URL": "http://127.0.0.1:9/",
                "TURBOTEXT_API_KEY": "other-key",
                "TURBOTEXT_BASE_URL": "http://127.0.0.1:8/",
                "TURBOTEXT_RESULT_HOSTS": "cdn.example.org, s3.example.org:8443",
                "PUBLIC_MEDIA_BASE_URL": "https://media.example.org/",
                "TEMP_TTL_SECONDS": "30",
                "HTTP_PROXY_URL": "http://user:secret@proxy:3128",
                "LOG_FORMAT": "console",
            }
        )
    )
    assert settings.database_url == "postgresql://localhost:5432/photochanger"
    assert (settings.data_dir, settings.media_root) == (Path("/data"), Path("/media"))
    assert (settings.host, settings.port) == ("127.0.0.1", 8001)
    assert settings.public_base_url == "https://photos.example.org"
    assert settings.trusted_proxies == tuple(
        map(ip_network, ("10.0.0.7/32", "192.168.0.0/16", "fd00::/8"))
    )
    assert settings.metrics_allow == (ip_network("127.0.0.1"), ip_network("10.0.0.5"))
    assert settings.statement_timeout_ms == 2000
    assert settings.gemini_api_key == "key"
    assert settings.gemini_base_url == "http://127.0.0.1:9"
    assert settings.turbotext_api_key == "other-key"
    assert settings.turbotext_base_url == "http://127.0.0.1:8"
    assert settings.turbotext_result_hosts == ("cdn.example.org", "s3.example.org:8443")
    assert settings.public_media_base_url == "https://media.example.org"
    assert settings.temp_ttl_seconds == 30
    assert settings.http_proxy_url == "http://user:secret@proxy:3128"
    assert settings.log_format == "console"
    assert settings.first_start == {
        "sync_response_seconds": 30,
        "result_ttl_hours": 24,
        "max_in_flight_jobs": 20,
        "ingest_password": "booth",
    }


def test_the_prefix_is_preferred_to_the_bare_name() -> None:
    assert settings_from(Variables({"PORT": "1", "PHOTOCHANGER_PORT": "2"})).port == 2


def test_empty_means_unset() -> None:
    assert settings_from(Variables({"PORT": "1", "PHOTOCHANGER_PORT": ""})).port == 1
    assert settings_from(Variables({"DATABASE_URL": ""})).database_url is None


def test_a_real_variable_wins_over_dotenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text("PHOTOCHANGER_PORT=1\nPHOTOCHANGER_HOST=127.0.0.1\n")
    monkeypatch.setenv("PHOTOCHANGER_PORT", "2")
    monkeypatch.setenv("PHOTOCHANGER_HOST", "")
    settings = load_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 2)


@pytest.mark.parametrize(
    "name, text",
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("PORT", "8000 "),
        ("PORT", "9" * 5000),
        ("HOST", "http://here"),
        ("T_SYNC_RESPONSE_SECONDS", "9"),
        ("T_SYNC_RESPONSE_SECONDS", "61"),
        ("T_SYNC_RESPONSE_SECONDS", "30s"),
        ("RESULT_TTL_HOURS", "169"),
        ("QUEUE_MAX_IN_FLIGHT_JOBS", "0"),
        ("QUEUE_STATEMENT_TIMEOUT_MS", "0"),
        ("QUEUE_STATEMENT_TIMEOUT_MS", "48000"),
        ("DATABASE_URL", "sqlite:///secret"),
        ("DATABASE_URL", "postgresql://u:secret?/@host/name"),
        ("PUBLIC_BASE_URL", "photos.example.org"),
        ("PUBLIC_BASE_URL", "https://user:secret@photos.example.org"),
        ("PUBLIC_BASE_URL", "https://photos.example.org/?a=secret"),
        ("PUBLIC_BASE_URL", "https://фото.example.org/"),
        ("PUBLIC_BASE_URL", "https://photos.example.org:99999"),
        ("PUBLIC_BASE_URL", "https://photos..example.org"),
        ("PUBLIC_BASE_URL", "https://*.example.org"),
        ("PUBLIC_BASE_URL", "http://photos%00.example.org"),
        ("PUBLIC_BASE_URL", f"http://{'a' * 64}.example.org"),
        ("PUBLIC_BASE_URL", "http://" + "a." * 130 + "org"),
        ("PUBLIC_MEDIA_BASE_URL", "http://-photos.example.org"),
        ("GEMINI_BASE_URL", "https://a..b"),
        ("HTTP_PROXY_URL", "http://a..b:3128"),
        ("TRUSTED_PROXIES", "proxy.example.org"),
        ("TRUSTED_PROXIES", "10.0.0.7,"),
        ("TRUSTED_PROXIES", "10.0.0.7/8"),
        ("METRICS_ALLOW", "everybody"),
        ("GEMINI_BASE_URL", "http://gemini.example.org"),
        ("GEMINI_BASE_URL", "http://10.0.0.1"),
        ("TURBOTEXT_BASE_URL", "http://10.0.0.1"),
        ("TURBOTEXT_API_KEY", "the secret key"),
        ("TURBOTEXT_RESULT_HOSTS", "https://secret.example.org"),
        ("TURBOTEXT_RESULT_HOSTS", "cdn.example.org,"),
        ("PUBLIC_MEDIA_BASE_URL", "secret.example.org"),
        ("TEMP_TTL_SECONDS", "0"),
        ("GEMINI_API_KEY", "the secret key"),
        ("GEMINI_API_KEY", "secret\n"),
        ("HTTP_PROXY_URL", "user:secret@proxy"),
        ("SECRET_KEYS", "secret"),
        ("INGEST_PASSWORD", "secret" * 200),
        ("INGEST_PASSWORD", "secret\udcff"),
        ("LOG_FORMAT", "xml"),
        ("JWT_SECRET", "secret" * 5),
        ("JWT_SECRET", "secret" * 6 + ","),
        ("JWT_SECRET", "secret" * 6 + ", secret"),
        ("JWT_SIGNING_KEY", "secret words" * 6),
    ],
)
def test_a_bad_value_is_named_and_not_shown(name: str, text: str) -> None:
    with pytest.raises(BadUsage) as refusal:
        settings_from(Variables({f"PHOTOCHANGER_{name}": text}))
    assert name in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert "secret" not in str(refusal.value)
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize(
    "text, problem", [("9", "должно быть от 10 до 60"), ("30s", "должно быть целым числом")]
)
def test_a_setting_that_is_wrong_is_told_in_the_language_of_the_locale(
    text: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    with pytest.raises(BadUsage, match=f"^T_SYNC_RESPONSE_SECONDS {problem}$"):
        settings_from(Variables({"T_SYNC_RESPONSE_SECONDS": text}))


def test_the_name_that_was_used_is_told() -> None:
    with pytest.raises(BadUsage, match=r"^PORT must be"):
        settings_from(Variables({"PORT": "many"}))


@pytest.mark.parametrize("url", ["http://localhost:1", "http://127.0.0.7", "http://[::1]:80/v"])
def test_a_provider_on_this_machine_needs_no_tls(url: str) -> None:
    assert settings_from(Variables({"GEMINI_BASE_URL": url})).gemini_base_url == url


def test_the_statement_timeout_is_compared_with_the_window_that_is_set() -> None:
    given = {"T_SYNC_RESPONSE_SECONDS": "10", "QUEUE_STATEMENT_TIMEOUT_MS": "9999"}
    assert settings_from(Variables(given)).statement_timeout_ms == 9999
    with pytest.raises(BadUsage, match="below the sync window, 10000 ms"):
        settings_from(Variables(given | {"QUEUE_STATEMENT_TIMEOUT_MS": "10000"}))


def test_nothing_secret_is_shown() -> None:
    settings = settings_from(
        Variables(
            {
                "DATABASE_URL": "postgresql://me:hidden@db/photos?password=hidden",
                "GEMINI_API_KEY": "hidden",
                "JWT_SECRET": "hidden" * 6,
                "HTTP_PROXY_URL": "http://me:hidden@proxy",
                "INGEST_PASSWORD": "hidden",
            }
        )
    )
    assert "hidden" not in repr(settings)
    assert settings.database == "postgresql://me@db/photos"


def test_tokens_are_signed_by_the_first_key_of_either_name() -> None:
    old, new = "o" * 32, "n" * 40
    for name in ("JWT_SECRET", "JWT_SIGNING_KEY", "PHOTOCHANGER_JWT_SIGNING_KEY"):
        assert settings_from(Variables({name: f"{new}, {old}"})).jwt_keys == (new, old)
    both = settings_from(Variables({"JWT_SECRET": new, "JWT_SIGNING_KEY": old}))
    assert both.jwt_keys == (new,)
    assert settings_from(Variables({})).jwt_keys == ()


def test_accounts_lie_beside_the_other_secrets_or_where_told() -> None:
    settings = settings_from(Variables({"DATA_DIR": "/data"}))
    assert settings.credentials_file == Path("/data/secrets/runtime_credentials.json")
    assert ServerSettings(data_dir=Path("/data"), media_root=Path("/m")) == ServerSettings(
        data_dir=Path("/data"), media_root=Path("/m"), credentials_file=settings.credentials_file
    )
    elsewhere = settings_from(Variables({"CREDENTIALS_FILE": "/run/who.json"}))
    assert elsewhere.credentials_file == Path("/run/who.json")


def test_servers_on_one_machine_have_names_of_their_own() -> None:
    owners = {
        settings_from(Variables({"HOST": host, "PORT": port})).owner
        for host in ("127.0.0.1", "127.0.0.2")
        for port in ("8000", "8001")
    }
    assert len(owners) == 4


@pytest.mark.parametrize(
    "url",
    [
        *("http://photos", "http://photo_booth-1:8000", "https://Photos.Example.org."),
        *("http://192.168.1.5", "http://[fd00::5]:8000", "https://photos.example.org/booth"),
    ],
)
def test_hosts_that_can_be(url: str) -> None:
    assert variables.base_url(url) == url
