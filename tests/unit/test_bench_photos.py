"""The photos of a measurement: of a wanted weight, each another, with nothing to be taken away."""

from __future__ import annotations

import hashlib
import json

import pytest

from photochanger_adapters.gemini.reply import reply_in
from photochanger_adapters.images.source import Source
from tests.bench.forms import BoothForm
from tests.bench.photos import Kind, make_answer, make_photo, noted, place_of_note
from tests.bench.provider import document
from tests.pictures import opened

KIND = Kind(40_000, (320, 240), 9)


def test_a_photo_weighs_what_it_is_to_and_is_the_same_each_time() -> None:
    photo = make_photo(KIND)

    assert len(photo) == pytest.approx(KIND.weight, rel=0.05)
    assert opened(photo).size == KIND.size
    assert photo == make_photo(KIND)


def test_an_answer_is_what_gemini_sends() -> None:
    picture = make_answer(Kind(40_000, (128, 128), 9))

    assert len(picture) == pytest.approx(40_000, rel=0.05)
    assert reply_in(json.loads(document(picture)), {}).picture == picture


@pytest.mark.parametrize("number", [0, 1, 64_999, 65_000, 1_000_000])
def test_numbers_are_resolutions_that_no_server_takes_away(number: int) -> None:
    photo = make_photo(KIND)
    place = place_of_note(photo)
    numbered = photo[: place.start] + noted(number) + photo[place.stop :]

    source = Source.of(numbered)
    assert source.is_good
    assert not source.is_stripped
    assert opened(numbered).tobytes() == opened(photo).tobytes()


def test_no_two_numbers_are_noted_alike() -> None:
    numbers = range(0, 200_000, 7)

    assert len({noted(number) for number in numbers}) == len(numbers)


def test_a_form_holds_the_photo_with_its_number_and_the_hash_of_that() -> None:
    photo = make_photo(KIND)
    form = BoothForm.of(photo, path="/ingest/slot-001", port=80)

    sent = form.beginning(77) + form.rest

    place = place_of_note(photo)
    numbered = photo[: place.start] + noted(77) + photo[place.stop :]
    assert numbered in sent
    assert hashlib.sha1(numbered, usedforsecurity=False).hexdigest().encode() in sent
    head, _, body = sent.partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}".encode() in head
    assert b"expect" not in head
