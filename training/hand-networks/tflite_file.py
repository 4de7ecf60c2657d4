"""Reads a TensorFlow Lite file: tensors, constants and operators in the order in which they run."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tflite

_OPERATOR_NAMES = {code: name for name, code in vars(tflite.BuiltinOperator).items() if isinstance(code, int)}
_NUMPY_TYPES = {
    tflite.TensorType.FLOAT32: np.float32,
    tflite.TensorType.FLOAT16: np.float16,
    tflite.TensorType.INT32: np.int32,
}
_OPTIONS = {
    "CONV_2D": tflite.Conv2DOptions,
    "DEPTHWISE_CONV_2D": tflite.DepthwiseConv2DOptions,
    "MAX_POOL_2D": tflite.Pool2DOptions,
    "RESIZE_BILINEAR": tflite.ResizeBilinearOptions,
    "CONCATENATION": tflite.ConcatenationOptions,
    "ADD": tflite.AddOptions,
    "FULLY_CONNECTED": tflite.FullyConnectedOptions,
    "MEAN": tflite.ReducerOptions,
}


@dataclass(frozen=True)
class Operator:
    kind: str
    inputs: list[int]
    outputs: list[int]
    options: object | None


class TfliteFile:
    """One graph. Tensors go by their number; `shapes` are as in the file, pictures as [1, rows, columns, channels]."""

    def __init__(self, content: bytes):
        model = tflite.Model.GetRootAsModel(bytearray(content), 0)
        if model.SubgraphsLength() != 1:
            raise ValueError(f"one graph expected, found {model.SubgraphsLength()}")
        graph = model.Subgraphs(0)
        tensors = [graph.Tensors(i) for i in range(graph.TensorsLength())]
        self.shapes = [[int(side) for side in t.ShapeAsNumpy()] if t.ShapeLength() else [] for t in tensors]
        self.inputs = [int(i) for i in graph.InputsAsNumpy()]
        self.outputs = [int(i) for i in graph.OutputsAsNumpy()]
        self.constants: dict[int, np.ndarray] = {}
        for i, tensor in enumerate(tensors):
            buffer = model.Buffers(tensor.Buffer())
            if buffer.DataLength() > 0:
                raw = buffer.DataAsNumpy().tobytes()
                self.constants[i] = np.frombuffer(raw, _NUMPY_TYPES[tensor.Type()]).reshape(self.shapes[i])
        self.operators = [_operator(model, graph.Operators(i)) for i in range(graph.OperatorsLength())]

    @classmethod
    def read(cls, path: Path, offset: int, size: int) -> "TfliteFile":
        with path.open("rb") as file:
            file.seek(offset)
            return cls(file.read(size))


def _operator(model: tflite.Model, operator: tflite.Operator) -> Operator:
    code = model.OperatorCodes(operator.OpcodeIndex())
    kind = _OPERATOR_NAMES[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
    options = None
    if kind in _OPTIONS:
        table = operator.BuiltinOptions()
        options = _OPTIONS[kind]()
        options.Init(table.Bytes, table.Pos)
    return Operator(
        kind, [int(i) for i in operator.InputsAsNumpy()], [int(i) for i in operator.OutputsAsNumpy()], options
    )
