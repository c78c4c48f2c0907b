"""Local stand-ins for providers, as strict as the real ones, that fail on request."""
