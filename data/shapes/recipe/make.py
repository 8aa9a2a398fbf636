"""Makes everything in data/shapes but its README: python recipe/make.py --seed 0 --out DIR

DIR gets model/ (Hugging Face layout), images/, existence.json and measured/ (CSV tables of
what measure.py found on the held-out rows).
"""
import argparse
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from export import export_model, write_json
from heldout import draw_rows
from measure import measure, show
from tables import tables, write_tables
from train import digests, draw_training, to_input, train
from vocabulary import build_tokenizer


@torch.no_grad()
def embed_images(model, files):
    """File name -> unit image embedding."""
    names = list(files)
    pixels = to_input(torch.from_numpy(np.stack([files[n] for n in names])))
    pooled = torch.cat([model.vision_model(pixel_values=part).pooler_output for part in pixels.split(100)])
    return dict(zip(names, F.normalize(model.visual_projection(pooled), dim=-1)))


def main(seed, out):
    torch.set_num_threads(1)
    out = pathlib.Path(out)
    (out / "images").mkdir(parents=True, exist_ok=True)
    tokenizer = build_tokenizer()
    scenes, pixels = draw_training(seed)
    rows, files = draw_rows(seed, digests(pixels))
    for name, image in files.items():
        Image.fromarray(image).save(out / "images" / name, optimize=True)
    write_json(out / "existence.json", rows)
    model = train(seed, tokenizer, scenes, pixels)
    print("onnxruntime against torch:", export_model(model, tokenizer, out / "model"))
    report, _, _ = measure(model, tokenizer, list(rows.values()), embed_images(model, files))
    write_tables(out / "measured", tables(seed, report))
    print(show(report))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    main(arguments.seed, arguments.out)
