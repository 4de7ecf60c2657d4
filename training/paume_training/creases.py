"""Draws what lies in one palm for good: creases, wrinkles, skin texture and veins, as layers of ink on a canvas.

Coordinates of a layer: u to the right, v downward, 0…1 over the region (fingers up, right palm: the thumb is on the
right). The canvas is larger than the region by `MARGIN` on every side, so that a view may look past its border.
"""

import cv2
import numpy as np

CANVAS = 192
"""Side of a layer, px. The region is its middle 128 px."""
REGION = 128
"""Side of a region, px: what the recogniser cuts."""
MARGIN = (CANVAS - REGION) / 2 / REGION
"""What the canvas shows beyond the region, as a part of the region's side."""
_OVER = 3
"""Lines are drawn so many times larger, then shrunk: the thinnest are a third of a pixel wide."""
_SHIFT = 4
"""Binary places of OpenCV's fixed-point coordinates."""

LAYERS = ("creases", "wrinkles", "texture", "veins")


def _curve(points, count=28):
    """A cubic Bézier through control points [4, 2] → [count, 2]."""
    t = np.linspace(0, 1, count)[:, None]
    p0, p1, p2, p3 = points
    return (1 - t) ** 3 * p0 + 3 * (1 - t) ** 2 * t * p1 + 3 * (1 - t) * t**2 * p2 + t**3 * p3


def _wavy(rng, line, amount):
    """Bends a line at random, more in its middle than at its ends; `amount` in parts of the region's side."""
    steps = rng.normal(0, 1, (4, 2))
    t = np.linspace(0, 1, len(line))[:, None]
    bend = sum(steps[k] * np.sin((k + 1) * np.pi * t) / (k + 1) for k in range(4))
    return line + amount * bend


def _uniform(rng, low, high):
    return rng.uniform(np.asarray(low, float), np.asarray(high, float))


def _principal(rng):
    """Heart, head and life line of one palm: (line, width px, depth), each missing once in two hundred."""
    start = _uniform(rng, (0.86, 0.18), (1.02, 0.40))
    heart = [_uniform(rng, (-0.08, 0.26), (0.10, 0.42)), _uniform(rng, (0.2, 0.3), (0.4, 0.48))]
    heart += [_uniform(rng, (0.4, 0.2), (0.65, 0.4)), _uniform(rng, (0.5, -0.05), (0.9, 0.2))]
    head = [start, _uniform(rng, (0.6, 0.25), (0.75, 0.5)), _uniform(rng, (0.35, 0.35), (0.55, 0.62))]
    head += [_uniform(rng, (0.02, 0.42), (0.35, 0.78))]
    apart = rng.normal(0, 0.035, 2) * (rng.random() < 0.5)
    life = [start + apart, _uniform(rng, (0.5, 0.22), (0.72, 0.42)), _uniform(rng, (0.36, 0.5), (0.55, 0.75))]
    life += [_uniform(rng, (0.4, 0.85), (0.66, 1.15))]
    lines = []
    for control in (heart, head, life):
        if rng.random() < 0.005:
            continue
        line = _wavy(rng, _curve(np.stack(control)), rng.uniform(0.004, 0.02))
        lines.append((line, rng.uniform(1.6, 3.6), rng.uniform(0.6, 1.0)))
    return lines


def _straight(rng, middle, length, angle, bend):
    """A short line about a middle; `angle` in radians, `bend` as a part of its length."""
    along = np.array([np.cos(angle), np.sin(angle)])
    aside = np.array([-along[1], along[0]])
    ends = (-0.5, -0.17, 0.17, 0.5)
    bends = (0, rng.normal(0, bend), rng.normal(0, bend), 0)
    return _curve(np.stack([middle + length * (e * along + b * aside) for e, b in zip(ends, bends)]), 12)


