"""PostgreSQL that comes with the package, runs when needed and belongs to whoever uses it."""
