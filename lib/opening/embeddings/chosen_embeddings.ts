/** The image embeddings made elsewhere that a study's options choose. */

import { NegscopeError } from "../../errors.ts";
import { onDisk } from "../../files/disk.ts";
import { loadClipConfig } from "../../model/forms/settings.ts";
import type { StudyChoice, StudyOption } from "../../study/choice/study_options.ts";
import { openEmbeddings, type StoredEmbeddings } from "./stored_embeddings.ts";

/**
 * Opens the image embeddings that a choice names, which must have the size of the model's. Returns the embeddings; undefined if the choice
 * names none.
 */
export async function chosenEmbeddings(
  { imageEmbeddings: path, onnxVision }: StudyChoice,
  modelFolder: string,
  called: (option: StudyOption) => string,
): Promise<StoredEmbeddings | undefined> {
  if (path === undefined) return undefined;
  if (onnxVision !== undefined) {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot use ${called("onnxVision")} "${onnxVision}"`,
      subject: onnxVision,
      expected: `no image tower beside ${called("imageEmbeddings")}`,
    });
  }
  return await openEmbeddings(path, (await loadClipConfig(onDisk(modelFolder))).projection);
}
