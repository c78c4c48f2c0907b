"""What the machine and the running process offer: clocks, tasks, logs."""
