"""Runs the converted networks beside the originals, each under its own publisher's runtime, and compares every output.

    python verify.py [--pictures FOLDER] [--inputs 50]

Inputs are noise of several sizes, and squares out of the pictures of FOLDER where one is given. Fails when a landmark
of a picture moves by more than MAX_LANDMARK_PX, or a confidence by more than MAX_CONFIDENCE.
"""

import argparse
from pathlib import Path

import numpy as np
import onnxruntime
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

from convert import NETWORKS, ROOT, tflite_bytes

MAX_LANDMARK_PX = 0.01
MAX_CONFIDENCE = 1e-4


def inputs(side: int, count: int, pictures: list[Path]) -> np.ndarray:
    """[count, side, side, 3] in 0…1."""
    random = np.random.default_rng(3)
    made = []
    for i in range(count):
        if pictures:
            with Image.open(pictures[i % len(pictures)]) as picture:
                square = min(picture.size)
                left, top = (int(random.integers(0, size - square + 1)) for size in picture.size)
                cut = picture.convert("RGB").resize((side, side), box=(left, top, left + square, top + square))
                made.append(np.asarray(cut, np.float32) / 255)
        else:
            coarse = random.random((2 ** (i % 7 + 1),) * 2 + (3,))
            cut = Image.fromarray((coarse * 255).astype(np.uint8)).resize((side, side), Image.Resampling.BILINEAR)
            made.append(np.asarray(cut, np.float32) / 255)
    return np.stack(made)


def originals(name: str, package: Path, batch: np.ndarray) -> list[np.ndarray]:
    interpreter = Interpreter(model_content=tflite_bytes(package, name), num_threads=1)
    interpreter.allocate_tensors()
    outputs = sorted(interpreter.get_output_details(), key=lambda output: output["name"])
    rows = []
    for one in batch:
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], one[None])
        interpreter.invoke()
        rows.append([interpreter.get_tensor(output["index"]) for output in outputs])
    return [np.concatenate(column) for column in zip(*rows, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", type=Path, default=ROOT / "node_modules/@mediapipe/hands")
    parser.add_argument("--models", type=Path, default=ROOT / "packages/palm/models")
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--inputs", type=int, default=50)
    arguments = parser.parse_args()
    pictures = sorted(p for p in arguments.pictures.rglob("*.[jp][pn]g")) if arguments.pictures else []
    failed = False
    for name, network in NETWORKS.items():
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(arguments.models / f"{name}.onnx", options)
        batch = inputs(session.get_inputs()[0].shape[1], arguments.inputs, pictures)
        converted = session.run(None, {"input": batch})
        one_by_one = [session.run(None, {"input": batch[i : i + 1]}) for i in range(len(batch))]
        for i, (output, original) in enumerate(zip(network["outputs"], originals(name, arguments.package, batch))):
            if output == "logits":
                converted[i], original = 1 / (1 + np.exp(-converted[i])), 1 / (1 + np.exp(-original))
                one_by_one_output = np.concatenate([1 / (1 + np.exp(-one[i])) for one in one_by_one])
            else:
                one_by_one_output = np.concatenate([one[i] for one in one_by_one])
            furthest = np.abs(converted[i] - original).max()
            batched = np.abs(converted[i] - one_by_one_output).max()
            limit = MAX_LANDMARK_PX if output in ("boxes", "landmarks", "world") else MAX_CONFIDENCE
            failed |= bool(furthest > limit) or not np.isfinite(furthest)
            print(f"{name} {output}: furthest {furthest:.2e} (limit {limit}), batch against single {batched:.2e}")
    if failed:
        raise SystemExit("The converted networks answer differently.")


if __name__ == "__main__":
    main()
