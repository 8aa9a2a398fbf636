/** Which parts run on a model and data, and which cannot. */

import type { Protocol } from "../data/pairs.ts";
import { towerOf } from "../study/experiment/by_options.ts";
import { evaluate } from "../study/evaluate/index.ts";
import { NegscopeError } from "../errors.ts";
import type { StudyInputs } from "../study/choice/inputs.ts";
import type { StudyOption } from "../study/choice/study_options.ts";
import type { PartLeftOut } from "./findings.ts";
import { LIST_SCORES, type PaperPart, PARTS } from "./parts.ts";

/** The parts that run, and those that do not. */
export interface ChosenParts {
  /** The parts in the paper's order. */
  readonly parts: readonly PaperPart[];
  /** The others. */
  readonly leftOut: readonly PartLeftOut[];
}

/**
 * Chooses the parts. The sentences of VALSE are scored under every protocol; those of other rows are taken as they stand, so that
 * they are scored once.
 */
export function partsFor(
  { data: { format }, choice: { protocol }, protocol: used, embeddings }: StudyInputs,
  called: (option: StudyOption) => string = (option) => option,
): ChosenParts {
  if (format === "valse" && protocol !== undefined && protocol !== "rephrased") {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot run the paper's results with ${called("protocol")} "${protocol}" alone`,
      subject: protocol,
      expected: "no protocol, since each part has the paper's",
    });
  }
  const all = partsOf({ format, protocol: used });
  const cannot = ({ experiment, options }: PaperPart) =>
    embeddings !== undefined && towerOf(experiment, options) === "image";
  return {
    parts: all.filter((part) => !cannot(part)),
    leftOut: all.filter(cannot).map(({ title }) => ({
      title,
      reason: "image embeddings made elsewhere stand in for the image tower",
      fix: `give ${called("images")} without ${called("imageEmbeddings")}`,
    })),
  };
}

/** The parts of rows in a format, whether they can run or not. */
export function partsOf(
  { format, protocol }: { readonly format: string; readonly protocol: Protocol },
): readonly PaperPart[] {
  if (format === "valse") return PARTS;
  const rest = PARTS.filter(({ experiment }) => experiment !== evaluate);
  const scores = { ...LIST_SCORES, name: `scores_${protocol}` };
  return [scores, ...rest].map((part) => ({ ...part, protocol }));
}
