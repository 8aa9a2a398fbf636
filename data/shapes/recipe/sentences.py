"""Sentences of other forms than "There is/are no ...", in the words of the model and "of", without scenes: for `--data shapes-sentences`.

    python sentences.py > ../sentences.txt

Each has the negator "no" before a plural, at the start or in the middle; a sixth of them have it twice. Of the forms the training had only "There is a X and
no Y.", with a singular Y, and "No Xs are in the picture." as a whole sentence. No scene is behind a sentence, so none is true or false.
"""
import random

from captions import SHAPES, COLOURS, name

FORMS = (
    "No {many} are in the picture and {two} are on the right.",
    "In the picture there are no {many}.",
    "On the left there are no {many}.",
    "A picture of a {one} and no {many}.",
    "A picture of {two} and no {many}.",
    "Two {others} and no {many}.",
    "A {one} on the left and no {many} on the right.",
    "In this scene there is a {one} and there are no {many}.",
    "There is a {one} and no {many}.",
    "This is a scene of {two} and no {many} and no {more}.",
    "Some {others} are on the right and no {many} are on the left.",
    "No {many} and no {more} are in this scene.",
)
EACH = 12


def subject(rng):
    return rng.randrange(len(SHAPES)), rng.choice((None, rng.randrange(len(COLOURS)))), None


def sentences(seed=0):
    rng = random.Random(seed)
    found = []
    for _ in range(EACH):
        for form in FORMS:
            many, more, others, one = rng.sample([subject(rng) for _ in range(40)], 4)
            if len({many[0], more[0], others[0], one[0]}) < 4:
                many, more, others, one = [(shape, colour, None) for shape, (_, colour, _) in
                                           zip(rng.sample(range(len(SHAPES)), 4), (many, more, others, one))]
            two = rng.choice(("two", "three", "four")) + " " + name(others, True)
            line = form.format(many=name(many, True), more=name(more, True), others=name(others, True), one=name(one, False), two=two)
            if line not in found:
                found.append(line)
    return found


if __name__ == "__main__":
    print("\n".join(sentences()))
