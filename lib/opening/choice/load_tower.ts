/** Loads the towers of a study, and says where they come from. */

import { basename, type TakenTower } from "../../reading/path.ts";
import { DISK, onDisk } from "../../files/disk.ts";
import { SHARP } from "../../images/image_folder.ts";
import { ClipModel, type ClipModelOptions } from "../../model/clip_model.ts";
import { ModelForm } from "../../model/forms/model_form.ts";
import { checkModelUnchanged, formChoice } from "./checksums.ts";
import { type Checksums, runsImageTower, type StudyInputs } from "../../study/choice/inputs.ts";
import type { LoadingOptions } from "../load_study.ts";

/** Where the towers in use come from. The weights of the image tower are read, so that the same is said whether or not its embeddings are kept. */
export async function takenOf(
  { taken: { text } }: ClipModel,
  { choice, modelFolder, images, embeddings }: StudyInputs,
  checksums?: Checksums,
): Promise<TakenTower[]> {
  const taken = (tower: "text" | "image", from: string): TakenTower => {
    const sha256 = checksums?.towers[tower];
    return { tower, from, ...(sha256 !== undefined && { sha256 }) };
  };
  const ofText = taken("text", text!);
  if (embeddings !== undefined) {
    return [ofText, taken("image", `embeddings in ${basename(embeddings.path)}`)];
  }
  if (images === undefined) return [ofText];
  const form = await ModelForm.find(onDisk(modelFolder), formChoice(choice));
  const isOwn = choice.randomWeights === undefined;
  const from = isOwn
    ? await form.takenWithZeros("image")
    : (await form.tower("image")).takenWith([]);
  return [ofText, taken("image", from)];
}

/** Loads one tower of a study's model, and checks that its files still have their checksums. */
export async function loadTower(
  inputs: StudyInputs,
  tower: "text" | "image",
  { runtime, checksums, changedWeights }:
    & Pick<LoadingOptions, "runtime" | "checksums">
    & Pick<ClipModelOptions, "changedWeights">,
): Promise<ClipModel> {
  const { choice, modelFolder, edit } = inputs;
  const threads = choice.threads ?? navigator.hardwareConcurrency;
  const weights = { randomWeights: choice.randomWeights, changedWeights };
  const inUse = runsImageTower(inputs) ? ["text", "image"] as const : ["text"] as const;
  const computing = { runtime, files: DISK, imageFiles: SHARP, threads, ...weights, edit };
  const options = { towers: [tower], inUse, ...computing, ...formChoice(choice) };
  const clip = await ClipModel.load(modelFolder, options);
  try {
    if (checksums !== undefined) await checkModelUnchanged(checksums);
    return clip;
  } catch (error) {
    await clip.release();
    throw error;
  }
}
