"""The scripts of the image."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.e2e.processes import PATIENCE, free_port

from .tools import DEPLOY, program, run

DOCKER = DEPLOY / "docker"


@pytest.mark.parametrize("script", ["prepare", "every"])
def test_scripts_are_clean(script: str) -> None:
    run(program("shellcheck", "shellcheck"), DOCKER / script)


@contextmanager
def answering(status: int) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def asked(folder: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, DOCKER / "healthy"],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )


def healthy(folder: Path | None = None, **variables: str) -> int:
    return asked(folder, **variables).returncode


@pytest.mark.parametrize("status, is_healthy", [(200, True), (503, False), (404, False)])
def test_healthy_is_who_answers_200(status: int, *, is_healthy: bool) -> None:
    with answering(status) as port:
        assert (healthy(PHOTOCHANGER_PORT=str(port)) == 0) is is_healthy
        assert (healthy(PORT=str(port), HTTP_PROXY="http://192.0.2.1:9") == 0) is is_healthy


def test_healthy_asks_at_the_port_of_the_mounted_file_as_the_server_listens(tmp_path: Path) -> None:
    with answering(200) as port:
        (tmp_path / ".env").write_text(f'export PHOTOCHANGER_PORT="{port}"  # as the server\n')
        assert healthy(tmp_path) == 0
        assert healthy(tmp_path, PORT=str(free_port())) == 0
        assert healthy(tmp_path, PHOTOCHANGER_PORT="") == 0
        assert healthy(tmp_path, PHOTOCHANGER_PORT=str(free_port())) == 1


def test_who_does_not_answer_is_not_healthy() -> None:
    assert healthy(PHOTOCHANGER_PORT=str(free_port())) == 1


def test_with_a_port_that_is_none_nobody_is_healthy(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=many\n")
    done = asked(tmp_path)

    assert done.returncode == 1
    assert done.stderr == "unhealthy: PORT must be a whole number from 1 to 65535\n"


def test_every_goes_on_whatever_becomes_of_it_and_leaves_when_told(tmp_path: Path) -> None:
    command = ["sh", "-c", "echo done; exit 3"]
    with (
        (tmp_path / "errors").open("wb") as errors,
        subprocess.Popen(  # noqa: S603 - ourselves
            [DOCKER / "every", "0.05", *command], stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(3)] == ["done\n"] * 3
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert "ended with 3" in (tmp_path / "errors").read_text()
