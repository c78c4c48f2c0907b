"""What every part of the assembly is made of."""

from __future__ import annotations

from typing import Self

from .ports import Ports


class Assembled:
    """Use cases over a set of ports, each made when it is first asked for and then kept.

    A part of the assembly adds those of one topic. What several topics share they inherit.
    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    @classmethod
    def over(cls, ports: Ports) -> Self:
        """Return the use cases over *ports*."""
        return cls(ports)
