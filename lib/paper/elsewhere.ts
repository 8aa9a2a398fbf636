/** The comparison of the heads on other sentences. */

import { NegscopeError } from "../errors.ts";
import { generalise } from "../published/elsewhere/generalise.ts";
import type { FileRunSettings } from "../runs/run_on_files.ts";
import { openInputs } from "../opening/choice/open_inputs.ts";
import { EMBEDDED, EMBEDDED_SENTENCES, type StudyChoice } from "../study/choice/study_options.ts";
import type { PartLeftOut } from "./findings.ts";
import type { PartHeading } from "./parts.ts";
import type { PaperSettings } from "./settings.ts";

/** The section about the comparison. */
export const ELSEWHERE: PartHeading = {
  name: "generalise",
  title: "Heads on other sentences",
  question: "Do the heads that read the negator here read it in sentences of other forms?",
};

/** What is said if there is no comparison. */
export const ELSEWHERE_LEFT_OUT: PartLeftOut = {
  title: ELSEWHERE.title,
  reason: "the heads were not compared on any",
  fix:
    "--sentences compares them, in a run without --shard; deno task download cannot fetches some",
};

/** The value that leaves the comparison out. */
const NONE = "none";

/**
 * The sentences to compare with, checked before any work.
 *
 * @param choice The model and the data.
 * @param settings The given sentences.
 * @returns Undefined if there are none.
 * @throws {NegscopeError} If they cannot be read, or are given for a shard.
 */
export async function sentencesFor(
  choice: StudyChoice,
  { sentences: given, seed }: PaperSettings,
): Promise<string | undefined> {
  if (given === NONE) return undefined;
  if (choice.shard !== undefined) {
    if (given === undefined) return undefined;
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot compare heads on sentences "${given}" in a shard`,
      subject: given,
      expected: `sentences ${NONE}; the task generalise compares them without shards`,
    });
  }
  const isEmbedded = (choice.model ?? EMBEDDED) === EMBEDDED;
  const sentences = given ?? (isEmbedded ? EMBEDDED_SENTENCES : undefined);
  if (sentences === undefined) return undefined;
  const { images: _, imageEmbeddings: __, pairs: ___, ...text } = choice;
  await openInputs({ ...text, data: sentences }, {
    imagesAre: "ignored",
    ...(seed !== undefined && { seed }),
  });
  return sentences;
}

/**
 * Compares the heads, in a folder of its own.
 *
 * @param chosen The model, the data and the sentences.
 * @param settings Where the comparison is written.
 */
export async function compareElsewhere(
  { choice, sentences }: { readonly choice: StudyChoice; readonly sentences: string },
  { out, ...settings }: PaperSettings & Pick<FileRunSettings, "seed" | "pictures">,
): Promise<void> {
  const { bar, cache, called, warn, seed, pictures } = settings;
  await generalise({ choice, sentences }, {
    ...{ out: `${out}/${ELSEWHERE.name}`, within: out, dataRun: `${out}/attend` },
    ...{ seed, pictures, cache, warn },
    ...(bar && { bar }),
    ...(called && { called }),
  });
}
