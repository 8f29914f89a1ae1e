"""Train a face-emotion network on FER2013: `python -m training.face --data DIR --out DIR [--config NAME] [--smoke]`.

DIR holds `train/` and `validation/` (or Kaggle's `test/`), each with one folder per emotion. Killed or stopped, the
same command goes on after the last finished epoch; `--remaining 64:3` then replaces what is left of the schedule.
`--initialise data/models/face-resnet50/model.int8.onnx` trains the shipped model on instead of starting from nothing;
`--teachers A.onnx B.onnx` adds what earlier models say of each picture to its label (config: `taught_share`).
At the end `OUT/model` holds weights, card, figures and pictures (training.face_export lists them), and
`tensorboard --logdir OUT` shows the curves, during training too.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import os
import tempfile
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

from training.command import UnusableInput, command, existing_file
from training.common import Progress, RunLog, log, log_to_stderr, seed_everything
from training.face_config import FaceConfig, parse_stages, read_config
from training.face_data import Faces, batches, load_split, normalise, split_name
from training.face_export import FER2013_SPLITS, Origin, export
from training.face_initialise import initialise
from training.face_mixing import mixer
from training.face_model import WeightAverage, channels_last, drop_paths, optimizer_for, speed_up_pointwise
from training.face_networks import network_of, train_only_head
from training.face_schedule import rate_now
from training.face_sharpness import uphill
from training.face_smoke import MADE_UP, smoke_config, smoke_faces
from training.face_state import CHECKPOINT, Best, RunState, load_checkpoint, read_best, save_best, save_checkpoint
from training.face_teachers import taught

MODEL = "model"
"""Folder of what a run exports, inside the run's own."""


