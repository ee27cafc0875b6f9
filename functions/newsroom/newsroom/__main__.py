"""Lets `python -m newsroom` run the command line."""

import os

from newsroom.cli import main

if __name__ == "__main__":
    # Not sys.exit, which would wait for threads that still wait for a model; all has been written and flushed.
    os._exit(main())
