"""Guests of a made-up event, painted: nobody's face is in this repository."""

from __future__ import annotations

from io import BytesIO
from random import Random
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]

SIZE: Final = (1200, 800)
_SKIES: Final[tuple[tuple[Colour, Colour], ...]] = (
    ((27, 38, 79), (232, 106, 146)),
    ((13, 92, 99), (244, 211, 94)),
    ((58, 12, 92), (255, 140, 90)),
    ((18, 69, 89), (174, 195, 176)),
    ((92, 33, 43), (247, 178, 103)),
    ((20, 33, 61), (96, 165, 196)),
)
_SKINS: Final[tuple[Colour, ...]] = (
    (244, 205, 178),
    (224, 172, 136),
    (165, 112, 80),
    (120, 78, 54),
)
_HAIR: Final[tuple[Colour, ...]] = ((46, 30, 24), (92, 58, 33), (196, 146, 82), (33, 33, 40))
_CLOTHES: Final[tuple[Colour, ...]] = (
    *((15, 134, 108), (228, 87, 46), (38, 70, 120), (240, 196, 86)),
    *((150, 60, 110), (236, 233, 226)),
)


def before(number: int) -> bytes:
    """Return the photo of guests *number*, as it came from the camera: a JPEG."""
    return _jpeg(_guests(number, sky=((120, 126, 130), (196, 198, 196))))


def after(number: int) -> bytes:
    """Return the same guests as a provider has changed them."""
    sky = _SKIES[number % len(_SKIES)]
    picture = _guests(number, sky=sky)
    lights = _lights(Random(number * 7), sky)  # noqa: S311 - always the same picture
    return _jpeg(ImageChops.screen(picture, lights))


def template(number: int) -> bytes:
    """Return a background without anybody."""
    sky = _SKIES[number % len(_SKIES)]
    picture = _gradient(*sky)
    return _jpeg(ImageChops.screen(picture, _lights(Random(number), sky)))  # noqa: S311


def _guests(number: int, *, sky: tuple[Colour, Colour]) -> Image.Image:
    chance = Random(number)  # noqa: S311 - always the same picture
    picture = _gradient(*sky)
    count = (number % 3) + 1
    width, height = SIZE
    for place in range(count):
        middle = width * (place + 1) / (count + 1)
        _guest(ImageDraw.Draw(picture), chance, middle + chance.uniform(-20, 20), height)
    return picture.filter(ImageFilter.GaussianBlur(1.2))


def _guest(draw: ImageDraw.ImageDraw, chance: Random, x: float, floor: int) -> None:
    """Paint somebody from the front, down to the elbows."""
    head = chance.uniform(95, 120)
    y = floor * chance.uniform(0.36, 0.44)
    skin, hair = chance.choice(_SKINS), chance.choice(_HAIR)
    clothes = chance.choice(_CLOTHES)
    if chance.random() < 0.5:  # long hair
        draw.rounded_rectangle(
            (x - head * 1.05, y - head, x + head * 1.05, y + head * 1.7), head, fill=hair
        )
    draw.rounded_rectangle(
        (x - head * 1.9, y + head * 1.55, x + head * 1.9, floor + head * 2), head, fill=clothes
    )
    draw.rounded_rectangle(
        (x - head * 0.4, y + head * 0.6, x + head * 0.4, y + head * 1.85), head * 0.3, fill=skin
    )
    draw.ellipse((x - head * 0.85, y - head, x + head * 0.85, y + head * 1.15), fill=skin)
    draw.pieslice((x - head * 0.98, y - head * 1.2, x + head * 0.98, y + head), 180, 360, fill=hair)
    eye, smile = head * 0.09, (x - head * 0.36, y + head * 0.3, x + head * 0.36, y + head * 0.72)
    for side in (-1, 1):
        middle = x + side * head * 0.34
        draw.ellipse((middle - eye, y + eye, middle + eye, y + eye * 3), fill=(40, 32, 34))
    draw.chord(smile, 5, 175, fill=(250, 244, 240))


def _gradient(top: Colour, bottom: Colour) -> Image.Image:
    width, height = SIZE
    column = Image.new("RGB", (1, height))
    for y in range(height):
        share = y / height
        column.putpixel(
            (0, y), tuple(round(a + (b - a) * share) for a, b in zip(top, bottom, strict=True))
        )
    return column.resize((width, height))


def _lights(chance: Random, sky: tuple[Colour, Colour]) -> Image.Image:
    """Return lamps out of focus, on black."""
    lights = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(lights)
    for _ in range(26):
        x, y, r = chance.uniform(0, SIZE[0]), chance.uniform(0, SIZE[1]), chance.uniform(14, 70)
        share = chance.uniform(0.15, 0.5)
        colour = tuple(round(part * share) for part in chance.choice([*sky, (255, 236, 190)]))
        draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)
    return lights.filter(ImageFilter.GaussianBlur(6))


def _jpeg(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=88)
    return file.getvalue()
