/** A text tower's graph with an edit in its weights. */

import { checkSizes } from "../edits/activation_edit.ts";
import { type Edit, EDIT_KINDS, editText } from "../edits/edit.ts";
import { findTower } from "../engine/find_tower.ts";
import { withChangedWeights } from "../engine/weights/changed_weights.ts";
import { Weights } from "../engine/weights/weights.ts";
import { NegscopeError } from "../errors.ts";
import { DISK } from "../files/disk.ts";
import { editedWeights, textPlace } from "../model/edited_weights.ts";
import type { ModelSettings } from "../model/forms/settings.ts";
import type { Graph } from "../onnx/graph/graph.ts";
import type { GraphFile } from "../onnx/graph/graph_file.ts";

/** Refuses an edit that is none of weights. */
export function checkBakeable(edit: Edit): void {
  const part = EDIT_KINDS[edit.kind];
  if (part === "weights") return;
  throw new NegscopeError("change-unfit", {
    problem: `Cannot export edit ${editText(edit)}`,
    subject: edit.name,
    reason: part === "scores"
      ? "it changes how sentences are scored, which no weight does"
      : "it changes activations at the last position of each run, which no weight does",
    expected: "an edit of kind scale, map or transplant",
    fix: "lay it over the model with --edit where that is run",
  });
}

export async function editedGraph(
  file: GraphFile,
  graph: Graph,
  { edit, settings }: {
    readonly edit: Edit;
    readonly settings: Pick<ModelSettings, "family" | "config">;
  },
): Promise<Graph> {
  checkSizes(edit, settings.config.text);
  const options = textPlace(settings);
  const place = { ...options, ...findTower(graph, options).found };
  const changes = await editedWeights(edit, new Weights(file, graph, place), DISK);
  return withChangedWeights(graph, place, changes).withStoredWeights();
}
