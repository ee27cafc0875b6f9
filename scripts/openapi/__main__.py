"""Writes the OpenAPI document; ``--check`` only compares."""

import sys

from scripts.openapi.build import DOCUMENT, build


def main() -> int:
    built = build()
    if "--check" not in sys.argv:
        DOCUMENT.write_text(built, encoding="utf-8")
        return 0
    if DOCUMENT.read_text(encoding="utf-8") == built:
        return 0
    print(
        "functions/api/openapi.json is not what the routes say; run `make openapi` and commit it.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
