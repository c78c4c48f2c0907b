"""What developers and CI run, in the same words."""

from __future__ import annotations

import shutil
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
_WITHOUT_TOOLS = ("--ignore=tests/browser", "--ignore=tests/docs", "--ignore=tests/operations")
_TWO_AT_ONCE = ("--numprocesses=2", "--dist=loadfile")  # tests wait more than they work


def _install(session: nox.Session) -> None:
    session.install("--constraint", "constraints.txt", "--editable", ".[dev]")


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
    """Run every ring of tests that needs Python only, over real parts too."""
    _install(session)
    gate = f"--cov-fail-under={_COVERAGE}"
    session.run("pytest", *_TWO_AT_ONCE, *_WITHOUT_TOOLS, "--cov", gate, *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """Look at the pages in Chromium; says how to get one where there is none."""
    _install(session)
    session.run("pytest", "tests/browser", *session.posargs)


@nox.session
def operations(session: nox.Session) -> None:
    """Try the alerts on what a server shows under faults; says how to get promtool if need be."""
    _install(session)
    session.run("pytest", "tests/operations", *session.posargs)


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
    session.run("pytest", *fuzzers, *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Make the site in `build/docs`, follow its links, run the commands of all pages."""
    _install(session)
    session.run("sphinx-build", "-q", "-W", "--keep-going", "docs", "build/docs")
    session.run("pytest", *_TWO_AT_ONCE, "tests/docs", *session.posargs)


@nox.session
def package(session: nox.Session) -> None:
    """Build the wheel, install it into an empty environment, and run the demo elsewhere."""
    constraints = Path("constraints.txt").absolute()
    folder = Path(session.create_tmp())
    shutil.rmtree("build", ignore_errors=True)  # what an earlier build left would be packed too
    session.run("pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), ".")
    [wheel] = folder.glob("photochanger-*.whl")
    session.install("--constraint", str(constraints), f"{wheel}[server]")
    with session.chdir(folder):
        session.run("photochanger", "demo", "--once")
