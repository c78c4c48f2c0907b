"""The way of a photo, measured beside the least that a gateway can do.

``python -m tests.bench [--quick] [--rounds N] [--cells NAME,…] [--server PYTHON]
[--fastapi PYTHON] [--litellm PYTHON] [--json FILE]`` starts a provider's simulator, the floor, a
short way that has the product's duties, this project's server over a PostgreSQL of its own, and the
peers whose Python is given; has all go through the cells in turn, round by round; and prints
medians, ratios, and what is aimed at.
"""

from __future__ import annotations

import argparse
import json
import math
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, NoReturn

from . import duties, machine
from .cells import CELLS, LIBRARY, goers, library_costs
from .gateways import DUTIES, PEERS, Bare, Starts
from .lifetime import LONGEST
from .peers import peer, version_of
from .photos import USUAL, make_all, make_answer
from .product import Product, installed
from .report import rows_as_json, table
from .rounds import Samples
from .running import Running
from .session import CellFailed, Measured, Provider, Session, say

ROUNDS: Final = 5
_FEW: Final = 2
_ENDINGS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)


@contextmanager
def session_in(folder: Path, *, is_quick: bool) -> Iterator[Session]:
    """Make pictures, and run the provider."""
    say("photos are made …")
    answer = folder / "answer.png"
    answer.write_bytes(make_answer())
    photos = make_all(folder)
    words = ("-m", "tests.bench.provider", str(answer))
    with Running(*words, folder=folder, name="provider") as process:
        provider = Provider(port=int(process.line("ready")))
        yield Session(
            folder=folder, provider=provider, photos=photos, answer=answer, is_quick=is_quick
        )


@contextmanager
def servers(session: Session, server: str, pythons: Mapping[str, str]) -> Iterator[list[Measured]]:
    """Run all that is measured.

    Args:
        session: What is shared.
        server: The Python that runs this project's server.
        pythons: Those that run the peers with these names.
    """
    home = session.folder / "product"
    home.mkdir()
    with ExitStack() as stack:
        url = session.provider.url
        product = stack.enter_context(installed(home, url, server))
        floor = Bare(folder=session.folder, provider_url=url)
        peers = [peer(name, python, session.folder, url) for name, python in pythons.items()]
        all_of_them: list[Starts] = [floor, _with_duties(session, product), product, *peers]
        yield [
            Measured(starts=starts, gateway=stack.enter_context(starts.started()))
            for starts in all_of_them
        ]


def _with_duties(session: Session, product: Product) -> Starts:
    return Bare(
        folder=session.folder,
        provider_url=session.provider.url,
        name=DUTIES,
        module=duties.__name__,
        variables={duties.DATABASE: product.database_url},
        results=session.folder / duties.RESULTS,
    )


def run(session: Session, samples: Samples, wanted: argparse.Namespace) -> None:
    """Have all servers go through all cells, in turn."""
    cells: Sequence[str] = wanted.cells
    with servers(session, wanted.server, wanted.pythons) as measured:
        for number in range(wanted.rounds):
            samples.begin_round()
            if LIBRARY in cells:
                samples.add(LIBRARY, LIBRARY, library_costs(session))
            for cell in (cell for cell in CELLS if cell in cells):
                for one in measured if number % 2 == 0 else reversed(measured):
                    if one.gateway.name in goers(cell):
                        _measure(session, samples, cell, one)


def _measure(session: Session, samples: Samples, cell: str, one: Measured) -> None:
    name = one.gateway.name
    try:
        figures = CELLS[cell](session, one)
    except CellFailed as error:
        session.failures.append(f"round {samples.rounds}  {cell:14} {name:8} FAILED: {error}")
        say(session.failures[-1])
        return
    samples.add(cell, name, figures)
    shown = "  ".join(f"{figure} {value:.2f}" for figure, value in figures.items())
    say(f"round {samples.rounds}  {cell:14} {name:8} {shown}")


def provider_rate(session: Session) -> float:
    """Return how many photos a second the provider itself takes from 15 clients."""
    seconds = session.some(5, 2)
    told = session.send_to_provider(USUAL, most=seconds * 400, clients=15, seconds=seconds)
    return len(told.times) / told.seconds if told.times else math.nan


def show(
    session: Session, samples: Samples, rate: float, peers: Mapping[str, str]
) -> dict[str, object]:
    """Print the table, and return all there is to tell; *peers* are versions by name."""
    about = machine.described()
    print(f"{about['cores']} × {about['processor']}, {samples.rounds} rounds; medians; the ratio")
    print("is the median of the rounds' ratios\n")
    print(table(samples))
    print(f"\nthe provider alone: {rate:.0f} photos/s")
    print("".join(f"{name} {version}\n" for name, version in peers.items()), end="")
    for name, statuses in session.statuses.items():
        told = ", ".join(f"{status}: {count}" for status, count in sorted(statuses.items()))
        print(f"{name}: {told}; the provider was asked {session.reached[name]} ×")
    print("".join(f"\n{failure}" for failure in session.failures))
    return {
        "machine": about,
        "peers": peers,
        "is_quick": session.is_quick,
        "provider_photos_per_second": rate,
        "statuses": session.statuses,
        "failures": session.failures,
        "table": rows_as_json(samples),
        "figures": samples.as_json(),
    }


def _wanted() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__.partition("\n")[0])
    names = [LIBRARY, *CELLS]
    parser.add_argument("--quick", action="store_true", help=f"{_FEW} short rounds")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--cells", default=",".join(names), help="of: %(default)s")
    parser.add_argument(
        "--server",
        default=sys.executable,
        help="a Python with the server as users install it; here libraries find more to load",
    )
    for name in PEERS:
        told = f"a Python whose environment has {name}"
        parser.add_argument(f"--{name.lower()}", metavar="PYTHON", type=_absolute, help=told)
    parser.add_argument("--json", type=Path, help="a file for all figures")
    wanted = parser.parse_args()
    wanted.cells = wanted.cells.split(",")
    if unknown := set(wanted.cells) - set(names):
        parser.error(f"no such cells: {', '.join(sorted(unknown))}")
    wanted.rounds = wanted.rounds or (_FEW if wanted.quick else ROUNDS)
    given = {name: getattr(wanted, name.lower()) for name in PEERS}
    wanted.pythons = {name: python for name, python in given.items() if python}
    try:
        wanted.peers = {name: version_of(name, python) for name, python in wanted.pythons.items()}
    except LookupError as error:
        parser.error(str(error))
    return wanted


def _absolute(path: str) -> str:
    """Return *path* for processes elsewhere; a link stays one, as it tells the environment."""
    return str(Path(path).absolute())


def _leave(number: int, _: object) -> NoReturn:
    """End once: what is told meanwhile does not keep processes from being ended."""
    for other in _ENDINGS:
        signal.signal(other, signal.SIG_IGN)
    raise SystemExit(f"ended by {signal.Signals(number).name}")


def main() -> None:
    """Measure, print and write."""
    wanted = _wanted()
    for number in _ENDINGS:
        signal.signal(number, _leave)
    signal.alarm(LONGEST)
    with (
        tempfile.TemporaryDirectory(prefix="photochanger-bench-") as name,
        session_in(Path(name), is_quick=wanted.quick) as session,
    ):
        rate, samples = provider_rate(session), Samples()
        try:
            run(session, samples, wanted)
        finally:  # also what was seen until somebody has ended it
            told = show(session, samples, rate, wanted.peers)
            if wanted.json:
                wanted.json.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
