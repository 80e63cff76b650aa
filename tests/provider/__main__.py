"""Run the stand-in: `python -m tests.provider --port 9100 --mode tool --record 100`.

It prints its address as soon as it listens, and runs until it is terminated.
"""

import argparse
import asyncio
import signal
import sys
from dataclasses import fields

from privity.adapters.standin import Behavior, Mode, start

HELP = {
    "mode": "how to answer, unless the model's name says otherwise (standin-echo, standin-429 …)",
    "tool": "the tool to call in tool mode; the first one offered if empty",
    "chunk_chars": "characters in one streamed delta",
    "delay_ms": "pause between events",
    "first_ms": "pause before the answer",
    "split_bytes": "cut the bytes of a stream every so many bytes",
    "record": "how many requests to remember for GET /__standin/requests",
}


def options() -> tuple[int, Behavior]:
    parser = argparse.ArgumentParser(prog="tests.provider", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    defaults = Behavior()
    for field in fields(Behavior):
        if field.name in HELP:
            default = getattr(defaults, field.name)
            kind = Mode if field.name == "mode" else type(default)
            flag = "--" + field.name.replace("_", "-")
            parser.add_argument(flag, type=kind, default=default, help=HELP[field.name])
    given = vars(parser.parse_args())
    return given.pop("port"), Behavior(**given)


async def main() -> None:
    port, behavior = options()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    standin = await start(behavior, port)
    sys.stdout.write(standin.url + "\n")
    sys.stdout.flush()
    await stop.wait()
    await standin.close()


if __name__ == "__main__":
    try:
        import uvloop
    except ImportError:
        asyncio.run(main())
    else:
        uvloop.run(main())
