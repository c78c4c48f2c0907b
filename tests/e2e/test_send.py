from __future__ import annotations

import re
from pathlib import Path

import pytest

from photochanger_core.domain.picture import sniff
from tests.pictures import JPEG, picture

from .parts import PASSWORD, Service
from .processes import free_port, run


def test_send_saves_the_picture_as_its_job_is_called(service: Service, tmp_path: Path) -> None:
    photo = tmp_path / "guest.jpg"
    photo.write_bytes(picture(JPEG))
    words = ("send", str(photo), "--slot=slot-001", f"--url={service.url}")
    sent = run(*words, folder=tmp_path, variables={"PHOTOCHANGER_SEND_PASSWORD": PASSWORD})
    assert sent.returncode == 0, sent.stderr
    told = dict(line.split(maxsplit=1) for line in sent.stdout.splitlines())
    assert told["link"] == f"{service.url}/public/results/{told['job']}"
    assert re.fullmatch(rf"{told['job']}\.(jpg|png|webp)", told["picture"])
    assert sniff((tmp_path / told["picture"]).read_bytes()) is not None

    typed = run(*words, "--password=-", "--out=here", folder=tmp_path, typed=f"{PASSWORD}\n")
    assert typed.returncode == 0, typed.stderr
    assert sniff((tmp_path / "here").read_bytes()) is not None


def test_send_tells_what_is_special_about_an_answer(service: Service, tmp_path: Path) -> None:
    photo = tmp_path / "guest.jpg"
    photo.write_bytes(picture(JPEG))
    given = {"PHOTOCHANGER_SEND_PASSWORD": PASSWORD}
    words = ("send", "guest.jpg", f"--url={service.url}", "--idempotency-key=photo-7")
    first, again = (
        run(*words, "--slot=slot-001", folder=tmp_path, variables=given) for _ in range(2)
    )
    assert "replayed" not in first.stdout
    assert again.stdout == f"{first.stdout}replayed the picture was there already\n"

    service.set("is_active=true", "prompt=A pirate.", "on_failure=original", slot="slot-007")
    service.behave(fault="refusal", times=1)
    degraded = run(*words, "--slot=slot-007", folder=tmp_path, variables=given)
    assert degraded.stdout.endswith("degraded the photo itself: refused\n")


@pytest.mark.parametrize("key", ["", "two words", "line\nline", "ключ"])
def test_send_refuses_a_key_that_is_none(tmp_path: Path, key: str) -> None:
    words = ("send", "guest.jpg", "--slot=slot-001", "--url=http://127.0.0.1:1")
    refused = run(*words, f"--idempotency-key={key}", folder=tmp_path)
    assert refused.returncode == 2
    assert "must be printable ASCII without spaces" in refused.stderr


def test_send_tells_why_it_was_refused(service: Service, tmp_path: Path) -> None:
    photo = tmp_path / "guest.jpg"
    photo.write_bytes(picture(JPEG))
    words = ("send", str(photo), "--slot=slot-001", f"--url={service.url}", "--password=wrong")
    refused = run(*words, folder=tmp_path)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("photochanger: answer 401: invalid_password: ")
    nowhere = run(*words[:3], f"--url=http://127.0.0.1:{free_port()}", folder=tmp_path)
    assert (nowhere.returncode, nowhere.stdout) == (1, "")
    assert len(nowhere.stderr.splitlines()) == 1
