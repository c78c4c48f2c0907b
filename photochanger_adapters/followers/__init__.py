"""What adapters share that tell of changes."""
