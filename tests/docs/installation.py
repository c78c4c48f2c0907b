"""Where the commands of the documentation are run: an installation with stand-ins for providers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from attrs import evolve, frozen

from tests.e2e.processes import PATIENCE, Process, environment, free_port
from tests.pictures import JPEG, picture

PASSWORD: Final = "123456"
PROVIDER_KEY: Final = "simulated-key"
ADMIN_PASSWORD: Final = "a long password of an administrator"

_PREPARED: Final = """\
curl() { command curl --fail-with-body --silent --show-error --max-time 60 "$@"; }
photochanger() {
    if [ "$1" = serve ]; then
        command photochanger serve > serve.out 2> serve.err & trap "kill $! 2> /dev/null" EXIT
        until grep -q "PhotoChanger is ready" serve.out; do kill -0 $! && sleep 0.1; done
    else
        command photochanger "$@"
    fi
}
"""
"""What a reader does without being told: notices that a request failed, uses another terminal."""


@frozen(kw_only=True)
class Installation:
    """A folder, and what readers are expected to have: a photo, a password, a token."""

    folder: Path
    variables: Mapping[str, str]

    @property
    def address(self) -> str:
        """Where the server listens."""
        return f"127.0.0.1:{self.variables['PHOTOCHANGER_PORT']}"

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run *script* as a shell does that stops at the first failure."""
        return subprocess.run(  # noqa: S603 - our own documentation
            ["/bin/bash", "-euo", "pipefail", "-c", _PREPARED + script],
            cwd=self.folder,
            env=environment(self.variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE,
            check=False,
        )

    def log_in(self) -> str:
        """Return a token of an administrator."""
        asked = urllib.request.Request(
            f"http://{self.address}/api/login",
            data=json.dumps({"username": "serg", "password": ADMIN_PASSWORD}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310 - the same
            return str(json.load(answer)["access_token"])


@contextmanager
def providers(folder: Path) -> Iterator[dict[str, str]]:
    """Run a stand-in for each provider; yield the variables that lead a server to them."""
    with _stand_in(folder, "gemini") as gemini, _stand_in(folder, "turbotext") as turbotext:
        stand_ins = {"GEMINI": gemini, "TURBOTEXT": turbotext}
        names = {f"PHOTOCHANGER_{provider}_BASE_URL": one for provider, one in stand_ins.items()}
        yield {name: stand_in.line(f"{name}=") for name, stand_in in names.items()}


def prepared(folder: Path, variables: Mapping[str, str]) -> Installation:
    """Return an installation in *folder* that nobody has started yet."""
    for name in ("photo.jpg", "postcard.jpg"):
        (folder / name).write_bytes(picture(JPEG))
    given = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PHOTOCHANGER_HOST": "127.0.0.1",
        "PHOTOCHANGER_PORT": str(free_port()),
    }
    return Installation(folder=folder, variables={**given, **variables})


@contextmanager
def running(folder: Path, variables: Mapping[str, str]) -> Iterator[Installation]:
    """Run a server in *folder*, with keys, a password for booths and an administrator."""
    port = free_port()
    given = {
        "PHOTOCHANGER_PORT": str(port),
        "PHOTOCHANGER_PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        "PHOTOCHANGER_INGEST_PASSWORD": PASSWORD,
        "PHOTOCHANGER_SEND_PASSWORD": PASSWORD,
        "PHOTOCHANGER_GEMINI_API_KEY": PROVIDER_KEY,
        "PHOTOCHANGER_TURBOTEXT_API_KEY": PROVIDER_KEY,
        **variables,
    }
    installation = prepared(folder, given)
    words = ("-m", "photochanger_cli", "serve")
    with Process(*words, folder=folder, name="server", variables=installation.variables) as server:
        server.line("PhotoChanger is ready: ")
        set_password = f"echo '{ADMIN_PASSWORD}' | photochanger admin set-password serg"
        assert installation.run(set_password).returncode == 0
        known = {"TOKEN": installation.log_in(), "ADMIN_PASSWORD": ADMIN_PASSWORD}
        yield evolve(installation, variables={**installation.variables, **known})


def _stand_in(folder: Path, provider: str) -> Process:
    words = ("-m", "photochanger_cli", "simulate", f"--provider={provider}", "--port=0")
    return Process(*words, folder=folder, name=provider)
