"""The command line: reads the environment, puts the parts together, runs commands."""
