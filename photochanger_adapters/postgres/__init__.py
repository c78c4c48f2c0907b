"""Jobs, slots and settings in PostgreSQL; the embedded server."""
