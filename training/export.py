"""Use the face model elsewhere: `python -m training.export --model DIR --format FORMAT --out PATH`.

DIR is the shipped folder (data/models/face-resnet50) or the folder of a run of training.face. FORMAT is one of

    onnx          for ONNX Runtime and whatever else reads ONNX
    torchscript   for torch.jit.load, from C++ too
    coreml        an .mlpackage for iOS and macOS; needs coremltools
    safetensors   weights alone; `read_safetensors` puts the network around them

The first three take "pixels", (n, 1, S, S) float32, prepared as the card says (n = 1 for Core ML), and give
"probabilities", (n, 7): the softmax of the logits, calibrated as the card says. Every file carries the card.

A run exports its float weights. The shipped folder has no others than the 8-bit ONNX file: `onnx` is that file with the
softmax added; the others compute in floats and round activations where the file does, so that probabilities agree with
the file's (docs/experiments.md says how closely). `--no-rounding` leaves that out: faster, and a little further away.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save
from torch import nn

from training.command import UnusableInput, command, read_facts
from training.common import log, log_to_stderr, write_atomically
from training.face_config import FACE_FACTS
from training.face_model import build
from training.face_networks import network_of
from training.face_quantize import INPUT, export_float
from training.face_rebuild import architecture_of, folded, rebuild, rounding_of, with_rounding
from training.face_state import CHECKPOINT, load_best, read_state
from training.face_vit import FaceViT, shape_of, untrained

PROBABILITIES = "probabilities"
SHIPPED = Path("data/models/face-resnet50")
COREMLTOOLS = "pip install coremltools==9.0"


@dataclasses.dataclass(frozen=True)
class Source:
    """A model to export: its card, its network (logits) and, of a shipped folder, the ONNX file."""

    card: dict[str, Any]
    architecture: str
    network: nn.Module
    file: Path | None

    @property
    def size(self) -> int:
        """Side of its input, in pixels."""
        return int(self.card["input_size"])

    @property
    def classifier(self) -> Classifier:
        """The network with the softmax, calibrated as the card says."""
        return Classifier(self.network, self.card).eval().requires_grad_(False)


class Classifier(nn.Module):
    """Probabilities instead of logits."""

    def __init__(self, network: nn.Module, card: dict[str, Any]) -> None:
        super().__init__()
        self.network = network
        self.temperature, self.curvature = float(card["temperature"]), float(card["curvature"])

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """(n, 1, S, S) float32 -> (n, 7), rows sum to 1."""
        logits = self.network(pixels)
        distance = logits - logits.max(dim=1, keepdim=True).values
        return torch.softmax(distance / self.temperature - self.curvature * distance * distance, dim=1)


def read_source(folder: Path, rounding: bool = True) -> Source:
    """Read a shipped folder or the folder of a finished run.

    Raises:
        FileNotFoundError: it is neither.
        InputError: its card is that of another kind of model.
        ValueError: the ONNX file holds a network that cannot be rebuilt.
    """
    run = (folder / CHECKPOINT).is_file()
    path = folder / "model" / "card.json" if run else folder / "card.json"
    if not path.is_file():
        cure = "training.face_export writes it" if run else "give the shipped folder or the --out of training.face"
        raise FileNotFoundError(f"{folder} has no {path.relative_to(folder)}; {cure}")
    card = read_facts(path, FACE_FACTS, "--model names the folder of a face model")
    if run:
        config = read_state(folder).config
        network = network_of(config, folder)
        load_best(folder, network)
        return Source(card, config.architecture, network.eval(), None)
    (name,) = card["files"]
    file = folder / name
    return Source(card, architecture_of(file), rebuild(file, rounding), file)


def write_onnx(source: Source, out: Path) -> None:
    """Write the shipped 8-bit file, or a run's float network, with the softmax in it."""
    import onnx
    from onnx import helper, numpy_helper

    with tempfile.TemporaryDirectory() as scratch:
        path = source.file or Path(scratch) / "float.onnx"
        if not source.file:
            export_float(source.network, source.size, path)
        model: Any = onnx.load(str(path))
    graph = model.graph
    (logits,) = graph.output
    for name in ("temperature", "curvature"):
        graph.initializer.append(numpy_helper.from_array(torch.tensor(float(source.card[name])).numpy(), name))
    (version,) = (one.version for one in model.opset_import if not one.domain)
    if version < 18:  # since then the axes are an input
        graph.node.append(helper.make_node("ReduceMax", [logits.name], ["largest"], axes=[1], keepdims=1))
    else:
        graph.initializer.append(numpy_helper.from_array(torch.tensor([1]).numpy(), "classes"))
        graph.node.append(helper.make_node("ReduceMax", [logits.name, "classes"], ["largest"], keepdims=1))
    graph.node.append(helper.make_node("Sub", [logits.name, "largest"], ["distance"]))
    graph.node.append(helper.make_node("Div", ["distance", "temperature"], ["cooled"]))
    graph.node.append(helper.make_node("Mul", ["distance", "distance"], ["squared"]))
    graph.node.append(helper.make_node("Mul", ["squared", "curvature"], ["bent"]))
    graph.node.append(helper.make_node("Sub", ["cooled", "bent"], ["calibrated"]))
    graph.node.append(helper.make_node("Softmax", ["calibrated"], [PROBABILITIES], axis=1))
    graph.output.append(helper.make_tensor_value_info(PROBABILITIES, onnx.TensorProto.FLOAT, ["n", 7]))
    graph.output.remove(logits)
    helper.set_model_props(model, {"card": _card_text(source)})
    onnx.checker.check_model(model)
    write_atomically(out, model.SerializeToString())


