"""What the outside may ask of the core, one verb a file."""
