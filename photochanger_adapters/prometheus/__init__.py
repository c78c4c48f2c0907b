"""Metrics for Prometheus: what each is, how it is counted, how it is shown."""
