"""What the service and the look at it are both made of."""

from __future__ import annotations

from photochanger_core.use_cases.check_provider import CheckProvider
from photochanger_core.use_cases.check_slot import CheckSlot
from photochanger_core.use_cases.draw_picture import DrawPicture
from photochanger_core.use_cases.picture_files import PictureFiles
from photochanger_core.use_cases.recognise_media import RecogniseMedia

from .archive_ports import ArchivePorts
from .checkup_ports import CheckupPorts
from .ports import Ports


def check_provider(ports: Ports | CheckupPorts) -> CheckProvider:
    """Return what finds out whether a provider would take orders."""
    return CheckProvider(
        slots=ports.slots, providers=ports.providers, clock=ports.clock, runs=ports.runs
    )


def check_slot(ports: Ports | CheckupPorts) -> CheckSlot:
    """Return what finds out whether a slot is set up as it can be."""
    return CheckSlot(
        media=ports.media_rows,
        providers=ports.providers,
        new_key=ports.new_key,
        has_public_address=ports.has_public_address,
    )


def draw_picture(ports: Ports | CheckupPorts) -> DrawPicture:
    """Return what draws pictures."""
    return DrawPicture(images=ports.images, media=ports.media)


def picture_files(ports: Ports | CheckupPorts | ArchivePorts) -> PictureFiles:
    """Return where the pictures lie that rows promise."""
    return PictureFiles(
        jobs=ports.jobs,
        media=ports.media,
        media_rows=ports.media_rows,
        media_objects=ports.media_objects,
    )


def recognise_media(ports: Ports | CheckupPorts | ArchivePorts) -> RecogniseMedia:
    """Return what sees whether the pictures are those that the database tells of."""
    return RecogniseMedia(
        installation=ports.installation,
        mark=ports.media_mark,
        files=picture_files(ports),
        clock=ports.clock,
    )
