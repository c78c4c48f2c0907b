"""Answers with status 200: the picture that was asked for, and answers that hold none."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha256
from typing import Final

from .gemini_errors import bad_picture
from .gemini_rules import Accepted
from .odd_pictures import ODD_PICTURES, Labelled, Paint
from .painting import Unpaintable, black_square, painted

Part = dict[str, object]

_THINKING: Final = "-pro-"
"""In the names of models that send drafts, marked as thoughts, before the picture."""

_PICTURE_TOKENS: Final = 1_290


def good(asked: Accepted) -> bytes:
    """The photo, visibly changed.

    Raises:
        GeminiError: If the photo cannot be decoded.
    """
    return _answer(asked, [*_thoughts(asked), _text("Here it is."), _inline(_changed(asked))])


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


def _odd(odd: Callable[[Paint], Labelled], asked: Accepted) -> bytes:
    picture = odd(partial(_changed, asked))
    return _answer(asked, [_inline(picture.content, picture.label)])


ODD: Final[Mapping[str, Callable[[Accepted], bytes]]] = {
    **{name: partial(_odd, odd) for name, odd in ODD_PICTURES.items()},
    **{answer.__name__: answer for answer in (no_image, only_words, refusal, blocked, max_tokens)},
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
    draft = _inline(black_square(16))
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
