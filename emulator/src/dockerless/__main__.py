"""Command line: ``python -m dockerless start|stop|status|logs --dir DIR``."""

import sys


def main() -> None:
    """Run the launcher, or say which Python it needs."""
    if sys.version_info[:2] != (3, 13):
        found = ".".join(str(part) for part in sys.version_info[:3])
        sys.exit(f"error: LocalStack 4.14 needs Python 3.13; this is Python {found} ({sys.executable})")
    from dockerless.launcher.cli import cli

    cli(prog_name="dockerless")


if __name__ == "__main__":
    main()
