"""Answers with status 200: the picture that was asked for, and answers that hold none."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from typing import Final

from .gemini_errors import bad_picture
from .gemini_painting import Unpaintable, flattened, painted, turned_over
from .gemini_rules import Accepted

Part = dict[str, object]

_THINKING: Final = "-pro-"
"""In the names of models that send drafts, marked as thoughts, before the picture."""

_BOMB_EDGE: Final = 30_000
_PICTURE_TOKENS: Final = 1_290


def good(asked: Accepted) -> bytes:
    """The photo, visibly changed.

    Raises:
        ApiError: If the photo cannot be decoded.
    """
    return _answer(asked, [*_thoughts(asked), _text("Here it is."), _inline(_changed(asked))])


def not_a_picture(asked: Accepted) -> bytes:
    """Text, labelled as PNG."""
    return _answer(asked, [_inline(b"This is a text, whatever its label says.")])


def svg(asked: Accepted) -> bytes:
    """An SVG with a script in it."""
    content = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    return _answer(asked, [_inline(content, "image/svg+xml")])


def gif(asked: Accepted) -> bytes:
    """A GIF of one pixel."""
    head = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff"
    image = b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
    return _answer(asked, [_inline(head + image, "image/gif")])


def truncated_picture(asked: Accepted) -> bytes:
    """The first half of the picture."""
    picture = _changed(asked)
    return _answer(asked, [_inline(picture[: len(picture) // 2])])


def flat(asked: Accepted) -> bytes:
    """A picture of one colour, as large as the right one."""
    return _answer(asked, [_inline(flattened(_changed(asked)))])


def turned(asked: Accepted) -> bytes:
    """The picture on its side: it stands where it should lie, and lies where it should stand."""
    return _answer(asked, [_inline(turned_over(_changed(asked)))])


def bomb_picture(asked: Accepted) -> bytes:
    """A PNG of 30,000 × 30,000 pixels in some hundred kilobytes."""
    return _answer(asked, [_inline(_bomb())])


def mislabelled(asked: Accepted) -> bytes:
    """The picture, a PNG, labelled as JPEG."""
    return _answer(asked, [_inline(_changed(asked), "image/jpeg")])


def no_image(asked: Accepted) -> bytes:
    """A candidate without parts: no picture came of it, this time."""
    return _dump(asked, {"candidates": [{"finishReason": "NO_IMAGE", "index": 0}]})


def only_words(asked: Accepted) -> bytes:
    """Words instead of a picture, as if all were well."""
    return _answer(asked, [_text("What a lovely photo.")])


def refusal(asked: Accepted) -> bytes:
    """A candidate without parts: the content policy forbids it."""
    return _dump(asked, {"candidates": [{"finishReason": "SAFETY", "index": 0}]})


def blocked(asked: Accepted) -> bytes:
    """No candidate at all: the prompt was blocked."""
    return _dump(asked, {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}})


def max_tokens(asked: Accepted) -> bytes:
    """The limit of tokens was hit before any picture."""
    return _answer(asked, [_text("Let me think")], "MAX_TOKENS")


ODD: Final[Mapping[str, Callable[[Accepted], bytes]]] = {
    answer.__name__: answer
    for answer in (
        *(not_a_picture, svg, gif, truncated_picture, flat, turned, bomb_picture, mislabelled),
        *(no_image, only_words, refusal, blocked, max_tokens),
    )
}
"""Answers that come on request, by the name of the fault."""


def _changed(asked: Accepted) -> bytes:
    photo = asked.pictures[0].content
    try:
        return painted(photo, aspect_ratio=asked.aspect_ratio, image_size=asked.image_size)
    except Unpaintable as error:
        raise bad_picture() from error


def _thoughts(asked: Accepted) -> list[Part]:
    if _THINKING not in asked.model:
        return []
    draft = _inline(_one_bit_png(16))
    return [part | {"thought": True} for part in (_text("A draft first."), draft)]


def _text(words: str) -> Part:
    return {"text": words}


def _inline(content: bytes, label: str = "image/png") -> Part:
    return {"inlineData": {"mimeType": label, "data": base64.b64encode(content).decode()}}


def _answer(asked: Accepted, parts: list[Part], reason: str = "STOP") -> bytes:
    content = {"parts": parts, "role": "model"}
    candidate = {"content": content, "finishReason": reason, "index": 0}
    return _dump(asked, {"candidates": [candidate]})


def _dump(asked: Accepted, document: dict[str, object]) -> bytes:
    words = len(asked.prompt.split()) + len(asked.system_instruction.split())
    prompt = words + 258 * len(asked.pictures)
    usage = {
        "promptTokenCount": prompt,
        "candidatesTokenCount": _PICTURE_TOKENS,
        "totalTokenCount": prompt + _PICTURE_TOKENS,
    }
    answer_id = sha256(asked.prompt.encode()).hexdigest()[:22]
    rest = {"usageMetadata": usage, "modelVersion": asked.model, "responseId": answer_id}
    return json.dumps(document | rest).encode()


@cache
def _bomb() -> bytes:
    return _one_bit_png(_BOMB_EDGE)


def _one_bit_png(edge: int) -> bytes:
    """Return a black square with one bit a pixel, packed as tightly as zeros can be."""
    head = struct.pack(">IIBBBBB", edge, edge, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = bytes(1 + (edge + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(edge)) + packer.flush()
    chunks = _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
