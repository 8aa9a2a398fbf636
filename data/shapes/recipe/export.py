"""The trained model in the Hugging Face layout: config, tokenizer, preprocessor and one ONNX file per tower."""
import json
import pathlib
import warnings

import numpy as np
import onnxruntime
import torch
from transformers import CLIPImageProcessor

from scenes import SIZE

OPSET = 17
TOLERANCE = 1e-5  # largest difference between torch and onnxruntime, float32


class TextTower(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids):
        out = self.model.text_model(input_ids=input_ids)
        return self.model.text_projection(out.pooler_output), out.last_hidden_state


class VisionTower(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, pixel_values):
        out = self.model.vision_model(pixel_values=pixel_values)
        return self.model.visual_projection(out.pooler_output), out.last_hidden_state


def export_model(model, tokenizer, folder):
    """Writes the folder and returns the largest difference between torch and onnxruntime."""
    folder = pathlib.Path(folder)
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    model = model.eval()
    model.config.architectures = ["CLIPModel"]
    model.config.save_pretrained(folder)
    tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    write_json(folder / "tokenizer_config.json", {
        "bos_token": tokenizer.bos_token, "eos_token": tokenizer.eos_token, "model_max_length": tokenizer.model_max_length,
        "pad_token": tokenizer.eos_token, "tokenizer_class": "CLIPTokenizer", "unk_token": tokenizer.eos_token})
    CLIPImageProcessor(size={"shortest_edge": SIZE}, crop_size={"height": SIZE, "width": SIZE}).save_pretrained(folder)
    ids = torch.tensor([tokenizer(s)["input_ids"] for s in ("There are no stars.", "There are some stars.")])
    pixels = torch.randn(2, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(0))
    batch, length = {0: "batch_size"}, {0: "batch_size", 1: "sequence_length"}
    return max(
        export_tower(TextTower(model), ids, folder / "onnx/text_model.onnx", "input_ids", length, "text_embeds", length,
                     [torch.tensor([tokenizer(s)["input_ids"]] * 3) for s in ("There is no red star on the left.", "There is a ring.")]),
        export_tower(VisionTower(model), pixels, folder / "onnx/vision_model.onnx", "pixel_values", batch, "image_embeds", batch,
                     [pixels[:1], torch.cat([pixels, -pixels])]))


def export_tower(tower, example, file, name, axes, output, output_axes, checks):
    """One ONNX file; -> largest difference between torch and onnxruntime on inputs of other sizes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(tower, (example,), str(file), input_names=[name], output_names=[output, "last_hidden_state"], opset_version=OPSET,
                          dynamo=False, dynamic_axes={name: axes, output: {0: "batch_size"}, "last_hidden_state": output_axes})
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    worst = 0.0
    for value in checks:
        with torch.no_grad():
            want = tower(value)
        worst = max(worst, *(float(np.abs(got - w.numpy()).max()) for got, w in zip(session.run(None, {name: value.numpy()}), want)))
    if worst > TOLERANCE:
        raise RuntimeError(f"{file} differs from torch by {worst}")
    return worst


def write_json(file, value):
    pathlib.Path(file).write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf8")
