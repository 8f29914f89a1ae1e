"""Train the LoRA adapter of the Flan-T5 responder: `python -m training.responder --data DIR --out DIR`.

DIR holds empathetic_train.tsv and empathetic_valid.tsv; DailyDialog joins in where its published files
(dialogues_text.txt, dialogues_emotion.txt) lie there or in DIR/dailydialog. The checkpoint comes from --checkpoint,
MOODLENS_HUB_FOLDER, or the hub if downloads are allowed. Killed or stopped, the same command goes on where it was saved
last. After every epoch the validation perplexity decides whether the adapter is kept. The result, OUT/adapter (PEFT's
format, safetensors, model card, metrics.json), is what MOODLENS_RESPONDER_ADAPTER names; `tensorboard --logdir OUT`
shows the curves. `--smoke` takes a tiny random model and made-up conversations.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import tempfile
from pathlib import Path
from typing import Any

import torch

from backends.hub import checkpoint
from backends.lora import with_peft
from settings import from_environment
from training import responder_smoke
from training.command import checkpoint_folder, command, require_files
from training.common import log, log_to_stderr
from training.dialogues import load
from training.responder_config import read_config
from training.responder_run import Run


@command
def main(argv: list[str] | None = None) -> dict[str, Any]:
    """Train and report as the arguments say; return what metrics.json holds."""
    parser = argparse.ArgumentParser(prog="python -m training.responder", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with empathetic_train.tsv and empathetic_valid.tsv")
    parser.add_argument(
        "--out",
        type=Path,
        help="folder for checkpoint, logs and, in adapter/, the result; with --smoke a scratch folder",
    )
    parser.add_argument("--config", default="responder_flan_t5", help="a name in training/configs")
    parser.add_argument("--checkpoint", type=checkpoint_folder, help="folder of the checkpoint to adapt")
    parser.add_argument("--rows", type=int, help="train on this many examples only, evenly spread")
    parser.add_argument("--seed", type=int, help="another seed than the config's")
    parser.add_argument(
        "--smoke", action="store_true", help="a tiny random model and made-up conversations, in seconds"
    )
    parser.add_argument("--threads", type=int, help="CPU threads (default: all cores)")
    parser.add_argument("--machine", default=f"{os.cpu_count()}-core CPU", help="what trains it, for the record")
    given = parser.parse_args(argv)
    if not given.smoke and (given.data is None or given.out is None):
        parser.error("--data and --out are needed (or --smoke)")
    log_to_stderr()
    if given.threads:
        torch.set_num_threads(given.threads)
    config = read_config(given.config)
    changes = {name: getattr(given, name) for name in ("seed", "rows") if getattr(given, name) is not None}
    config = dataclasses.replace(config, **changes)
    command_line = f"python -m training.responder --config {config.name}" + (" --smoke" if given.smoke else "")
    with tempfile.TemporaryDirectory() as scratch, with_peft():
        if given.smoke:
            config = dataclasses.replace(config, **responder_smoke.CHANGES)
            base, (train, valid) = Path(scratch) / "checkpoint", responder_smoke.corpus()
            responder_smoke.save_tiny(base, config.seed)
        else:
            require_files(given.data, ())
            train, valid = load(given.data, "train"), load(given.data, "valid")
            base = given.checkpoint or checkpoint(config.checkpoint, from_environment())
        log.info("%d replies to learn, %d to validate on, config %s", len(train), len(valid), config.name)
        run = Run(config, base, given.out or Path(scratch) / "run", train, valid)
        run.train()
        return run.finish(given.machine, command_line)


if __name__ == "__main__":
    main()
