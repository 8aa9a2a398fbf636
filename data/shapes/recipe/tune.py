"""Tunes a trained model for negation by hard negatives: python recipe/tune.py --out DIR

The loss is NegCLIP's (Yuksekgonul et al., 2023, section 5) with captions as CC-Neg has them (Singh et al., 2024): each image
chooses among the captions of its batch and the twins of all of them, a sentence with "no" put in or taken out; each caption
chooses among the images. Captions are true, towers and temperature are all tuned, and none of the terms of losses.py is asked
for. DIR gets model/ and measured/, on the rows of existence.json. The scenes are those that the model was trained on.
"""
import argparse
import json
import math
import pathlib
import random

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from PIL import Image

import captions
from encode import Encoder, read
from export import export_model
from make import embed_images
from measure import measure, show
from model import build_model
from tables import tables, write_tables
from train import draw_training, to_input
from vocabulary import build_tokenizer

DATA = pathlib.Path(__file__).parent.parent
BATCH, STEPS, WARM_UP, RATE, DECAY = 128, 300, 30, 3e-4, 0.1
NEGATED = 0.35  # so that "no" is in as many captions whose twin lacks it as in twins whose caption lacks it
SCALE = 28.8  # exp of the logit scale that training ends at; exports leave it out


def load_export(model, folder):
    """Puts an export's weights into a model: initializers have their names, and matrices are found by the nodes that use them."""
    state = {"logit_scale": torch.tensor(math.log(SCALE))}
    for file in ("text_model.onnx", "vision_model.onnx"):
        graph = onnx.load(folder / "onnx" / file).graph
        values = {i.name: torch.from_numpy(onnx.numpy_helper.to_array(i).copy()) for i in graph.initializer}
        state |= {name.removeprefix("model."): value for name, value in values.items() if name.startswith("model.")}
        for node in graph.node:
            if node.op_type == "MatMul" and node.input[1] in values:
                state[node.name[1:].replace("/MatMul", "").replace("/", ".") + ".weight"] = values[node.input[1]].T.contiguous()
    model.load_state_dict(state)


def rate(step):
    return min((step + 1) / WARM_UP, 0.5 * (1 + math.cos(math.pi * step / STEPS)))


def hard_negative_loss(model, image, text):
    """NegCLIP's loss on pooled vectors [B, D] and [2 B, D], captions before twins; and how often a caption beats its twin."""
    t = F.normalize(model.text_projection(text), dim=-1)
    v = F.normalize(model.visual_projection(image), dim=-1)
    scores, target = model.logit_scale.exp() * v @ t.T, torch.arange(len(v))
    better = (scores[target, target] > scores[target, len(v) + target]).float().mean()
    return (F.cross_entropy(scores, target) + F.cross_entropy(scores[:, :len(v)].T, target)) / 2, better


def tune(model, tokenizer, scenes, pixels, seed, log=print):
    """Tunes a CLIPModel in place."""
    captions.FALSE_NEGATED = captions.FALSE_AFFIRMED = 0
    captions.NEGATED = NEGATED
    rng, words, encode = np.random.default_rng([seed, 4]), random.Random(f"{seed} tuning"), Encoder(tokenizer)
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=DECAY, betas=(0.9, 0.98))
    data = torch.from_numpy(pixels)
    for step in range(STEPS):
        for group in optimiser.param_groups:
            group["lr"] = RATE * rate(step)
        index = rng.integers(len(scenes), size=BATCH)
        said = [captions.sentence(scenes[i], words) for i in index]
        ids, ends = encode([caption for (caption, _), _ in said] + [twin for _, (twin, _) in said])
        _, pooled = read(model.text_model, ids, ends, torch.zeros(len(ids), dtype=torch.bool))
        image = model.vision_model(pixel_values=to_input(data[torch.from_numpy(index)])).pooler_output
        loss, better = hard_negative_loss(model, image, pooled)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        if step % 50 == 49 or step == 0:
            log(f"step {step + 1}: loss {loss:.3f}, better than the twin {better:.2f}, scale {model.logit_scale.exp():.1f}", flush=True)
    return model.eval()


def main(base, seed, out):
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    tokenizer = build_tokenizer()
    model = build_model(tokenizer)
    load_export(model, pathlib.Path(base))
    rows = list(json.loads((DATA / "existence.json").read_text(encoding="utf8")).values())
    tune(model, tokenizer, *draw_training(seed), seed)
    out = pathlib.Path(out)
    print("onnxruntime against torch:", export_model(model, tokenizer, out / "model"))
    images = {row["image_file"]: np.array(Image.open(DATA / "images" / row["image_file"])) for row in rows}
    report, _, _ = measure(model, tokenizer, rows, embed_images(model, images))
    write_tables(out / "measured", tables("tuned", report))
    print(show(report))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=DATA / "model")
    parser.add_argument("--seed", type=int, default=2, help="of the scenes, which are those of the model's training, and of the captions")
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    main(arguments.model, arguments.seed, arguments.out)
