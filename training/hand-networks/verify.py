"""Runs the converted networks beside the originals, each under its own publisher's runtime, and compares every output.

    python verify.py [--pictures FOLDER] [--inputs 50]

Inputs are noise of several sizes, or squares out of the pictures of FOLDER where one is given. Fails when a landmark moves by more than
MAX_LANDMARK_PX, or a confidence by more than MAX_CONFIDENCE; the landmark network is compared before it is narrowed. With pictures
of hands, what narrowing moves is told, too, and fails when that is more than MAX_NARROWED_PX in the mean.
"""

import argparse
from pathlib import Path

import numpy as np
import onnxruntime
from ai_edge_litert.interpreter import Interpreter

from convert import NETWORKS, PACKAGE_FOLDER, ROOT, converted, landmarks_in_float, tflite_bytes
from squares import noise, squares_of

MAX_LANDMARK_PX = 0.01
MAX_CONFIDENCE = 1e-4
# Mean over pictures and the palm's landmarks, of 224; a palm is some 55 wide there. These squares frame hands worse than a hover does.
MAX_NARROWED_PX = 1.0
PALM_LANDMARKS = [0, 5, 9, 13, 17]


def session_of(model: str | bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options)


def moved_by_narrowing(package: Path, batch: np.ndarray) -> np.ndarray:
    """How far the palm of each input that shows a hand moves, px of 224."""
    before, presence, *_ = session_of(landmarks_in_float(package).SerializeToString()).run(None, {"input": batch})
    after, *_ = session_of(converted(package, "hand-landmarks").SerializeToString()).run(None, {"input": batch})
    steps = (after - before).reshape(-1, 21, 3)[presence[:, 0] > 0.5][:, PALM_LANDMARKS, :2]
    return np.hypot(steps[..., 0], steps[..., 1]).mean(axis=1)


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
    parser.add_argument("--package", type=Path, default=PACKAGE_FOLDER)
    parser.add_argument("--models", type=Path, default=ROOT / "packages/palm/models")
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--inputs", type=int, default=50)
    arguments = parser.parse_args()
    pictures = sorted(p for p in arguments.pictures.rglob("*.[jp][pn]g")) if arguments.pictures else []
    failed = False
    for name, network in NETWORKS.items():
        in_file = (arguments.models / f"{name}.onnx").read_bytes()
        if in_file != converted(arguments.package, name).SerializeToString(deterministic=True):
            raise SystemExit(f"{name}.onnx is not what convert.py writes")
        is_narrowed = name == "hand-landmarks"
        session = session_of(landmarks_in_float(arguments.package).SerializeToString() if is_narrowed else in_file)
        side = session.get_inputs()[0].shape[1]
        batch = squares_of(pictures, side, arguments.inputs) if pictures else noise(side, arguments.inputs)
        answers = session.run(None, {"input": batch})
        one_by_one = [session.run(None, {"input": batch[i : i + 1]}) for i in range(len(batch))]
        for i, (output, original) in enumerate(zip(network["outputs"], originals(name, arguments.package, batch))):
            if output == "logits":
                answers[i], original = 1 / (1 + np.exp(-answers[i])), 1 / (1 + np.exp(-original))
                one_by_one_output = np.concatenate([1 / (1 + np.exp(-one[i])) for one in one_by_one])
            else:
                one_by_one_output = np.concatenate([one[i] for one in one_by_one])
            furthest = np.abs(answers[i] - original).max()
            batched = np.abs(answers[i] - one_by_one_output).max()
            limit = MAX_LANDMARK_PX if output in ("boxes", "landmarks", "world") else MAX_CONFIDENCE
            failed |= bool(furthest > limit) or not np.isfinite(furthest)
            print(f"{name} {output}: furthest {furthest:.2e} (limit {limit}), batch against single {batched:.2e}")
        if is_narrowed and pictures:
            moved = moved_by_narrowing(arguments.package, batch)
            failed |= not moved.size or bool(moved.mean() > MAX_NARROWED_PX)
            print(f"{name} narrowed: {moved.size} palms move by {moved.mean():.2f} px, at most {moved.max():.2f}")
    if failed:
        raise SystemExit("The converted networks answer differently.")


if __name__ == "__main__":
    main()
