"""/slots/{slot_id}/template: a template comes in, also without scripts."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from photochanger_core.domain.errors import CoreError
from photochanger_core.domain.media import MediaKind
from photochanger_web.access import actor
from photochanger_web.errors import STATUS, error_text
from photochanger_web.keys import USE_CASES
from photochanger_web.page_form import has_fields
from photochanger_web.page_upload import upload_of

from .language import language_of_page
from .page_fields import version_in
from .refusal import refused
from .slot_view import filled_in, page_of

FILE: Final = "template_file"
"""The field with the picture."""

_TEMPLATES: Final = "template_media"


async def upload(request: web.Request) -> web.Response:
    """Take in a template, and show the form with it as it was filled in; save nothing."""
    async with upload_of(request, FILE) as form:
        found, given, values = await filled_in(request)
        version = version_in(given)  # a form that says none leaves no template behind
        registered = await request.app[USE_CASES].register_template(
            form.picture, name=FILE, by=actor(request)
        )
    one = {"media_kind": MediaKind.STYLE, "media_object_id": registered.media.media_id}
    values = {**values, _TEMPLATES: [*values[_TEMPLATES], one]}
    return await page_of(request, found, values, version=version)


async def not_uploaded(error: Exception, request: web.Request) -> web.Response:
    """Show the form as it was filled in, and why there is no template."""
    if not isinstance(error, CoreError) or not has_fields(request):
        return await refused(error, request)
    found, given, values = await filled_in(request)
    return await page_of(
        request,
        found,
        values,
        version=version_in(given),
        problems={_TEMPLATES: error_text(error, language_of_page(request))},
        status=STATUS[error.reason],
    )
