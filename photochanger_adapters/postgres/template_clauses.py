"""What statements about templates are made of."""

from __future__ import annotations

from typing import Final

from sqlalchemy import and_

from photochanger_core.domain.media import MediaUse

from .tables import MEDIA

IS_TEMPLATE: Final = and_(MEDIA.c.type == MediaUse.TEMPLATE, MEDIA.c.cleaned_at.is_(None))
