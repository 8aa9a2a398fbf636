/** The identity of the paper's results: the model, the data and how rows are chosen; not what single parts read besides. */

import type { RunIdentity } from "../runs/folder/identity_difference.ts";
import { versionsNow } from "../runs/run_identity.ts";
import type { Checksums, StudyInputs } from "../study/choice/inputs.ts";
import { printChoice } from "../study/choice/study_options.ts";

/**
 * The identity of the results.
 *
 * @param inputs The model and the rows.
 * @param checksums Their checksums.
 * @param seed The seed of the draws.
 */
export function paperIdentity(
  { choice, subjectSizes }: Pick<StudyInputs, "choice" | "subjectSizes">,
  { sources: { model, data } }: Checksums,
  seed: number,
): RunIdentity {
  return {
    command: "paper",
    options: { ...printChoice(choice), seed: `${seed}` },
    versions: versionsNow(),
    sources: { model, data: data.filter((file) => file !== subjectSizes) }, // sizes are read by one part alone
  };
}
