"""The Gemini Developer API as a provider."""
