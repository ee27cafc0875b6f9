"""``python timed.py MODULE`` prints the seconds it takes to load the module, as Lambda's runtime loads a handler."""

import importlib
import sys
import time


def main() -> None:
    started = time.perf_counter()
    importlib.import_module(sys.argv[1])
    print(time.perf_counter() - started)


if __name__ == "__main__":
    main()