def _secondary(rng):
    """Fate line, girdle, branches: fewer and longer than wrinkles."""
    lines = []
    if rng.random() < 0.6:
        line = _straight(rng, _uniform(rng, (0.38, 0.35), (0.62, 0.75)), rng.uniform(0.3, 0.9), rng.normal(1.57, 0.2), 0.1)
        lines.append((_wavy(rng, line, 0.01), rng.uniform(0.8, 2.4), rng.uniform(0.3, 0.9)))
    if rng.random() < 0.1:
        control = np.stack([_uniform(rng, (-0.1, 0.1), (0.1, 0.3)), *(_uniform(rng, (0.3, 0.2), (0.7, 0.6)) for _ in range(2)), _uniform(rng, (0.8, 0.1), (1.1, 0.4))])
        lines.append((_curve(control), rng.uniform(1.2, 3), rng.uniform(0.5, 1)))
    for _ in range(rng.integers(4, 15)):
        line = _straight(rng, _uniform(rng, (-0.1, -0.1), (1.1, 1.1)), rng.uniform(0.12, 0.5), rng.uniform(0, np.pi), 0.12)
        lines.append((_wavy(rng, line, 0.008), rng.uniform(0.6, 1.9), rng.uniform(0.2, 0.8)))
    return lines


def _wrinkles(rng):
    """Many short thin lines whose direction changes slowly over the palm, in crossing families."""
    lines = []
    waves = rng.normal(0, 1, (2, 2, 2))
    families = rng.uniform(0, np.pi, 3)
    shares = rng.dirichlet((1.5, 1.0, 0.6))
    for _ in range(rng.integers(30, 170)):
        at = _uniform(rng, (-0.2, -0.2), (1.2, 1.2))
        drift = 0.5 * float(np.sin(2 * (waves[0] @ at)).sum() + np.cos(2 * (waves[1] @ at)).sum())
        angle = families[rng.choice(3, p=shares)] + drift + rng.normal(0, 0.12)
        length = min(0.6, rng.gamma(2.0, 0.06) + 0.03)
        lines.append((_straight(rng, at, length, angle, 0.08), rng.uniform(0.35, 1.1), rng.gamma(2.0, 0.16) + 0.08))
    return lines


def _veins(rng):
    """A tree of smooth, wide, branching vessels: what near infrared shows beneath the skin."""
    lines = []
    tips = [(np.array([rng.uniform(0.2, 0.8), 1.25]), rng.normal(-1.57, 0.3), rng.uniform(4.5, 7.5)) for _ in range(rng.integers(2, 5))]
    while tips and len(lines) < 40:
        at, angle, width = tips.pop()
        length = rng.uniform(0.15, 0.4)
        to = at + length * np.array([np.cos(angle), np.sin(angle)])
        aside = rng.normal(0, 0.12, (2, 2)) * length
        line = _curve(np.stack([at, at + (to - at) / 3 + aside[0], at + 2 * (to - at) / 3 + aside[1], to]), 16)
        lines.append((_wavy(rng, line, 0.012), width, rng.uniform(0.5, 1)))
        if width > 2 and np.all(np.abs(to - 0.5) < 0.85):
            forks = 1 if rng.random() < 0.35 else 2
            tips += [(to, angle + rng.normal(0, 0.55), width * rng.uniform(0.72, 0.95)) for _ in range(forks)]
    for _ in range(rng.integers(3, 9)):
        line = _straight(rng, _uniform(rng, (0, 0), (1, 1)), rng.uniform(0.2, 0.5), rng.uniform(0, np.pi), 0.2)
        lines.append((_wavy(rng, line, 0.02), rng.uniform(2, 4), rng.uniform(0.3, 0.8)))
    return lines


def _drawn(rng, lines, taper):
    """Lines → canvas, 0…1: depth of the darkest line at every pixel. Widths swell and taper along each."""
    side = CANVAS * _OVER
    ink = np.zeros((side, side), np.uint8)
    scale = REGION * _OVER * 2**_SHIFT
    for line, width, depth in sorted(lines, key=lambda entry: entry[2]):
        points = np.round((line + MARGIN) * scale).astype(np.int32)
        along = np.linspace(0, 1, len(line) - 1)
        swell = 1 - taper * np.abs(2 * along - 1) ** 2 + 0.25 * np.sin(2 * np.pi * (rng.uniform(1, 4) * along + rng.random()))
        for k, factor in enumerate(np.clip(swell, 0.15, 1.4)):
            thickness = max(1, round(width * _OVER * factor))
            tone = int(255 * min(1, depth * (0.55 + 0.45 * factor) * min(1, width * factor * 1.5)))
            cv2.line(ink, points[k], points[k + 1], tone, thickness, cv2.LINE_AA, _SHIFT)
    return cv2.GaussianBlur(cv2.resize(ink, (CANVAS, CANVAS), interpolation=cv2.INTER_AREA), (0, 0), 0.6)


