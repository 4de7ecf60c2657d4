"""Writes regions of made-up palms as pictures with a manifest, laid out like a research set: for fitting the fusion of both
experts (`npm run calibrate -- --synthetic-regions DIR`) and for measuring at large numbers of strangers.

`python -m paume_training.regions --palms 150 --views 5 --out DIR`
"""

import argparse
import csv
from pathlib import Path

import cv2
import numpy as np
import torch

from .creases import palm_layers
from .views import Camera

FIRST_SEED = 1_000_000
"""Palms from here on are drawn for measuring only: training draws from seed 0 and never comes so far."""


def write_regions(out, palms, views, seed=1, near_infrared=False, first_seed=FIRST_SEED):
    """`palms` × `views` grey pictures of 128 × 128 under `out`/images and `out`/manifest.csv. Each palm is a person of its own."""
    out = Path(out)
    (out / "images").mkdir(parents=True, exist_ok=True)
    camera, rng = Camera(seed, near_infrared=near_infrared), np.random.default_rng(seed)
    with open(out / "manifest.csv", "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["file", "person", "hand", "palm", "session", "sample"])
        for palm in range(first_seed, first_seed + palms):
            layers = palm_layers(palm, 2)
            seen = camera.views(torch.from_numpy(layers[rng.integers(2, size=views)]))
            for sample, region in enumerate(seen.reshape(views, *seen.shape[-2:]).numpy()):
                name = f"images/{palm}_{sample}.png"
                cv2.imwrite(str(out / name), np.uint8(np.clip(region * 255 + 0.5, 0, 255)))
                rows.writerow([name, palm, "U", palm, 1, sample])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--palms", type=int, default=150)
    parser.add_argument("--views", type=int, default=5)
    parser.add_argument("--near-infrared", action="store_true")
    options = parser.parse_args()
    write_regions(options.out, options.palms, options.views, near_infrared=options.near_infrared)


if __name__ == "__main__":
    main()
