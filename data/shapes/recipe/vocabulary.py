"""CLIP's tokenizer with a small vocabulary: 256 bytes, 256 bytes at a word's end, merges learned from word counts, 2 marks.

Nouns, colours and function words become one token; most plurals stay in pieces, as rare words do in CLIP.
"""
from collections import Counter

from captions import ANYWHERE, NUMBERS, SIDES, plural
from scenes import COLOURS, SHAPES

START, END = "<|startoftext|>", "<|endoftext|>"
FUNCTION_WORDS = ("there", "is", "are", "a", "no", "some", "and", "on", *NUMBERS.values(), *SIDES, *" ".join(ANYWHERE).split())
MERGES = 100
CONTEXT = 32


def byte_alphabet():
    """CLIP's printable stand-in for each byte, in the order of its vocabulary."""
    keep = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [b for b in range(256) if b not in keep]
    return [chr(b) for b in keep] + [chr(256 + i) for i in range(len(rest))]


def learn_merges(counts, limit):
    """Byte-pair merges in order of frequency, ties to the alphabetically first."""
    words = {(*word[:-1], word[-1] + "</w>"): n for word, n in counts.items()}
    merges = []
    while len(merges) < limit:
        pairs = Counter()
        for symbols, n in words.items():
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] += n
        if not pairs:
            break
        best = min(pairs, key=lambda p: (-pairs[p], p))
        merges.append(best)
        words = {join(symbols, best): n for symbols, n in words.items()}
    return merges


def join(symbols, pair):
    """A word's symbols with every occurrence of a pair merged."""
    out, i = [], 0
    while i < len(symbols):
        if symbols[i:i + 2] == pair:
            out.append("".join(pair))
            i += 2
        else:
            out.append(symbols[i])
            i += 1
    return tuple(out)


def word_counts():
    counts = {word: 1000 for word in FUNCTION_WORDS}
    counts |= {word: 300 for word in COLOURS}
    counts |= {word: 100 for word in SHAPES}
    counts |= {plural(word): 1 for word in SHAPES}
    return counts


def build_tokenizer():
    """A stock CLIPTokenizerFast over the small vocabulary."""
    from transformers import CLIPTokenizerFast
    import json, pathlib, tempfile

    merges = learn_merges(word_counts(), MERGES)
    alphabet = byte_alphabet()
    tokens = alphabet + [a + "</w>" for a in alphabet] + ["".join(m) for m in merges] + [START, END]
    assert len(set(tokens)) == len(tokens), "a merge appears twice"
    with tempfile.TemporaryDirectory() as folder:
        vocab, rules = pathlib.Path(folder, "vocab.json"), pathlib.Path(folder, "merges.txt")
        vocab.write_text(json.dumps({t: i for i, t in enumerate(tokens)}), encoding="utf8")
        rules.write_text("#version: 0.2\n" + "\n".join(" ".join(m) for m in merges) + "\n", encoding="utf8")
        return CLIPTokenizerFast(vocab_file=str(vocab), merges_file=str(rules), model_max_length=CONTEXT)
