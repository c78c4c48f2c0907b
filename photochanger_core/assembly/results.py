"""Pictures that there are, until they are gone."""

from __future__ import annotations

from functools import cached_property

from photochanger_core.use_cases.browse_pictures import BrowsePictures
from photochanger_core.use_cases.delete_result import DeleteResult
from photochanger_core.use_cases.purge_gallery_links import PurgeGalleryLinks
from photochanger_core.use_cases.read_preview import ReadPreview
from photochanger_core.use_cases.read_provider_media import ReadProviderMedia
from photochanger_core.use_cases.read_receipt import ReadReceipt
from photochanger_core.use_cases.read_result import ReadResult
from photochanger_core.use_cases.share_gallery import ShareGallery
from photochanger_core.use_cases.show_gallery import ShowGallery
from photochanger_core.use_cases.show_result import ShowResult
from photochanger_core.use_cases.show_shared_gallery import ShowSharedGallery

from .purging import Purging


class Results(Purging):
    """Use cases about results and lent pictures."""

    @cached_property
    def read_result(self) -> ReadResult:
        return ReadResult(
            jobs=self._ports.jobs,
            media=self._ports.media,
            clock=self._ports.clock,
            events=self._ports.events,
            purge_results=self.purge_results,
        )

    @cached_property
    def read_preview(self) -> ReadPreview:
        return ReadPreview(
            media=self._ports.media, read_result=self.read_result, make_preview=self._make_preview
        )

    @cached_property
    def show_result(self) -> ShowResult:
        return ShowResult(read_result=self.read_result, clock=self._ports.clock)

    @cached_property
    def read_provider_media(self) -> ReadProviderMedia:
        return ReadProviderMedia(
            rows=self._ports.media_rows,
            objects=self._ports.media_objects,
            clock=self._ports.clock,
            purge_media=self.purge_media,
        )

    @cached_property
    def show_gallery(self) -> ShowGallery:
        return ShowGallery(
            slots=self._ports.slots,
            settings=self._ports.settings,
            results=self._ports.results,
            clock=self._ports.clock,
        )

    @cached_property
    def share_gallery(self) -> ShareGallery:
        return ShareGallery(
            links=self._ports.gallery_links,
            audit=self._ports.audit,
            clock=self._ports.clock,
            new_key=self._ports.new_key,
        )

    @cached_property
    def show_shared_gallery(self) -> ShowSharedGallery:
        return ShowSharedGallery(
            links=self._ports.gallery_links,
            slots=self._ports.slots,
            settings=self._ports.settings,
            results=self._ports.results,
            clock=self._ports.clock,
        )

    @cached_property
    def browse_pictures(self) -> BrowsePictures:
        return BrowsePictures(
            slots=self._ports.slots,
            settings=self._ports.settings,
            results=self._ports.results,
            jobs=self._ports.jobs,
            clock=self._ports.clock,
        )

    @cached_property
    def read_receipt(self) -> ReadReceipt:
        return ReadReceipt(audit=self._ports.audit)

    @cached_property
    def delete_result(self) -> DeleteResult:
        return DeleteResult(
            jobs=self._ports.jobs,
            audit=self._ports.audit,
            clock=self._ports.clock,
            purge_results=self.purge_results,
        )

    @cached_property
    def purge_gallery_links(self) -> PurgeGalleryLinks:
        return PurgeGalleryLinks(links=self._ports.gallery_links, clock=self._ports.clock)
