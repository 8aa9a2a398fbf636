/** The planted models: models whose circuit is known by construction, with rows and images of their own. */

import { dirname } from "node:path";
import { fetchKitFiles, kitPath } from "../files/kit_files.ts";
import { NegscopeError } from "../errors/errors.ts";
import { MOST_BYTES, readText } from "../files/read_file.ts";

/**
 * The paths of the embedded mini CLIP, its sentence pairs in VALSE's format, their rendered scenes, and sentences of other forms without
 * images; its controlled pairs, and the objects of the scenes that they were made of; its blocks of two pictures that differ in one object. What opens a study reads them wherever the kit was imported from; if you read one yourself, see {@linkcode fetchKitFiles}.
 */
export const SHAPES: Readonly<
  Record<
    "model" | "data" | "images" | "sentences" | "pairs" | "objects" | "blocks" | "blockImages",
    string
  >
> = kitPaths({
  model: "data/shapes/model",
  data: "data/shapes/existence.json",
  images: "data/shapes/images",
  sentences: "data/shapes/sentences.txt",
  pairs: "data/shapes/controlled_pairs.json",
  objects: "data/shapes/objects.csv",
  blocks: "data/shapes/blocks.json",
  blockImages: "data/shapes/blocks",
});

/** Paths of the kit, each found when it is asked for: where the kit keeps what it fetches takes a permission. */
function kitPaths<Name extends string>(
  files: Readonly<Record<Name, string>>,
): Readonly<Record<Name, string>> {
  const paths = {} as Record<Name, string>;
  for (const name of Object.keys(files) as Name[]) {
    Object.defineProperty(paths, name, { get: () => kitPath(files[name]), enumerable: true });
  }
  return paths;
}

/** A model's own data and images, which it runs on unless others are chosen. */
export interface OwnData {
  readonly data: string;
  readonly images: string;
}

/** The names of the planted models; `--model` takes them as `planted/relay`. `data/planted/README.md` says what each is. */
export const PLANTED_NAMES = [
  ...["relay", "backup", "both", "and", "decoy", "generic", "positional", "constant"],
  ...["opposed", "half", "leak", "against", "spread", "gamma", "bias", "two"],
] as const;

/** The models to compare the embedded one with, which `--model` takes as `shapes/tuned`; see `data/shapes/README.md`. */
export const SHAPES_NAMES = ["seed0", "seed1", "tuned"] as const;

/** The paths of the sentence pairs and of the images that all planted models share. */
export const PLANTED: OwnData = kitPaths({
  data: "data/planted/pairs.json",
  images: "data/planted/images",
});

/** What stands before the slash of a name, with the folder of these models. */
const GROUPS: Readonly<Record<string, { names: readonly string[]; folder: string; own: OwnData }>> =
  {
    planted: { names: PLANTED_NAMES, folder: "data/planted", own: PLANTED },
    shapes: { names: SHAPES_NAMES, folder: "data/shapes/models", own: SHAPES },
  };

/** A model of this repository by its name, such as `planted/relay` or `shapes/tuned`; undefined of any other, and of `shapes`. */
export function kitModel(
  model: string,
): { readonly folder: string; readonly own: OwnData } | undefined {
  const [group, name] = parts(model);
  if (group === undefined || !group.names.includes(name)) return undefined;
  return { folder: kitPath(`${group.folder}/${name}`), own: group.own };
}

/** The name of the model of this repository in a folder, such as `planted/relay`. Returns undefined of any other folder. */
export function kitModelName(folder: string): string | undefined {
  const name = folder.slice(dirname(folder).length + 1);
  return Object.entries(GROUPS).filter(([, group]) =>
    dirname(folder) === kitPath(group.folder) && group.names.includes(name)
  ).map(([prefix]) => `${prefix}/${name}`)[0];
}

/** Whether a name is that of a model of this repository, or would be if there were such a one: `planted/NAME`, without a revision. */
export function isKitModelName(model: string): boolean {
  const [group, name] = parts(model);
  return group !== undefined && /^[^/@]+$/.test(name);
}

/** The error for such a name that no model has, such as `planted/rely`. */
export function kitModelUnknown(model: string, prefix = model.split("/")[0]!): NegscopeError {
  const names = GROUPS[prefix]!.names.map((name) => `${prefix}/${name}`).join(", ");
  return new NegscopeError("name-unknown", {
    problem: `Cannot find ${prefix === "planted" ? "planted " : ""}model "${model}"`,
    subject: model,
    expected: `one of ${names}`,
  });
}

/** The group that a name's prefix stands for, and what comes after the slash. */
function parts(model: string): [(typeof GROUPS)[string] | undefined, string] {
  const at = model.indexOf("/");
  const prefix = model.slice(0, Math.max(at, 0));
  return [Object.hasOwn(GROUPS, prefix) ? GROUPS[prefix] : undefined, model.slice(at + 1)];
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
  const found = kitModel(model);
  if (found?.own !== PLANTED) throw kitModelUnknown(model, "planted");
  const { planted }: { readonly planted: readonly string[] } = JSON.parse(
    await readText(await fetchKitFiles(`${found.folder}/circuit.json`), MOST_BYTES.own),
  );
  return planted;
}
