/** Families of Hugging Face's transformers that cannot be read, by name. */

import { NegscopeError, shown } from "../../errors.ts";
import type { ModelJson } from "../model_json.ts";

/** Models near to CLIP by their `model_type`. */
const NAMES: Readonly<Record<string, string>> = {
  metaclip_2: "MetaCLIP 2",
  altclip: "AltCLIP",
  chinese_clip: "Chinese CLIP",
  clipseg: "CLIPSeg",
  xclip: "X-CLIP",
  groupvit: "GroupViT",
  clvp: "CLVP",
  clap: "CLAP",
  align: "ALIGN",
  owlvit: "OWL-ViT",
  owlv2: "OWLv2",
  aimv2: "AIMv2",
  flava: "FLAVA",
  blip: "BLIP",
  "blip-2": "BLIP-2",
  instructblip: "InstructBLIP",
  bridgetower: "BridgeTower",
  eva_clip: "EVA-CLIP",
  evaclip: "EVA-CLIP",
  mobileclip: "MobileCLIP",
  jina_clip: "Jina CLIP",
  siglip: "SigLIP",
  siglip2: "a SigLIP 2 model that takes any number of patches (NaFlex)",
  llava: "LLaVA",
  "vision-text-dual-encoder": "a pair of encoders of other models",
};

/** Towers with a config.json of their own. */
const TOWERS = /^(.+)_(text|vision)_model$/;

/** Whether a config.json is of EVA-CLIP, whose own code calls its settings those of a CLIP. */
export function isEva(settings: ModelJson): boolean {
  const named = [settings.get("architectures"), settings.get("auto_map")];
  return /eva_?clip/i.test(JSON.stringify(named));
}

export function refusedFamily(settings: ModelJson): NegscopeError {
  const found = settings.get("model_type");
  const type = typeof found === "string" ? found : "";
  const [, family = type, tower] = TOWERS.exec(type) ?? [];
  const name = Object.hasOwn(NAMES, family) ? NAMES[family]! : undefined;
  const what = tower === undefined
    ? name
    : `a single ${tower === "text" ? "text" : "image"} tower${
      name === undefined ? "" : ` of ${name}`
    }`;
  const isFlexible = family === "siglip2"; // NaFlex; SigLIP 2's other models are of type "siglip"
  return new NegscopeError("model-unsupported", {
    problem: `Cannot use "${settings.file}"`,
    subject: settings.file,
    reason: isEva(settings)
      ? "the folder holds EVA-CLIP"
      : isTimm(settings)
      ? `it describes ${
        shown(settings.get("architecture"))
      }, an image model of timm without a text tower`
      : `"model_type" must be "clip" or "siglip", but it is ${shown(found)}${
        what === undefined ? "" : `: the folder holds ${what}`
      }`,
    fix: isFlexible
      ? "use a SigLIP 2 model of one resolution, such as siglip2-base-patch16-224"
      : "use a CLIP or SigLIP model with both towers' settings",
  });
}

/** timm's config.json of a classifier or of an image tower; that of a whole CLIP lies beside open_clip_config.json. */
function isTimm(settings: ModelJson): boolean {
  return settings.get("model_type") === undefined &&
    typeof settings.get("architecture") === "string";
}
