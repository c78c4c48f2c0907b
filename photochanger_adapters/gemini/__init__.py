"""Gemini, the provider: settings, what is said to it, and how that travels."""
