/** What identifies a segmentation: its options, and the checksums of everything that determines its numbers. */

import { onDisk } from "../files/disk.ts";
import { basename } from "node:path";
import { digestFile, sha256Each, sha256Together } from "../files/sha256.ts";
import { fileStamp } from "../files/opened_file.ts";
import { CLIPSEG } from "../hub/name.ts";
import { GraphFile, onnxOrigin } from "../onnx/graph/graph_file.ts";
import type { RunIdentity } from "../runs/folder/identity_difference.ts";
import { optionTexts, versionsNow } from "../runs/run_identity.ts";
import type { StudyChoice } from "../study/choice/study_options.ts";
import { IMAGES } from "../opening/choice/checksums.ts";
import type { SegmentChoice, SegmentInputs } from "./segment_inputs.ts";
import { segmenterGraph, settingsFiles } from "./segmenter_files.ts";

export interface SegmentTask
  extends SegmentChoice, Pick<StudyChoice, "onnx" | "device" | "threads"> {
  /** The segmenter's folder, or the Hub's name of its download. @default {CLIPSEG} */
  readonly segmenter?: string | undefined;
}

/** Reads all files of a segmentation once; the stamps of the segmenter's files are from before they were read. */
export async function identifySegmentation(
  task: SegmentTask,
  { folder, inputs: { dataPath, data, paths }, seed }: {
    readonly folder: string;
    readonly inputs: SegmentInputs;
    readonly seed: number;
  },
): Promise<{
  readonly identity: RunIdentity;
  readonly images: ReadonlyMap<string, string>;
  readonly stamps: ReadonlyMap<string, string>;
}> {
  const graph = new GraphFile(onnxOrigin(onDisk(await segmenterGraph(folder, task.onnx))));
  await graph.open(); // finds the files that hold its weights
  graph.close();
  const stamps = new Map<string, string>();
  const model = [];
  for (const path of [...await settingsFiles(folder), ...graph.files]) {
    stamps.set(path, await fileStamp(path)); // before the bytes are read, so that no change goes unseen
    model.push(await digestFile(path, folder));
  }
  const images = await sha256Each(paths);
  const sources = {
    model,
    data: [
      { file: basename(dataPath), sha256: data.sha256 },
      { file: IMAGES, sha256: sha256Together(images) },
    ],
  };
  const identity = {
    command: "segment",
    options: optionsOf(task, seed),
    versions: versionsNow(),
    sources,
  };
  return { identity, images, stamps };
}

/** The options as text, without threads, which change no number, and without rows made by a script, whose checksum is among the sources. */
function optionsOf(
  { segmenter = CLIPSEG, onnx, device = "cpu", protocol = "rephrased", ...rows }: SegmentTask,
  seed: number,
): Record<string, string> {
  const { data, images, limit, skipBad } = rows;
  const chosen = { segmenter, onnx, device, data, images, protocol, limit };
  return optionTexts({ ...chosen, "skip-bad": skipBad || undefined, seed });
}
