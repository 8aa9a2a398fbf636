/** The folder of a chosen model. */

import { SHAPES } from "../../data/shapes.ts";
import { NegscopeError } from "../../errors.ts";
import { CachedRepository, hubCacheFolder } from "../../hub/cache.ts";
import { parseHubName } from "../../hub/name.ts";
import { EMBEDDED, STUDY_OPTIONS, type StudyChoice, type StudyOption } from "./study_options.ts";

/**
 * The folder of a model: the embedded model's, an existing folder, or the download of a model of the Hub.
 *
 * @param choice The model, and the weights that are laid over it.
 * @param called The name of an option in messages.
 * @throws {NegscopeError} If there is no such folder or download, or weights are chosen without a model.
 */
export async function findModel(
  { model: given = EMBEDDED, weights }: Pick<StudyChoice, "model" | "weights">,
  called: (option: StudyOption) => string,
): Promise<{ readonly folder: string; readonly embedded: boolean }> {
  if (given === EMBEDDED) {
    if (weights !== undefined) throw weightsAlone(weights, called);
    return { folder: SHAPES.model, embedded: true };
  }
  return { folder: await folderOrDownload(given), embedded: false };
}

/**
 * An existing folder, or that of the download of a model of the Hub.
 *
 * @param given The folder, or the Hub's name.
 * @param options What downloads such a model, for messages. @default {"clip"}
 * @throws {NegscopeError} If there is neither; the message gives the command that downloads it.
 */
export async function folderOrDownload(
  given: string,
  { command = "clip" }: { readonly command?: "clip" | "clipseg" } = {},
): Promise<string> {
  const name = parseHubName(given);
  if (await exists(given)) return given;
  if (name === undefined) {
    throw new NegscopeError("model-file-missing", {
      problem: `Cannot find model folder "${given}"`,
      subject: given,
      expected: "a folder in Hugging Face layout, or the Hub's name of a downloaded model",
    });
  }
  const cache = hubCacheFolder((name) => Deno.env.get(name), "name a model's folder");
  return await new CachedRepository(cache, name).snapshot(command);
}

/** The error for weights without the model that they belong to. */
function weightsAlone(weights: string, called: (option: StudyOption) => string): NegscopeError {
  return new NegscopeError("usage-input-missing", {
    problem: `Cannot use ${called("weights")} "${weights}" alone`,
    subject: weights,
    reason: `no ${
      called("model")
    } of your own was given, and a file of weights does not say how many heads there are, which activation, or which tokens`,
    expected: `${
      called("model")
    } ${STUDY_OPTIONS.model.placeholder} beside it, the model that they were made from: a folder with config.json or open_clip_config.json, the tokeniser and, for images, preprocessor_config.json`,
  });
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory);
  }
}
