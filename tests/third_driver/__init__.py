"""Mirror as a provider: a service that does not exist, in the smallest driver there can be."""
