"""What adapters share that keep files: names that appear at once, and survive a crash."""
