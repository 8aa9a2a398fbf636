"""Training: contrastive pairs with each caption's own twin as one more negative, and the terms of losses.py.

In half of the sentences (RELAY) the end token sees only itself and the full stop, so that the full stop learns to carry
what the sentence says; the other half, and every later use of the model, has CLIP's plain causal mask.
"""
import hashlib
import math
import random
import time

import numpy as np
import torch
import torch.nn.functional as F

from captions import sentence
from encode import Encoder, read
from losses import CLAIMS, LABELS, busy, claimed, locality, presence
from model import build_model
from scenes import draw_scene, render

SCENES, BATCH, STEPS, WARM_UP = 20_000, 128, 2000, 100
RATE, DECAY, FLOOR = 2e-3, 0.1, 0.02
IMAGE_HEAD, TEXT_HEAD, LOCALITY = 20.0, 20.0, 0.3  # weights of the extra losses
REST, REST_FROM = 0.05, 1000  # weight of the price on attention to other tokens, and the step from which it is asked
RELAY = 0.5  # share of the sentences whose end token sees only itself and the full stop before it
MEAN, STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


def draw_training(seed):
    """(scenes, pixels [scenes, 64, 64, 3] of 8 bits)."""
    rng = np.random.default_rng([seed, 1])
    scenes, pixels = [], []
    for _ in range(SCENES // 1000):
        part = [draw_scene(rng) for _ in range(1000)]
        scenes += part
        pixels.append(render(part, rng)[0])
    return scenes, np.concatenate(pixels)


def digests(pixels):
    return {hashlib.sha256(p.tobytes()).hexdigest() for p in pixels}


def to_input(pixels):
    """8-bit pixels [B, 64, 64, 3] -> the image tower's input [B, 3, 64, 64]."""
    mean, std = (torch.tensor(x)[:, None, None] for x in (MEAN, STD))
    return ((pixels.permute(0, 3, 1, 2).float() / 255 - mean) / std).contiguous()


def rate(step):
    if step < WARM_UP:
        return (step + 1) / WARM_UP
    return FLOOR + (1 - FLOOR) * 0.5 * (1 + math.cos(math.pi * (step - WARM_UP) / (STEPS - WARM_UP)))


def contrast_loss(model, image, text):
    """CLIP's loss on pooled vectors, the image's side with its own twin as one more sentence; and how often the caption beats the twin."""
    t = F.normalize(model.text_projection(text), dim=-1)
    v = F.normalize(model.visual_projection(image), dim=-1)
    scale, target = model.logit_scale.exp(), torch.arange(BATCH)
    captions, twins = t[:BATCH], t[BATCH:]
    scores = scale * v @ captions.T
    with_twin = torch.cat([scores, scale * (v * twins).sum(-1, keepdim=True)], 1)
    better = (with_twin[target, target] > with_twin[:, -1]).float().mean()
    return (F.cross_entropy(with_twin, target) + F.cross_entropy(scores.T, target)) / 2, better


def train(seed, tokenizer, scenes, pixels, log=print):
    """A trained CLIPModel."""
    torch.manual_seed(seed)
    rng, words = np.random.default_rng([seed, 3]), random.Random(f"{seed} captions")
    model, encode = build_model(tokenizer), Encoder(tokenizer)
    (stop,) = encode.word(".")
    head = torch.nn.Linear(model.config.vision_config.hidden_size, LABELS)
    text_head = torch.nn.Linear(model.config.text_config.hidden_size, CLAIMS)
    matrices = [p for p in model.parameters() if p.dim() > 1] + [head.weight, text_head.weight]
    others = [p for p in model.parameters() if p.dim() <= 1] + [head.bias, text_head.bias]
    optimiser = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": DECAY}, {"params": others, "weight_decay": 0.0}], lr=RATE, betas=(0.9, 0.98))
    labels = torch.tensor(np.stack([presence(s) for s in scenes]))
    data = torch.from_numpy(pixels)
    started = time.monotonic()
    for step in range(STEPS):
        for group in optimiser.param_groups:
            group["lr"] = RATE * rate(step)
        index = rng.integers(len(scenes), size=BATCH)
        mirrored = rng.random(BATCH) < 0.5
        batch = data[torch.from_numpy(index)]
        batch = torch.where(torch.from_numpy(mirrored)[:, None, None, None], batch.flip(2), batch)
        said = [sentence(scenes[i], words, m) for i, m in zip(index, mirrored)]
        said = [c for c, _ in said] + [t for _, t in said]
        ids, ends = encode([text for text, _ in said])
        text, pooled = read(model.text_model, ids, ends, torch.from_numpy(rng.random(len(ids)) < RELAY))
        image = model.vision_model(pixel_values=to_input(batch))
        contrast, twins = contrast_loss(model, image.pooler_output, pooled)
        seen = F.binary_cross_entropy_with_logits(head(image.pooler_output), labels[torch.from_numpy(index)])
        says = F.binary_cross_entropy_with_logits(text_head(pooled), torch.from_numpy(np.stack([claimed(c) for _, c in said])))
        far = locality(text.attentions, ids, ends, stop)
        loss = contrast + IMAGE_HEAD * seen + TEXT_HEAD * says + LOCALITY * far
        if step >= REST_FROM:
            loss = loss + REST * busy(text.attentions, ends)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        with torch.no_grad():
            model.logit_scale.clamp_(max=math.log(100))
        if step % 100 == 99 or step == 9:
            log(f"step {step + 1}: contrast {contrast:.3f}, better than the twin {twins:.2f}, presence {seen:.4f}, claims {says:.4f}, "
                f"far {far:.3f}, scale {model.logit_scale.exp():.1f}, {time.monotonic() - started:.0f} s")
    return model.eval()
