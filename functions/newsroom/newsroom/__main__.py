"""Lets `python -m newsroom` run the command line."""

from newsroom.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
