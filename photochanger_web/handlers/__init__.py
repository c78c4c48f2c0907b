"""One file a resource; handlers hold no rules and no `try` for errors of the core."""
