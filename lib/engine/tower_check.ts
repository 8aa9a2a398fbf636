/** Checks a loaded tower by running it: its sizes are those of config.json, and its embeddings can be right; and the error of one that was released. */

import { NegscopeError } from "../errors.ts";
import type { OnnxValue } from "../onnx/runtime/session.ts";
import { hookPoint } from "./hook_names.ts";
import { onesLike } from "./run_limits.ts";
import type { Tower } from "./tower.ts";

/** Checks a tower on two rows: one of zeros, and one of ones. Reads the residual stream and the first block's heads on the way. */
export async function checkTower(
  tower: Tower,
  example: OnnxValue,
  edit?: string,
): Promise<void> {
  const pattern = tower.hooks.find((name) =>
    hookPoint(name)?.weights && !tower.unreachable.has(name)
  );
  const first = await tower.run(example, {
    wanted: new Set(pattern === undefined ? [] : [pattern]),
    visit: (stop, state) => void tower.view(stop, state),
  });
  const second = await tower.run(onesLike(example));
  const from = { file: tower.path, edit };
  checkEmbedding(first.data, from);
  checkEmbedding(second.data, from);
  if (first.data.every((x, i) => x === second.data[i])) {
    throw embeddingWrong(from, "its embedding is the same for different inputs");
  }
}

/**
 * Refuses an embedding that has no direction.
 *
 * @param options The tower's file, an edit that is laid over it, and the sentence or the name of the image, if it is one of the data.
 */
export function checkEmbedding(
  embedding: Float32Array,
  { input, ...from }: Origin & { readonly input?: string },
): void {
  const of = input === undefined ? "" : ` of ${JSON.stringify(input)}`;
  if (!embedding.every(Number.isFinite)) {
    throw embeddingWrong(from, `its embedding${of} is not finite`);
  }
  if (embedding.every((x) => x === 0)) {
    throw embeddingWrong(from, `its embedding${of} holds nothing but zeros`);
  }
}

interface Origin {
  readonly file: string;
  readonly edit?: string | undefined;
}

function embeddingWrong({ file, edit }: Origin, reason: string): NegscopeError {
  return new NegscopeError("weights-not-finite", {
    problem: edit === undefined ? `Cannot use "${file}"` : `Cannot use the edit "${edit}"`,
    reason: edit === undefined ? reason : reason.replace("its", "with it, the model's"),
    fix: edit === undefined ? "export or download it again" : "correct its numbers or its strength",
  });
}

export function towerReleased(tower: "text" | "image"): NegscopeError {
  return new NegscopeError("tower-not-loaded", {
    problem: `Cannot run the ${tower} tower`,
    subject: tower,
    reason: "it was released",
    fix: "load the model again",
  });
}
