"""LiteLLM's proxy as its own command runs it, but that it ends by itself.

``python -m tests.bench.litellm_proxy CONFIGURATION PORT`` needs nothing of this project, but
`litellm[proxy]`, which has an environment of its own.
"""

from __future__ import annotations

import sys

from litellm import run_server

from .lifetime import end_by_itself

if __name__ == "__main__":
    end_by_itself()
    run_server(["--config", sys.argv[1], "--host", "127.0.0.1", "--port", sys.argv[2]])