def _texture(rng):
    """Skin relief of friction ridges and cells seen from afar: noise of two bands, stretched along a slowly turning direction."""
    coarse, fine = (rng.normal(0, 1, (CANVAS, CANVAS)).astype(np.float32) for _ in range(2))
    turns = rng.uniform(0, np.pi) + cv2.resize(rng.normal(0, 0.6, (3, 3)).astype(np.float32), (CANVAS, CANVAS), interpolation=cv2.INTER_CUBIC)
    oriented = np.zeros_like(fine)
    wavelength = rng.uniform(2.6, 4.5)
    for k in range(4):
        kernel = cv2.getGaborKernel((13, 13), 2.0, np.pi * k / 4, wavelength, 0.5, 0).astype(np.float32)
        weight = np.maximum(0, np.cos(turns - np.pi * k / 4)) ** 4 + np.maximum(0, -np.cos(turns - np.pi * k / 4)) ** 4
        oriented += weight * cv2.filter2D(fine, -1, kernel - kernel.mean())
    cells = cv2.GaussianBlur(coarse, (0, 0), 1.0) - cv2.GaussianBlur(coarse, (0, 0), 2.5)
    both = rng.uniform(0.3, 1) * oriented / oriented.std() + rng.uniform(0.3, 1) * cells / cells.std()
    return np.clip(128 + 40 * both / both.std(), 0, 255).astype(np.uint8)


def _between_views(rng, lines, moved, dropped):
    """The same lines as another visit shows them: ends moved a little, some of the faint ones not to be seen."""
    seen = []
    for line, width, depth in lines:
        if rng.random() < dropped * (1.2 - depth):
            continue
        t = np.linspace(0, 1, len(line))[:, None]
        shift = rng.normal(0, moved, 2) * (1 - t) + rng.normal(0, moved, 2) * t
        seen.append((line + shift, width * rng.uniform(0.8, 1.25), min(1, depth * rng.uniform(0.75, 1.25))))
    return seen


def palm_layers(seed, variants=2):
    """One made-up palm → uint8 [variants, 4, CANVAS, CANVAS], the layers of `LAYERS`."""
    rng = np.random.default_rng(seed)
    main, second, wrinkles, veins = _principal(rng), _secondary(rng), _wrinkles(rng), _veins(rng)
    main = [strand for line, width, depth in main for strand in _strands(rng, line, width, depth)]
    texture = _texture(rng)
    made = []
    for _ in range(variants):
        creases = _drawn(rng, _between_views(rng, main, 0.006, 0.0) + _between_views(rng, second, 0.006, 0.15), 0.5)
        fine = _drawn(rng, _between_views(rng, wrinkles, 0.004, 0.35), 0.8)
        vessels = cv2.GaussianBlur(_drawn(rng, _between_views(rng, veins, 0.006, 0.1), 0.1), (0, 0), rng.uniform(1.2, 2.2))
        made.append(np.stack([creases, fine, texture, vessels]))
    return np.ascontiguousarray(np.stack(made))


def _strands(rng, line, width, depth):
    """A principal line is a bundle: one main strand, and now and then others that leave it at a small angle."""
    strands = [(line, width, depth)]
    for _ in range(rng.integers(0, 4)):
        first = rng.integers(0, len(line) // 2)
        part = line[first : first + rng.integers(8, len(line) // 2 + 4)]
        t = np.linspace(0, 1, len(part))[:, None]
        away = rng.normal(0, 0.05, 2) * t * t + rng.normal(0, 0.006, 2)
        strands.append((part + away, width * rng.uniform(0.3, 0.7), depth * rng.uniform(0.4, 0.9)))
    return strands
