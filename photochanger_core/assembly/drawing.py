"""How pictures are drawn."""

from __future__ import annotations

from functools import cached_property

from photochanger_core.use_cases.draw_picture import DrawPicture
from photochanger_core.use_cases.make_preview import MakePreview

from .assembled import Assembled
from .shared import draw_picture


class Drawing(Assembled):
    """What draws pictures, for the topics that have some."""

    @cached_property
    def _draw_picture(self) -> DrawPicture:
        return draw_picture(self._ports)

    @cached_property
    def _make_preview(self) -> MakePreview:
        return MakePreview(
            media=self._ports.media,
            draw_picture=self._draw_picture,
            runs=self._ports.runs,
            clock=self._ports.clock,
        )
