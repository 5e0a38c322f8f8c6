"""The first answer of a fresh process: CPU seconds with all imports done, and whether torch was loaded.

    python -m benchmarks.fourpart.cold bwv269
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Cold:
    """CPU seconds of a first answer, and whether torch is loaded after it."""

    seconds: float
    torch: bool


def cold_start(name: str) -> Cold:
    """Harmonise one soprano of Bach's in a new process."""
    environment = os.environ | dict.fromkeys(ONE_THREAD, "1")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.fourpart.cold", name], capture_output=True, text=True, check=True,
        env=environment, cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    seconds, torch = done.stdout.split()
    return Cold(float(seconds), torch == "True")


def main() -> None:
    """Print seconds and whether torch is loaded."""
    from benchmarks.fourpart.bach import chorales, listing, soprano_alone
    from benchmarks.fourpart.ours import ours

    tune = soprano_alone(chorales([sys.argv[1]], listing())[0])
    begin = time.process_time()
    ours().harmonise(tune, 1)
    print(time.process_time() - begin, "torch" in sys.modules)


if __name__ == "__main__":
    main()
