/** The planted models: models whose circuit is known by construction, with rows and images of their own. */

import { dirname } from "node:path";
import { NegscopeError } from "../../errors.ts";
import { fetchKitFiles, kitPath } from "../../files/kit_files.ts";
import { MOST_BYTES, readText } from "../../files/read_file.ts";

/** The names of the planted models; `--model` takes them as `planted/relay`. `data/planted/README.md` says what each is. */
export const PLANTED_NAMES = [
  ...["relay", "backup", "both", "and", "decoy", "generic"],
  ...["positional", "constant", "opposed", "half", "leak", "against", "spread"],
] as const;

/** What stands before the name of a planted model where a model is named. */
const PREFIX = "planted/";

/** The path of a part of the planted models. */
function pathOf(name: string): string {
  return kitPath(`data/planted/${name}`);
}

/** The paths of the sentence pairs and of the images that all planted models share. */
export const PLANTED: {
  readonly data: string;
  readonly images: string;
} = {
  get data() {
    return pathOf("pairs.json");
  },
  get images() {
    return pathOf("images");
  },
};

/**
 * The folder of a planted model.
 *
 * @param model The name of a model, such as `planted/relay`.
 * @returns Undefined if it is not that of a planted model.
 */
export function plantedFolder(model: string): string | undefined {
  const name = nameIn(model);
  return name !== undefined && isKnown(name) ? pathOf(name) : undefined;
}

/** The name of the planted model in a folder. Returns a name such as `planted/relay`; undefined of any other folder. */
export function plantedName(folder: string): string | undefined {
  if (dirname(folder) !== dirname(PLANTED.data)) return undefined;
  const name = folder.slice(dirname(folder).length + 1);
  return isKnown(name) ? `${PREFIX}${name}` : undefined;
}

/** Whether a name is that of a planted model, or would be if there were such a one: `planted/NAME`, without a revision. */
export function isPlantedName(model: string): boolean {
  const name = nameIn(model);
  return name !== undefined && /^[^/@]+$/.test(name);
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
  if (folder === undefined) throw plantedUnknown(model);
  const { planted }: { readonly planted: readonly string[] } = JSON.parse(
    await readText(await fetchKitFiles(`${folder}/circuit.json`), MOST_BYTES.own),
  );
  return planted;
}

/**
 * The error for a name that no planted model has.
 *
 * @param model The name, such as `planted/rely`.
 */
export function plantedUnknown(model: string): NegscopeError {
  const names = PLANTED_NAMES.map((name) => PREFIX + name).join(", ");
  return new NegscopeError("name-unknown", {
    problem: `Cannot find planted model "${model}"`,
    subject: model,
    expected: `one of ${names}`,
  });
}

function nameIn(model: string): string | undefined {
  return model.startsWith(PREFIX) ? model.slice(PREFIX.length) : undefined;
}

function isKnown(name: string): boolean {
  return (PLANTED_NAMES as readonly string[]).includes(name);
}
