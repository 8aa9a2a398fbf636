/** Another model for the rows of a study. */

import type { KnownDigests } from "../files/sha256.ts";
import type { FileDigest } from "../reading/path.ts";
import type { Checksums, StudyInputs } from "../study/choice/inputs.ts";
import { checksumsOf } from "./choice/checksums.ts";
import { findModel, nameOf } from "./choice/find_model.ts";

/** A model beside that of a study, with the same rows and images. */
export interface OtherFiles {
  readonly inputs: StudyInputs;
  readonly checksums: Checksums;
  /** The model's files, for a run that depends on them. */
  readonly files: readonly FileDigest[];
}

/** Finds another model for the rows of a study: a folder, a model by its name, or a file of weights in the place of those of its model. */
export async function openOther(given: string, inputs: StudyInputs): Promise<OtherFiles> {
  const { choice: { model, tokenizer, ...chosen }, modelFolder } = inputs;
  const {
    onnx: _,
    onnxText: _t,
    onnxVision: _v,
    weights: _w,
    randomWeights: _r,
    edit: _e,
    ...rest
  } = chosen;
  const isFile = await Deno.stat(given).then(({ isFile }) => isFile, () => false);
  const choice = isFile ? { ...rest, model, tokenizer, weights: given } : { ...rest, model: given };
  const folder = isFile ? modelFolder : (await findModel(choice, (name) => name)).folder;
  const found = {
    ...inputs,
    edit: undefined, // which lies over the model of the study
    choice,
    modelFolder: folder,
    modelName: nameOf(folder, isFile ? { weights: given } : {}),
  };
  const checksums = await checksumsOf(found);
  const files = checksums.sources.model.map((own) => ({ ...own, file: `from/${own.file}` }));
  return { inputs: found, checksums, files };
}

export async function checksumsWith(
  other: string | undefined,
  inputs: StudyInputs,
  digests?: KnownDigests,
): Promise<Checksums> {
  const checksums = await checksumsOf(inputs, digests);
  if (other === undefined) return checksums;
  const { files } = await openOther(other, inputs);
  const { sources } = checksums;
  return { ...checksums, sources: { ...sources, model: [...sources.model, ...files] } };
}
