"""Which shapes are in each held-out scene: python recipe/objects.py --seed 2 > objects.csv

An object is named once with its colour and once without, and as often as it is there. The rows must be those of existence.json.
"""
import argparse
import json
import pathlib

import heldout
from captions import name

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--seed", type=int, default=2)
seed = parser.parse_args().seed

scenes = []
choose = heldout.choose


def remember(scene, rng, negated):
    """Draws as before; the last scene with an index is the one that is kept."""
    scenes.append(scene)
    return choose(scene, rng, negated)


heldout.choose = remember
rows, _ = heldout.draw_rows(seed, set())
known = json.loads((pathlib.Path(__file__).parent.parent / "existence.json").read_text())
assert rows == known, "these are not the rows of existence.json"
print("image,present")
for row, scene in zip(rows.values(), scenes, strict=True):
    there = [name((thing.shape, colour, None), False) for thing in scene for colour in (None, thing.colour)]
    print(f"{row['image_file']},{'|'.join(there)}")
