"""Lets `python -m storyteller` run the command line."""

from storyteller.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
