"""The image of the Dockerfile, built and run without a Docker engine.

buildah builds it as it stands, on Debian's own Python in place of the base image, which only a
registry of images has. What `docker run --read-only` does with it is done here with namespaces.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from tests.e2e.processes import PATIENCE

from .tools import DEPLOY, ROOT, program, run

_BASE: Final = """\
FROM scratch
ADD base.tar /
RUN ln -s /usr/bin/python3 /usr/local/bin/python
"""
_SUITE: Final = "bookworm"
_SOURCES: Final = Path("/etc/apt/sources.list.d/debian.sources")

_OF_THIS_MACHINE: Final = (
    Path("/etc/pip.conf"),
    Path("/etc/ssl/certs/ca-certificates.crt"),
    *sorted(Path("/etc/apt/apt.conf.d").glob("99*")),
)
"""How this machine reaches packages, lent to the steps of a build."""

_WHO: Final = 10001

_ENTER: Final = """\
set -eu
root=$1; data=$2; dotenv=$3; shift 3
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o size=64m,nosuid,nodev tmpfs "$root/tmp"
mount --bind "$data" "$root/var/lib/photochanger"
touch "$root/srv/photochanger/.env"
mount --bind "$dotenv" "$root/srv/photochanger/.env"
mount -o remount,bind,ro "$root"
exec chroot "$root" setpriv --reuid=10001 --regid=10001 --clear-groups --no-new-privs \\
    --bounding-set=-all env -i "$@"
"""
"""As `docker run --read-only --cap-drop ALL --tmpfs /tmp --volume … --network host` has it."""


class Builder:
    """buildah with a storage of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._buildah = [
            program("buildah", "buildah"),
            *("--root", str(folder / "root"), "--runroot", str(folder / "run")),
            *("--storage-driver", "overlay"),
        ]

    def __call__(self, *words: str | Path) -> str:
        return run(*self._buildah, *words)

    def base(self) -> str:
        """Make what stands in for the base image, and return its name."""
        context = self._folder / "base"
        context.mkdir()
        run(
            program("mmdebstrap", "mmdebstrap"),
            *("--quiet", "--variant=apt", "--include=python3,python3-venv,ca-certificates"),
            *(
                _SUITE,
                context / "base.tar",
                _SOURCES if _SOURCES.exists() else "/etc/apt/sources.list",
            ),
        )
        (context / "Dockerfile").write_text(_BASE)
        self._build(context / "Dockerfile", context, "localhost/base")
        return "localhost/base"

    def image(self, base: str) -> str:
        """Build the Dockerfile as it stands, and return the name of the image."""
        lent = [f"--volume={path}:{path}:ro" for path in _OF_THIS_MACHINE if path.is_file()]
        self._build(
            DEPLOY / "docker/Dockerfile",
            ROOT,
            "localhost/photochanger",
            *(f"--build-arg=PYTHON_IMAGE={base}", "--build-arg=REVISION=abc", *lent),
        )
        return "localhost/photochanger"

    def _build(self, file: Path, context: Path, name: str, *more: str) -> None:
        how = ("--isolation=chroot", "--format=docker", "--layers=false", *more)
        self("bud", *how, "--tag", name, "--file", file, context)


@frozen
class Image:
    """An image, unpacked."""

    root: Path
    config: Mapping[str, Any]

    @property
    def variables(self) -> list[str]:
        """What it sets, as NAME=value."""
        return list(self.config["Env"])

    @property
    def surroundings(self) -> list[str]:
        """Where its programs run, and with which variables, in the words of `env`."""
        return [f"--chdir={self.config['WorkingDir']}", *self.variables]

    def words(self, *command: str) -> list[str]:
        """Return what is run in a container that is given *command*, or none."""
        return [*self.config["Entrypoint"], *(command or self.config["Cmd"])]

    def entering(self, data: Path, dotenv: Path) -> list[str]:
        """Return the words before those that are to run in a container of their own."""
        return [
            *("unshare", "--mount", "--pid", "--fork", "--kill-child"),
            *("sh", "-c", _ENTER, "sh", str(self.root), str(data), str(dotenv)),
            *self.surroundings,
        ]


@contextmanager
def built_image(folder: Path) -> Iterator[Image]:
    """Yield the image that the Dockerfile makes."""
    builder = Builder(folder)
    name = builder.image(builder.base())
    told = json.loads(builder("inspect", "--type=image", name))
    container = builder("from", name).strip()
    try:
        root = Path(builder("mount", container).strip())
        yield Image(root=root, config=told["Docker"]["config"])
    finally:
        builder("rm", container)


class Container:
    """A process 1 of its own, in an image whose files nobody can change."""

    def __init__(
        self, image: Image, folder: Path, variables: Mapping[str, str], command: Sequence[str] = ()
    ) -> None:
        self._image = image
        self._log = folder / "container.log"
        data, dotenv = folder / "data", folder / "container.env"
        data.mkdir(exist_ok=True)
        os.chown(data, _WHO, _WHO)
        dotenv.write_text("".join(f"{name}={value}\n" for name, value in variables.items()))
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [*image.entering(data, dotenv), *image.words(*command)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def told(self) -> str:
        return self._log.read_text()

    def wait_for(self, text: str) -> None:
        """Wait until it has said *text*."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.told:
            assert self._process.poll() is None, self.told
            assert time.monotonic() < deadline, self.told
            time.sleep(0.02)

    def execute(self, *words: str) -> int:
        """Run *words* beside process 1, as `docker exec` does, and return their status."""
        return subprocess.run(  # noqa: S603 - ourselves
            [
                *("nsenter", f"--target={self._first}", "--mount", "--pid", "--root"),
                *(f"--setuid={_WHO}", f"--setgid={_WHO}", "/usr/bin/env", "-i"),
                *(*self._image.surroundings, *words),
            ],
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        ).returncode

    def stop(self) -> None:
        """Tell process 1 to leave, as `docker stop` does."""
        os.kill(self._first, signal.SIGTERM)

    def status(self) -> int:
        """Wait for the end and return the status."""
        return self._process.wait(PATIENCE)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(PATIENCE)

    @property
    def _first(self) -> int:
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        [child] = children.read_text().split()
        return int(child)


@contextmanager
def running(
    image: Image, folder: Path, variables: Mapping[str, str], *command: str
) -> Iterator[Container]:
    """Run the image, with *variables* in its `.env`; *command* in place of its own."""
    container = Container(image, folder, variables, command)
    try:
        yield container
    finally:
        container.kill()
