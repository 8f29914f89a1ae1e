"""What lies beside an adapter: metrics.json, and the model card as the Hugging Face hub shows it."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from training.common import log, write_atomically, write_json
from training.dialogues import Example
from training.responder_score import bleu
from training.responder_state import State

SHOWN_EXAMPLES = 10
_LICENCES = {"DailyDialog": "cc-by-nc-sa-4.0", "EmpatheticDialogues": "cc-by-nc-4.0"}
"""What the data asks of what is learnt from it, the strictest first."""
_ROWS = ("perplexity", "rouge_l", "bleu", "distinct_1", "distinct_2", "words")
_CARD = """---
base_model: {checkpoint}
library_name: peft
license: {licence}
language: en
tags: [lora, dialogue, empathy]
---
# Kind replies: a LoRA adapter for {checkpoint}
Trained by `{command}` on {date}: {rows:,} replies of {sources}, {epochs} epochs ({minutes:.0f} minutes on {machine}),
seed {seed}. The adapter of epoch {best_epoch} had the lowest validation perplexity and is this one.

LoRA with r {r}, alpha {alpha}, dropout {dropout}, on {targets}. The prompt carries the emotion of the message (one of
seven) and the last turns: `backends.prompts.reply_prompt` builds it, in training and at run time.

| {replies} replies of the validation split | {names} |
|---|{rules}|
{table}

BLEU: {signature}. All but perplexity compare with, or describe, one reply: greedy decoding, repetition penalty 1.2.

## Use it
    MOODLENS_RESPONDER_ADAPTER=<this folder> streamlit run streamlit_app.py

## Limits
English. It imitates crowd workers who played a listener; it knows nothing of the world, may be wrong, and gives no
medical, legal or diagnostic advice. What it writes passes a filter before it is shown; do not use it without one.
"""


def write_report(
    folder: Path,
    state: State,
    measured: dict[str, dict[str, float]],
    facts: dict[str, str],
    pairs: list[tuple[Example, str]],
) -> dict[str, Any]:
    """Write metrics.json and README.md into an adapter's folder; return what metrics.json holds.

    Args:
        measured: "adapter", "without_adapter" and "human" -> figure -> value.
        pairs: validation examples with the reply that the adapter gave.
    """
    sources = sorted({example.source for example, _ in pairs})
    metrics: dict[str, Any] = {
        **measured,
        "config": state.config,
        "rows": state.rows,
        "steps": state.step,
        "best_epoch": state.best_epoch,
        "minutes": round(state.minutes, 1),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "data": sources,
        "history": state.history,
        "bleu_signature": bleu(["a"], ["a"])[1],
        **facts,
        "examples": [
            {"message": one.message, "emotion": one.emotion, "human": one.reply, "adapter": reply}
            for one, reply in pairs[:: max(1, len(pairs) // SHOWN_EXAMPLES)][:SHOWN_EXAMPLES]
        ],
    }
    write_json(folder / "metrics.json", metrics)
    write_atomically(folder / "README.md", card(metrics, measured).encode())
    log.info(
        "%s: perplexity %.2f, ROUGE-L %.4f", folder, metrics["adapter"]["perplexity"], metrics["adapter"]["rouge_l"]
    )
    return metrics


def card(metrics: dict[str, Any], measured: dict[str, dict[str, float]]) -> str:
    """Return the model card: Markdown with the front matter of the Hugging Face hub."""
    config = metrics["config"]
    rows = [f"| {name} | {' | '.join(str(figures.get(name, '')) for figures in measured.values())} |" for name in _ROWS]
    return _CARD.format(
        **{key: config[key] for key in ("checkpoint", "seed", "epochs", "r", "alpha", "dropout")},
        **{key: metrics[key] for key in ("command", "date", "rows", "minutes", "machine", "best_epoch")},
        targets=" and ".join(config["targets"]),
        licence=next((licence for source, licence in _LICENCES.items() if source in metrics["data"]), "mit"),
        sources=" and ".join(metrics["data"]),
        replies=metrics["adapter"]["replies"],
        names=" | ".join(name.replace("_", " ") for name in measured),
        rules="|".join("---" for _ in measured),
        table="\n".join(rows),
        signature=metrics["bleu_signature"],
    )
