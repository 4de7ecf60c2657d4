"""What each ingredient brings: the same short run again and again, each time with one thing left out.

`python -m paume_training.ablate --out DIR --palms-folder DIR FOLDER…` prints one line of JSON a run. The network is a small
one and sees few views, so the figures compare ingredients with each other and say nothing of the network that is shipped.
"""

import argparse
import json
from pathlib import Path

from . import measure, train

SMALL = ("--widths", "32", "64", "--blocks", "1", "--margin", "0.2", "--ramp", "0.8", "--warm-up", "2000", "--rate", "4e-3", "--turned", "1")
VARIANTS = {
    "everything": (),
    "fixed Gabor front": ("--front", "fixed"),
    "front not begun as Gabor": ("--front", "plain"),
    "no margin": ("--margin", "0"),
    "palms that lie in all ways": ("--turned", "8"),
    "a tenth of the palms": ("tenth",),
    "no jitter of the cut": ("--without", "jitter"),
    "no tilt, no warp": ("--without", "tilt", "warp"),
    "flat lines (no relief, no valleys)": ("--without", "relief", "valleys"),
    "even light (no shading, no flash)": ("--without", "shading", "flash"),
    "no background beside the hand": ("--without", "edge"),
    "no skin texture": ("--without", "texture"),
    "no writing, nothing wet": ("--without", "writing", "wet"),
    "sharp, clean pictures (no blur, noise, JPEG)": ("--without", "blur", "noise", "jpeg"),
}


def ablate(out, palms_folder, palms, samples, folders, threads, only):
    """Yields (variant, figures) run by run; a variant that is done is not run again."""
    for name, extra in VARIANTS.items():
        if only and name not in only:
            continue
        folder = Path(out) / "".join(c if c.isalnum() else "-" for c in name)
        count, extra = (palms // 10, ()) if extra == ("tenth",) else (palms, extra)
        argv = ("--out", folder, "--palms-folder", palms_folder, "--palms", count, "--samples", samples, "--threads", threads)
        train.train(train.arguments([str(word) for word in (*argv, *SMALL, *extra)]), say=lambda line: None)
        yield name, measure.measure(folder, folders)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    parser.add_argument("--palms-folder", required=True)
    parser.add_argument("--palms", type=int, default=1000)
    parser.add_argument("--samples", type=int, default=30_000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", nargs="*", choices=VARIANTS)
    parser.add_argument("folders", nargs="+")
    wanted = parser.parse_args()
    for variant, figures in ablate(wanted.out, wanted.palms_folder, wanted.palms, wanted.samples, wanted.folders, wanted.threads, wanted.only):
        print(json.dumps({"variant": variant, **figures}), flush=True)
