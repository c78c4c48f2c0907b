"""How gateways of a measurement are spoken to, and how it is told that they have answered."""

from __future__ import annotations

import base64
import json
from email import message_from_bytes
from email.message import Message

import pytest

from tests.bench.forms import EditForm, Form
from tests.bench.manners import BOOTH, EDITS, MANNERS, PROVIDER
from tests.bench.photos import Kind, make_photo, noted, place_of_note
from tests.bench.provider import Answers, edited
from tests.bench.slots import DELAY, PLAIN, SLOW

PHOTO = make_photo(Kind(40_000, (320, 240), 9))
PICTURE = b"\x89PNG and pixels"


def numbered(number: int) -> bytes:
    place = place_of_note(PHOTO)
    return PHOTO[: place.start] + noted(number) + PHOTO[place.stop :]


def parts_of(form: Form, number: int) -> tuple[str, dict[str, bytes]]:
    """Return the first line of the request, and its parts by name."""
    head, _, body = (form.beginning(number) + form.rest).partition(b"\r\n\r\n")
    line, _, headers = head.partition(b"\r\n")
    assert f"content-length: {len(body)}\r\n" in f"{headers.decode().lower()}\r\n"
    message = message_from_bytes(headers + b"\r\n\r\n" + body)
    return line.decode(), {_name(part): _content(part) for part in message.walk() if _name(part)}


def _name(part: Message) -> str:
    return str(part.get_param("name", "", header="content-disposition"))


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def test_an_edit_holds_the_photo_with_its_number_and_the_model() -> None:
    form = EditForm.of(PHOTO, path="/v1/images/edits", port=80, key="sk-1", model="delay-0")

    line, parts = parts_of(form, 77)

    assert line == "POST /v1/images/edits HTTP/1.1"
    assert list(parts) == ["model", "prompt", "image"]
    assert (parts["model"], parts["image"]) == (b"delay-0", numbered(77))
    assert b"\r\nAuthorization: Bearer sk-1\r\n" in form.beginning(77)


@pytest.mark.parametrize(
    "manner, slot, path, field",
    [
        (BOOTH, SLOW, f"/ingest/{SLOW}", "fileToUpload"),
        (PROVIDER, PLAIN, "/v1beta/models/delay-0:generateContent", "fileToUpload"),
        (EDITS, SLOW, "/v1/images/edits", "image"),
    ],
)
def test_each_gateway_gets_the_photo_where_it_takes_it(
    manner: str, slot: str, path: str, field: str
) -> None:
    line, parts = parts_of(MANNERS[manner].form(PHOTO, slot=slot, port=80), 5)

    assert line == f"POST {path} HTTP/1.1"
    assert parts[field] == numbered(5)


def test_the_slow_slot_asks_an_edit_of_the_slow_model() -> None:
    _, parts = parts_of(MANNERS[EDITS].form(PHOTO, slot=SLOW, port=80), 5)

    assert parts["model"] == f"delay-{DELAY * 1000:.0f}".encode()


def test_a_booths_answer_is_the_picture_and_nothing_else() -> None:
    assert MANNERS[BOOTH].is_whole(1000, 1000)
    assert not MANNERS[BOOTH].is_whole(999, 1000)
    assert not MANNERS[BOOTH].is_whole(1001, 1000)


def test_an_answer_in_json_has_room_for_the_picture_and_little_else() -> None:
    manner, whole = MANNERS[EDITS], len(edited(PICTURE))

    assert manner.is_whole(whole, len(PICTURE))
    assert not manner.is_whole(len(base64.b64encode(PICTURE)), len(PICTURE))
    assert not manner.is_whole(whole + 1000, len(PICTURE))


def answered(path: bytes) -> bytes:
    """Return the body that the provider answers to a photo sent there."""
    written = list[bytes]()
    Answers(PICTURE).to_photo(path, written.append)
    [answer] = written
    return answer.partition(b"\r\n\r\n")[2]


def test_the_provider_answers_an_edit_as_openai_does() -> None:
    told = json.loads(answered(b"/delay-0/v1/images/edits"))

    assert [base64.b64decode(one["b64_json"]) for one in told["data"]] == [PICTURE]


def test_the_provider_answers_else_as_gemini_does() -> None:
    assert "candidates" in json.loads(answered(b"/v1beta/models/delay-0:generateContent"))


def test_the_provider_takes_no_other_question_for_the_one_after_its_count() -> None:
    answers = Answers(PICTURE)
    answers.to_photo(b"/delay-0/v1/images/edits", bytes)

    assert answers.to_question(b"/delay-0/v1/models").startswith(b"HTTP/1.1 404 ")
    told = answers.to_question(b"/count").partition(b"\r\n\r\n")[2]
    assert json.loads(told) == {"photos": 1, "at_once": 1}
