"""Pictures of every kind, good and hostile, made on the spot."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, PngImagePlugin

from photochanger_core.domain.picture import MediaType

JPEG, PNG, WEBP = MediaType

SIZE = (64, 48)


def picture(
    kind: MediaType, *, size: tuple[int, int] = SIZE, mode: str = "RGB", **options: Any
) -> bytes:
    """Return a noisy picture, as Pillow saves it with *options*."""
    return saved(Image.effect_noise(size, 50).convert(mode), kind, **options)


def saved(image: Image.Image, kind: MediaType, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind.name, **options)
    return file.getvalue()


def flat(kind: MediaType, size: tuple[int, int], **options: Any) -> bytes:
    """Return a picture of one colour: few bytes, however large it is."""
    return saved(Image.new("RGB", size, (90, 140, 200)), kind, **options)


def every_kind() -> Iterator[tuple[str, bytes]]:
    """Yield good pictures of every kind that Pillow can write, with what they are."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for mode in ("L", "RGB", "CMYK"):
        yield f"jpeg {mode}", picture(JPEG, mode=mode)
    yield "jpeg progressive", picture(JPEG, progressive=True)
    yield "jpeg 4:4:4", picture(JPEG, subsampling=0)
    yield "jpeg restart markers", picture(JPEG, restart_marker_blocks=1)
    yield "jpeg ICC", picture(JPEG, icc_profile=profile)
    yield "jpeg EXIF", picture(JPEG, exif=_turned())
    yield "jpeg and another", picture(JPEG) + picture(JPEG)
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        yield f"png {mode}", picture(PNG, mode=mode)
    yield "png ICC", picture(PNG, icc_profile=profile)
    yield "png text", picture(PNG, pnginfo=_text())
    yield "png interlaced", interlaced_png()
    yield "png animated", animation(PNG)
    yield "webp", picture(WEBP)
    for mode in ("RGB", "RGBA"):
        yield f"webp lossless {mode}", picture(WEBP, mode=mode, lossless=True)
    yield "webp alpha", picture(WEBP, mode="RGBA")
    yield "webp ICC", picture(WEBP, icc_profile=profile)
    yield "webp EXIF", picture(WEBP, exif=_turned())
    yield "webp animated", animation(WEBP)


def animation(kind: MediaType, frames: int = 3) -> bytes:
    first, *others = (Image.effect_noise(SIZE, 50).convert("RGB") for _ in range(frames))
    return saved(first, kind, save_all=True, append_images=others)


def interlaced_png() -> bytes:
    """Return a 1 × 1 PNG in Adam7 order, which Pillow does not write."""
    return png_bytes(b"IDAT", zlib.compress(b"\0\1\2\3"), size=(1, 1), interlace=1)


def png_bytes(
    kind: bytes, data: bytes, *, size: tuple[int, int] = SIZE, interlace: int = 0
) -> bytes:
    """Return an RGB PNG whose only chunk between the first and the last is the one given."""
    head = struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, interlace)
    chunks = ((b"IHDR", head), (kind, data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*one) for one in chunks)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunk(png: bytes, kind: bytes, data: bytes) -> bytes:
    """Return *png* with another chunk behind its first."""
    end_of_head = 8 + 25
    return png[:end_of_head] + chunk(kind, data) + png[end_of_head:]


def png_bomb(side: int = 30_000) -> bytes:
    """Return a PNG of *side* × *side* black pixels that is small; only its last checksum is wrong.

    Args:
        side: A multiple of 10.
    """
    pack = zlib.compressobj(9)
    rows = pack.compress(bytes(1 + side * 3) * 10) + pack.flush(zlib.Z_FULL_FLUSH)
    start, again = rows[:2], rows[2:]
    return png_bytes(b"IDAT", start + again * (side // 10) + pack.flush(), size=(side, side))


def webp_bomb(side: int = 13_000) -> bytes:
    """Return the head of a lossless WebP of *side* × *side*, and nothing behind it."""
    data = b"\x2f" + ((side - 1) | (side - 1) << 14).to_bytes(4, "little") + bytes(8)
    body = b"WEBPVP8L" + len(data).to_bytes(4, "little") + data + bytes(len(data) % 2)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def scan_bomb(scans: int, size: tuple[int, int] = SIZE) -> bytes:
    """Return a progressive JPEG whose last scan comes again until there are *scans*."""
    jpeg = flat(JPEG, size, progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    more = scans - jpeg.count(b"\xff\xda")
    return jpeg[:-2] + jpeg[last:-2] * more + jpeg[-2:]


def gif() -> bytes:
    file = BytesIO()
    Image.new("P", SIZE).save(file, "GIF")
    return file.getvalue()


def _turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def _text() -> PngImagePlugin.PngInfo:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "made on the spot", zip=True)
    text.add_itxt("Title", "картинка", zip=True)
    return text
