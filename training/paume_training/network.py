"""The network: a region of 128 × 128 grey pixels → a vector of unit length."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from .creases import REGION

CONTRAST_WINDOW = 17
"""Side of the window whose mean is taken off and by whose spread a pixel is divided, px: wider than any crease."""
LEAST_SPREAD = 0.01
"""Spread below which contrast is not raised any more, grey 0…1: about the noise of a good camera."""


class LocalContrast(nn.Module):
    """Takes light and contrast out of a region: (grey − local mean) ÷ local spread, kept within ±3.

    Means are two products with a band matrix: several times faster on a processor than pooling with a window this wide.
    """

    def __init__(self):
        super().__init__()
        place = torch.arange(REGION)
        near = ((place[:, None] - place).abs() <= CONTRAST_WINDOW // 2).float()
        self.register_buffer("band", near / near.sum(1, keepdim=True), persistent=False)

    def forward(self, grey):
        with torch.autocast(grey.device.type, enabled=False):
            mean = self.band @ grey @ self.band.T
            square = self.band @ (grey * grey) @ self.band.T
            spread = (square - mean * mean).clamp_min(0).sqrt() + LEAST_SPREAD
            return ((grey - mean) / spread).clamp(-3, 3)


class LineFront(nn.Module):
    """Line filters at every fourth pixel, both signs kept apart. Begins as Gabor filters; learns on unless `fixed`."""

    def __init__(self, orientations=8, wavelengths=(5.5, 8.0, 11.5, 16.0), size=15, gabor=True, fixed=False):
        super().__init__()
        count = orientations * len(wavelengths)
        self.filters = nn.Conv2d(1, count, size, 4, size // 2, bias=False)
        if gabor:
            bank = [_gabor(size, math.pi * k / orientations, w) for w in wavelengths for k in range(orientations)]
            self.filters.weight.data = torch.stack(bank).unsqueeze(1)
        self.filters.weight.requires_grad_(not fixed)
        self.channels = 2 * count

    def forward(self, x):
        lines = self.filters(x)
        return torch.cat((F.relu(lines), F.relu(-lines)), 1)


def _gabor(size, turn, wavelength):
    axis = torch.arange(size).float() - size // 2
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    along, across = x * math.cos(turn) + y * math.sin(turn), y * math.cos(turn) - x * math.sin(turn)
    spread = 0.36 * wavelength
    envelope = torch.exp(-(across**2) / (2 * spread**2) - along**2 / (2 * (1.8 * spread) ** 2))
    wave = envelope * torch.cos(2 * math.pi * across / wavelength)
    wave = wave - envelope * wave.sum() / envelope.sum()
    return wave / wave.norm()


class Residual(nn.Module):
    """Two 3 × 3 convolutions beside a way straight through."""

    def __init__(self, channels):
        super().__init__()
        self.way = nn.Sequential(
            nn.BatchNorm2d(channels), nn.ReLU(), nn.Conv2d(channels, channels, 3, 1, 1, bias=False),
            nn.BatchNorm2d(channels), nn.ReLU(), nn.Conv2d(channels, channels, 3, 1, 1, bias=False),
        )  # fmt: skip

    def forward(self, x):
        return x + self.way(x)


class PlaceWeights(nn.Module):
    """[n, channels, side, side] → [n, channels]: every place counts by a weight of its own, channel by channel."""

    def __init__(self, channels, side):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(channels, side, side) / side)

    def forward(self, x):
        return (x * self.weight).sum((2, 3))


class PalmNetwork(nn.Module):
    """Local contrast → lines (32²) → 16² → 8² → every place weighed by itself → `dims` numbers of unit length."""

    def __init__(self, dims=256, widths=(64, 128), blocks=2, gabor=True, fixed=False):
        super().__init__()
        self.settings = dict(dims=dims, widths=tuple(widths), blocks=blocks, gabor=gabor, fixed=fixed)
        self.contrast = LocalContrast()
        self.front = LineFront(gabor=gabor, fixed=fixed)
        near, far = widths
        self.body = nn.Sequential(
            nn.BatchNorm2d(self.front.channels), nn.Conv2d(self.front.channels, near, 3, 2, 1, bias=False),
            *(Residual(near) for _ in range(blocks)),
            nn.BatchNorm2d(near), nn.ReLU(), nn.Conv2d(near, far, 3, 2, 1, bias=False),
            *(Residual(far) for _ in range(blocks)),
            nn.BatchNorm2d(far), nn.ReLU(), nn.Conv2d(far, 3 * far, 1, bias=False), nn.BatchNorm2d(3 * far), nn.ReLU(),
        )  # fmt: skip
        self.weigh = PlaceWeights(3 * far, 8)
        self.head = nn.Sequential(nn.BatchNorm1d(3 * far), nn.Linear(3 * far, dims, bias=False), nn.BatchNorm1d(dims))

    def forward(self, region):
        """[n, 1, 128, 128], 0…1 → [n, dims], unit length."""
        return F.normalize(self.head(self.weigh(self.body(self.front(self.contrast(region))))).float())


class MarginLoss(nn.Module):
    """Additive angular margin (Deng et al., ArcFace, 2019): a palm's views must lie `margin` radians nearer to it than to others.

    Others are the palms that lie the same way (`turn`): each way has the whole sphere to itself.
    """

    def __init__(self, dims, palms, turns, scale):
        super().__init__()
        self.centres = nn.ParameterList(F.normalize(torch.randn(palms, dims)) for _ in range(turns))
        self.scale = scale

    def forward(self, vectors, palm, turn, margin):
        cosine = vectors @ F.normalize(self.centres[turn]).T
        own = cosine.gather(1, palm[:, None]).clamp(-1 + 1e-6, 1 - 1e-6)
        pushed = torch.where(own > math.cos(math.pi - margin), torch.cos(torch.acos(own) + margin), own - margin * math.sin(margin))
        return F.cross_entropy(self.scale * cosine.scatter(1, palm[:, None], pushed), palm), (cosine.argmax(1) == palm).float().mean()
