"""Lets `python -m adstudio` run the command line."""

from adstudio.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
