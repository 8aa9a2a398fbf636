/** Measures how much of its image each subject covers, with CLIPSeg. */

import { commandOf } from "../lib/errors/command.ts";
import { CLIPSEG } from "../lib/hub/repository.ts";
import { segmentOnFiles } from "../lib/segment/segment_files.ts";
import { choiceOf, flagSet, type FlagValues, settingsOf, textFlag } from "../lib/cli/flags.ts";
import { runTask } from "../lib/cli/task.ts";

export const help = {
  name: "segment",
  does:
    `measures how much of its image the subject covers in each row whose foil is negated, with CLIPSeg (${
      commandOf("download clipseg")
    }). No CLIP model is needed; --subject-sizes gives the sizes to the experiments.`,
  example: "--data existence.json --images images",
};

export const flags = {
  segmenter: {
    value: "FOLDER|NAME",
    help: "a CLIPSeg in ONNX's layout, or the Hub's name of a downloaded one",
    default: CLIPSEG,
  },
  onnx: { value: "SUFFIX", help: "reads the segmenter's onnx/model{SUFFIX}.onnx" },
  ...flagSet("device", "threads", "data", "images", "protocol", "limit", "skip-bad", "seed", "out"),
  ...flagSet("overwrite", "quiet"),
};

export async function work(values: FlagValues): Promise<void> {
  const { data, images, protocol, limit, skipBad, onnx, device, threads } = choiceOf(values);
  const segmenter = textFlag(values, "segmenter");
  const task = { segmenter, onnx, device, threads, data, images, protocol, limit, skipBad };
  await segmentOnFiles(task, settingsOf(values, help));
}

if (import.meta.main) await runTask(help, flags, work);
