"""What the wishes for the model are measured by: evaluation, causal-trace map, selective heads, subject size.

A second, compact forward of the text tower, so that one residual vector can be replaced; the kit itself is the reference.
"""
import math
from collections import defaultdict

import numpy as np
import torch
import torch.nn.functional as F

ROLES = ("negator", "subject_first", "subject_further", "full_stop", "eot")
NEGATOR = 3


def rephrase(row):
    """(caption, foil, negation) of a row under the rephrased protocol, or None where it drops the row."""
    caption, foil = row["caption"], row["foil"]
    if row["mturk"]["caption"] < 2:
        return None
    frames = ("There is no ", "There are no ")
    negation = "caption" if caption.startswith(frames) else "foil" if foil.startswith(frames) else None
    if negation is None:
        return None
    some = lambda s: s if s.startswith("There is") or " no " in s else s.replace("There are ", "There are some ", 1)
    caption, foil = (caption, some(foil)) if negation == "caption" else (some(caption), foil)
    a, b = caption.split(), foil.split()
    differ = [i for i, (x, y) in enumerate(zip(a, b)) if x != y]
    return (caption, foil, negation) if len(a) == len(b) and differ == [2] else None


class TextTower:
    """The text tower block by block: residual [B, T, D] in and out."""

    def __init__(self, model):
        self.text, self.projection = model.text_model, model.text_projection
        self.heads = model.config.text_config.num_attention_heads
        self.blocks = self.text.encoder.layers

    def embed(self, ids):
        return self.text.embeddings(input_ids=ids)

    def block(self, i, x):
        """-> (residual after block i, attention weights [B, H, T, T])."""
        b, (B, T, D) = self.blocks[i], x.shape
        h = b.layer_norm1(x)
        q, k, v = (f(h).view(B, T, self.heads, -1).transpose(1, 2) for f in (b.self_attn.q_proj, b.self_attn.k_proj, b.self_attn.v_proj))
        mask = torch.full((T, T), -math.inf).triu(1)
        pattern = (q @ k.transpose(-1, -2) * (D // self.heads) ** -0.5 + mask).softmax(-1)
        x = x + b.self_attn.out_proj((pattern @ v).transpose(1, 2).reshape(B, T, D))
        h = b.mlp.fc1(b.layer_norm2(x))
        return x + b.mlp.fc2(h * torch.sigmoid(1.702 * h)), pattern

    def end(self, x):
        return F.normalize(self.projection(self.text.final_layer_norm(x[:, -1])), dim=-1)

    def run(self, ids):
        """-> (residuals of layers 0..N, attention weights of blocks 1..N, unit embeddings)."""
        layers, patterns = [self.embed(ids)], []
        for i in range(len(self.blocks)):
            x, pattern = self.block(i, layers[-1])
            layers.append(x)
            patterns.append(pattern)
        return layers, patterns, self.end(layers[-1])


@torch.no_grad()
def measure(model, tokenizer, rows, images):
    """rows: existence.json's values; images: file name -> unit embedding [P]. -> everything as plain numbers."""
    kept = [(row, *rephrased) for row in rows if (rephrased := rephrase(row))]
    groups = defaultdict(list)
    for i, (row, caption, foil, negation) in enumerate(kept):
        ids = [tokenizer(s)["input_ids"] for s in ((caption, foil) if negation == "caption" else (foil, caption))]
        assert len(ids[0]) == len(ids[1]), (caption, foil)
        groups[len(ids[0])].append((i, *ids))
    tower = TextTower(model)
    N, H = len(tower.blocks), tower.heads
    d, effects, selective = np.zeros(len(kept)), [None] * len(kept), np.zeros((len(kept), N, H))
    for T, group in sorted(groups.items()):
        index = [g[0] for g in group]
        negated, affirmative = (torch.tensor([g[k] for g in group]) for k in (1, 2))
        image = torch.stack([images[kept[i][0]["image_file"]] for i in index])
        sign = torch.tensor([1.0 if kept[i][3] == "caption" else -1.0 for i in index])
        score = lambda e: 100 * (e * image).sum(-1)
        n_layers, n_patterns, n_end = tower.run(negated)
        a_layers, a_patterns, a_end = tower.run(affirmative)
        base = score(a_end)
        d[index] = (sign * (score(n_end) - base)).numpy()
        for b in range(N):
            gap = (n_patterns[b] - a_patterns[b])[:, :, NEGATOR + 1:, NEGATOR]
            selective[index, b] = gap.max(-1).values.numpy()
        out = np.zeros((len(index), N + 1, T))
        for layer in range(N + 1):
            for p in range(NEGATOR, T):
                x = a_layers[layer].clone()
                x[:, p] = n_layers[layer][:, p]
                for b in range(layer, N):
                    x = tower.block(b, x)[0]
                out[:, layer, p] = (sign * (score(tower.end(x)) - base)).numpy()
        for k, i in enumerate(index):
            effects[i] = out[k]
    negation = np.array([k[3] for k in kept])
    segment = np.where(d >= 1, "correct", np.where(d < -1, "incorrect", "ambiguous"))
    size = np.array([k[0].get("subject_size", np.nan) for k in kept], float)
    report = {"sides": {}, "maps": {}, "heads": {}}
    for side in ("caption", "foil"):
        m = negation == side
        report["sides"][side] = {"n": int(m.sum()), "accuracy": float((d[m] > 0).mean()), "mean_d": float(d[m].mean()), "sd_d": float(d[m].std()),
                                 **{s: int((segment[m] == s).sum()) for s in ("correct", "ambiguous", "incorrect")}}
        mean = selective[m].mean(0)
        order = np.argsort(-mean.ravel())
        report["heads"][side] = [(int(j // H) + 1, int(j % H) + 1, float(mean.ravel()[j])) for j in order]
        for s in ("correct", "incorrect"):
            members = [i for i in np.flatnonzero(m & (segment == s))]
            if members:
                report["maps"][side, s] = len(members), by_role([effects[i] / d[i] for i in members])
    m = negation == "foil"
    report["size"] = {"n": int(m.sum()), "r": float(np.corrcoef(size[m], d[m])[0, 1])}
    return report, kept, d


def by_role(maps):
    """Mean CTE by role and layer -> {role: [N + 1]}; further tokens are pooled over rows and tokens."""
    further = np.concatenate([m[:, NEGATOR + 2:-2].T for m in maps])
    return {"negator": np.mean([m[:, NEGATOR] for m in maps], 0), "subject_first": np.mean([m[:, NEGATOR + 1] for m in maps], 0),
            "subject_further": further.mean(0) if len(further) else np.zeros(len(maps[0])),
            "full_stop": np.mean([m[:, -2] for m in maps], 0), "eot": np.mean([m[:, -1] for m in maps], 0)}


def largest(role_map):
    """The role with the largest mean CTE at every layer."""
    return [max(ROLES, key=lambda r: role_map[r][layer]) for layer in range(len(role_map["eot"]))]


def biggest_jump(role_map):
    """Largest part of the effect that leaves the negator for the end token at one block: (share, block)."""
    n, e = role_map["negator"], role_map["eot"]
    return max((float(min(n[l] - n[l + 1], e[l + 1] - e[l])), l + 1) for l in range(len(n) - 1))


def show(report):
    """The report as text."""
    lines = []
    for side, s in report["sides"].items():
        shares = " ".join(f"{k} {s[k]} ({s[k] / s['n']:.3f})" for k in ("correct", "ambiguous", "incorrect"))
        lines.append(f"{side}-negated n {s['n']} accuracy {s['accuracy']:.3f} {shares} d {s['mean_d']:.2f} +- {s['sd_d']:.2f}")
        lines.append("  heads " + " ".join(f"{layer}.{head} {x:.3f}" for layer, head, x in report["heads"][side]))
    lines.append(f"subject size: n {report['size']['n']} r {report['size']['r']:.3f}")
    for (side, segment), (n, role_map) in report["maps"].items():
        share, block = biggest_jump(role_map)
        lines.append(f"{side}-negated {segment} n {n}: negator to EOT at most {share:.2f} (block {block})")
        lines += [f"  {r:16s}" + " ".join(f"{x:6.2f}" for x in role_map[r]) for r in ROLES]
        lines.append("  largest          " + " ".join(largest(role_map)))
    return "\n".join(lines)
