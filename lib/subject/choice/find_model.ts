/** The folder of a model, and its name in a summary. */

import { SHAPES } from "../../data/shapes.ts";
import { NegscopeError } from "../../errors.ts";
import { CachedRepository, hubCacheFolder, snapshotName } from "../../hub/cache.ts";
import { parseHubName } from "../../hub/name.ts";
import { EMBEDDED, type StudyChoice } from "./study_options.ts";

/** The folder of a model: the embedded model's, an existing folder, or the download of a model of the Hub. */
export async function findModel(
  given: string = EMBEDDED,
): Promise<{ readonly folder: string; readonly embedded: boolean }> {
  if (given === EMBEDDED) return { folder: SHAPES.model, embedded: true };
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

/** A model's name in a summary: the Hub's, or the folder's own; and whether its weights are random. */
export function nameOf(folder: string, { randomWeights: seed }: StudyChoice = {}): string {
  return seed === undefined
    ? folderName(folder)
    : `${folderName(folder)} with random weights (seed ${seed})`;
}

function folderName(folder: string): string {
  const downloaded = snapshotName(folder);
  if (downloaded !== undefined) return downloaded;
  const [name, parent] = folder.split(/[/\\]/).filter((part) => part !== "").toReversed();
  return name === "model" && parent !== undefined ? parent : name ?? folder;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory);
  }
}