def write_torchscript(source: Source, out: Path) -> None:
    """Write a traced module; the card is its extra file "card.json"."""
    out.parent.mkdir(parents=True, exist_ok=True)
    torch.jit.save(traced(source, batch=2), str(out), _extra_files={"card.json": _card_text(source)})


def traced(source: Source, batch: int) -> Any:
    """Return the classifier as TorchScript. torch marks TorchScript as old; coremltools and C++ still read it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.jit.trace(source.classifier, torch.zeros(batch, 1, source.size, source.size))


def write_safetensors(source: Source, out: Path) -> None:
    """Write the weights; card, architecture and roundings are in the header, as JSON."""
    facts: dict[str, Any] = {"card": source.card, "architecture": source.architecture, "folded": bool(source.file)}
    facts["rounding"] = rounding_of(source.network)
    if isinstance(source.network, FaceViT):
        facts["shape"] = shape_of(source.network)
    header = {name: json.dumps(value) for name, value in facts.items()}
    weights = {name: value.detach().contiguous() for name, value in source.network.state_dict().items()}
    write_atomically(out, save(weights, metadata=header))


def read_safetensors(path: Path) -> tuple[Classifier, dict[str, Any]]:
    """Return the network of a file of `write_safetensors`, which gives probabilities, and its card."""
    with safe_open(path, framework="pt") as file:
        facts = {name: json.loads(value) for name, value in file.metadata().items()}
        weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
    if "shape" in facts:
        network: nn.Module = untrained(facts["shape"])
    else:
        network = (folded if facts["folded"] else build)(facts["architecture"])
    if facts["rounding"]:
        network = with_rounding(network, facts["rounding"])
    network.load_state_dict(weights)
    return Classifier(network, facts["card"]).eval().requires_grad_(False), facts["card"]


def write_coreml(source: Source, out: Path) -> None:
    """Write an ML program in float32 for iOS 15, macOS 12 and later; it reads one picture at a time.

    Raises:
        ModuleNotFoundError: coremltools is not installed.
        ValueError: `out` does not end in .mlpackage.
    """
    if out.suffix != ".mlpackage":
        raise UnusableInput(f"Core ML writes a folder whose name ends in .mlpackage, not {out.name}")
    model = coreml(source)
    model.user_defined_metadata["card"] = _card_text(source)
    model.short_description = "Facial expression, seven probabilities in the order of the card's labels"
    out.parent.mkdir(parents=True, exist_ok=True)
    model.save(str(out))


def coreml(source: Source) -> Any:
    """Return the converted model. Raises ModuleNotFoundError with the command that cures it."""
    try:
        import coremltools
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f"Core ML needs a package that is not installed: {COREMLTOOLS}") from error
    return coremltools.convert(
        traced(source, batch=1),
        inputs=[coremltools.TensorType(INPUT, shape=(1, 1, source.size, source.size))],
        outputs=[coremltools.TensorType(PROBABILITIES)],
        minimum_deployment_target=coremltools.target.iOS15,
        compute_precision=coremltools.precision.FLOAT32,
        skip_model_load=True,
    )


def _card_text(source: Source) -> str:
    return json.dumps(source.card)


FORMATS: dict[str, Callable[[Source, Path], None]] = {
    "onnx": write_onnx,
    "torchscript": write_torchscript,
    "safetensors": write_safetensors,
    "coreml": write_coreml,
}


@command
def main(argv: list[str] | None = None) -> None:
    """Export as the arguments say."""
    parser = argparse.ArgumentParser(
        prog="python -m training.export", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, default=SHIPPED, help="shipped folder or folder of a run")
    parser.add_argument("--format", choices=FORMATS, required=True)
    parser.add_argument("--out", type=Path, required=True, help="the file to write (a folder for Core ML)")
    parser.add_argument("--no-rounding", action="store_true", help="of the shipped folder: plain float activations")
    arguments = parser.parse_args(argv)
    log_to_stderr()
    try:
        FORMATS[arguments.format](read_source(arguments.model, not arguments.no_rounding), arguments.out)
    except ModuleNotFoundError as error:
        parser.exit(1, f"{error}\n")
    log.info("%s written", arguments.out)


if __name__ == "__main__":
    main()
