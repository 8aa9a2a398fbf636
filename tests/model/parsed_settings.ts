/** Settings read from texts. */

import { CLIP, familyOf, type ModelFamily } from "../../lib/model/families.ts";
import { readSizes, type VisionConfig } from "../../lib/model/forms/settings.ts";
import { preprocessConfig } from "../../lib/model/image/preprocess_config.ts";
import { parseModelJson } from "../../lib/model/model_json.ts";

export function parseClipConfig(text: string, file: string) {
  const settings = parseModelJson(new TextEncoder().encode(text), file);
  return readSizes(settings, familyOf(settings));
}

export function parsePreprocessConfig(
  text: string,
  { vision, family = CLIP }: { vision: VisionConfig; family?: Pick<ModelFamily, "defaults"> },
) {
  return preprocessConfig(
    parseModelJson(new TextEncoder().encode(text), "preprocessor_config.json"),
    vision,
    family,
  );
}
