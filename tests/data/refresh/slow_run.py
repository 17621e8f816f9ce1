"""A refresh in a process of its own, to be killed by a test: ``python -m tests.data.refresh.slow_run root indicators…``."""

import sys
from pathlib import Path

from prospective.data.refresh.run import refresh

if __name__ == "__main__":
    refresh(Path(sys.argv[1]), sys.argv[2:], tell=lambda line: print(line, flush=True))
