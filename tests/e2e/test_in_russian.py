"""What an operator reads whose system speaks Russian."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.pictures import JPEG, picture

from .parts import PASSWORD, Service
from .processes import PATIENCE, environment, run

RUSSIAN: Final = {"LC_ALL": "ru_RU.UTF-8"}


def told(service: Service, *words: str, typed: str = "") -> tuple[int, str, str]:
    variables = {**service.variables, **RUSSIAN}
    done = run(*words, folder=service.folder, variables=variables, typed=typed)
    return done.returncode, done.stdout, done.stderr


def test_results_are_told_in_russian(service: Service) -> None:
    words = ("slots", "set", "slot-007", "is_active=true", "prompt=A pirate.")
    assert told(service, *words) == (0, "slot-007: теперь версия 2\n", "")
    listed = told(service, "slots", "list")[1].splitlines()
    assert listed[6].startswith("slot-007  активен   gemini")
    assert listed[7].startswith("slot-008  выключен  gemini")


def test_refusals_are_told_in_russian(service: Service) -> None:
    status, output, errors = told(service, "slots", "set", "slot-008", "size_limit_mb=21")
    assert (status, output) == (1, "")
    problem = "size_limit_mb: должно быть от 1 до 20"
    assert errors == f"photochanger: недопустимые значения (validation_failed): {problem}\n"
    nothing = told(service, "admin", "set-password", "serg")
    assert nothing == (2, "", "photochanger: пароль: ничего не введено\n")


def test_programs_read_the_same_in_every_language(service: Service) -> None:
    english = service.command("settings", "get", "--json")
    assert told(service, "settings", "get", "--json") == (0, english.stdout, "")


def test_a_photo_is_sent_in_russian_and_told_of_in_json(service: Service) -> None:
    (service.folder / "guest.jpg").write_bytes(picture(JPEG))
    words = ("send", "guest.jpg", "--slot=slot-001", f"--url={service.url}", "--password=-")
    status, sent, errors = told(service, *words, "--out=out.jpg", typed=f"{PASSWORD}\n")
    assert (status, errors) == (0, "")
    seen = re.fullmatch(r"снимок   out\.jpg\nзадача   (\S+)\nссылка   (\S+)\n", sent)
    assert seen is not None

    again = told(service, *words, "--out=out.jpg", "--json", typed=f"{PASSWORD}\n")[1]
    assert json.loads(again) == {
        "picture": "out.jpg",
        "job": seen[1],
        "link": seen[2],
        "degraded": None,
        "replayed": True,
    }


def test_nobody_need_read_all_of_the_output(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "photochanger_cli", "slots", "list", "--json"],
        cwd=tmp_path,
        env=environment(RUSSIAN),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE) == 141


def test_a_data_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    refused = run(
        "slots", "list", folder=tmp_path, variables={**RUSSIAN, "DATA_DIR": "file/deeper"}
    )
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        "photochanger: встроенная база данных не запускается: "
        f"{tmp_path}/file/deeper/postgres: это не папка\n"
    )
