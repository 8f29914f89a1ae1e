"""The command line with the fake models, as a process of its own that a test may kill: python -m tests.rag.import_child.

Arguments: the store folder, a limit in bytes for every file it writes (0: none), then those of `python -m rag`.
"""

import resource
import signal
import sys
from pathlib import Path

import model_utils
from rag import build, importing
from rag.command_line import main
from settings import Settings
from tests.rag import fakes

if __name__ == "__main__":
    model_utils.all_cards = fakes.cards  # type: ignore[assignment]
    build.CHUNK = importing.CHUNK = 8
    if limit := int(sys.argv[2]):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    sys.exit(main(sys.argv[3:], Settings(profile="embedded", store_folder=Path(sys.argv[1]))))
