"""The straightforward pipeline that explore.py is compared with: the same architectures at full size, float32, as the
libraries' own examples use them. It looks at the whole picture, searches by similarity alone, lets Flan-T5 write 60
tokens over the ten hits and asks RoBERTa about one review at a time."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from backends.contracts import FACE_EMOTIONS, SENTIMENTS
from backends.torchvision_guard import declare_missing_operators
from benchmarks import full_size

HITS = 10
NEW_TOKENS = 60
IMAGE_SIDE_PIXELS = 224
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)


class NaivePipeline:
    """Photo in, emotion, ten reviews, a generated summary and ten sentiments out. Everything is loaded beforehand."""

    def __init__(self, hub_folder: Path, texts: list[str]) -> None:
        declare_missing_operators()
        import faiss
        from sentence_transformers import SentenceTransformer
        from transformers import (
            AutoModelForSeq2SeqLM,
            AutoModelForSequenceClassification,
            AutoTokenizer,
        )

        self.texts = texts
        self.face = full_size.resnet50()
        self.embedder = SentenceTransformer(str(hub_folder / full_size.MINILM), device="cpu")
        self.index = faiss.IndexFlatIP(384)
        self.index.add(self.embed(texts))
        self.writer_tokens = AutoTokenizer.from_pretrained(hub_folder / full_size.FLAN_T5)
        self.writer = AutoModelForSeq2SeqLM.from_pretrained(hub_folder / full_size.FLAN_T5).eval()
        self.sentiment_tokens = AutoTokenizer.from_pretrained(hub_folder / full_size.ROBERTA)
        self.sentiment = AutoModelForSequenceClassification.from_pretrained(hub_folder / full_size.ROBERTA).eval()

    def embed(self, texts: list[str]) -> Any:
        """Return (n, 384) unit rows."""
        return self.embedder.encode(texts, normalize_embeddings=True, show_progress_bar=False)

    def answer(self, photo: bytes, emotion: str) -> tuple[str, list[str], str, list[str]]:
        """Return the emotion read in the photo, the hits for `emotion`, their summary and their sentiments.

        The hits are those of `emotion` rather than of the one that was read: random weights always read the same.
        """
        read = self.read(photo)
        hits = self.search(f"What are customers saying who feel {emotion}?")
        return read, hits, self.summarize(hits), [self.feel(text) for text in hits]

    def read(self, photo: bytes) -> str:
        """Return the strongest emotion of the whole picture."""
        import torch

        image = Image.open(io.BytesIO(photo)).convert("RGB").resize((IMAGE_SIDE_PIXELS, IMAGE_SIDE_PIXELS))
        pixels = (np.asarray(image, np.float32) / 255 - MEAN) / STD
        with torch.inference_mode():
            scores = self.face(torch.from_numpy(pixels.transpose(2, 0, 1)[None]))
        return FACE_EMOTIONS[int(scores.argmax())]

    def search(self, question: str) -> list[str]:
        """Return the ten nearest reviews."""
        _, rows = self.index.search(self.embed([question]), HITS)
        return [self.texts[row] for row in rows[0]]

    def summarize(self, hits: list[str]) -> str:
        """Return what Flan-T5 writes in exactly NEW_TOKENS tokens, greedily."""
        import torch

        prompt = "Summarize what customers say:\n" + "\n".join(hits)
        batch = self.writer_tokens(prompt, return_tensors="pt", truncation=True, max_length=512)
        batch.pop("token_type_ids", None)
        with torch.inference_mode():
            written = self.writer.generate(
                **batch, max_new_tokens=NEW_TOKENS, min_new_tokens=NEW_TOKENS, do_sample=False, num_beams=1
            )
        return str(self.writer_tokens.decode(written[0], skip_special_tokens=True))

    def feel(self, text: str) -> str:
        """Return the sentiment of one review."""
        import torch

        batch = self.sentiment_tokens(text, return_tensors="pt", truncation=True, max_length=512)
        batch.pop("token_type_ids", None)
        with torch.inference_mode():
            return SENTIMENTS[int(self.sentiment(**batch).logits.argmax())]
