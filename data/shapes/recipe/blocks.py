"""Minimal pairs of pictures: python recipe/blocks.py --out DIR

DIR gets blocks.json and blocks/: a block is a scene and the same scene without one object, whose noise and other objects
are the same pixel by pixel, and two rows, "There is a red star." and "There is no red star.", each true of one of the two.
No picture is in the training set or among the rows of a model that the recipe made (seeds 0, 1 and 2).
"""
import argparse
import hashlib
import json
import pathlib

import numpy as np
from PIL import Image

from captions import existence, matching
from heldout import draw_rows
from scenes import COLOURS, SHAPES, draw_scene, render
from train import digests, draw_training

BLOCKS = 150  # equally many of each shape; every second one of a shape says the colour, each colour in turn
SEED, MODELS = 4, (0, 1, 2)


def draw_blocks(unseen):
    """(rows, pixels by file name)."""
    numbers, rows, files = np.random.default_rng([SEED, 5]), [], {}
    while len(rows) < 2 * BLOCKS:
        index = len(rows) // 2
        turn, shape = divmod(index, len(SHAPES))
        colour = (shape + turn // 2) % len(COLOURS) if turn % 2 else None
        subject = shape, colour, None
        scene = draw_scene(numbers)
        if len(matching(scene, subject)) != 1:
            continue
        (thing,) = matching(scene, subject)
        pictures, share = render_twice([*(t for t in scene if t is not thing), thing], numbers)
        if any(hashlib.sha256(p.tobytes()).hexdigest() in unseen for p in pictures):
            continue
        no, yes = existence(subject, "", False, "a")
        for pixels, caption, foil, negation, truth in zip(pictures, (yes, no), (no, yes), ("foil", "caption"), ("present", "absent")):
            file = f"block_{index:03d}_{truth}.png"
            files[file] = pixels
            row = {"id": file.removesuffix(".png"), "image": file, "negation": negation, "caption": caption, "foil": foil, "frame": "there is X",
                   "negator": "no", "scope": "none", "noun": SHAPES[shape], "truth": truth}
            rows.append(row | ({"subject_size": share} if truth == "present" else {}))
    return rows, files


def render_twice(scene, rng):
    """([pixels of a scene, pixels without its last object], this object's share of the image), from the same random numbers."""
    state = rng.bit_generator.state
    without, _ = render([scene[:-1]], rng)
    rng.bit_generator.state = state
    whole, shares = render([scene], rng)
    return [whole[0], without[0]], round(shares[0][-1], 6)


def save(pixels, file):
    """As few bytes as PNG takes: with a palette, since no picture has more than 256 colours."""
    colours, inverse = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True)
    assert len(colours) <= 256
    image = Image.fromarray(inverse.reshape(pixels.shape[:2]).astype(np.uint8), "P")
    image.putpalette(colours.tobytes())
    image.save(file, optimize=True)


def main(out):
    out = pathlib.Path(out)
    (out / "blocks").mkdir(parents=True, exist_ok=True)
    unseen = set()
    for seed in MODELS:
        trained = digests(draw_training(seed)[1])
        unseen |= trained | digests(draw_rows(seed, trained)[1].values())
    rows, files = draw_blocks(unseen)
    for file, pixels in files.items():
        save(pixels, out / "blocks" / file)
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    (out / "blocks.json").write_text(f"[\n{lines}\n]\n", encoding="utf8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    main(parser.parse_args().out)
