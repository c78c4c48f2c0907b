"""nginx before several servers, as `deploy/nginx` has it before one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.processes import free_port

from .running import Running


def nginx() -> str | None:
    """Return the program; None: there is none on this machine."""
    return shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")


@contextmanager
def before(ports: Sequence[int], program: str, folder: Path) -> Iterator[int]:
    """Run nginx inside, and yield its port: photos go to the servers on *ports* in turn."""
    port = free_port()
    (folder / "nginx.conf").write_text(_configuration(port, ports, folder))
    words = ("-p", str(folder), "-c", str(folder / "nginx.conf"))
    with Running(*words, folder=folder, name="nginx", python=program) as process:
        process.listens(port)
        yield port


def _configuration(port: int, ports: Sequence[int], folder: Path) -> str:
    servers = "".join(f"server 127.0.0.1:{each}; " for each in ports)
    return f"""
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log crit;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream servers {{ {servers} }}
    server {{
        listen 127.0.0.1:{port};
        client_max_body_size 32m;
        location / {{
            proxy_pass http://servers;
            proxy_http_version 1.1;
            proxy_request_buffering off;
            proxy_buffering off;
            proxy_read_timeout 75s;
            proxy_next_upstream off;
        }}
    }}
}}
"""
