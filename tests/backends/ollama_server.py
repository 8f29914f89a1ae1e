"""A server that speaks the part of Ollama's HTTP interface that a chat needs, on this machine, for tests."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Ollama:
    """What the server answers, and what it was asked.

    `words` come as one NDJSON line each; `ending` is what stands behind them: "done" (as it should be), "cut" (the
    connection ends inside a chunk), "open" (it ends without the last line), "garbage", or "error" (an error line).
    While `gate` is not set, the server keeps silent before the first word.
    """

    words: Sequence[str] = ("Hello", " there", ".")
    ending: str = "done"
    models: Sequence[str] = ("mistral:latest",)
    gate: threading.Event = field(default_factory=threading.Event)
    asked: list[dict[str, Any]] = field(default_factory=list)
    address: str = ""

    def __post_init__(self) -> None:
        self.gate.set()


def _line(model: str, word: str = "", **more: Any) -> bytes:
    row = {"model": model, "created_at": "2026-01-01T00:00:00Z", "message": {"role": "assistant", "content": word}}
    return (json.dumps(row | {"done": False} | more) + "\n").encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    ollama: Ollama

    def do_GET(self) -> None:
        if self.path == "/api/tags":
            self._answer(200, {"models": [{"model": name, "name": name} for name in self.ollama.models]})
        else:
            self._answer(404, {"error": "no such path"})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.ollama.asked.append(asked)
        if f"{asked['model']}:latest" not in self.ollama.models:
            self._answer(404, {"error": f"model '{asked['model']}' not found"})
            return
        self.ollama.gate.wait(60)
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for word in self.ollama.words:
            self._chunk(_line(asked["model"], word))
        self._end(asked["model"])

    def _end(self, model: str) -> None:
        ending = self.ollama.ending
        if ending == "done":
            self._chunk(_line(model, done=True, done_reason="stop", eval_count=3, prompt_eval_count=9))
        elif ending == "garbage":
            self._chunk(b"<html>It works!</html>\n")
        elif ending == "error":
            self._chunk(b'{"error": "the model needs more memory than there is"}\n')
        elif ending == "cut":
            self.wfile.write(b"ff\r\nhalf a line")
            self.close_connection = True
            return
        self._chunk(b"")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _answer(self, status: int, value: dict[str, Any]) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_arguments: Any) -> None:
        """A client that hung up is part of the tests."""


@contextmanager
def serving(ollama: Ollama) -> Iterator[Ollama]:
    """Serve at `ollama.address` until the block ends."""
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"ollama": ollama}))
    ollama.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield ollama
    finally:
        ollama.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()
