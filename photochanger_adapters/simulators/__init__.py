"""Local stand-ins for providers, as strict as the real ones, with faults on request."""
