"""``python -m composer`` and the ``compose`` command."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line and exit with its code.

    One piece is made and the process ends: collecting garbage meanwhile, and walking all objects at exit, would cost
    a fifth of the time and free nothing that the end of the process does not. The arrays are small: one thread does,
    and starting others would cost more than they bring.
    """
    gc.disable()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from composer.cli.app import run

    code = run(sys.argv[1:])
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()
