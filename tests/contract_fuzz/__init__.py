"""A fuzzer between the contract and servers that run: `nox -s contract`."""
