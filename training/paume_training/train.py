"""Trains a network on made-up palms. `python -m paume_training.train --help` lists what can be set.

A run that was broken off goes on from its last checkpoint when it is started again with the same folder.
"""

import argparse
import json
import math
import os
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset

from .creases import CANVAS
from .network import MarginLoss, PalmNetwork
from .palms import drawn_palms
from .views import STEPS, Camera

CHECKPOINT_EVERY_S = 120
UPRIGHT = 0.5
"""Part of the batches that show palms as the recogniser cuts them; the others lie in one of all ways."""
TURNED_FEWER = 8
"""Each other way has so many times fewer palms, or every palm there would be seen a few times only."""


class Views(IterableDataset):
    """Endless batches (views, palm numbers); each worker has random numbers of its own."""

    def __init__(self, layers, turned, batch, seed, without, near_infrared):
        self.layers, self.turned, self.batch, self.seed = layers, turned, batch, seed
        self.without, self.near_infrared = without, near_infrared

    def __iter__(self):
        torch.set_num_threads(1)
        cv2.setNumThreads(1)
        worker = torch.utils.data.get_worker_info()
        seed = self.seed + (worker.id if worker else 0)
        rng, camera = np.random.default_rng(seed), Camera(seed, self.without, self.near_infrared)
        drawings, variants = self.layers.shape[:2]
        while True:
            turn = 0 if rng.random() < UPRIGHT else int(rng.integers(self.turned))
            own = rng.integers(drawings if turn == 0 else max(1, drawings // TURNED_FEWER), size=self.batch)
            drawn = turned_palms(self.layers, own, turn, rng.integers(variants, size=self.batch))
            yield camera.views(torch.from_numpy(drawn)), torch.from_numpy(own), turn


def turned_palms(layers, own, turn, variant):
    """Palms made of drawings: as drawn (`turn` 0), or turned and mirrored in one of seven ways, then with the wrinkles and the
    texture of another drawing. Outside collections of cut palms lie in any of these ways, and turned lines are other lines.
    Half of the palms carry a second set of wrinkles; two ways look nearer, at a part of a palm whose main creases are fainter: who
    knows the three main lines only, knows few palms apart.

    A batch is turned in one way, and the loss tells its palms from palms turned alike: were all ways mixed, the network would
    spend its numbers on telling which way a palm lies, and palms that lie alike would all look alike.
    """
    made = layers[own, variant]
    other = layers[(own + 7919 * (turn + 1)) % len(layers), variant]
    if turn > 0:
        made[:, 1:3] = other[:, 1:3]
    dense = own % 2 == 0
    made[dense, 1] = np.maximum(made[dense, 1], np.rot90(other[dense, 1], 1, axes=(1, 2)))
    if turn % 4 == 3:
        made[:, 0] = made[:, 0] // 4 * 3
        made = np.stack([_nearer(palm, int(number)) for palm, number in zip(made, own)])
    made = np.rot90(made, turn % 4, axes=(2, 3))
    return np.ascontiguousarray(made[..., ::-1] if turn >= 4 else made)


def _nearer(layers, palm):
    """[4, CANVAS, CANVAS] → the same, 1.45 times as large, about a place that belongs to the palm."""
    across, down = palm * 37 % 41, palm * 53 % 41
    part = layers[:, 10 + down : 142 + down, 10 + across : 142 + across]
    return np.stack([cv2.resize(layer, (CANVAS, CANVAS), interpolation=cv2.INTER_LINEAR) for layer in part])


def train(options, say=print):
    """Runs to `options.samples` views seen and returns the trained network."""
    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    layers = drawn_palms(options.palms_folder or folder / "palms", options.palms, processes=options.threads, say=say)
    network = PalmNetwork(options.dims, options.widths, options.blocks, options.front != "plain", options.front == "fixed")
    if options.start_from:
        _take_over(network, options.start_from)
    loss = MarginLoss(options.dims, options.palms, options.turned, options.scale)
    network, loss = network.to(device, memory_format=torch.channels_last), loss.to(device)
    learnt = [p for module in (network, loss) for p in module.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(learnt, options.rate, weight_decay=options.decay)
    checkpoint, seen = folder / "checkpoint.pt", 0
    if checkpoint.exists():
        kept = torch.load(checkpoint, map_location=device, weights_only=True)
        network.load_state_dict(kept["network"]), loss.load_state_dict(kept["loss"]), optimiser.load_state_dict(kept["optimiser"])
        seen = kept["seen"]
        say(f"goes on after {seen} views")
    views = Views(layers, options.turned, options.batch, options.seed + 1000 + seen, options.without, options.near_infrared)
    batches = iter(DataLoader(views, batch_size=None, num_workers=options.workers, prefetch_factor=4 if options.workers else None))
    started = last_saved = time.time()
    first, average, right_average = seen, None, None
    while seen < options.samples:
        progress = seen / options.samples
        for group in optimiser.param_groups:
            group["lr"] = options.rate * min(1, seen / options.warm_up + 0.01) * (0.5 + 0.5 * math.cos(math.pi * progress))
        region, palm, turn = next(batches)
        region, palm = region.to(device), palm.to(device)
        with torch.autocast(device, torch.bfloat16):
            vectors = network(region)
        worth, right = loss(vectors, palm, turn, options.margin * min(1, progress / options.ramp))
        if not torch.isfinite(worth):
            raise FloatingPointError(f"the loss is {worth.item()} after {seen} views")
        optimiser.zero_grad(set_to_none=True)
        worth.backward()
        torch.nn.utils.clip_grad_norm_(learnt, 5.0)
        optimiser.step()
        seen += len(palm)
        average = worth.item() if average is None else 0.98 * average + 0.02 * worth.item()
        right_average = right.item() if right_average is None else 0.98 * right_average + 0.02 * right.item()
        if time.time() - last_saved > CHECKPOINT_EVERY_S or seen >= options.samples:
            last_saved = time.time()
            rate = (seen - first) / (last_saved - started)
            say(f"{seen} of {options.samples} views, loss {average:.3f}, right {right_average:.3f}, {rate:.0f} views/s")
            _save(folder, network, loss, optimiser, seen, options)
    return network.eval().cpu()


def _take_over(network, file):
    """Weights of another run, except where shapes differ (another length of vector)."""
    other = torch.load(file, map_location="cpu", weights_only=True)["network"]
    own = network.state_dict()
    own.update({name: value for name, value in other.items() if own[name].shape == value.shape})
    network.load_state_dict(own)


def _save(folder, network, loss, optimiser, seen, options):
    """Written beside and renamed: a run killed while it saves keeps its last checkpoint."""
    kept = dict(network=network.state_dict(), loss=loss.state_dict(), optimiser=optimiser.state_dict(), seen=seen)
    kept["settings"] = network.settings
    torch.save(kept, folder / "checkpoint.new")
    os.replace(folder / "checkpoint.new", folder / "checkpoint.pt")
    (folder / "recipe.json").write_text(json.dumps({**vars(options), "seen": seen}, indent=2, default=str))


def arguments(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--out", required=True, help="folder of checkpoint and recipe")
    parser.add_argument("--palms-folder", help="folder of drawn palms, to share between runs")
    parser.add_argument("--palms", type=int, default=4000, help="made-up palms")
    parser.add_argument("--turned", type=int, default=8, choices=range(1, 9), help="ways in which a drawing is turned or mirrored")
    parser.add_argument("--samples", type=int, default=1_500_000, help="views to see in all")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=2e-3, help="highest learning rate (AdamW)")
    parser.add_argument("--decay", type=float, default=0.02, help="weight decay")
    parser.add_argument("--warm-up", type=int, default=20_000, help="views until the highest rate")
    parser.add_argument("--margin", type=float, default=0.4, help="angular margin at the end of its ramp, radians")
    parser.add_argument("--ramp", type=float, default=0.5, help="part of the run over which the margin grows")
    parser.add_argument("--scale", type=float, default=32.0, help="of the cosines in the loss")
    parser.add_argument("--dims", type=int, default=256)
    parser.add_argument("--widths", type=int, nargs=2, default=(64, 128))
    parser.add_argument("--blocks", type=int, default=2)
    parser.add_argument("--front", choices=("gabor", "fixed", "plain"), default="gabor", help="learnable Gabor, fixed Gabor, random start")
    parser.add_argument("--without", nargs="*", default=(), choices=STEPS, help="steps of the camera to leave out")
    parser.add_argument("--near-infrared", action="store_true", help="veins instead of creases")
    parser.add_argument("--start-from", help="checkpoint whose weights to begin with")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--workers", type=int, default=1, help="processes that make views")
    return parser.parse_args(argv)


if __name__ == "__main__":
    train(arguments())
