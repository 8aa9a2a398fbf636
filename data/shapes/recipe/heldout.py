"""Held-out rows in VALSE's own format, each on a scene of its own that training never saw."""
import hashlib
import random

import numpy as np

from captions import absent, describe, existence, matching, name, tail
from scenes import draw_scene, render

ROWS = 600  # half of them with a negated caption
ODD = 0.06  # share of rows outside the frame "There is/are no ...", which the rephrased protocol drops
COLOURED, SIDED, NEAR_MISS = 0.3, 0.15, 0.3
CONSENT = 0.91  # chance that a simulated annotator agrees with the caption


def draw_rows(seed, unseen):
    """(rows by id, pixels by file name). `unseen` is a set of digests of the training images."""
    numbers, words = np.random.default_rng([seed, 2]), random.Random(f"{seed} held out")
    rows, files = {}, {}
    while len(rows) < ROWS:
        index = len(rows)
        negated = index % 2 == 0
        scene = draw_scene(numbers)
        pixels, shares = render([scene], numbers)
        if not negated and not scene or hashlib.sha256(pixels.tobytes()).hexdigest() in unseen:
            continue
        subject = choose(scene, words, negated)
        things = matching(scene, subject)
        many = len(things) > 1 if things else words.random() < 0.5
        caption, foil = sentences(subject, many, negated, words)
        file = f"shapes_{index:04d}.png"
        files[file] = pixels[0]
        size = sum(share for thing, share in zip(scene, shares[0]) if thing in things)
        rows[f"existence_shapes_{index}"] = row(index, file, caption, foil, len(things), words) | ({"subject_size": round(size, 6)} if things else {})
    return rows, files


def choose(scene, rng, negated):
    if negated:
        return absent(scene, rng, near_miss=NEAR_MISS, coloured=COLOURED, sided=SIDED)
    return describe(rng.choice(scene), rng, coloured=COLOURED, sided=SIDED)


def sentences(subject, many, negated, rng):
    """(caption, foil)."""
    end = tail(subject, rng)
    no, yes = existence(subject, end, many, "" if many else "a")
    if rng.random() < ODD:
        if rng.random() < 0.5:
            no, yes = (f"{word} {name(subject, True)} are{end or ' in the picture'}." for word in ("No", "Some"))
        else:
            no = existence(subject, end, not many, "")[0]
    return (no, yes) if negated else (yes, no)


def row(index, file, caption, foil, count, rng):
    votes = [rng.random() for _ in range(3)]
    agree = sum(v < CONSENT for v in votes)
    return {
        "dataset": "shapes",
        "dataset_idx": str(index),
        "image_file": file,
        "linguistic_phenomena": "existence",
        "caption": caption,
        "answer": count,
        "classes": count,
        "split": "test",
        "original_split": "test",
        "classes_foil": [0] if count else [1, 2, 3],
        "declarative_statement": caption,
        "declarative_statement_foils": [foil],
        "provenance_of_foils": "something_to_zero" if count else "zero_to_something",
        "mturk": {"foil": 3 - agree, "caption": agree, "other": 0},
        "foil": foil,
    }
