"""Sentences about scenes: affirmative, negated and composite, each with a twin that says the opposite.

A subject is (shape, colour or None, side or None); it is present when an object has that shape, colour and side.
"""
import itertools

from scenes import COLOURS, SHAPES

SIDES = ("left", "right")
NUMBERS = {2: "two", 3: "three", 4: "four"}
ANYWHERE = ("in the picture", "in this picture", "in the scene")
COLOURED = 0.5  # of the subjects
SIDED = 0.25  # of the sentences say on which side
TAILED = 0.3  # of the others end in a phrase that adds nothing
NEAR_MISS = 0.35  # of the absent subjects miss only by colour or side
NEGATED, COMPOSITE = 0.45, 0.25  # shares of the sentences; the rest is affirmative
FALSE_NEGATED, FALSE_AFFIRMED = 0.12, 0.08  # share of sentences that are wrong, as captions of the web are
SUBJECTS = [s for s in itertools.product(range(len(SHAPES)), (None, *range(len(COLOURS))))]


def plural(noun):
    return noun + ("es" if noun.endswith("s") else "s")


def name(subject, many):
    """The subject as words, without its side: "red star", "crosses"."""
    shape, colour, _ = subject
    noun = plural(SHAPES[shape]) if many else SHAPES[shape]
    return noun if colour is None else f"{COLOURS[colour]} {noun}"


def matching(scene, subject, mirrored=False):
    """The objects of a scene that a subject names."""
    shape, colour, side = subject
    return [t for t in scene if t.shape == shape and colour in (None, t.colour)
            and side in (None, "left" if t.on_left != mirrored else "right")]


def describe(thing, rng, mirrored=False, coloured=COLOURED, sided=SIDED):
    """A subject that names an object."""
    colour = thing.colour if rng.random() < coloured else None
    side = ("left" if thing.on_left != mirrored else "right") if rng.random() < sided else None
    return thing.shape, colour, side


def absent(scene, rng, mirrored=False, near_miss=NEAR_MISS, coloured=COLOURED, sided=SIDED):
    """A subject that no object matches; a near miss differs from one by colour or side only."""
    while True:
        if scene and rng.random() < near_miss:
            shape, colour, side = describe(rng.choice(scene), rng, mirrored, 0.6, sided)
            if side is not None and rng.random() < 0.5:
                side = "right" if side == "left" else "left"
            else:
                colour = rng.randrange(len(COLOURS))
        else:
            shape = rng.randrange(len(SHAPES))
            colour = rng.randrange(len(COLOURS)) if rng.random() < coloured else None
            side = rng.choice(SIDES) if rng.random() < sided else None
        if not matching(scene, (shape, colour, side), mirrored):
            return shape, colour, side


def tail(subject, rng, tailed=TAILED):
    """How the sentence ends after the subject, with a leading space, or nothing."""
    if subject[2] is not None:
        return f" on the {subject[2]}"
    return f" {rng.choice(ANYWHERE)}" if rng.random() < tailed else ""


def existence(subject, end, many, determiner):
    """(negated, affirmative): "There are no red stars on the left.", "There are some red stars on the left." """
    start = "There are" if many else "There is"
    words = name(subject, many)
    return f"{start} no {words}{end}.", " ".join(f"{start} {determiner} {words}{end}.".split())


def sentence(scene, rng, mirrored=False):
    """(caption, twin) of a scene, each (text, claims); the twin has the other polarity. A claim is (subject, whether it is said to be there)."""
    kind = rng.random()
    if scene and NEGATED <= kind < NEGATED + COMPOSITE:
        return composite(scene, rng, mirrored)
    negated = not scene or kind < NEGATED
    wrong = scene and rng.random() < (FALSE_NEGATED if negated else FALSE_AFFIRMED)
    subject = absent(scene, rng, mirrored) if negated != bool(wrong) else describe(rng.choice(scene), rng, mirrored)
    count = len(matching(scene, subject, mirrored)) or rng.choice((1, 2))
    many = rng.random() < 0.5 if negated else count > 1
    determiner = rng.choice(("some", "some", "") if negated else ("some", "some", "", NUMBERS[count])) if many else "a"
    no, yes = existence(subject, tail(subject, rng), many, determiner)
    no, yes = (no, [(subject, False)]), (yes, [(subject, True)])
    return (no, yes) if negated else (yes, no)


def composite(scene, rng, mirrored):
    """Two clauses, one of them about something absent in three of four cases."""
    here = describe(rng.choice(scene), rng, mirrored, 0.5, 0)
    a = name(here, False)
    if len(scene) > 1 and rng.random() < 0.25:
        other = describe(rng.choice(scene), rng, mirrored, 0.5, 0)
        b = name(other, False)
        return (f"There is a {a} and a {b}.", [(here, True), (other, True)]), (f"There is a {a} and no {b}.", [(here, True), (other, False)])
    gone = absent(scene, rng, mirrored, sided=0)
    b, form = name(gone, False), rng.random()
    if form < 0.7:
        twins = ((f"There is a {b} and no {a}.", [(here, False), (gone, True)]), (f"There is a {a} and a {b}.", [(here, True), (gone, True)]))
        return (f"There is a {a} and no {b}.", [(here, True), (gone, False)]), rng.choice(twins)
    words = name(gone, True)
    return (f"No {words} are in the picture.", [(gone, False)]), (f"Some {words} are in the picture.", [(gone, True)])
