"""What the core needs from outside, by what it stands on; importing one imports no other."""
