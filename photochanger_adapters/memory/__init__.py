"""Every port in memory, for tests and for services that embed the core."""
