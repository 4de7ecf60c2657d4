"""Measures between which values the tensors of the landmark network lie that narrow.py brings to 8 bits.

    python measure_ranges.py --pictures FOLDER [--inputs 120]

FOLDER holds pictures of rendered hands, never of real ones. Writes ranges.json, from which convert.py makes the same bytes every time.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from convert import PACKAGE_FOLDER, landmarks_in_float
from narrow import RANGES, narrowed_tensors
from squares import squares_of


def measured_ranges(model: onnx.ModelProto, batch: np.ndarray) -> dict[str, list[float]]:
    """Least and greatest value of every tensor that is to be narrowed, over all inputs."""
    _, tensors = narrowed_tensors(model)
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in tensors
    )
    session = onnxruntime.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    ranges = {name: (np.inf, -np.inf) for name in tensors}
    for one in batch:
        for name, values in zip(tensors, session.run(tensors, {"input": one[None]}), strict=True):
            low, high = ranges[name]
            ranges[name] = (min(low, float(values.min())), max(high, float(values.max())))
    return {name: [round(low, 4), round(high, 4)] for name, (low, high) in ranges.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", type=Path, default=PACKAGE_FOLDER)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--inputs", type=int, default=120)
    arguments = parser.parse_args()
    model = landmarks_in_float(arguments.package)
    side = model.graph.input[0].type.tensor_type.shape.dim[1].dim_value
    pictures = sorted(arguments.pictures.rglob("*.[jp][pn]g"))
    ranges = measured_ranges(model, squares_of(pictures, side, arguments.inputs))
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(limits)}" for name, limits in ranges.items())
    RANGES.write_text(f"{{\n{lines}\n}}\n")


if __name__ == "__main__":
    main()
