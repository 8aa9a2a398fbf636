/** What a path of a study file stands for: it begins at the file's folder. */

import { resolve } from "node:path";
import { NegscopeError } from "../../errors.ts";
import { hubNameOf, parseHubName } from "../../hub/name.ts";
import { findModel, ownDataOf } from "../../opening/choice/find_model.ts";
import { EMBEDDED_PAIRS, EMBEDDED_SENTENCES } from "../../study/choice/study_options.ts";

/** Where a file or a folder is; or a model of the Hub that is not on this machine; or why there is none. */
export type FoundPlace =
  | { readonly path: string }
  | { readonly missing: string; readonly path: string }
  | { readonly fault: string };

/** Finds a file or a folder by the text of a key. */
export async function findPlace(text: string, key: string, folder: string): Promise<FoundPlace> {
  const isEmbedded = key === "data" && [EMBEDDED_SENTENCES, EMBEDDED_PAIRS].includes(text);
  const isJson = text.trimStart().startsWith("{"); // the content of a file in its place, see lib/options/json_file.ts
  if (isEmbedded || isJson) return { path: text };
  const path = resolve(folder, text);
  if (key !== "model") {
    return await exists(path) ? { path } : { fault: `there is no file or folder "${path}"` };
  }
  if (ownDataOf(text) !== undefined) return { path: text };
  if (await exists(path)) return { path };
  try {
    await findModel({ model: text }, () => "model");
    return { path: text };
  } catch (error) {
    if (!(error instanceof NegscopeError)) throw error;
    const isOfHub = parseHubName(text) !== undefined && hubNameOf(text) === undefined;
    return error.code === "model-missing" && isOfHub
      ? { missing: text, path: text }
      : { fault: error.message };
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
