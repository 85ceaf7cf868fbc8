from __future__ import annotations

import io
import json
import sys
from email.message import Message
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

import numpy as np
import pytest

import servanda.encoders as encoders
from servanda.encoders.openai_compatible import KEY, OpenAICompatible
from servanda.errors import MissingExtra, ServandaError, UsageError


def test_every_row_of_the_table_is_a_module_that_opens() -> None:
    for module in encoders.ENCODERS.values():
        assert callable(__import__(module, fromlist=["open_encoder"]).open_encoder)


def test_an_unknown_name_tells_the_known_ones() -> None:
    with pytest.raises(UsageError, match="e5, folder, openai, sentence-transformers"):
        encoders.load("word2vec")


@pytest.mark.parametrize("name", ["e5:large", "folder", "folder:/no/such/folder", "sentence-transformers", "openai:x"])
def test_a_wrong_argument_says_what_is_wanted(name: str) -> None:
    with pytest.raises(UsageError):
        encoders.load(name)


def test_installed_packages_add_encoders(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("mine", "builtins:dict", "servanda.encoders")
    monkeypatch.setattr(encoders, "entry_points", lambda group: [point])
    monkeypatch.setattr(EntryPoint, "load", lambda self: lambda argument, progress: f"encoder {argument}")
    assert "mine" in encoders.available()
    assert encoders.load("mine:x") == "encoder x"


def test_importing_the_table_imports_no_library() -> None:
    import subprocess

    code = "import sys, servanda.encoders; print(sorted({'onnxruntime', 'sentencepiece', 'onnx'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_missing_extra_names_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(MissingExtra, match=r'pip install "servanda\[sentence-transformers\]"'):
        encoders.load("sentence-transformers:x")


# --- a folder -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that looks each token up in a table, with XLM-RoBERTa's kind of tokenizer."""
    import onnx
    import sentencepiece
    from onnx import TensorProto, helper, numpy_helper

    path = tmp_path_factory.mktemp("model")
    lines = ["the two sides agreed to trade more", "both parties will open a school", "fish and wool"] * 20
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_prefix=str(path / "sentencepiece.bpe"),
        vocab_size=40,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    table = np.random.default_rng(0).normal(size=(64, 8)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["states"])],
        "look",
        [
            helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["n", "s"]),
        ],
        [helper.make_tensor_value_info("states", TensorProto.FLOAT, ["n", "s", 8])],
        [numpy_helper.from_array(table, "table")],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path / "model.onnx")
    return path


def test_a_folder_is_an_encoder(folder: Path) -> None:
    encoder = encoders.load(f"folder:{folder}")
    rows = encoder.encode(["fish and wool", "both parties will open a school", "fish and wool"])
    assert rows.shape == (3, encoder.dimension) == (3, 8)
    assert np.allclose(rows[0], rows[2], atol=1e-6)
    assert not np.allclose(rows[0], rows[1], atol=1e-2)
    assert np.allclose(encoder.encode(["fish"]), encoder.encode(["fish"], query=True))
    assert encoder.version != ""


def test_a_folder_brings_its_prompts(folder: Path) -> None:
    settings = folder / "config_sentence_transformers.json"
    settings.write_text(json.dumps({"prompts": {"query": "school ", "passage": ""}}))
    try:
        encoder = encoders.load(f"folder:{folder}")
        assert not np.allclose(encoder.encode(["fish"]), encoder.encode(["fish"], query=True), atol=1e-2)
        settings.write_text("{")
        with pytest.raises(UsageError, match="not well-formed JSON"):
            encoders.load(f"folder:{folder}")
    finally:
        settings.unlink()


def test_a_folder_lacks_something(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(UsageError, match="no ONNX model"):
        encoders.load(f"folder:{tmp_path}")
    (tmp_path / "model.onnx").write_bytes((folder / "model.onnx").read_bytes())
    with pytest.raises(UsageError, match="no tokenizer"):
        encoders.load(f"folder:{tmp_path}")


# --- over HTTP ------------------------------------------------------------------------------------------------------


class Server:
    """Answers in place of the network."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.requests: list[Any] = []

    def open(self, request: Any, timeout: float) -> Any:
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        body = json.loads(request.data)
        return io.BytesIO(json.dumps(self.answer(body)).encode())


def vectors(body: dict[str, Any]) -> dict[str, Any]:
    rows = [{"index": k, "embedding": [float(len(text)), 1.0, 0.0]} for k, text in enumerate(body["input"])]
    return {"data": rows[::-1]}


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Any:
    def start(answer: Any) -> Server:
        server = Server(answer)
        monkeypatch.setattr("servanda.encoders.openai_compatible.build_opener", lambda *handlers: server)
        return server

    return start


def test_an_address_is_an_encoder(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "word")
    server = serve(vectors)
    encoder = encoders.load("openai:https://encoder.example/v1/#small")
    rows = encoder.encode(["aa", "bbbb"] * 50)
    assert rows.shape == (100, 3)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
    assert rows[1, 0] > rows[0, 0]
    assert [len(json.loads(r.data)["input"]) for r in server.requests] == [1, 64, 36]
    assert {r.full_url for r in server.requests} == {"https://encoder.example/v1/embeddings"}
    assert {r.get_header("Authorization") for r in server.requests} == {"Bearer word"}
    assert encoder.encode([]).shape == (0, 3)


def test_a_key_never_goes_in_the_clear(serve: Any) -> None:
    server = serve(vectors)
    with pytest.raises(UsageError, match="in the clear"):
        OpenAICompatible("http://encoder.example/v1", "m", key="word")
    assert server.requests == []
    assert OpenAICompatible("http://127.0.0.1:8000/v1", "m", key="word").dimension == 3


@pytest.mark.parametrize("address", ["file:///etc/passwd", "encoder.example", "ftp://x/y"])
def test_only_http(address: str) -> None:
    with pytest.raises(UsageError, match="must begin with http"):
        OpenAICompatible(address, "m")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (HTTPError("u", 401, "Unauthorized", Message(), None), "answered 401"),
        (URLError("refused"), "cannot be reached"),
        (TimeoutError("slow"), "cannot be reached"),
        (lambda body: {"error": "x"}, "did not answer as"),
        (lambda body: {"data": []}, "0 usable vectors for 1 texts"),
        (lambda body: {"data": [{"index": 0, "embedding": [float("nan")]}]}, "0 usable|1 usable"),
    ],
)
def test_what_a_server_does_wrong_is_said(serve: Any, answer: Any, said: str) -> None:
    serve(answer)
    with pytest.raises(ServandaError, match=said):
        OpenAICompatible("https://encoder.example/v1", "m")
