"""Screenshots of every page, over a made-up event: `nox -s screenshots`."""