class Run:
    """One training run: owns the networks, the optimizer and the state; `train()` goes on from the last checkpoint."""

    def __init__(
        self,
        config: FaceConfig,
        train: Faces,
        validation: Faces,
        folder: Path,
        remaining: str | None = None,
        progress: float | None = None,
        start_from: Path | None = None,
    ) -> None:
        """Start (from an ONNX file's weights where `start_from` names one), or resume where `folder` has a checkpoint.

        Raises:
            ValueError: the checkpoint is of another config, or the ONNX file holds another network.
        """
        seed_everything(config.seed)
        self.config, self.train_faces, self.validation, self.folder = config, train, validation, folder
        self.steps_per_epoch = len(train) // config.batch
        if not self.steps_per_epoch:
            raise UnusableInput(f"{len(train)} training images are fewer than one batch of {config.batch}")
        self.model = channels_last(drop_paths(speed_up_pointwise(network_of(config, folder)), config.drop_path))
        if start_from is not None and not (folder / CHECKPOINT).is_file():
            initialise(self.model, start_from, train, config.epoch_sizes[0], seed=config.seed)
            log.info("starting from the weights of %s", start_from.name)
        self.average = WeightAverage(self.model, config.ema_steps, config.ema_every)
        self.optimizer = optimizer_for(self.model, config.optimizer, config.momentum, config.weight_decay)
        self.state = RunState(config, config.epoch_sizes)
        if (folder / CHECKPOINT).is_file():
            self.state = load_checkpoint(folder, self.model, self.average.model, self.optimizer)
            planned = dataclasses.replace(config, stages=self.state.config.stages)  # the rest is in the checkpoint
            if self.state.config != planned:
                raise UnusableInput(f"{folder.name} holds a run of another config; choose another --out")
        if remaining:
            self.state.replace_rest(parse_stages(remaining), self.steps_per_epoch, progress)
        self.run_log = RunLog(folder)
        pixels_left = sum(size**2 for size in self.state.epoch_sizes[self.state.epoch :])
        self.progress = Progress(pixels_left * self.steps_per_epoch)

    def train(self, stop_after: int | None = None) -> float:
        """Train to the end, or until `stop_after` epochs are done; return the last validation accuracy, or nan.

        The averaged weights with the best validation accuracy are kept beside the checkpoint.
        """
        accuracy = math.nan
        end = min(len(self.state.epoch_sizes), stop_after or len(self.state.epoch_sizes))
        while self.state.epoch < end:
            started = time.monotonic()
            self._train_epoch()
            self.state.epoch += 1
            self.state.minutes += (time.monotonic() - started) / 60
            save_checkpoint(self.folder, self.state, self.model, self.average.model, self.optimizer)
            last = self.state.epoch == len(self.state.epoch_sizes)
            if last or self.state.epoch % self.config.evaluate_every == 0:
                accuracy = self._evaluate()
        return accuracy

    def _train_epoch(self) -> None:
        size = self.state.epoch_sizes[self.state.epoch]
        random = torch.Generator().manual_seed(self.config.seed * 100_003 + self.state.epoch)
        torch.manual_seed(random.initial_seed())  # for mixing and dropout
        train_only_head(self.model, self.state.epoch < self.config.head_epochs)
        how = self.config.augmentation
        done = self.state.progress(self.state.step, self.steps_per_epoch)
        mix = mixer(self.config, done)
        strength = how.start_strength + (1 - how.start_strength) * done
        self.model.train()
        losses: list[float] = []
        for pixels, labels in batches(self.train_faces, size, self.config.batch, random, how, strength):
            losses.append(self._step(*mix(pixels, labels)))
            self.progress.add(size**2)
            if self.state.step % 100 == 0:
                self._report(size, losses)
        self._report(size, losses)
        self.run_log.add(self.state.step, train_loss=sum(losses) / len(losses), size=size, epoch=self.state.epoch + 1)

    def _step(self, pixels: torch.Tensor, labels: torch.Tensor) -> float:
        for group in self.optimizer.param_groups:
            group["lr"] = rate_now(self.config, self.state, self.steps_per_epoch)
        self.optimizer.zero_grad(set_to_none=True)
        config = self.config
        if config.sam_radius and self.state.progress(self.state.step, self.steps_per_epoch) >= config.sam_from:
            self._loss(pixels, labels).backward()
            with uphill(self.model, config.sam_radius):
                loss = self._loss(pixels, labels)
                loss.backward()
        else:
            loss = self._loss(pixels, labels)
            loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip_norm, foreach=True)
        self.optimizer.step()
        self.state.step += 1
        self.average.update(self.model, self.state.step)
        value = loss.item()
        if not math.isfinite(value):
            raise FloatingPointError(f"the loss is {value} at step {self.state.step}; lower peak_lr")
        return value

    def _loss(self, pixels: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=self.config.bfloat16):
            logits = self.model(pixels.contiguous(memory_format=torch.channels_last))
        return functional.cross_entropy(logits.float(), labels, label_smoothing=self.config.label_smoothing)

    def _report(self, size: int, losses: list[float]) -> None:
        recent = losses[-100:]
        rate = self.optimizer.param_groups[0]["lr"]
        log.info(
            "epoch %d/%d  %d px  step %d  loss %.3f  lr %.4f  %.1f min left",
            self.state.epoch + 1, len(self.state.epoch_sizes), size, self.state.step,
            sum(recent) / len(recent), rate, self.progress.minutes_left,
        )  # fmt: skip

    def _evaluate(self) -> float:
        size = self.state.epoch_sizes[self.state.epoch - 1]  # at another size than the trained one it would say little
        logits = predict(self.average.model, self.validation, size)
        loss = functional.cross_entropy(logits, self.validation.labels).item()
        accuracy = (logits.argmax(1) == self.validation.labels).float().mean().item()
        figures = {"validation_loss": loss, "validation_accuracy": accuracy}
        self.run_log.add(self.state.step, **figures, epoch=self.state.epoch)
        log.info("epoch %d  %d px  validation accuracy %.4f  loss %.4f", self.state.epoch, size, accuracy, loss)
        best = read_best(self.folder)
        if best is None or accuracy > best.accuracy:
            save_best(self.folder, Best(self.state.epoch, size, accuracy), self.average.model)
        return accuracy


