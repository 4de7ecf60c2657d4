"""What the networks see: squares of pictures, or of noise."""

from pathlib import Path

import numpy as np
from PIL import Image


def squares_of(pictures: list[Path], side: int, count: int) -> np.ndarray:
    """[count, side, side, 3] in 0…1: the largest squares of the pictures, each at a place of chance."""
    random = np.random.default_rng(3)
    made = []
    for i in range(count):
        with Image.open(pictures[i % len(pictures)]) as picture:
            square = min(picture.size)
            left, top = (int(random.integers(0, size - square + 1)) for size in picture.size)
            cut = picture.convert("RGB").resize((side, side), box=(left, top, left + square, top + square))
            made.append(np.asarray(cut, np.float32) / 255)
    return np.stack(made)


def noise(side: int, count: int) -> np.ndarray:
    """[count, side, side, 3] in 0…1: noise of several sizes."""
    random = np.random.default_rng(3)
    made = []
    for i in range(count):
        coarse = random.random((2 ** (i % 7 + 1),) * 2 + (3,))
        cut = Image.fromarray((coarse * 255).astype(np.uint8)).resize((side, side), Image.Resampling.BILINEAR)
        made.append(np.asarray(cut, np.float32) / 255)
    return np.stack(made)
