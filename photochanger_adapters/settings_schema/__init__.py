"""What drivers share: what a slot may tell an operation, as JSON Schema, read and applied."""
