"""Turbotext as a provider."""
