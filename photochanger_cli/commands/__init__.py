"""One file a command, each with `async def run(arguments) -> int`: the exit status."""
