"""What becomes of providers' pictures."""

from __future__ import annotations

from io import BytesIO

import pytest
import pyvips
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageCms

from photochanger_adapters.images.drawing import draw
from photochanger_adapters.images.tasks import Render
from photochanger_core.domain.picture import (
    Finish,
    Fit,
    MediaType,
    PictureFacts,
)
from tests.pictures import (
    JPEG,
    PNG,
    PROFILE,
    SIZE,
    WEBP,
    animation,
    corners,
    every_kind,
    exif,
    opened,
    oriented,
    picture,
    saved,
    shown_corners,
)

P3 = pyvips.Operation.call("profile_load", "p3")
CMYK = pyvips.Operation.call("profile_load", "cmyk")

UPRIGHT = ["red", "green", "blue", "black"]
LYING = PictureFacts(media_type=JPEG, width=640, height=480)
STANDING = PictureFacts(media_type=JPEG, width=480, height=640)
sizes = st.tuples(st.integers(1, 150), st.integers(1, 150))


def rendered(
    answer: bytes,
    *,
    to: MediaType | None = None,
    fit: Fit = Fit.NONE,
    size: tuple[int, int] = (1, 1),
    like: PictureFacts | None = None,
) -> tuple[PictureFacts, bytes | None]:
    finish = Finish(media_type=to, fit=fit, width=size[0], height=size[1], like=like)
    drawing = draw(answer, Render(finish=finish))
    return drawing.facts, drawing.content


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize("kind", MediaType)
def test_what_is_good_is_not_touched(kind: MediaType, *, wanted: bool) -> None:
    facts, changed = rendered(picture(kind), to=kind if wanted else None, like=LYING)

    assert (facts.media_type, facts.width, facts.height, changed) == (kind, *SIZE, None)


@pytest.mark.parametrize("to", MediaType)
@pytest.mark.parametrize("answer", [pytest.param(two[1], id=two[0]) for two in every_kind()])
def test_every_kind_becomes_every_type(answer: bytes, to: MediaType) -> None:
    facts, changed = rendered(answer, to=to)
    made = opened(changed or answer)

    assert facts == PictureFacts(media_type=to, width=made.width, height=made.height)
    assert made.format == to.name
    assert not made.getexif()


@pytest.mark.parametrize("to", MediaType)
def test_colours_and_places_stay(to: MediaType) -> None:
    for kind in MediaType:
        _, changed = rendered(oriented(kind, 5), to=to)
        assert changed is not None
        assert shown_corners(changed) == UPRIGHT


@pytest.mark.parametrize("kind", MediaType)
@given(size=sizes)
def test_cover_is_exactly_that_size(kind: MediaType, size: tuple[int, int]) -> None:
    answer = saved(corners(), kind)
    facts, changed = rendered(answer, fit=Fit.COVER, size=size)

    assert (facts.width, facts.height) == size
    assert opened(changed or answer).size == size


@pytest.mark.parametrize("kind", MediaType)
@given(size=sizes)
def test_contain_is_as_large_as_fits(kind: MediaType, size: tuple[int, int]) -> None:
    answer = saved(corners(), kind)
    facts, changed = rendered(answer, fit=Fit.CONTAIN, size=size)
    scale = min(size[0] / SIZE[0], size[1] / SIZE[1])

    assert opened(changed or answer).size == (facts.width, facts.height)
    assert facts.width == max(1, int(SIZE[0] * scale + 0.5))
    assert facts.height == max(1, int(SIZE[1] * scale + 0.5))


def test_cover_cuts_off_evenly() -> None:
    _, changed = rendered(saved(corners((200, 100)), PNG), fit=Fit.COVER, size=(100, 100))

    assert changed is not None
    assert shown_corners(changed) == UPRIGHT
    assert opened(changed).convert("RGB").getpixel((48, 10)) == (255, 0, 0)
    assert opened(changed).convert("RGB").getpixel((52, 10)) == (0, 255, 0)


@pytest.mark.parametrize("fit", Fit)
def test_what_has_its_size_is_not_touched(fit: Fit) -> None:
    assert rendered(picture(JPEG), fit=fit, size=SIZE)[1] is None


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_profile_is_applied_when_pixels_are_encoded_anew(mode: str) -> None:
    image = corners().convert(mode)
    image.paste((200, 60, 60), (0, 0, 20, 20))
    _, changed = rendered(saved(image, PNG, icc_profile=P3), to=WEBP)
    expected = ImageCms.profileToProfile(image, BytesIO(P3), BytesIO(PROFILE))

    assert changed is not None
    assert expected is not None
    made = opened(changed)
    found, right, wrong = (one.convert("RGB").getpixel((9, 9)) for one in (made, expected, image))
    assert "icc_profile" not in made.info
    assert found == pytest.approx(right, abs=4)
    assert found != pytest.approx(wrong, abs=4)


@pytest.mark.parametrize("profile", [b"nonsense", CMYK])
def test_a_profile_that_fits_nothing_is_passed_over(profile: bytes) -> None:
    _, changed = rendered(saved(corners(), JPEG, icc_profile=profile), to=PNG)

    assert changed is not None
    assert shown_corners(changed) == UPRIGHT


@pytest.mark.parametrize("kind", [PNG, WEBP])
def test_of_an_animation_the_first_frame_stays(kind: MediaType) -> None:
    _, changed = rendered(animation(kind))

    assert changed is not None
    assert getattr(opened(changed), "n_frames", 1) == 1


@pytest.mark.parametrize("kind", MediaType)
def test_metadata_and_what_is_behind_the_end_go(kind: MediaType) -> None:
    answer = picture(kind)
    _, changed = rendered(answer + b"<script>alert(1)</script>")

    assert changed == answer
    _, changed = rendered(picture(kind, exif=exif(1)))
    assert b"1999:12:31" not in (changed or b"1999:12:31")
