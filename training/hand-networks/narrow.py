"""The convolutions of the landmark network in 8 bits: half the time on processors that multiply bytes."""

from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import CalibrationMethod, QuantType
from onnxruntime.quantization.calibrate import TensorData, TensorsData
from onnxruntime.quantization.qdq_quantizer import QDQQuantizer

RANGES = Path(__file__).resolve().parent / "ranges.json"
# By place in the graph. The first five see the picture at full size and put landmarks up to 4 px elsewhere in 8 bits; the last
# three feed the mean over the picture, and with it what the network says of depth.
FLOAT_AT_BEGIN = 5
FLOAT_AT_END = 3


def _convolutions(model: onnx.ModelProto) -> list[onnx.NodeProto]:
    convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
    return convolutions[FLOAT_AT_BEGIN : len(convolutions) - FLOAT_AT_END]


def narrowed_tensors(model: onnx.ModelProto) -> tuple[list[str], list[str]]:
    """Names of the nodes in 8 bits, and of the tensors that go in and come out."""
    chosen = _convolutions(model)
    made = {name for node in chosen for name in node.output}
    clips = [node for node in model.graph.node if node.op_type == "Clip" and node.input[0] in made]
    tensors = {node.input[0] for node in chosen} | {node.output[0] for node in [*chosen, *clips]}
    return [node.name for node in [*chosen, *clips]], sorted(tensors)


def narrowed(model: onnx.ModelProto, ranges: dict[str, list[float]]) -> onnx.ModelProto:
    """
    The same network, most of its convolutions in whole numbers: activations 8 bits, weights 7 bits a channel, because processors without
    VNNI add two products in 16 bits and would overflow with 8: they answer the same, only slower. Sums between blocks stay float.
    """
    nodes, tensors = narrowed_tensors(model)
    missing = [name for name in tensors if name not in ranges]
    if missing:
        raise SystemExit(f"ranges.json does not know {missing}: run measure_ranges.py")
    of = {name: TensorData(lowest=np.float32(low), highest=np.float32(high)) for name, (low, high) in ranges.items()}
    quantizer = QDQQuantizer(
        model,
        per_channel=True,
        reduce_range=True,
        weight_qType=QuantType.QInt8,
        activation_qType=QuantType.QUInt8,
        tensors_range=TensorsData(CalibrationMethod.MinMax, of),
        nodes_to_quantize=nodes,
        nodes_to_exclude=[],
        op_types_to_quantize=["Conv", "Clip"],
        extra_options={},
    )
    quantizer.quantize_model()
    quantizer.model.topological_sort()
    made = quantizer.model.model
    onnx.checker.check_model(made, full_check=True)
    return made
