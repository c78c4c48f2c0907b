"""What the core needs from outside, one protocol a file; its docstring is the contract."""
