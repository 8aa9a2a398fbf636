/** Downloads of models from the Hub: CLIP and the segmenter. */

import { readFlag, refuseTogether, textFlag } from "../../lib/cli/flag_values.ts";
import type { FlagValues } from "../../lib/cli/flags.ts";
import { NegscopeError } from "../../lib/errors.ts";
import { hubCacheFolder } from "../../lib/hub/cache.ts";
import {
  downloadModel,
  endLines,
  planLines,
  sizeOf,
  type Taken,
} from "../../lib/hub/download_model.ts";
import { FORMS } from "../../lib/hub/model_files.ts";
import { hubOf } from "../../lib/hub/listing.ts";
import { CLIPSEG, DEFAULT_MODEL, parseHubName } from "../../lib/hub/repository.ts";
import { choice } from "../../lib/options/option.ts";
import type { Task } from "./data.ts";

export async function clip(task: Task): Promise<void> {
  const text = task.values.operands?.[1] ?? DEFAULT_MODEL;
  await fetchModel(task, { target: "clip", text, take: takenOf(task.values) });
}

/** Downloads a segmenter as ONNX. */
export async function clipseg(task: Task): Promise<void> {
  const text = task.values.operands?.[1] ?? CLIPSEG;
  const given = textFlag(task.values, "out") ?? text;
  const take = { form: "onnx" as const, suffix: textFlag(task.values, "onnx"), whole: true };
  const use = given === CLIPSEG ? "segment" : `segment --segmenter ${given}`;
  await fetchModel(task, { target: "clipseg", text, take, use });
}

async function fetchModel(
  { values, options, bar, say }: Task,
  { target, text, take, use }: {
    readonly target: string;
    readonly text: string;
    readonly take: Taken;
    readonly use?: string;
  },
): Promise<void> {
  const name = parseHubName(text);
  if (name === undefined) {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot download "${text}"`,
      subject: text,
      expected:
        "the name of a repository on the Hub, OWNER/NAME or OWNER/NAME@REVISION, such as openai/clip-vit-base-patch32",
    });
  }
  const hub = hubOf({
    HF_ENDPOINT: Deno.env.get("HF_ENDPOINT"),
    HF_TOKEN: Deno.env.get("HF_TOKEN"),
  });
  const folder = textFlag(values, "out");
  const into = folder === undefined
    ? { cache: hubCacheFolder((name) => Deno.env.get(name), "give --out FOLDER") }
    : { folder };
  const model = await downloadModel(name, {
    ...options,
    hub,
    into,
    take,
    onFiles: (chosen) => {
      for (const line of planLines(chosen)) say(line);
      const progress = bar(target, sizeOf(chosen.files), "bytes");
      return (bytes, when) => when === "now" ? progress.advance(bytes) : progress.skip(bytes);
    },
  });
  const shown = { repository: name.repository, given: folder ?? text, ...(use && { use }) };
  for (const line of endLines(model, shown)) say(line);
}

/** What --form, --onnx and --file say; --onnx may be empty. */
function takenOf(values: FlagValues): Taken {
  const form = textFlag(values, "form");
  refuseTogether(values, ["file", ...form === "onnx" ? [] : ["onnx"], "form"]);
  const file = textFlag(values, "file");
  if (file !== undefined) return { file };
  const help = "the form of the weights";
  return {
    form: form === undefined
      ? undefined
      : readFlag("form", form, choice(FORMS, { standard: FORMS[0], help })),
    suffix: textFlag(values, "onnx"),
  };
}
