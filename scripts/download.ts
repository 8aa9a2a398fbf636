/**
 * Downloads what the real experiments need: a CLIP model, VALSE, the images that it names, a segmenter, and CANNOT.
 *
 *     deno task download clip
 *     deno task download clipseg
 *     deno task download valse
 *     deno task download visual7w
 *     deno task download cannot
 */

import { closest, distance } from "fastest-levenshtein";
import { fetchCannot } from "../lib/data/fetch_cannot.ts";
import { fetchValse } from "../lib/data/fetch_valse.ts";
import { readPairs } from "../lib/data/read.ts";
import { NegscopeError } from "../lib/errors.ts";
import { lockFolder } from "../lib/disk/folder_lock.ts";
import type { DownloadOptions } from "../lib/hub/attempts.ts";
import { hubCacheFolder } from "../lib/hub/cache.ts";
import { downloadImages } from "../lib/hub/download_images.ts";
import { downloadModel, type Taken } from "../lib/hub/download_model.ts";
import { CANNOT, VALSE, VISUAL7W } from "../lib/hub/hosts.ts";
import { hubOf } from "../lib/hub/listing.ts";
import { FORMS } from "../lib/hub/files/weights.ts";
import { endLines, planLines, sizeOf } from "../lib/hub/lines.ts";
import { CLIPSEG, DEFAULT_MODEL, parseHubName } from "../lib/hub/name.ts";
import { choice } from "../lib/options/option.ts";
import { type Progress, startProgress } from "../lib/show/progress.ts";
import { writeWhole } from "../lib/disk/write_whole.ts";
import { numberFlag, readFlag, textFlag } from "../lib/cli/flag_values.ts";
import { flagSet, type FlagValues } from "../lib/cli/flags.ts";
import { helpText } from "../lib/cli/help.ts";
import { environment } from "../lib/cli/environment.ts";
import { onInterruption, runTask } from "../lib/cli/task.ts";
import { say } from "../lib/cli/say.ts";
import { printError } from "../lib/show/terminal.ts";

const HELP = {
  name: "download",
  operands: "clip [NAME[@REVISION]]|clipseg [NAME[@REVISION]]|valse|visual7w|cannot",
  does: `fetches what the real experiments need, checked, and goes on where it was cut.

  clip        a CLIP model of the Hub (default: ${DEFAULT_MODEL}, one commit, whose files this
              kit knows) into the Hub's cache, where --model finds it by its name, or into --out.
              It takes the settings, the tokenizer and one form of the weights, the first there is of
                safetensors  model.safetensors, also in shards, with config.json
                bin          pytorch_model.bin, also in shards, with config.json
                open_clip    open_clip_model.safetensors and its older names, with open_clip_config.json
                onnx         onnx/, with config.json
              unless --form names another; --onnx takes onnx with this suffix. --file takes one file, such
              as a .pt without settings. The cache is HF_HUB_CACHE, HF_HOME/hub or
              XDG_CACHE_HOME/huggingface/hub, the first that is set; otherwise ~/.cache/huggingface/hub
  clipseg     the segmenter of the task segment (default: ${CLIPSEG}) in the same way:
              its settings, and onnx/model.onnx of full precision or with the suffix of --onnx
  valse       VALSE's existence.json into results/download, or into --out
  visual7w    the images that --data names (default: results/download/existence.json)
              into results/download/visual7w, or into --out
  cannot      cannot_dataset_v1.1.tsv, sentences for generalise (CC BY-SA 4.0), one commit, whose file
              this kit knows, into results/download, or into --out

  HF_ENDPOINT is another Hub than https://huggingface.co, HF_TOKEN opens what is private.`,
  endsItself: true,
  example: "deno task download clip openai/clip-vit-large-patch14 --out clip-vit-large-patch14",
};

const FLAGS = flagSet("out", "form", "onnx", "file", "data", "retries", "timeout", "quiet");
const FOLDER = "results/download";

