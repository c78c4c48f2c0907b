"""How findings are told."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from photochanger_cli.language import Language
from photochanger_core.domain.checkup import Finding, Level

from .texts import told


def lines(findings: Sequence[Finding], language: Language) -> Sequence[str]:
    """Return *findings*, a line each, and one that sums them up."""
    width = max((len(finding.about) for finding in findings), default=0)
    return [*(_line(finding, language, width) for finding in findings), _sum(findings)]


def document(findings: Sequence[Finding], language: Language) -> str:
    """Return *findings* as JSON."""
    checks = []
    for finding in findings:
        words = told(finding, language)
        checks.append(
            {
                "level": finding.level,
                "about": finding.about,
                "code": finding.sign,
                "message": words.meaning,
                "remedy": words.remedy or None,
                "values": words.values,
            }
        )
    return json.dumps({"status": worst(findings), "checks": checks}, ensure_ascii=False, indent=2)


def worst(findings: Sequence[Finding]) -> Level:
    """Return the worst level among *findings*."""
    levels = {finding.level for finding in findings}
    return next((level for level in (Level.FAIL, Level.WARN) if level in levels), Level.OK)


def _line(finding: Finding, language: Language, width: int) -> str:
    words = told(finding, language)
    remedy = f" — {words.remedy}" if words.remedy else ""
    return f"{finding.level:4}  {finding.about:{width}}  {words.meaning}{remedy}"


def _sum(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.level for finding in findings)
    return ", ".join(f"{level}: {counts[level]}" for level in Level)
