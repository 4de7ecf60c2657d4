"""A store of made-up palms: layers drawn once, read by every view of them."""

import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from .creases import CANVAS, palm_layers

VARIANTS = 2
"""How often a palm is drawn anew: views mix the two, so that creases differ a little from view to view."""


def _draw(seed):
    return palm_layers(seed, VARIANTS)


def drawn_palms(folder, count, first_seed=0, processes=2, say=print):
    """The layers of `count` palms as a memory map uint8 [count, VARIANTS, 4, CANVAS, CANVAS]; drawn when not there yet.

    A broken-off drawing goes on where it stopped. Seeds `first_seed`… make the same palms on every machine with the
    same OpenCV and NumPy.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    file, note = folder / f"palms-{first_seed}-{count}.u8", folder / f"palms-{first_seed}-{count}.json"
    shape = (count, VARIANTS, 4, CANVAS, CANVAS)
    layers = np.memmap(file, np.uint8, "r+" if file.exists() else "w+", shape=shape)
    done = json.loads(note.read_text())["done"] if note.exists() else 0
    if done < count:
        with ProcessPoolExecutor(processes) as pool:
            seeds = range(first_seed + done, first_seed + count)
            for place, made in enumerate(pool.map(_draw, seeds, chunksize=16), done):
                layers[place] = made
                if (place + 1) % 200 == 0 or place + 1 == count:
                    layers.flush()
                    note.write_text(json.dumps({"done": place + 1}))
                    say(f"palms drawn: {place + 1} of {count}")
    return np.memmap(file, np.uint8, "r", shape=shape)
