"""Remove expired results, and what dead servers left."""

from __future__ import annotations

import argparse
import json

import attrs

from photochanger_adapters.system.logs import configure_logging
from photochanger_cli.locale import phrase
from photochanger_cli.settings import load_settings
from photochanger_cli.wiring import open_ports
from photochanger_core.assembly import UseCases


async def run(arguments: argparse.Namespace) -> int:
    """Close abandoned jobs, then remove what is past its time or belongs to nobody."""
    settings = load_settings()
    configure_logging(settings.log_format)
    async with open_ports(settings) as ports:
        use_cases = UseCases.over(ports)
        await use_cases.sweep_jobs.now()
        try:
            results = await use_cases.purge_results()
        finally:
            media = await use_cases.purge_media()
        await use_cases.purge_logins()
        await use_cases.purge_gallery_links()
    if arguments.json:
        told = {f"media_{name}": count for name, count in attrs.asdict(media).items()}
        print(json.dumps(attrs.asdict(results) | told))
    else:
        print(phrase("cleanup.results", expired=results.expired, orphans=results.orphans))
        print(phrase("cleanup.media", expired=media.expired, orphans=media.orphans))
    return 0
