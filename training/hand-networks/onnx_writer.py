"""Rewrites a TensorFlow Lite graph in ONNX: the few operators that MediaPipe's hand networks use, and no other."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tflite import ActivationFunctionType, Padding

from tflite_file import Operator, TfliteFile

OPSET = 17
IR_VERSION = 9
_CHANNELS_FIRST = [0, 3, 1, 2]
_CHANNELS_LAST = [0, 2, 3, 1]


class OnnxWriter:
    """
    Inside, pictures are [n, channels, rows, columns], as ONNX wants them; input and outputs keep the order of the
    TensorFlow Lite file. `n` is free. Weights keep their 16 bits and are widened when a session opens; with `wide`
    they are written in 32 bits, for whoever goes on working with the graph.
    """

    def __init__(self, source: TfliteFile, name: str, output_names: list[str], *, wide: bool = False):
        self._keeps_wide = wide
        self._source = source
        self._name = name
        self._output_names = output_names
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._widened: dict[int, np.ndarray] = {}

    def model(self, origin: str) -> onnx.ModelProto:
        source = self._source
        (picture,) = source.inputs
        self._node("Transpose", ["input"], [_name(picture)], perm=_CHANNELS_FIRST)
        for operator in source.operators:
            getattr(self, f"_{operator.kind.lower()}")(operator)
        for tensor, name in zip(source.outputs, self._output_names, strict=True):
            self._node("Identity", [_name(tensor)], [name])
        graph = helper.make_graph(
            self._nodes,
            self._name,
            [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["n", *source.shapes[picture][1:]])],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", *source.shapes[tensor][1:]])
                for tensor, name in zip(source.outputs, self._output_names, strict=True)
            ],
            list(self._constants.values()),
        )
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        made.producer_name = "paume hand-networks"
        made.doc_string = origin
        onnx.checker.check_model(made, full_check=True)
        return made

    # Building blocks

    def _node(self, kind: str, inputs: list[str], outputs: list[str], **attributes) -> None:
        self._nodes.append(helper.make_node(kind, inputs, outputs, name=f"{kind}_{len(self._nodes)}", **attributes))

    def _constant(self, name: str, values: np.ndarray) -> str:
        """A float constant is written in 16 bits where that loses nothing, and then widened by a Cast."""
        if name in self._constants:
            return name if values.dtype != np.float32 else self._wide(name)
        narrow = values
        if values.dtype == np.float32 and not self._keeps_wide:
            half = values.astype(np.float16)
            narrow = half if np.array_equal(half.astype(np.float32), values) else values
        self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(narrow), name)
        if values.dtype == np.float32 and narrow.dtype == np.float16:
            self._node("Cast", [name], [f"{name}_wide"], to=TensorProto.FLOAT)
        return self._wide(name) if values.dtype == np.float32 else name

    def _wide(self, name: str) -> str:
        return f"{name}_wide" if self._constants[name].data_type == TensorProto.FLOAT16 else name

    def _values(self, tensor: int) -> np.ndarray:
        return self._widened[tensor] if tensor in self._widened else self._source.constants[tensor]

    def _activated(self, operator: Operator, write) -> None:
        """`write(name)` writes the operator; what is fused into it in TensorFlow Lite follows as a node of its own."""
        (out,) = operator.outputs
        kind = operator.options.FusedActivationFunction()
        if kind == ActivationFunctionType.NONE:
            write(_name(out))
        elif kind == ActivationFunctionType.RELU:
            write(f"{_name(out)}_raw")
            self._node("Relu", [f"{_name(out)}_raw"], [_name(out)])
        elif kind == ActivationFunctionType.RELU6:
            write(f"{_name(out)}_raw")
            limits = [self._constant("zero", np.float32(0)), self._constant("six", np.float32(6))]
            self._node("Clip", [f"{_name(out)}_raw", *limits], [_name(out)])
        else:
            raise ValueError(f"activation {kind} is not known")

    def _pads(self, tensor: int, options, kernel: tuple[int, int]) -> list[int]:
        """TensorFlow's SAME: what is missing is split, the odd row and column stand at the end."""
        if options.Padding() == Padding.VALID:
            return [0, 0, 0, 0]
        begins, ends = [], []
        strides = (options.StrideH(), options.StrideW())
        for side, length, stride in zip(self._source.shapes[tensor][1:3], kernel, strides, strict=True):
            missing = max(0, (-(-side // stride) - 1) * stride + length - side)
            begins.append(missing // 2)
            ends.append(missing - missing // 2)
        return begins + ends

    # Operators

    def _dequantize(self, operator: Operator) -> None:
        self._widened[operator.outputs[0]] = self._source.constants[operator.inputs[0]].astype(np.float32)

    def _conv_2d(self, operator: Operator) -> None:
        self._convolution(operator, self._values(operator.inputs[1]).transpose(0, 3, 1, 2), groups=1)

    def _depthwise_conv_2d(self, operator: Operator) -> None:
        # [1, rows, columns, channels] → [channels, 1, rows, columns]
        weights = self._values(operator.inputs[1]).transpose(3, 0, 1, 2)
        if operator.options.DepthMultiplier() != 1:
            raise ValueError("a depth multiplier other than 1 is not known")
        self._convolution(operator, weights, groups=weights.shape[0])

    def _convolution(self, operator: Operator, weights: np.ndarray, groups: int) -> None:
        picture, kernel, bias = operator.inputs
        options = operator.options
        if options.DilationHFactor() != 1 or options.DilationWFactor() != 1:
            raise ValueError("dilated convolutions are not known")
        inputs = [
            _name(picture),
            self._constant(f"w{kernel}", weights),
            self._constant(f"b{bias}", self._values(bias)),
        ]
        size = weights.shape[2:]
        self._activated(
            operator,
            lambda out: self._node(
                "Conv",
                inputs,
                [out],
                group=groups,
                kernel_shape=size,
                strides=[options.StrideH(), options.StrideW()],
                pads=self._pads(picture, options, size),
            ),
        )

    def _prelu(self, operator: Operator) -> None:
        """
        a·x for x < 0, as a·x + (1 − a)·max(x, 0): both products are depthwise 1 × 1 convolutions, which ONNX Runtime keeps in its
        own layout and sums in place. Its PRelu knows neither and took half of the detector's time.
        """
        picture, slope = operator.inputs
        x, out = _name(picture), _name(operator.outputs[0])
        slopes = self._values(slope).reshape(-1, 1, 1, 1)
        channels = slopes.shape[0]
        each = {"group": channels, "kernel_shape": [1, 1]}
        self._node("Relu", [x], [f"{out}_positive"])
        self._node("Conv", [x, self._constant(f"a{slope}", slopes)], [f"{out}_sloped"], **each)
        self._node(
            "Conv", [f"{out}_positive", self._constant(f"c{slope}", np.float32(1) - slopes)], [f"{out}_rest"], **each
        )
        self._node("Add", [f"{out}_rest", f"{out}_sloped"], [out])

    def _add(self, operator: Operator) -> None:
        self._activated(operator, lambda out: self._node("Add", [_name(i) for i in operator.inputs], [out]))

    def _max_pool_2d(self, operator: Operator) -> None:
        options = operator.options
        size = (options.FilterHeight(), options.FilterWidth())
        (picture,) = operator.inputs
        self._activated(
            operator,
            lambda out: self._node(
                "MaxPool",
                [_name(picture)],
                [out],
                kernel_shape=size,
                strides=[options.StrideH(), options.StrideW()],
                pads=self._pads(picture, options, size),
            ),
        )

    def _pad(self, operator: Operator) -> None:
        picture, amounts = operator.inputs
        before_after = self._values(amounts)[_CHANNELS_FIRST]
        pads = self._constant(f"p{amounts}", before_after.T.reshape(-1).astype(np.int64))
        self._node("Pad", [_name(picture), pads], [_name(operator.outputs[0])])

    def _resize_bilinear(self, operator: Operator) -> None:
        options = operator.options
        if options.AlignCorners() or not options.HalfPixelCenters():
            raise ValueError("only half-pixel centres are known")
        (out,) = operator.outputs
        before = self._source.shapes[operator.inputs[0]]
        after = self._source.shapes[out]
        scales = np.array([1, 1, after[1] / before[1], after[2] / before[2]], np.float32)
        # Not through `_constant`: the scales are part of the graph's shape, and tell it before anything is widened.
        self._constants[f"s{out}"] = numpy_helper.from_array(scales, f"s{out}")
        self._node(
            "Resize",
            [_name(operator.inputs[0]), "", f"s{out}"],
            [_name(out)],
            mode="linear",
            coordinate_transformation_mode="half_pixel",
        )

    def _concatenation(self, operator: Operator) -> None:
        (out,) = operator.outputs
        axis = operator.options.Axis() % len(self._source.shapes[out])
        if len(self._source.shapes[out]) == 4:
            axis = _CHANNELS_FIRST.index(axis)
        self._activated(
            operator, lambda name: self._node("Concat", [_name(i) for i in operator.inputs], [name], axis=axis)
        )

    def _reshape(self, operator: Operator) -> None:
        picture = operator.inputs[0]
        (out,) = operator.outputs
        source = _name(picture)
        if len(self._source.shapes[picture]) == 4:
            self._node("Transpose", [source], [f"{source}_last"], perm=_CHANNELS_LAST)
            source = f"{source}_last"
        shape = self._source.shapes[out]
        if len(shape) == 4 or shape[0] != 1:
            raise ValueError(f"a reshape to {shape} is not known")
        sides = self._constant(f"r{out}", np.array([0, *shape[1:]], np.int64))
        self._node("Reshape", [source, sides], [_name(out)])

    def _mean(self, operator: Operator) -> None:
        if sorted(self._values(operator.inputs[1]).tolist()) != [1, 2] or operator.options.KeepDims():
            raise ValueError("only the mean over rows and columns is known")
        self._node("ReduceMean", [_name(operator.inputs[0])], [_name(operator.outputs[0])], axes=[2, 3], keepdims=0)

    def _fully_connected(self, operator: Operator) -> None:
        vector, weights, bias = operator.inputs
        inputs = [
            _name(vector),
            self._constant(f"w{weights}", self._values(weights)),
            self._constant(f"b{bias}", self._values(bias)),
        ]
        self._activated(operator, lambda out: self._node("Gemm", inputs, [out], transB=1))

    def _logistic(self, operator: Operator) -> None:
        self._node("Sigmoid", [_name(operator.inputs[0])], [_name(operator.outputs[0])])


def _name(tensor: int) -> str:
    return f"t{tensor}"
