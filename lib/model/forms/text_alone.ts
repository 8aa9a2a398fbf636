/** Settings of a text tower alone, `CLIPTextModelWithProjection`. */

import { NegscopeError } from "../../errors.ts";
import { ModelJson } from "../model_json.ts";

/** What is said of the image tower where the settings are of a text tower alone. */
export const NO_IMAGE_TOWER = "none, since the settings are of a text tower alone";

/** The error for the image tower of a text tower's folder. */
export function imageTowerAbsent(file: string): NegscopeError {
  return new NegscopeError("model-unsupported", {
    problem: `Cannot find the image tower of "${file}"`,
    subject: file,
    reason: "its settings are of a text tower alone",
    fix:
      "use the text tower alone, with the images' embeddings from elsewhere: --image-embeddings FILE",
  });
}

/** Whether settings are of CLIP's text tower alone. */
export function isTextAlone(config: Readonly<Record<string, unknown>>): boolean {
  return config["model_type"] === "clip_text_model";
}

/** The settings of a whole model with this text tower; those of an image tower are not in it. */
export function aroundText(text: ModelJson): ModelJson {
  const projection = text.get("projection_dim");
  return new ModelJson(text.file, {
    ...{ model_type: "clip", text_config: text.entries() },
    ...(projection !== undefined && { projection_dim: projection }),
  });
}
