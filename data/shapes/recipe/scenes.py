"""Scenes of coloured shapes on noisy grey, 64 x 64 pixels, every object inside one cell of a 4 x 4 grid.

A scene is a list of objects; `render` turns scenes into pixels and gives each object's share of the image.
Everything follows from a numpy generator, so one seed gives one set of scenes, byte for byte.
"""
from dataclasses import dataclass

import numpy as np

SHAPES = ("circle", "square", "triangle", "star", "cross", "ring", "heart", "diamond", "hexagon", "crescent")
COLOURS = ("red", "green", "blue", "yellow", "purple", "black")
RGB = np.array([(214, 40, 40), (40, 160, 60), (40, 80, 214), (236, 200, 30), (140, 50, 170), (25, 25, 25)], float)

SIZE = 64  # pixels a side
CELL = 16  # pixels a side of a cell, the image tower's patch
GRID = SIZE // CELL
OBJECTS = (0.04, 0.26, 0.28, 0.24, 0.18)  # probability of 0, 1, 2 ... objects
RADIUS = (2.2, 7.8)  # pixels, log-uniform
JITTER = 0.55  # of the way that a centre can move inside its cell
REPEAT_SHAPE = 0.45  # a later object takes an earlier one's shape
REPEAT_COLOUR = 0.5  # and then its colour as well
SAMPLES = 3  # per pixel and axis


@dataclass(frozen=True)
class Thing:
    """One object: indices into SHAPES and COLOURS, cell (0..15, rows first), centre inside the cell, radius, turn."""

    shape: int
    colour: int
    cell: int
    x: float
    y: float
    radius: float
    turn: float

    @property
    def on_left(self):
        return self.cell % GRID < GRID // 2


def draw_scene(rng):
    """One random scene: a list of 0 to 4 objects in different cells."""
    count = rng.choice(len(OBJECTS), p=OBJECTS)
    cells = rng.permutation(GRID * GRID)[:count]
    things = []
    for cell in cells:
        shape, colour = rng.integers(len(SHAPES)), rng.integers(len(COLOURS))
        if things and rng.random() < REPEAT_SHAPE:
            twin = things[rng.integers(len(things))]
            shape = twin.shape
            if rng.random() < REPEAT_COLOUR:
                colour = twin.colour
        radius = float(np.exp(rng.uniform(*np.log(RADIUS))))
        free = JITTER * (CELL / 2 - radius)
        x, y = CELL / 2 + rng.uniform(-free, free, 2)
        things.append(Thing(int(shape), int(colour), int(cell), float(x), float(y), radius, float(rng.uniform(-0.2, 0.2))))
    return things


def inside(shape, u, v):
    """Whether points (u right, v up, in units of the radius) lie inside a shape."""
    r = np.hypot(u, v)
    if shape == "circle":
        return r <= 0.95
    if shape == "square":
        return np.maximum(abs(u), abs(v)) <= 0.8
    if shape == "triangle":
        return (v >= -0.75) & (v <= 0.95 - 1.75 * abs(u))
    if shape == "star":
        angle = np.mod(np.arctan2(u, v), 2 * np.pi / 5)
        angle = np.minimum(angle, 2 * np.pi / 5 - angle)
        px, py, tip = r * np.cos(angle), r * np.sin(angle), np.array([0.42 * np.cos(np.pi / 5), 0.42 * np.sin(np.pi / 5)])
        return (px - 1) * tip[1] - py * (tip[0] - 1) <= 0
    if shape == "cross":
        return (np.minimum(abs(u), abs(v)) <= 0.3) & (np.maximum(abs(u), abs(v)) <= 0.95)
    if shape == "ring":
        return (r <= 1) & (r >= 0.58)
    if shape == "heart":
        a, b = 1.2 * u, 1.2 * v + 0.1
        return (a * a + b * b - 1) ** 3 - a * a * b ** 3 <= 0
    if shape == "diamond":
        return abs(u) / 0.65 + abs(v) <= 1
    if shape == "hexagon":
        return np.maximum(abs(u), abs(u) / 2 + abs(v) * 3 ** 0.5 / 2) <= 0.85
    if shape == "crescent":
        return (r <= 1) & (np.hypot(u - 0.55, v) >= 0.8)
    raise ValueError(f"unknown shape {shape}")


def coverage(things):
    """Antialiased share of every pixel of its cell that each object covers -> [objects, CELL, CELL]."""
    grid = (np.arange(CELL * SAMPLES) + 0.5) / SAMPLES
    out = np.zeros((len(things), CELL, CELL))
    for shape, name in enumerate(SHAPES):
        index = [i for i, t in enumerate(things) if t.shape == shape]
        if not index:
            continue
        x, y, radius, turn = (np.array([getattr(things[i], k) for i in index])[:, None, None] for k in ("x", "y", "radius", "turn"))
        dx, dy = (grid[None, None, :] - x) / radius, (y - grid[None, :, None]) / radius
        u, v = np.cos(turn) * dx + np.sin(turn) * dy, np.cos(turn) * dy - np.sin(turn) * dx
        hits = inside(name, u, v).reshape(len(index), CELL, SAMPLES, CELL, SAMPLES)
        out[index] = hits.mean((2, 4))
    return out


def render(scenes, rng):
    """Scenes -> pixels [scenes, SIZE, SIZE, 3] of 8 bits, and per scene a list of each object's share of the image."""
    grey = rng.uniform(160, 210, (len(scenes), 1, 1))
    noise = rng.normal(0, 5, (len(scenes), SIZE, SIZE))
    pixels = np.repeat((grey + np.round(noise / 3) * 3)[..., None], 3, -1)
    things = [t for scene in scenes for t in scene]
    tints = rng.normal(0, 10, (len(things), 3))
    owner = [i for i, scene in enumerate(scenes) for _ in scene]
    shares = [[] for _ in scenes]
    for start in range(0, len(things), 2000):
        part = things[start:start + 2000]
        for k, (thing, alpha) in enumerate(zip(part, coverage(part)), start):
            row, column = (thing.cell // GRID) * CELL, (thing.cell % GRID) * CELL
            area = pixels[owner[k], row:row + CELL, column:column + CELL]
            area += alpha[..., None] * (RGB[thing.colour] + tints[k] - area)
            shares[owner[k]].append(float(alpha.sum() / SIZE ** 2))
    return np.clip(np.round(pixels), 0, 255).astype(np.uint8), shares
