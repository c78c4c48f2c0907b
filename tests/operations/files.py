"""What is deployed beside the server."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PROMETHEUS: Final = ROOT / "deploy" / "prometheus"
RULES: Final = PROMETHEUS / "photochanger.rules.yml"
TESTS: Final = PROMETHEUS / "photochanger.rules.test.yml"
ALERTMANAGER: Final = ROOT / "deploy" / "alertmanager" / "alertmanager.yml"
DASHBOARD: Final = ROOT / "deploy" / "grafana" / "photochanger.json"
RUNBOOK: Final = ROOT / "docs" / "runbook.md"
RUSSIAN_RUNBOOK: Final = ROOT / "docs" / "runbook.ru.md"
