"""Run the command line: `python -m rag import reviews.csv`, `python -m rag search "broke early"`."""

import sys

from rag.command_line import main

if __name__ == "__main__":
    sys.exit(main())