/** A download in progress. */
interface Task {
  readonly values: FlagValues;
  readonly options: DownloadOptions;
  /** Draws a bar until the download ends. */
  readonly bar: (label: string, total: number, unit: "rows" | "bytes") => Progress;
  /** Prints a line, unless `--quiet` is set. */
  readonly say: (line: string) => void;
}

const DOWNLOADS = { clip, clipseg, valse, visual7w, cannot } as const;
const OWNERS = {
  form: ["clip"],
  onnx: ["clip", "clipseg"],
  file: ["clip"],
  data: ["visual7w"],
} as const satisfies Partial<Record<keyof typeof FLAGS, readonly (keyof typeof DOWNLOADS)[]>>;

/** The downloads that may name a repository. */
const NAMED: readonly string[] = ["clip", "clipseg"];

const TARGETS = Object.keys(DOWNLOADS) as (keyof typeof DOWNLOADS)[];

await runTask(HELP, FLAGS, async (values) => {
  const [given, name, ...rest] = values.operands ?? [];
  if (given === undefined) {
    printError(helpText(HELP, FLAGS));
    throw new NegscopeError("usage-download-target-missing", {
      problem: "Cannot download without a target",
      expected: `one of ${TARGETS.join(", ")} after "deno task download"`,
    });
  }
  const target = TARGETS.find((target) => target === given);
  if (target === undefined) {
    throw new NegscopeError("usage-download-target-unknown", {
      problem: `Cannot download "${given}"`,
      subject: given,
      reason: hintFor(given),
    });
  }
  const extra = NAMED.includes(target) ? rest[0] : name;
  if (extra !== undefined) {
    throw new NegscopeError("usage-download-argument-unexpected", {
      problem: `Cannot use "${extra}"`,
      subject: extra,
      expected: `deno task download ${target}${NAMED.includes(target) ? " NAME[@REVISION]" : ""}`,
    });
  }
  for (const [flag, owners] of Object.entries<readonly string[]>(OWNERS)) {
    if (values[flag] !== undefined && !owners.includes(target)) {
      throw new NegscopeError("usage-download-flag-foreign", {
        problem: `Cannot use --${flag} to download ${target}`,
        subject: `--${flag}`,
        reason: `it is for deno task download ${owners.join(" or ")}`,
      });
    }
  }
  const retries = numberFlag(values, "retries", { min: 0, max: 1000 });
  const failures = (retries ?? 5) + 1;
  const unanswered = retries === undefined ? {} : { unanswered: failures };
  const stall = numberFlag(values, "timeout", { min: 1, max: 3600 })! * 1000;
  const quiet = values["quiet"] === true;
  let shown: Progress | undefined;
  const onWait = (why: string, milliseconds: number) => {
    if (quiet) return;
    shown?.end();
    printError(`Trying again in ${Math.ceil(milliseconds / 1000)} s: ${why}`);
  };
  const stop = new AbortController();
  using _listening = onInterruption((signal) =>
    stop.abort(
      new NegscopeError("download-interrupted", {
        problem: "Interrupted",
        subject: signal,
        reason: "what has come is kept",
        fix: "run the same command again to go on",
      }),
    )
  );
  try {
    await DOWNLOADS[target]({
      values,
      options: { patience: { failures, ...unanswered, stall, onWait }, signal: stop.signal },
      bar: (label, total, unit) => shown = startProgress(label, { total, unit, quiet }),
      say: quiet ? () => {} : say,
    });
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    shown?.end();
  }
});

async function clip(task: Task): Promise<void> {
  const text = task.values.operands?.[1] ?? DEFAULT_MODEL;
  await fetchModel(task, { target: "clip", text, take: takenOf(task.values) });
}

async function clipseg(task: Task): Promise<void> {
  const text = task.values.operands?.[1] ?? CLIPSEG;
  const place = textFlag(task.values, "out") ?? text;
  const take = { form: "onnx" as const, suffix: textFlag(task.values, "onnx"), whole: true };
  const use = place === CLIPSEG ? "segment" : `segment --segmenter ${place}`;
  await fetchModel(task, { target: "clipseg", text, take, use });
}

