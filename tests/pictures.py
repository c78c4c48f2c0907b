"""Pictures of every kind, good and hostile, made on the spot."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from photochanger_core.domain.picture import MediaType

JPEG, PNG, WEBP = MediaType

SIZE = (64, 48)

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

_LYING_DOWN = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a camera stores an upright picture, by the orientation it notes."""


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


def opened(content: bytes) -> Image.Image:
    """Return the decoded first frame of a picture."""
    image = Image.open(BytesIO(content))
    image.load()
    return image


def corners(size: tuple[int, int] = SIZE) -> Image.Image:
    """Return a picture whose quarters are red, green, blue and black, row by row."""
    image = Image.new("RGB", size)
    draw = ImageDraw.Draw(image)
    width, height = size[0] // 2, size[1] // 2
    quarters = {"red": (0, 0), "lime": (width, 0), "blue": (0, height)}
    for colour, place in quarters.items():
        draw.rectangle((*place, place[0] + width - 1, place[1] + height - 1), fill=colour)
    return image


def shown_corners(content: bytes) -> list[str]:
    """Return what the quarters of a picture are, row by row."""
    image = opened(content).convert("RGB")
    width, height = image.size
    places = [(x, y) for y in (height // 4, height * 3 // 4) for x in (width // 4, width * 3 // 4)]
    lit = image.point(lambda value: 255 * (value > 100))
    names = {"#ff0000": "red", "#00ff00": "green", "#0000ff": "blue", "#000000": "black"}
    return [names["#" + lit.crop((x, y, x + 1, y + 1)).tobytes().hex()] for x, y in places]


def oriented(kind: MediaType, orientation: int, **options: Any) -> bytes:
    """Return `corners`, stored as a camera does that was held in some way."""
    image = corners()
    if orientation in _LYING_DOWN:
        image = image.transpose(_LYING_DOWN[orientation])
    return saved(image, kind, exif=exif(orientation), **options)


def exif(orientation: int) -> Image.Exif:
    """Return metadata as of a telephone: how it was held, what it is, and where it was."""
    block = Image.Exif()
    block[0x0112] = orientation
    block[0x010F] = "Telephone"
    block.get_ifd(0x8825).update({1: "N", 2: (55.0, 45.0, 21.0), 29: "1999:12:31"})
    return block


def every_kind() -> Iterator[tuple[str, bytes]]:
    """Yield good pictures of every kind that Pillow can write, with what they are."""
    for mode in ("L", "RGB", "CMYK"):
        yield f"jpeg {mode}", picture(JPEG, mode=mode)
    yield "jpeg progressive", picture(JPEG, progressive=True)
    yield "jpeg 4:4:4", picture(JPEG, subsampling=0)
    yield "jpeg restart markers", picture(JPEG, restart_marker_blocks=1)
    yield "jpeg ICC", picture(JPEG, icc_profile=PROFILE)
    yield "jpeg EXIF", picture(JPEG, exif=exif(6))
    yield "jpeg and another", picture(JPEG) + picture(JPEG)
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA"):
        yield f"png {mode}", picture(PNG, mode=mode)
    yield "png 16 bit", deep_png()
    yield "png ICC", picture(PNG, icc_profile=PROFILE)
    yield "png text", picture(PNG, pnginfo=_text())
    yield "png interlaced", interlaced_png()
    yield "png animated", animation(PNG)
    yield "webp", picture(WEBP)
    for mode in ("RGB", "RGBA"):
        yield f"webp lossless {mode}", picture(WEBP, mode=mode, lossless=True)
    yield "webp alpha", picture(WEBP, mode="RGBA")
    yield "webp ICC", picture(WEBP, icc_profile=PROFILE)
    yield "webp EXIF", picture(WEBP, exif=exif(6))
    yield "webp animated", animation(WEBP)


def animation(kind: MediaType, frames: int = 3) -> bytes:
    first, *others = (Image.effect_noise(SIZE, 50).convert("RGB") for _ in range(frames))
    return saved(first, kind, save_all=True, append_images=others)


def interlaced_png() -> bytes:
    """Return a 2 × 2 PNG in Adam7 order, which Pillow does not write."""
    passes = b"\0\1\2\3", b"\0\xff\x80\x40", b"\0\1\2\3\xff\x80\x40"
    return png_bytes(b"IDAT", zlib.compress(b"".join(passes)), size=(2, 2), interlace=1)


def deep_png() -> bytes:
    """Return a noisy grey PNG of 16 bits."""
    noise = Image.effect_noise(SIZE, 50).tobytes()
    return saved(Image.frombytes("I;16", SIZE, b"".join(bytes([0, one]) for one in noise)), PNG)


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


def _text() -> PngImagePlugin.PngInfo:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "made on the spot", zip=True)
    text.add_itxt("Title", "картинка", zip=True)
    return text
