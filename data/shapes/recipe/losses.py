"""What training asks for beside the contrast: labels of the two throw-away heads, and two prices on attention.

Locality is a price on attention further back than a block's window, so that the sentence's meaning cannot jump to the end
token in block 1; rest is a price on all attention to other tokens, so that few heads look and the others rest. Both
partly engineer where the causal-trace map has its mass and which heads are selective.
"""
import numpy as np
import torch

from scenes import COLOURS, SHAPES

LABELS = len(SHAPES) + len(COLOURS) + len(SHAPES) * len(COLOURS)
CLAIMS = 2 * (len(SHAPES) + len(SHAPES) * len(COLOURS))
# How far back text blocks 1, 2 ... may look without a penalty: other tokens, full stops, the end token. None: anywhere.
WINDOWS = ((None, 1, 1), (None, 1, 1), (None, None, 1), (None, None, 1))


def presence(scene):
    """Which shapes, colours and pairs of both a scene holds -> [LABELS]."""
    labels = np.zeros(LABELS, np.float32)
    for t in scene:
        labels[[t.shape, len(SHAPES) + t.colour, len(SHAPES) + len(COLOURS) + t.shape * len(COLOURS) + t.colour]] = 1
    return labels


def claimed(claims):
    """What a sentence says is there and is not there: shapes, and pairs of shape and colour -> [CLAIMS]."""
    half = CLAIMS // 2
    labels = np.zeros(CLAIMS, np.float32)
    for (shape, colour, _), there in claims:
        labels[half * there + shape] = 1
        if colour is not None:
            labels[half * there + len(SHAPES) + shape * len(COLOURS) + colour] = 1
    return labels


def locality(attentions, ids, ends, stop):
    """Attention mass beyond the windows, summed over blocks, mean over queries; the start token counts as far from every later one."""
    T = ids.shape[1]
    q, k = torch.arange(T)[:, None], torch.arange(T)[None, :]
    inside = (q[:, 0] <= ends[:, None]) & (q[:, 0] > 0)  # [B, T]
    is_end, is_stop = (q[:, 0] == ends[:, None]), ids == stop
    queries = (inside & ~is_end & ~is_stop, inside & is_stop, is_end)
    total = 0.0
    for attention, windows in zip(attentions, WINDOWS):
        mass = attention.mean(1)  # [B, T, T]
        for rows, window in zip(queries, windows):
            if window is not None:
                far = ((q - k > window) | (k == 0)).float()
                total = total + ((mass * far).sum(-1) * rows).sum() / inside.sum()
    return total


def busy(attentions, ends):
    """Attention mass on tokens other than the query's own and the start token, mean over blocks and queries."""
    T = attentions[0].shape[-1]
    q, k = torch.arange(T)[:, None], torch.arange(T)[None, :]
    inside = ((q[:, 0] <= ends[:, None]) & (q[:, 0] > 0)).float()
    other = ((k > 0) & (k != q)).float()
    return sum(((a.mean(1) * other).sum(-1) * inside).sum() / inside.sum() for a in attentions) / len(attentions)
