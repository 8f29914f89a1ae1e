"""The command line with the fake models in real processes that a test may kill.

`python -m tests.rag.import_child STORE` loads everything once; for every line of JSON on its standard input it forks a
process that runs `python -m rag` with these arguments, and writes that one's output, its process id before and its
status after it. Being loaded already, a process starts within milliseconds.
"""

import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

import model_utils
from emotion import language
from rag import arrays, build, importing
from rag.command_line import main
from settings import Settings
from tests.rag import fakes

CHUNK = 8


def run(store: Path, order: dict[str, Any]) -> int:
    """Run one command; `max_bytes` limits every file it writes, `torn_at` ends it in the middle of that append."""
    os.dup2(sys.stdout.fileno(), sys.stderr.fileno())
    if limit := order.get("max_bytes"):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    if (torn_at := order.get("torn_at")) is not None:
        _tear(torn_at)
    return main(order["arguments"], Settings(profile="embedded", store_folder=store))


def _tear(torn_at: int) -> None:
    """Kill this process when it has written half of the block of its n-th append to an array."""
    write, left = arrays.RowAppender.append, [torn_at]

    def append(self: arrays.RowAppender, block: Any) -> int:
        if left[0] == 0:
            write(self, block[: (len(block) + 1) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        return write(self, block)

    arrays.RowAppender.append = append  # type: ignore[method-assign]


def serve(store: Path) -> None:
    """Run the commands of standard input, one process each."""
    model_utils.all_cards = fakes.cards  # type: ignore[assignment]
    build.CHUNK = CHUNK
    vars(importing)["CHUNK"] = CHUNK
    language.detect(["so that every process has it already"])
    print("ready", flush=True)
    for line in iter(sys.stdin.readline, ""):
        process = os.fork()
        if process == 0:
            status = 1
            try:
                status = run(store, json.loads(line))
            finally:
                sys.stdout.flush()
                os._exit(status)
        print(f"process {process}", flush=True)
        _, status = os.waitpid(process, 0)
        print(f"ended {os.waitstatus_to_exitcode(status)}", flush=True)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
