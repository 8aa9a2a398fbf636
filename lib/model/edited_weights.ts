/** What an edit changes among the weights of a text tower. */

import type { Edit } from "../edits/edit.ts";
import { weightChanges } from "../edits/weight_edit.ts";
import { findTower } from "../engine/find_tower.ts";
import type { ChangedWeight } from "../engine/weights/changed_weights.ts";
import { Weights } from "../engine/weights/weights.ts";
import { GraphFile } from "../onnx/graph/graph_file.ts";
import type { FileAt, Files } from "../reading/files.ts";
import { ModelForm } from "./forms/model_form.ts";
import type { ModelSettings } from "./forms/settings.ts";

/** The weights that an edit changes; those of a transplant are read from the folder that it names. */
export async function editedWeights(
  edit: Edit,
  weights: Weights,
  files: Files,
): Promise<ChangedWeight[]> {
  const isTransplant = edit.kind === "transplant" && edit.strength !== 0;
  const other = isTransplant ? await storedWeights({ files, path: edit.from }) : undefined;
  return await weightChanges(edit, weights, other);
}

/** What a text tower's graph is looked through with. */
export function textPlace({ family, config: { text } }: Pick<ModelSettings, "family" | "config">) {
  return {
    kind: "text" as const,
    shape: { ...text, parts: family.parts.text },
    ends: family.ends.text,
    causal: family.causal,
  };
}

/** The weights of a folder's text tower; nothing is run. */
async function storedWeights(folder: FileAt): Promise<Weights> {
  const form = await ModelForm.find(folder, {});
  const file = new GraphFile((await form.tower("text")).origin);
  const graph = await file.open();
  try {
    const place = textPlace(form.settings);
    return new Weights(file, graph, { ...place, ...findTower(graph, place).found });
  } finally {
    file.close();
  }
}