/** Downloads a model of the Hub into its cache or a folder. */
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
    throw new NegscopeError("usage-repository-name-wrong", {
      problem: `Cannot download "${text}"`,
      subject: text,
      expected:
        "the name of a repository on the Hub, OWNER/NAME or OWNER/NAME@REVISION, such as openai/clip-vit-base-patch32",
    });
  }
  const hub = hubOf(environment("HF_ENDPOINT", "HF_TOKEN"));
  const folder = textFlag(values, "out");
  const into = folder === undefined
    ? { cache: hubCacheFolder((name) => Deno.env.get(name), "give --out FOLDER") }
    : { folder };
  const model = await downloadModel(name, {
    ...options,
    ...{ hub, into, take },
    onFiles: (chosen) => {
      for (const line of planLines(chosen)) say(line);
      const shown = bar(target, sizeOf(chosen.files), "bytes");
      return (bytes, when) => when === "now" ? shown.advance(bytes) : shown.skip(bytes);
    },
  });
  const told = { repository: name.repository, given: folder ?? text, ...(use && { use }) };
  for (const line of endLines(model, told)) say(line);
}

/** What --form, --onnx and --file say; --onnx may be empty. */
function takenOf(values: FlagValues): Taken {
  const form = textFlag(values, "form");
  const [first, second] = ["file", "onnx", "form"].filter((flag) => values[flag] !== undefined);
  if (second !== undefined && !(first === "onnx" && form === "onnx")) {
    throw new NegscopeError("usage-download-flags-exclusive", {
      problem: `Cannot use --${first} with --${second}`,
      subject: `--${second}`,
      expected: "one of them",
    });
  }
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

async function valse({ values, options, say }: Task): Promise<void> {
  const folder = textFlag(values, "out") ?? FOLDER;
  using _held = await lockFolder(folder);
  const { bytes, rows } = await fetchValse(VALSE, options);
  const path = `${folder}/existence.json`;
  await writeWhole(path, bytes);
  say(`VALSE, existence: ${rows} rows in ${path}`);
}

async function cannot({ values, options, say }: Task): Promise<void> {
  const folder = textFlag(values, "out") ?? FOLDER;
  using _held = await lockFolder(folder);
  const { bytes, rows, usable } = await fetchCannot(CANNOT, options);
  const path = `${folder}/cannot_dataset_v1.1.tsv`;
  await writeWhole(path, bytes);
  say(`CANNOT 1.1: ${rows} rows in ${path}, ${usable} of them with "no" before a noun`);
  say("Licence: CC BY-SA 4.0, by Anschütz et al. 2023, https://github.com/dmlls/cannot-dataset");
}

async function visual7w({ values, options, bar, say }: Task): Promise<void> {
  const path = textFlag(values, "data") ?? `${FOLDER}/existence.json`;
  const there = await Deno.stat(path).then(() => true, () => false);
  if (!there && values["data"] === undefined) {
    throw new NegscopeError("download-data-missing", {
      problem: "Cannot tell which images to download",
      subject: path,
      reason: `there is no "${path}"`,
      fix: "give --data FILE, or first run: deno task download valse",
    });
  }
  const { pairs } = await readPairs(path, { protocol: "all" }); // it keeps the most rows
  const names = new Set(pairs.map(({ image }) => image));
  const folder = textFlag(values, "out") ?? `${FOLDER}/visual7w`;
  using _held = await lockFolder(folder);
  const shown = bar("visual7w", names.size, "rows");
  const fresh = await downloadImages(names, {
    ...options,
    ...{ from: VISUAL7W, folder },
    onImage: (isNew) => isNew ? shown.advance() : shown.skip(1),
  });
  say(`Visual7W: ${names.size} images in ${folder}, ${fresh} new`);
}

function hintFor(given: string): string {
  const nearest = closest(given.toLowerCase(), TARGETS);
  if (distance(given.toLowerCase(), nearest) <= 3) return `the nearest is ${nearest}`;
  if (parseHubName(given) !== undefined) return `for a model write clip before it, clip ${given}`;
  return `expected ${TARGETS.join(", ")}`;
}
