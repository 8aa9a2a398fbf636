/** The planted models: models whose circuit is known by construction, with rows and images of their own. */

import { fetchKitFiles } from "../../files/kit_files.ts";
import { MOST_BYTES, readText } from "../../files/read_file.ts";
import { kitModel, kitModelUnknown, PLANTED } from "./kit_models.ts";

/**
 * The folder of a planted model.
 *
 * @param model The name of a model, such as `planted/relay`.
 * @returns Undefined if it is not that of a planted model.
 */
export function plantedFolder(model: string): string | undefined {
  const found = kitModel(model);
  return found?.own === PLANTED ? found.folder : undefined;
}

/**
 * The nodes that are planted in a model: those through which negation reaches the score, or would if another were removed. They are the
 * truth that a method's ranking of nodes is compared with.
 *
 * @param model The name of a model, such as `planted/relay`.
 * @returns The nodes' names: `head 1.2` (layer.head, from 1) or `mlp 2`.
 * @throws {NegscopeError} If there is no such model.
 */
export async function plantedNodes(model: string): Promise<readonly string[]> {
  const folder = plantedFolder(model);
  if (folder === undefined) throw kitModelUnknown(model, "planted");
  const { planted }: { readonly planted: readonly string[] } = JSON.parse(
    await readText(await fetchKitFiles(`${folder}/circuit.json`), MOST_BYTES.own),
  );
  return planted;
}
