"""PhotoChanger over HTTP: thin, it parses, calls a use case and renders."""
