"""What `photochanger doctor` looks at on this machine, and how it tells what it has seen."""
