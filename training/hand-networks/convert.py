"""Makes packages/palm/models/{palm-detector,hand-landmarks}.onnx of the networks in npm's @mediapipe/hands.

    python convert.py [--package node_modules/@mediapipe/hands] [--to packages/palm/models]

The weights are MediaPipe's: in the 16 bits in which the files keep them, those of the landmark network in 8 bits where narrow.py says
so. Enters both in models.json.
"""

import argparse
import hashlib
import json
from pathlib import Path

import onnx

from narrow import RANGES, narrowed
from onnx_writer import OnnxWriter
from tflite_file import TfliteFile

ROOT = Path(__file__).resolve().parents[2]
PACKAGE_FOLDER = ROOT / "node_modules/@mediapipe/hands"
PACKAGE = "@mediapipe/hands 0.4.1675469240"

# Where the package keeps each network (offset and size in bytes), its digest, and what its outputs are called here.
NETWORKS = {
    "palm-detector": {
        "source": ("hands_solution_packed_assets.data", 11, 2_341_280),
        "sha256": "2f25e740121983f68ffc05f99991d524dc0ea812134f6316a26125816941ee85",
        "called": "palm_detection_full",
        "outputs": ["boxes", "logits"],
    },
    "hand-landmarks": {
        "source": ("hand_landmark_full.tflite", 0, 5_478_688),
        "sha256": "8c026882c9ec059ce0f8e75266bee5a9a23c341a40e0000df755374d3d1b9b68",
        "called": "hand_landmark_full",
        "outputs": ["landmarks", "presence", "rightness", "world"],
    },
}


def tflite_bytes(package: Path, name: str) -> bytes:
    """The publisher's own bytes, refused when they are not those of the release named above."""
    file, offset, size = NETWORKS[name]["source"]
    content = (package / file).read_bytes()[offset : offset + size]
    digest = hashlib.sha256(content).hexdigest()
    if digest != NETWORKS[name]["sha256"]:
        raise SystemExit(f"{file} holds another {NETWORKS[name]['called']}: SHA-256 {digest}")
    return content


def _written(package: Path, name: str, *, wide: bool = False) -> onnx.ModelProto:
    network = NETWORKS[name]
    origin = f"{network['called']} of npm {PACKAGE}, Google, Apache-2.0, rewritten from TensorFlow Lite"
    return OnnxWriter(TfliteFile(tflite_bytes(package, name)), name, network["outputs"], wide=wide).model(origin)


def landmarks_in_float(package: Path) -> onnx.ModelProto:
    """The landmark network before any of it is narrowed."""
    return _written(package, "hand-landmarks", wide=True)


def converted(package: Path, name: str) -> onnx.ModelProto:
    """A network as the server runs it."""
    if name != "hand-landmarks":
        return _written(package, name)
    return narrowed(landmarks_in_float(package), json.loads(RANGES.read_text()))


def list_model(models: Path, name: str, content: bytes, recipe: str) -> None:
    """Enters one network in models.json, which the server compares the file with whenever it starts."""
    table = models / "models.json"
    others = [one for one in json.loads(table.read_text()) if one["name"] != name] if table.exists() else []
    entry = {
        "name": name,
        "file": f"{name}.onnx",
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "recipe": recipe,
    }
    listed = sorted([*others, entry], key=lambda one: one["name"])
    table.write_text(json.dumps(listed, indent=2, ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", type=Path, default=PACKAGE_FOLDER)
    parser.add_argument("--to", type=Path, default=ROOT / "packages/palm/models")
    arguments = parser.parse_args()
    arguments.to.mkdir(parents=True, exist_ok=True)
    for name in NETWORKS:
        written = converted(arguments.package, name).SerializeToString(deterministic=True)
        (arguments.to / f"{name}.onnx").write_bytes(written)
        list_model(arguments.to, name, written, "training/hand-networks/convert.py")
        print(f"{name}.onnx  {len(written)} bytes")


if __name__ == "__main__":
    main()
