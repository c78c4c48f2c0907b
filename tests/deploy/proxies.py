"""nginx and Caddy as `deploy` sets them up, on ports and with a certificate of our own."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.e2e.processes import PATIENCE

from .tools import DEPLOY, program, run

_NAME: Final = "photos.example.org"

_NGINX: Final = """\
error_log {folder}/start.log notice;
pid {folder}/nginx.pid;
daemon off;
events {{ }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/photochanger.conf;
}}
"""


@frozen
class Proxy:
    """A proxy that runs.

    Attributes:
        trusted: By whom: its certificate is nobody's.
        logs: What it has written.
    """

    url: str
    trusted: ssl.SSLContext
    logs: Path

    @property
    def told(self) -> str:
        """Everything that it has logged."""
        return "".join(path.read_text() for path in self.logs.glob("*.log"))


@contextmanager
def nginx(folder: Path, *, server_port: int, ports: tuple[int, int]) -> Iterator[Proxy]:
    """Run nginx before the server at *server_port*; it listens on *ports* with TLS and without."""
    tls, plain = ports
    _adapt(
        DEPLOY / "nginx/photochanger.conf",
        folder / "photochanger.conf",
        {
            "server 127.0.0.1:8000;": f"server 127.0.0.1:{server_port};",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{tls} ssl http2;",
            "listen [::]:443 ssl http2;": "",
            "listen 80;": f"listen 127.0.0.1:{plain};",
            "listen [::]:80;": "",
            f"/etc/letsencrypt/live/{_NAME}": str(folder),
            "/var/log/nginx": str(folder),
        },
    )
    (folder / "nginx.conf").write_text(_NGINX.format(folder=folder))
    words = [program("nginx", "nginx-light"), "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    trusted = _certificate(folder)
    run(*words, "-t")
    with _process(folder, words, tls):
        yield Proxy(f"https://localhost:{tls}", trusted, folder)


@contextmanager
def caddy(folder: Path, *, server_port: int, ports: tuple[int, int]) -> Iterator[Proxy]:
    """Run Caddy in the same way."""
    tls, plain = ports
    _adapt(
        DEPLOY / "caddy/Caddyfile",
        folder / "Caddyfile",
        {
            "\nphotos.example.org {\n": f"\nhttps://localhost {{\n\ttls {folder}/fullchain.pem "
            f"{folder}/privkey.pem\n",
            "\n{\n": f"\n{{\n\tadmin off\n\tskip_install_trust\n\tpersist_config off\n"
            f"\tstorage file_system {folder}/storage\n\thttps_port {tls}\n\thttp_port {plain}\n",
            "reverse_proxy 127.0.0.1:8000": f"reverse_proxy 127.0.0.1:{server_port}",
            "/var/log/caddy": str(folder),
        },
    )
    words = [program("caddy", "nothing; nox -s deploy brings it")]
    trusted = _certificate(folder)
    what = ("--adapter=caddyfile", f"--config={folder / 'Caddyfile'}")
    run(*words, "validate", *what)
    with _process(folder, [*words, "run", *what], tls):
        yield Proxy(f"https://localhost:{tls}", trusted, folder)


def _adapt(given: Path, adapted: Path, changes: Mapping[str, str]) -> None:
    text = given.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    adapted.write_text(text, encoding="utf-8")


@contextmanager
def _process(folder: Path, words: list[str], port: int) -> Iterator[None]:
    with (folder / "process.log").open("wb") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log)  # noqa: S603 - ourselves
    try:
        _wait_for(port, process)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            assert process.poll() is None, "the proxy has ended"
            assert time.monotonic() < deadline, "the proxy does not listen"
            time.sleep(0.02)
        else:
            return


def _certificate(folder: Path) -> ssl.SSLContext:
    """Make a certificate for this machine, signed by itself, and return who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
