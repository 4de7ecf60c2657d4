#!/usr/bin/env python3
"""From nothing to weights in one command: `python3 training/make.py`.

Makes a virtual environment, installs requirements.txt into it, draws palms, trains the visible-light network, goes on
from its weights to the near-infrared one, exports both to packages/palm/models and notes them in models.json.
Python ≥ 3.10 is all that must be there. A run that was broken off goes on where it stopped.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODELS = HERE.parent / "packages" / "palm" / "models"
REQUIREMENTS = HERE / "requirements.txt"

RGB = dict(palms=6_000, samples=600_000)
NIR = dict(palms=6_000, samples=60_000, dims=128, rate=1e-3)
"""As the last leg of the weights in the repository, in one go: docs/cards/model.md tells the legs, README.md how long it takes."""
TINY = dict(palms=12, samples=96, batch=16, widths=(16, 16), blocks=1, warm_up=32)
"""Shows that the way from nothing to weights can be walked; the weights are worth nothing."""


def environment():
    """The Python of an environment with exactly these requirements; kept in the user's cache, for it is large."""
    mark = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()[:12]
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = cache / "paume" / f"training-{mark}"
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not (folder / "complete").exists():
        print(f"installing PyTorch into {folder} (several gigabytes)", flush=True)
        try:
            venv.create(folder, with_pip=True, clear=True)
        except subprocess.CalledProcessError:
            sys.exit("Python's venv cannot install pip: on Debian and Ubuntu the package python3-venv is missing")
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS], check=True)
        (folder / "complete").touch()
    return python


def run(python, module, *arguments):
    """Runs a module of the package; returns what it printed, which is also shown as it comes."""
    surroundings = {**os.environ, "PYTHONPATH": str(HERE), "PYTHONUNBUFFERED": "1", **_STEADY_MEMORY}
    command = [python, "-W", "ignore", "-m", f"paume_training.{module}", *map(str, arguments)]
    with subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, text=True) as child:
        lines = [line for line in child.stdout if not print(line, end="", flush=True)]
    if child.returncode:
        sys.exit(f"paume_training.{module} failed ({child.returncode})")
    return "".join(lines)


_STEADY_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(8 * 2**30),
}
"""glibc gives large blocks back to the system after every step otherwise, which takes as long as the step."""


def flags(settings):
    for name, value in settings.items():
        yield f"--{name.replace('_', '-')}"
        yield from value if isinstance(value, tuple) else (value,)


def note(models, name, entry):
    """Puts or replaces one entry of models.json."""
    file = models / "models.json"
    others = [other for other in json.loads(file.read_text()) if other["name"] != name] if file.exists() else []
    file.write_text(json.dumps([*others, {"name": name, **entry}], indent=2) + "\n")


def main():
    if sys.version_info < (3, 10):
        sys.exit(f"Python 3.10 or newer is needed; this is {sys.version.split()[0]}")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=HERE.parent / "out" / "training", help="drawn palms and checkpoints")
    parser.add_argument("--models", type=Path, default=MODELS, help="where the weights and models.json go")
    parser.add_argument("--tiny", action="store_true", help="a run of a minute that shows the way; never into packages/palm/models")
    wanted = parser.parse_args()
    if wanted.tiny and wanted.models.resolve() == MODELS:
        parser.error("--tiny makes weights that are worth nothing: name another folder with --models")
    python = environment()
    wanted.models.mkdir(parents=True, exist_ok=True)
    tiny = TINY if wanted.tiny else {}
    for name, settings, more in (
        ("palm-rgb", RGB, ()),
        ("palm-nir", NIR, ("--near-infrared", "--start-from", wanted.out / "palm-rgb" / "checkpoint.pt")),
    ):
        folder = wanted.out / name
        run(python, "train", "--out", folder, "--palms-folder", wanted.out / "palms", *flags({**settings, **tiny}), *more)
        note(wanted.models, name, json.loads(run(python, "export", folder, wanted.models / f"{name}.onnx")))
        print(f"{wanted.models / name}.onnx is written")


if __name__ == "__main__":
    main()
