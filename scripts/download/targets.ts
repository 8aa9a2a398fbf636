/** What can be downloaded: models of the Hub, VALSE and the images that it names, CANNOT, benchmarks and their images. */

import { type FlagValues, readFlag, refuseTogether, textFlag } from "../../lib/cli/flags.ts";
import { readPairs } from "../../lib/data/read.ts";
import { lockFolder, writeWhole } from "../../lib/files/write_whole.ts";
import { readBenchmark } from "../../lib/benchmark/formats/all.ts";
import { NegscopeError, unreadableFile } from "../../lib/errors/errors.ts";
import { commandOf } from "../../lib/errors/command.ts";
import { MOST_BYTES, onDisk, readBytes, sizeText } from "../../lib/files/read_file.ts";
import type { DownloadOptions } from "../../lib/hub/request.ts";
import {
  BENCHMARK_SETS,
  benchmarkSet,
  CANNOT,
  COCO_VAL2017,
  downloadImages,
  fetchCannot,
  fetchKnown,
  fetchValse,
  VALSE,
  VISUAL7W,
} from "../../lib/hub/download_data.ts";
import type { Progress } from "../../lib/show/terminal.ts";
import { CLIPSEG, DEFAULT_MODEL, hubCacheFolder, parseHubName } from "../../lib/hub/repository.ts";
import {
  downloadModel,
  endLines,
  planLines,
  sizeOf,
  type Taken,
} from "../../lib/hub/download_model.ts";
import { FORMS } from "../../lib/hub/model_files.ts";
import { hubOf } from "../../lib/hub/listing.ts";
import { choice } from "../../lib/options/option.ts";

/** Where valse, visual7w and cannot go without `--out`. */
const FOLDER = "results/download";

interface Task {
  readonly values: FlagValues;
  readonly options: DownloadOptions;
  readonly bar: (label: string, total: number, unit: "rows" | "bytes") => Progress;
  readonly say: (line: string) => void;
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

async function data({ values, options, say }: Task): Promise<void> {
  const name = values.operands?.[1];
  if (name === undefined) {
    throw new NegscopeError("usage-value-missing", {
      problem: "Cannot download data without a name",
      expected: `${commandOf("download data")} ${Object.keys(BENCHMARK_SETS).join(" or ")}`,
    });
  }
  const set = benchmarkSet(name);
  const folder = textFlag(values, "out") ?? `${FOLDER}/${name}`;
  const sum = set.files.reduce((sum, [, bytes]) => sum + bytes, 0);
  say(
    `${set.title}: ${set.licence}; ${`${set.files.length} ${
      set.files.length === 1 ? "file" : "files"
    }`}, ${sizeText(sum)}`,
  );
  say(`From: ${set.folder}`);
  using _held = await lockFolder(folder);
  for (const [file, , gitSha1] of set.files) {
    const bytes = await fetchKnown({ url: new URL(file, set.folder), gitSha1 }, options);
    const { rows } = readBenchmark(bytes, { source: file, published: true });
    await writeWhole(`${folder}/${file}`, bytes);
    say(`${rows} rows in ${folder}/${file}`);
  }
  say(`Images: ${set.images}`);
}

async function coco(task: Task): Promise<void> {
  const path = textFlag(task.values, "data");
  if (path === undefined) {
    throw new NegscopeError("usage-value-missing", {
      problem: "Cannot tell which images to download",
      expected: "--data FILE, a benchmark about images of COCO's val2017",
    });
  }
  const bytes = await readBytes(path, MOST_BYTES.rows).catch((cause: unknown) => {
    throw unreadableFile({ doing: "read benchmark", path, cause, fix: "check the name" });
  });
  const { choices, retrieval } = readBenchmark(bytes, { source: path, published: true });
  const images = [...choices, ...retrieval].flatMap(({ pictures }) => pictures);
  const names = new Set(images.map(({ image }) => image.split("/").at(-1)!));
  task.say("COCO: the images are their photographers', under the terms of Flickr");
  await fetchImages(task, { from: COCO_VAL2017, label: "COCO val2017", names, target: "coco" });
}

async function fetchImages(
  { values, options, bar, say }: Task,
  { from, label, names, target }: {
    readonly from: URL;
    readonly label: string;
    readonly names: ReadonlySet<string>;
    readonly target: string;
  },
): Promise<void> {
  const folder = textFlag(values, "out") ?? `${FOLDER}/${target}`;
  using _held = await lockFolder(folder);
  const shown = bar(target, names.size, "rows");
  const fresh = await downloadImages(names, {
    ...options,
    ...{ from, folder },
    onImage: (isNew) => isNew ? shown.advance() : shown.skip(1),
  });
  say(`${label}: ${names.size} images in ${folder}, ${fresh} new`);
}

async function visual7w(task: Task): Promise<void> {
  const { values } = task;
  const path = textFlag(values, "data") ?? `${FOLDER}/existence.json`;
  const there = await Deno.stat(path).then(() => true, () => false);
  if (!there && values["data"] === undefined) {
    throw new NegscopeError("file-unreadable", {
      problem: "Cannot tell which images to download",
      subject: path,
      reason: `there is no "${path}"`,
      fix: `give --data FILE, or first run: ${commandOf("download valse")}`,
    });
  }
  const { pairs } = await readPairs(onDisk(path), { protocol: "all" }); // it keeps the most rows
  const names = new Set(pairs.map(({ image }) => image));
  await fetchImages(task, { from: VISUAL7W, label: "Visual7W", names, target: "visual7w" });
}

async function clip(task: Task): Promise<void> {
  const text = task.values.operands?.[1] ?? DEFAULT_MODEL;
  await fetchModel(task, { target: "clip", text, take: takenOf(task.values) });
}

async function clipseg(task: Task): Promise<void> {
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
      expected:
        "the name of a repository on the Hub, OWNER/NAME or OWNER/NAME@REVISION, such as openai/clip-vit-base-patch32",
    });
  }
  const read = (name: string) => Deno.env.get(name);
  const folder = textFlag(values, "out");
  const into = folder === undefined
    ? { cache: hubCacheFolder(read, "give --out FOLDER") }
    : { folder };
  const model = await downloadModel(name, {
    ...options,
    hub: hubOf(read),
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

interface Target {
  readonly operand?: string;
  readonly flags?: readonly string[];
  readonly run: (task: Task) => Promise<void>;
}

const HUB_NAME = "NAME[@REVISION]";

export const TARGETS: Readonly<Record<string, Target>> = {
  clip: { operand: HUB_NAME, flags: ["form", "onnx", "file"], run: clip },
  clipseg: { operand: HUB_NAME, flags: ["onnx"], run: clipseg },
  valse: { run: valse },
  visual7w: { flags: ["data"], run: visual7w },
  cannot: { run: cannot },
  data: { operand: "NAME", run: data },
  coco: { flags: ["data"], run: coco },
};
