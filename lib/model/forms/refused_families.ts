/** Models of Hugging Face's transformers that cannot be read. */

import { NegscopeError, shown } from "../../errors.ts";
import type { ModelJson } from "../model_json.ts";

/** Whether a config.json is of EVA-CLIP, whose own code calls its settings those of a CLIP. */
export function isEva(settings: ModelJson): boolean {
  const named = [settings.get("architectures"), settings.get("auto_map")];
  return /eva_?clip/i.test(JSON.stringify(named));
}

export function refusedFamily(settings: ModelJson): NegscopeError {
  const type = settings.get("model_type");
  const [, tower] = /_(text|vision)_model$/.exec(String(type)) ?? [];
  const isFlexible = /^siglip2($|_)/.test(String(type)); // NaFlex; SigLIP 2's other models are of type "siglip"
  return new NegscopeError("model-unsupported", {
    problem: `Cannot use "${settings.file}"`,
    reason: isEva(settings)
      ? "the folder holds EVA-CLIP"
      : isTimm(settings)
      ? `it describes ${
        shown(settings.get("architecture"))
      }, an image model of timm without a text tower`
      : `"model_type" must be "clip" or "siglip", but it is ${shown(type)}${
        tower === undefined ? "" : `, a single ${tower === "text" ? "text" : "image"} tower`
      }`,
    fix: isFlexible
      ? "use a SigLIP 2 model of one resolution, such as siglip2-base-patch16-224, not of any number of patches (NaFlex)"
      : "use a CLIP or SigLIP model with both towers' settings, such as openai/clip-vit-base-patch32, which the download task fetches; docs/models.md lists what can be read",
  });
}

/** timm's config.json of a classifier or of an image tower; that of a whole CLIP lies beside open_clip_config.json. */
function isTimm(settings: ModelJson): boolean {
  return settings.get("model_type") === undefined &&
    typeof settings.get("architecture") === "string";
}
