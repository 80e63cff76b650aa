"""Run all measurements, or those named: `python -m bench gateway access`."""

import importlib
import sys

PARTS = (
    "gateway",
    "detect",
    "counting",
    "tracing",
    "access",
    "watching",
    "storage",
    "erasure",
    "rotation",
    "log",
    "console",
)

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        if part not in PARTS:
            raise SystemExit("there is no such part; there are " + ", ".join(PARTS))
        print(f"## {part}\n", flush=True)
        importlib.import_module(f"bench.{part}").main()
        print(flush=True)
