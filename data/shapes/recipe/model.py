"""The mini CLIP: stock `CLIPModel` with small sizes."""
from transformers import CLIPConfig, CLIPModel

from scenes import CELL, SIZE
from vocabulary import CONTEXT

PROJECTION = 48
TEXT = {"hidden_size": 64, "intermediate_size": 256, "num_hidden_layers": 6, "num_attention_heads": 4}
VISION = {"hidden_size": 64, "intermediate_size": 256, "num_hidden_layers": 3, "num_attention_heads": 4}


def build_model(tokenizer):
    """A CLIPModel with random weights, drawn from torch's current seed."""
    text = TEXT | {"vocab_size": len(tokenizer), "max_position_embeddings": CONTEXT, "hidden_act": "quick_gelu", "projection_dim": PROJECTION,
                   "bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.eos_token_id}
    vision = VISION | {"image_size": SIZE, "patch_size": CELL, "hidden_act": "quick_gelu", "projection_dim": PROJECTION}
    config = CLIPConfig(text_config=text, vision_config=vision, projection_dim=PROJECTION, logit_scale_init_value=4.0)
    config._attn_implementation = "eager"
    return CLIPModel(config)
