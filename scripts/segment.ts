/**
 * Measures how much of its image each subject covers, with CLIPSeg.
 *
 *     deno task segment --data existence.json --images FOLDER
 *     deno task correlate --data existence.json --images FOLDER --subject-sizes results/segment/subject_sizes.csv
 */

import { CLIPSEG } from "../lib/hub/repository.ts";
import { SEGMENT_FILES, segmentOnFiles } from "../lib/segment/segment_files.ts";
import { choiceOf, flagSet, settingsOf, textFlag } from "../lib/cli/flags.ts";
import { runTask } from "../lib/cli/task.ts";

const HELP = {
  name: "segment",
  does:
    "measures how much of its image the subject of each foil-negated row covers, with CLIPSeg (deno task download clipseg). No CLIP model is needed; --subject-sizes gives the sizes to the experiments.",
  example: "deno task segment --data existence.json --images images",
  writes: SEGMENT_FILES,
};

const FLAGS = {
  segmenter: {
    value: "FOLDER|NAME",
    help: "a CLIPSeg in ONNX's layout, or the Hub's name of a downloaded one",
    default: CLIPSEG,
  },
  onnx: { value: "SUFFIX", help: "reads the segmenter's onnx/model{SUFFIX}.onnx" },
  ...flagSet("device", "threads", "data", "images", "protocol", "limit", "skip-bad", "seed", "out"),
  ...flagSet("overwrite", "quiet"),
};

await runTask(HELP, FLAGS, async (values) => {
  const { data, images, protocol, limit, skipBad, onnx, device, threads } = choiceOf(values);
  const segmenter = textFlag(values, "segmenter");
  const task = { segmenter, onnx, device, threads, data, images, protocol, limit, skipBad };
  await segmentOnFiles(task, settingsOf(values, HELP));
});
