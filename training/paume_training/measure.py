"""How well a network alone tells palms apart, on folders of cut palms. `python -m paume_training.measure RUN FOLDER…`.

For development and for the ablation table. The figures that count are those of `npm run evaluate`, which measures the
whole recogniser. Real palms measure here and never train.
"""

import argparse
import csv
import json
from pathlib import Path

import cv2
import numpy as np
import torch

from .creases import REGION
from .export import trained


def cut_palms(folder):
    """A folder with manifest.csv (file,person,hand,palm,session,sample) → regions float32 [n, 1, 128, 128], palms, people."""
    with open(Path(folder) / "manifest.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    pictures = (cv2.imread(str(Path(folder) / row["file"]), cv2.IMREAD_GRAYSCALE) for row in rows)
    regions = np.stack([cv2.resize(picture, (REGION, REGION), interpolation=cv2.INTER_AREA) for picture in pictures])
    return torch.from_numpy(regions[:, None]).float() / 255, *(np.array([row[key] for row in rows]) for key in ("palm", "person"))


def rates(network, regions, palms, people):
    """EER and FNMR at FMR 1e-3, in percent, over all pairs; two palms of one person are no pair."""
    with torch.no_grad():
        vectors = torch.cat([network(batch) for batch in regions.split(64)]).numpy()
    a, b = np.triu_indices(len(palms), 1)
    similarity = (vectors[a] * vectors[b]).sum(1)
    genuine = np.sort(similarity[palms[a] == palms[b]])
    impostor = np.sort(similarity[people[a] != people[b]])
    limits = np.concatenate((genuine, impostor[-len(impostor) // 3 :]))
    fnmr = np.searchsorted(genuine, limits) / len(genuine)
    fmr = 1 - np.searchsorted(impostor, limits) / len(impostor)
    nearest = np.abs(fnmr - fmr).argmin()
    at = impostor[-1 - int(1e-3 * len(impostor))]
    return {"eer": 50 * float(fnmr[nearest] + fmr[nearest]), "fnmrAt1e3": 100 * float((genuine <= at).mean())}


def measure(run, folders):
    network, seen = trained(run)
    return {"views": seen, **{Path(folder).name: rates(network, *cut_palms(folder)) for folder in folders}}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run")
    parser.add_argument("folders", nargs="+")
    wanted = parser.parse_args()
    print(json.dumps(measure(wanted.run, wanted.folders)))