@torch.no_grad()
def predict(model: nn.Module, faces: Faces, size: int, batch: int = 128) -> torch.Tensor:
    """(n, 7) float32 logits at `size` pixels, in the order of `faces`.

    In float32: in bfloat16 batch norm's evaluation is seven times slower on a CPU (its training is not).
    """
    model.eval()
    parts = []
    for images in faces.images.split(batch):
        pixels = normalise(images, size).contiguous(memory_format=torch.channels_last)
        parts.append(model(pixels).float())
    return torch.cat(parts)


@command
def main(argv: list[str] | None = None) -> float:
    """Train and export as the arguments say; return the exported model's accuracy on validation."""
    parser = argparse.ArgumentParser(prog="python -m training.face", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with train/ and validation/ (or test/)")
    parser.add_argument("--out", type=Path, help="folder for checkpoint, logs and, in model/, the result")
    parser.add_argument("--config", default="face_resnet50", help="a name in training/configs, or a TOML file")
    parser.add_argument("--seed", type=int, help="another seed than the config's")
    parser.add_argument("--remaining", help="on resume, replace the epochs that are left, e.g. 48:2,64:4")
    parser.add_argument("--progress", type=float, help="with --remaining: go on from here in the schedule, 0 to 1")
    parser.add_argument(
        "--initialise", type=existing_file, metavar="ONNX", help="start from the weights of a model that ships"
    )
    parser.add_argument(
        "--teachers", type=existing_file, nargs="+", metavar="ONNX", help="learn from these models, too"
    )
    parser.add_argument("--smoke", action="store_true", help="made-up images, seconds, for tests")
    parser.add_argument("--threads", type=int, help="CPU threads (default: all cores)")
    parser.add_argument("--machine", default=f"{os.cpu_count()}-core CPU", help="what trains it, for the record")
    arguments = parser.parse_args(argv)
    log_to_stderr()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    torch.set_flush_denormal(True)
    config = read_config(arguments.config)
    if arguments.seed is not None:
        config = dataclasses.replace(config, seed=arguments.seed)
    if arguments.smoke:
        with tempfile.TemporaryDirectory() as scratch:
            folder = arguments.out or Path(scratch)
            train, validation = smoke_faces()
            train = _with_teachers(train, arguments.teachers, config, folder)
            run = Run(smoke_config(config, folder), train, validation, folder, start_from=arguments.initialise)
            return _train_and_export(run, Origin(arguments.machine, MADE_UP, "validation"))
    if not arguments.data or not arguments.out:
        parser.error("--data and --out are needed (or --smoke)")
    train, validation = load_split(arguments.data, "train"), load_split(arguments.data, "validation")
    log.info("%d training and %d validation images, config %s", len(train), len(validation), config.name)
    train = _with_teachers(train, arguments.teachers, config, arguments.out)
    rest = arguments.remaining, arguments.progress
    run = Run(config, train, validation, arguments.out, *rest, arguments.initialise)
    split = FER2013_SPLITS[split_name(arguments.data, "validation")]
    return _train_and_export(run, Origin(arguments.machine, "FER2013", split))


def _with_teachers(faces: Faces, teachers: list[Path] | None, config: FaceConfig, folder: Path) -> Faces:
    if bool(teachers) != bool(config.taught_share):
        share = f"{config.name} has taught_share {config.taught_share:g}"
        raise SystemExit(f"{share}: --teachers are needed where it is above 0, and only there")
    return taught(faces, teachers, config.taught_share, folder) if teachers else faces


def _train_and_export(run: Run, origin: Origin) -> float:
    run.train()
    figures = export(run.folder, run.train_faces, run.validation, run.folder / MODEL, origin)
    log.info("%s: accuracy %.4f, macro-F1 %.4f", run.folder / MODEL, figures["accuracy"], figures["macro_f1"])
    return float(figures["accuracy"])


if __name__ == "__main__":
    main()
