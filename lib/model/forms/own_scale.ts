/** The scale and bias of a model's own logits, in its weights. */

import type { NamedArrays } from "../../architecture/names/named_arrays.ts";
import { inFile, requireArray } from "../../architecture/names/require_array.ts";
import { readNumbers } from "../../checkpoint/read_numbers.ts";
import { sizeOf } from "../../checkpoint/stored_array.ts";
import type { LogitScale } from "../../engine/logit_scale.ts";
import { NegscopeError } from "../../errors.ts";
import type { FileAt } from "../../reading/files.ts";
import { folderFiles, type OnnxChoice, onnxFile } from "./folder_files.ts";
import type { ModelSettings } from "./settings.ts";
import type { FileOfWeights, WeightFiles } from "./weight_towers.ts";

export interface OwnScale {
  readonly scale: LogitScale;
  readonly path: string;
  readonly files: readonly string[];
}

/** Looks for the scale in the text tower's weights, else in those that the user gave, else in the folder's. */
export async function findScale(
  at: FileAt,
  { family, library }: Pick<ModelSettings, "family" | "library">,
  choice: OnnxChoice & { readonly weights?: string | undefined },
  opened: WeightFiles,
): Promise<OwnScale | undefined> {
  if (family.scaled === undefined) return undefined;
  const { weights: given } = choice;
  const { weights: inFolder } = await folderFiles(at, library);
  const isOnnx = async (tower: "text" | "image") =>
    choice.suffix !== undefined || await onnxFile(at, tower, choice) !== undefined;
  const isGivenText = given !== undefined &&
    opened.of(given, "text").named.towers.includes("text");
  const candidates = [
    !isGivenText && inFolder !== undefined && !await isOnnx("text") ? inFolder : undefined,
    given,
    given !== undefined || inFolder !== undefined && !await isOnnx("image") ? inFolder : undefined,
  ];
  for (const path of candidates) {
    if (path === undefined) continue;
    const file = opened.of(path, "text");
    const scale = logitScaleOf(file);
    if (scale !== undefined) return { scale, path, files: file.files };
  }
  return undefined;
}

/** Reads the numbers that turn a cosine into the model's own logit. Returns undefined if the file does not hold the scale. */
function logitScaleOf(
  { named }: Pick<FileOfWeights, "named">,
): LogitScale | undefined {
  const power = numberAt(named, "logit_scale");
  return power === undefined
    ? undefined
    : { scale: Math.exp(power), bias: numberAt(named, "logit_bias") ?? 0 };
}

function numberAt(named: NamedArrays, name: string): number | undefined {
  if (!named.arrays.has(name)) return undefined;
  const array = requireArray(named, name);
  if (sizeOf(array) === 1) return readNumbers(array)[0]!;
  const stored = inFile(named, name).name;
  throw new NegscopeError("model-files-differ", {
    problem: `Cannot use array "${stored}" of "${named.source}"`,
    reason: `its shape is [${array.shape.join(", ")}]`,
    expected: "one number for all sentences and images",
    fix: "use the checkpoint of a whole model",
  });
}
