/** Settings of a text tower alone, `CLIPTextModelWithProjection`. */

import { ModelJson } from "../model_json.ts";

/** What the image tower is where the settings are of a text tower alone. */
export const NO_IMAGE_TOWER = "none, since the settings are of a text tower alone";

/**
 * Whether settings are of CLIP's text tower alone.
 *
 * @param config The keys and values of a config.json.
 */
export function isTextAlone(config: Readonly<Record<string, unknown>>): boolean {
  return config["model_type"] === "clip_text_model";
}

/**
 * The settings of a whole model with this text tower; those of an image tower are not in it.
 *
 * @param text The text tower's settings.
 */
export function aroundText(text: ModelJson): ModelJson {
  const projection = text.get("projection_dim");
  return new ModelJson(text.file, {
    ...{ model_type: "clip", text_config: text.entries() },
    ...(projection !== undefined && { projection_dim: projection }),
  });
}
