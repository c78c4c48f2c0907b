"""What developers and CI run, in the same words."""

from __future__ import annotations

import re
from pathlib import Path

import nox

nox.options.sessions = ["lint", "tests", "contract", "docs", "package"]
nox.options.error_on_missing_interpreters = True

_CHECKED = (
    "photochanger_core",
    "photochanger_adapters",
    "photochanger_web",
    "photochanger_cli",
    "tests",
    "noxfile.py",
    "docs/conf.py",
)
_COVERAGE = "90"
# Rings that `tests` leaves out:
_WITH_A_SESSION = ("browser", "docs", "operations", "packaging", "deploy")
# Tests wait more than they work. Left in their order, files of few long tests are not the last.
_TWO_AT_ONCE = ("--numprocesses=2", "--dist=loadfile", "--no-loadscope-reorder")
_LOCKS = {  # in an order in which each keeps to the versions of the first
    "dev": ("--extra", "dev"),
    "server": ("--extra", "server", "--constraint", "requirements/dev.txt"),
    "build": ("--group", "build", "--constraint", "requirements/dev.txt"),
    "deploy": ("--group", "deploy", "--constraint", "requirements/dev.txt"),
}


def _install_locked(session: nox.Session, *locks: str) -> None:
    session.install("--require-hashes", "-rrequirements/build.txt")
    wanted = (f"-rrequirements/{lock}.txt" for lock in locks)
    session.install("--require-hashes", "--no-build-isolation", *wanted)


def _install(session: nox.Session, *more: str) -> None:
    _install_locked(session, "dev", *more)
    session.install("--no-deps", "--no-build-isolation", "--editable", ".")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, format, types and the direction of imports."""
    _install(session)
    session.run("ruff", "check", *_CHECKED)
    session.run("ruff", "format", "--check", *_CHECKED)
    session.run("mypy")
    session.run("lint-imports")


@nox.session
def tests(session: nox.Session) -> None:
    """Run every ring of tests that needs nothing but Python, over real parts too."""
    _install(session)
    gate = f"--cov-fail-under={_COVERAGE}"
    others = (f"--ignore=tests/{ring}" for ring in _WITH_A_SESSION)
    session.run("pytest", *_TWO_AT_ONCE, *others, "--cov", gate, "--durations=40", *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """Look at the pages in Chromium; says how to get one where there is none."""
    _install(session)
    session.run("pytest", *_TWO_AT_ONCE, "tests/browser", *session.posargs)


@nox.session
def operations(session: nox.Session) -> None:
    """Try the alerts on what a server shows under faults; says how to get promtool if need be."""
    _install(session)
    session.run("pytest", "tests/operations", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure the way of a photo beside the least a gateway can do; `-- --quick`: in minutes."""
    _install(session)
    session.run("python", "-m", "tests.bench", *session.posargs)


@nox.session
def screenshots(session: nox.Session) -> None:
    """Show every page: on desktop and phone, light and dark, in both languages."""
    _install(session)
    session.run("python", "-m", "tests.screenshots", *session.posargs)


@nox.session
def contract(session: nox.Session) -> None:
    """Fuzz servers against the published contract."""
    _install(session)
    fuzzers = sorted(map(str, Path("tests/contract_fuzz").glob("fuzz_*.py")))
    session.run("pytest", *_TWO_AT_ONCE, *fuzzers, *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Make the site in `build/docs`, follow its links, run the commands of all pages."""
    _install(session)
    session.run("sphinx-build", "-q", "-W", "--keep-going", "docs", "build/docs")
    session.run("pytest", *_TWO_AT_ONCE, "tests/docs", *session.posargs)


@nox.session
def package(session: nox.Session) -> None:
    """Build both distributions, look into them, and run the demo from an empty environment."""
    _install(session)
    session.run("pytest", "tests/packaging", *session.posargs)


@nox.session
def deploy(session: nox.Session) -> None:
    """Check what is in `deploy`, and run it; needs root and some of Debian's packages."""
    _install(session, "deploy")
    session.run("pytest", *_TWO_AT_ONCE, "tests/deploy", *session.posargs)


@nox.session
def lock(session: nox.Session) -> None:
    """Write the locks anew after a change of pyproject.toml; `-- --upgrade`: with new versions."""
    _install_locked(session, "deploy")
    for name, chosen in _LOCKS.items():
        session.run(
            *("uv", "pip", "compile", "pyproject.toml", "--quiet", *chosen, *session.posargs),
            *("--universal", "--python-version", "3.11", "--generate-hashes", "--no-strip-extras"),
            *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
            *("--output-file", f"requirements/{name}.txt"),
        )
    _install_locked(session, "server", "deploy")
    session.run(
        *("pip-licenses", "--from=mixed", "--format=markdown", "--packages", *_pinned("server")),
        *("--output-file", "requirements/licences.md"),
    )


def _pinned(name: str) -> list[str]:
    text = Path(f"requirements/{name}.txt").read_text(encoding="utf-8")
    return re.findall(r"^([\w.-]+)[^=\n]*==", text, re.MULTILINE)


@nox.session
def audit(session: nox.Session) -> None:
    """Ask whether anything that an installation consists of has known vulnerabilities."""
    _install_locked(session, "deploy")
    session.run("pip-audit", "--disable-pip", "--require-hashes", "-rrequirements/server.txt")
