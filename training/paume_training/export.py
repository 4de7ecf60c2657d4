"""Writes a trained network as ONNX and holds it against PyTorch. `python -m paume_training.export RUN FILE.onnx`."""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

from .creases import REGION
from .network import PalmNetwork

MOST_DIFFERENCE = 1e-3
"""Largest difference between the two runtimes in any number of a unit vector."""


class NotTheSame(Exception):
    """The written file computes something else than the network."""


def trained(run):
    """The network of a run's last checkpoint, and how many views it has seen."""
    kept = torch.load(Path(run) / "checkpoint.pt", map_location="cpu", weights_only=True)
    network = PalmNetwork(**kept["settings"])
    network.load_state_dict(kept["network"])
    return network.eval(), kept["seen"]


def export(run, file):
    """Writes FILE.onnx (input `region` [n, 1, 128, 128], 0…1; output `embedding` [n, dims], unit length) → what models.json says of it."""
    network, seen = trained(run)
    regions = torch.rand(3, 1, REGION, REGION, generator=torch.Generator().manual_seed(7))
    torch.onnx.export(
        network, (regions,), str(file), input_names=["region"], output_names=["embedding"],
        dynamic_axes={"region": {0: "n"}, "embedding": {0: "n"}}, opset_version=17, dynamo=False,
    )  # fmt: skip
    onnx.save(_halved(onnx.load(str(file))), str(file))
    difference = _difference(network, file, regions)
    if not difference <= MOST_DIFFERENCE:
        raise NotTheSame(f"{file} differs from PyTorch by {difference}")
    written = Path(file).read_bytes()
    recipe = json.loads((Path(run) / "recipe.json").read_text())
    kept = ("palms", "batch", "rate", "decay", "margin", "scale", "seed", "without", "near_infrared")
    return {
        "file": Path(file).name,
        "sha256": hashlib.sha256(written).hexdigest(),
        "bytes": len(written),
        "dims": network.settings["dims"],
        "recipe": "training/make.py",
        "views": seen,
        "settings": {name: recipe[name] for name in kept},
        "differenceFromPyTorch": float(f"{difference:.2g}"),
    }


def _halved(model):
    """Weights are stored as half floats, which halves the file; a Cast, which runtimes carry out once at loading, widens them."""
    casts = []
    for weight in model.graph.initializer:
        values = onnx.numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < 256:
            continue
        name = weight.name
        weight.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(onnx.helper.make_node("Cast", [f"{name}.half"], [name], to=onnx.TensorProto.FLOAT))
    for cast in reversed(casts):
        model.graph.node.insert(0, cast)
    onnx.checker.check_model(model)
    return model


def _difference(network, file, regions):
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    worst = 0.0
    with torch.no_grad():
        for batch in (regions, regions[:1], regions.flip(-1) ** 3):
            ours = session.run(["embedding"], {"region": batch.numpy()})[0]
            worst = max(worst, float(np.abs(ours - network(batch).numpy()).max()))
    return worst


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run")
    parser.add_argument("file")
    wanted = parser.parse_args()
    print(json.dumps(export(wanted.run, wanted.file), indent=2))
