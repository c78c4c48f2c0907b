from __future__ import annotations

import re
import signal
import socket
import threading
from pathlib import Path

import pytest

from tests.pictures import JPEG, picture

from .parts import PASSWORD
from .processes import PATIENCE, Process, run

HEAD = """\
POST /ingest/slot-007 HTTP/1.1
host: 127.0.0.1:{port}
content-type: multipart/form-data; boundary={boundary}
content-length: {length}
expect: 100-continue

"""
TEXTS = (
    ("time", r"\d{10}"),
    ("user_id", r"\w+"),
    ("id", r"\w+_\d{8}\."),
    ("profile", r"C:\\[\w\\]+\.xml"),
    ("status", r"C:\\[\w\\]+\.jpg"),
    ("hash", r"[0-9a-f]{40}"),
    ("name", r"[\w-]+"),
    ("model", "Windows"),
    ("version", r"3\.30\.2"),
    ("password", PASSWORD),
)


class Recorder:
    """A server that reads one request, never says `100 Continue`, and answers with a picture."""

    def __init__(self, answer: bytes) -> None:
        self.head = b""
        self.body = b""
        self._answer = answer
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(PATIENCE)
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def join(self) -> None:
        self._thread.join()
        self._listening.close()

    def _serve(self) -> None:
        connection, _ = self._listening.accept()
        with connection, connection.makefile("rb") as lines:
            connection.settimeout(PATIENCE)
            while not self.head.endswith(b"\r\n\r\n"):
                self.head += lines.readline()
            [length] = re.findall(rb"content-length: (\d+)", self.head)
            self.body = lines.read(int(length))
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(self._answer)}\r\n\r\n"
            connection.sendall(head.encode() + self._answer)


def test_ctrl_c_ends_a_send_without_a_word(tmp_path: Path) -> None:
    (tmp_path / "guest.jpg").write_bytes(picture(JPEG))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(PATIENCE)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        words = ("-m", "photochanger_cli", "send", "guest.jpg", "--slot=slot-001", f"--url={url}")
        with Process(*words, folder=tmp_path, name="send") as process:
            connection, _ = silent.accept()
            with connection:
                process.tell_to_leave(signal.SIGINT)
                assert process.status() == 130
    assert (process.output, process.errors) == ("", "")


@pytest.mark.parametrize("photo", ["missing.jpg", "text.txt", "."])
def test_what_is_no_photo_is_not_sent(tmp_path: Path, photo: str) -> None:
    (tmp_path / "text.txt").write_text("no photo")
    refused = run("send", photo, "--slot=slot-001", "--url=http://127.0.0.1:1", folder=tmp_path)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert len(refused.stderr.splitlines()) == 1


def test_a_photo_is_on_the_wire_as_in_the_captured_request(tmp_path: Path) -> None:
    photo = tmp_path / "guest.jpg"
    photo.write_bytes(picture(JPEG))
    changed = picture(JPEG)
    recorder = Recorder(changed)
    sent = run(
        *("send", "guest.jpg", "--slot=slot-007", f"--url=http://127.0.0.1:{recorder.port}"),
        *("--password", PASSWORD, "--out=changed.jpg"),
        folder=tmp_path,
    )
    recorder.join()
    assert sent.returncode == 0, sent.stderr
    assert (tmp_path / "changed.jpg").read_bytes() == changed

    [boundary] = re.findall(r"boundary=(-{12}\d{24})\r\n", recorder.head.decode())
    head = HEAD.format(port=recorder.port, boundary=boundary, length=len(recorder.body))
    assert recorder.head == head.replace("\n", "\r\n").encode()

    texts = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in TEXTS
    )
    file = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="fileToUpload"; '
        'filename="IMG_0001.JPG"\r\nContent-Type: image/jpeg\r\n\r\n'
    )
    end = f"\r\n--{boundary}--\r\n"
    form = texts.encode() + file.encode() + re.escape(photo.read_bytes()) + end.encode()
    assert re.fullmatch(form, recorder.body, re.DOTALL)
