"""What a camera sees of a made-up palm: one batch of layers → one batch of grey regions, all on tensors.

Every step draws its strength per sample, so that some views are clean and some are hard. Steps can be left out by
name: that is how the ablation table was made.
"""

import math

import torch
import torch.nn.functional as F

from .creases import CANVAS, REGION

STEPS = ("jitter", "warp", "tilt", "relief", "valleys", "shading", "flash", "edge", "texture", "blur", "writing", "wet", "noise", "jpeg", "tone")
"""All steps that can be left out."""

SHIFT, TURN_DEG, SCALE = 0.08, 12.0, 0.12
"""How far a cut region lies off from visit to visit: parts of its side, degrees, relative (published drift of hand landmarks)."""


class Camera:
    """Makes views. Holds pools of random fields, drawn once, because fresh ones would cost more than everything else.

    What changes slowly over the palm (bends, light) is worked out on coarse lattices and spread to pixels by one product.
    """

    def __init__(self, seed, without=(), near_infrared=False, pool=192):
        unknown = set(without) - set(STEPS)
        if unknown:
            raise ValueError(f"no such step: {sorted(unknown)}")
        self.random = torch.Generator().manual_seed(seed)
        self.steps = set(STEPS) - set(without)
        self.near_infrared = near_infrared
        self.grain = self._band_noise(pool)
        self.pens = self._pens(64)
        self.drops = self._soft_fields(64, 14) + 0.5 * self.grain[:64]
        self.bends = _lattice(_BENDS)
        self.lights = _lattice(_LIGHTS)

    def views(self, layers):
        """Layers uint8 [n, 4, CANVAS, CANVAS] → regions float32 [n, 1, 128, 128], 0…1."""
        n = len(layers)
        ink = self._seen_from(self._ink(n, layers))
        grey = torch.exp(-self._uniform(n, 0.35, 1.1) * ink)
        if "relief" in self.steps and not self.near_infrared:
            grey = grey + self._relief(n, ink)
        grey = grey * self._light(n)
        if "edge" in self.steps:
            self._edge(grey)
        if "writing" in self.steps:
            self._write(grey)
        if "wet" in self.steps:
            self._wet(grey)
        return self._photographed(n, grey).unsqueeze(1)

    def _uniform(self, n, low, high):
        return low + (high - low) * torch.rand(n, 1, 1, generator=self.random)

    def _normal(self, *shape):
        return torch.randn(*shape, generator=self.random)

    def _now_and_then(self, n, probability):
        return (torch.rand(n, 1, 1, generator=self.random) < probability).float()

    def _field(self, pool, n):
        """Random members of a pool, mirrored at random: [n, 128, 128]."""
        return pool[torch.randint(len(pool), (n,), generator=self.random)]

    def _ink(self, n, layers):
        """How much each place absorbs, on the canvas: [n, CANVAS, CANVAS], 0…about 2."""
        creases, wrinkles, texture, veins = layers.unbind(1)
        if self.near_infrared:
            shares = self._uniform(n, 0.3, 1.0), self._uniform(n, 0, 0.35), self._uniform(n, 0, 0.15)
            return (shares[0] * veins + shares[1] * creases + shares[2] * wrinkles) / 255
        strength = self._uniform(n, 0.3, 1.0)
        ink = strength * creases + strength * self._uniform(n, 0.3, 1.2) * wrinkles
        if "valleys" in self.steps:
            ink = ink + self._uniform(n, 0, 1.6) * self._valleys(ink)
        if "texture" in self.steps:
            ink = ink + self._uniform(n, 0, 0.12) * texture
        return ink / 255

    def _valleys(self, ink):
        """Creases lie in valleys some ten times as wide as they are."""
        wide = F.avg_pool2d(F.avg_pool2d(ink.unsqueeze(1), 8), 3, 1, 1, count_include_pad=False)
        return F.interpolate(wide, (CANVAS, CANVAS), mode="bilinear", align_corners=False).squeeze(1)

    def _seen_from(self, ink):
        """Moves, turns, scales, tilts and warps: what landmarks that drift and a hand that bends do to a region."""
        n = len(ink)
        axis = torch.linspace(-1, 1, _BENDS)
        down, across = torch.meshgrid(axis, axis, indexing="ij")
        x, y = across.expand(n, -1, -1), down.expand(n, -1, -1)
        if "tilt" in self.steps:
            depth = 1 + 0.10 * (x * self._normal(n, 1, 1) + y * self._normal(n, 1, 1))
            x, y = x / depth, y / depth
        if "warp" in self.steps:
            soft = _spread(0.03 * self._normal(2 * n, 4, 4), _lattice(4, _BENDS)).view(2, n, _BENDS, _BENDS)
            x, y = x + soft[0], y + soft[1]
        if "jitter" in self.steps:
            turn = self._mostly_small(n) * math.radians(TURN_DEG)
            scale = torch.exp(self._mostly_small(n) * math.log(1 + SCALE))
            squeeze = torch.exp(0.04 * self._normal(n, 1, 1))
            cos, sin = torch.cos(turn) * scale, torch.sin(turn) * scale
            moved = 2 * SHIFT * self._mostly_small(n), 2 * SHIFT * self._mostly_small(n)
            x, y = cos * squeeze * x - sin * y + moved[0], sin * squeeze * x + cos * y + moved[1]
        grid = torch.stack((_spread(x, self.bends), _spread(y, self.bends)), -1) * (REGION / CANVAS)
        return F.grid_sample(ink.unsqueeze(1), grid, mode="bilinear", padding_mode="reflection", align_corners=False).squeeze(1)

    def _mostly_small(self, n):
        """−1…1, [n, 1, 1]: two thirds near the middle, as drift is."""
        wide = self._uniform(n, -1, 1)
        near = 0.45 * self._normal(n, 1, 1)
        return torch.where(torch.rand(n, 1, 1, generator=self.random) < 0.35, wide, near).clamp(-1, 1)

    def _relief(self, n, depth):
        """Light from one side brightens one edge of a crease and darkens the other."""
        direction = torch.rand(n, 1, 1, generator=self.random) * 2 * math.pi
        strength = self._uniform(n, 0, 0.5)
        edges = torch.zeros_like(depth)
        edges[:, :, 1:-1] = (strength * torch.cos(direction)) * (depth[:, :, 2:] - depth[:, :, :-2])
        edges[:, 1:-1] += (strength * torch.sin(direction)) * (depth[:, 2:] - depth[:, :-2])
        if "valleys" in self.steps:
            slope = self._uniform(n, 0, 1.0)
            soft = F.avg_pool2d(depth.unsqueeze(1), 5, 1, 2).squeeze(1)
            edges[:, :, 4:-4] += (slope * torch.cos(direction)) * (soft[:, :, 8:] - soft[:, :, :-8])
            edges[:, 4:-4] += (slope * torch.sin(direction)) * (soft[:, 8:] - soft[:, :-8])
        return edges

    def _light(self, n):
        """Shading of the hand's form, blotches of the skin, and now and then a lamp's spot."""
        light = torch.ones(n, _LIGHTS, _LIGHTS)
        if "shading" in self.steps:
            light = light + self._uniform(n, 0, 0.28) * _spread(self._normal(n, 5, 5), _lattice(5, _LIGHTS))
            light = light + self._uniform(n, 0, 0.15) * _spread(self._normal(n, 8, 8), _lattice(8, _LIGHTS))
            light = light + self._uniform(n, 0, 0.08) * _spread(self._normal(n, 14, 14), _lattice(14, _LIGHTS))
        if "flash" in self.steps:
            axis = torch.linspace(-1, 1, _LIGHTS)
            middle = 0.6 * self._normal(n, 2)
            far = (axis - middle[:, :1]).square().unsqueeze(1) + (axis - middle[:, 1:]).square().unsqueeze(2)
            light = light + self._now_and_then(n, 0.3) * self._uniform(n, 0, 0.8) * torch.exp(-far / self._uniform(n, 0.1, 1.0))
        return _spread(light.clamp(0.15, 2.5), self.lights)

    def _edge(self, grey):
        """What lies beyond the hand: on two views in five a curved strip along one or two sides is background, dark or bright."""
        for share in (0.4, 0.15):
            some = self._some(len(grey), share)
            n = len(some)
            across = torch.linspace(0, 1, REGION).view(1, 1, -1)
            along = torch.linspace(-1, 1, REGION).view(1, -1, 1)
            line = self._uniform(n, -0.02, 0.16) + self._uniform(n, -0.05, 0.05) * along + self._uniform(n, -0.06, 0.06) * along**2
            beyond = torch.sigmoid((line - across) / self._uniform(n, 0.004, 0.03))
            shade = torch.sigmoid((line - across) / self._uniform(n, 0.02, 0.10))
            side = int(torch.randint(4, (1,), generator=self.random))
            beyond, shade = (torch.rot90(mask, side, (1, 2)) for mask in (beyond, shade))
            background = self._now_and_then(n, 0.3) * self._uniform(n, 0, 1.3) + self._uniform(n, 0, 0.15)
            inside = grey[some] * (1 - self._uniform(n, 0, 0.7) * shade)
            grey[some] = inside * (1 - beyond) + background * beyond

    def _some(self, n, probability):
        return torch.nonzero(torch.rand(n, generator=self.random) < probability).squeeze(1)

    def _write(self, grey):
        """Pen strokes on one view in twelve: they are in the way and tell nothing."""
        some = self._some(len(grey), 0.08)
        grey[some] *= 1 - self._uniform(len(some), 0.2, 0.8) * self._field(self.pens, len(some))

    def _wet(self, grey):
        """Highlights where a field of drops is strongest, on one view in eight."""
        some = self._some(len(grey), 0.12)
        drops = (self._field(self.drops, len(some)) - self._uniform(len(some), 1.2, 2.2)).clamp(0, 0.6)
        grey[some] += self._uniform(len(some), 0.3, 1.2) * drops

    def _photographed(self, n, grey):
        """Lens, sensor, compression and the camera's own idea of brightness."""
        if "blur" in self.steps:
            grey = self._blurred(n, grey)
        if "tone" in self.steps:
            grey = (self._uniform(n, 0.25, 0.75) * grey).clamp(0.002, 1.2) ** self._uniform(n, 0.6, 1.5)
        else:
            grey = 0.5 * grey
        if "noise" in self.steps:
            coarse, fine = self._uniform(n, 0, 0.012), self._uniform(n, 0, 0.012) + self._now_and_then(n, 0.15) * self._uniform(n, 0, 0.03)
            grey = grey + coarse * self._field(self.grain, n) + fine * self._field(self.grain, n).roll(1, -1)
        grey = grey.clamp(0, 1)
        return self._compressed(n, grey) if "jpeg" in self.steps else grey

    def _blurred(self, n, grey):
        sigma = self._uniform(n, 0.2, 1.0) + self._now_and_then(n, 0.3) * self._uniform(n, 0, 1.2)
        taps = torch.exp(-(torch.arange(-4, 5).view(1, 1, 9) ** 2) / (2 * sigma**2))
        taps = taps / taps.sum(-1, keepdim=True)
        across = F.conv2d(F.pad(grey, (4, 4, 4, 4), mode="reflect").unsqueeze(0), taps.view(n, 1, 1, 9), groups=n)
        return F.conv2d(across, taps.view(n, 1, 9, 1), groups=n).squeeze(0)

    def _compressed(self, n, grey):
        """JPEG's loss: every 8 × 8 block keeps its cosine coefficients in steps, coarser for higher frequencies."""
        some = int(n * 0.3)
        blocks = F.unfold(grey[:some].unsqueeze(1), 8, stride=8).transpose(1, 2) @ _COSINES.T
        step = _STEPS * self._uniform(some, 0.2, 2.0)
        kept = torch.round(blocks / step) * step
        back = F.fold((kept @ _COSINES).transpose(1, 2), (REGION, REGION), 8, stride=8).squeeze(1)
        return torch.cat((back.clamp(0, 1), grey[some:]))

    def _soft_fields(self, count, cells):
        fields = F.interpolate(self._normal(count, 1, cells, cells), (REGION, REGION), mode="bicubic", align_corners=True)
        return (fields / fields.std()).squeeze(1)

    def _band_noise(self, count):
        noise = F.avg_pool2d(self._normal(count, 1, REGION + 2, REGION + 2), 3, 1)
        return (noise / noise.std()).squeeze(1)

    def _pens(self, count):
        """Wavy strokes, 0…1: level lines of soft fields."""
        level = self._soft_fields(count, 6)
        return torch.exp(-((level / 0.06) ** 2)) * (self._soft_fields(count, 3) > 0.5)


_BENDS, _LIGHTS = 17, 33
"""Sides of the coarse lattices on which bends and light are worked out."""


def _lattice(points, side=REGION):
    """Weights [side, points] that spread a lattice smoothly over pixels; its outer points lie on the border."""
    unit = torch.eye(points).view(points, 1, points)
    return F.interpolate(unit, side, mode="linear", align_corners=True).view(points, side).T.contiguous()


def _spread(values, weights):
    """[n, points, points] → [n, side, side]."""
    return weights @ values @ weights.T


def _cosine_basis():
    k = torch.arange(8).float()
    line = torch.cos((2 * k.view(1, 8) + 1) * k.view(8, 1) * math.pi / 16) * torch.where(k == 0, math.sqrt(1 / 8), 0.5).view(8, 1)
    return torch.einsum("ux,vy->uvxy", line, line).reshape(64, 64)


_COSINES = _cosine_basis()
"""Orthonormal cosine basis of an 8 × 8 block, [coefficient, pixel]."""
_STEPS = ((10 + 7 * (torch.arange(8).view(8, 1) + torch.arange(8).view(1, 8))) / 255).reshape(1, 1, 64)
"""Quantiser steps about those of the standard's luminance table at quality 50, for grey 0…1."""
