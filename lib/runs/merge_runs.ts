/** Merges the shards of a run: the same files as without --shard, made from the shards' rows; needs neither model nor images. */

import { LEFT_OUT, unchangedImage } from "../data/read.ts";
import { negationWarnings, rowsUnusable } from "../data/bad_rows.ts";
import { fetchKitFiles } from "../files/kit_files.ts";
import { ownDataOf, SHAPES } from "../opening/find_model.ts";
import { pictureEndings } from "../draw/pictures.ts";
import { NegscopeError, unreadableFile } from "../errors/errors.ts";
import {
  type AnyExperiment,
  type MeasuredRow,
  withOptions,
} from "../study/experiment/experiment.ts";
import { outcomeFiles } from "../study/experiment/outcome.ts";
import { readOptions } from "../options/values.ts";
import { readImage } from "../opening/images/image_folder.ts";
import { linesOf, sha256Each, sha256IfFile, sha256Together } from "../files/read_file.ts";
import { identityDifference, type RunIdentity } from "./identity.ts";
import { codeOf, versionsNow } from "./run_identity.ts";
import { IMAGES } from "../opening/load_study.ts";
import { findImages } from "../opening/open_inputs.ts";
import {
  type Manifest,
  manifestUnreadable,
  notAsWritten,
  readFinished,
} from "../files/manifest.ts";
import { sayFinished } from "./draw_figures.ts";
import {
  manifestOf,
  runFiles,
  type RunOutput,
  SHARD_ROWS,
  SUMMARY,
  writeRun,
  type WrittenRun,
} from "./write_results.ts";
import { checkOut, RunFolder } from "./run_folder.ts";
import type { RunSettings } from "./run_experiment.ts";
import { Stopwatch } from "../study/experiment/measure_rows.ts";

type Shard = Awaited<ReturnType<typeof readShard>>;

async function readShards(
  folders: readonly string[],
  versions: RunIdentity["versions"],
): Promise<Shard[]> {
  const shards: Shard[] = [];
  for (const folder of folders) shards.push(await readShard(folder));
  const [first] = shards as [Shard, ...Shard[]];
  for (const shard of shards) {
    const { folder, k, n } = shard;
    if (n !== first.n) {
      throw new NegscopeError("shards-differ", {
        problem: `Cannot merge "${folder}" with "${first.folder}"`,
        reason: `it is shard ${k}/${n}, that is ${first.k}/${first.n}`,
        expected: "shards of one N",
      });
    }
    const [own, that] = [wholeIdentity(shard), wholeIdentity(first)];
    const difference = identityDifference(own, that, "that one's");
    if (difference !== undefined) {
      throw new NegscopeError("shards-differ", {
        problem: `Cannot merge "${folder}" with "${first.folder}"`,
        reason: `they are of different runs, ${difference.reason}`,
        fix: "run the shard again as the others",
      });
    }
    const twin = shards.find((other) => other !== shard && other.k === k);
    if (twin !== undefined) {
      throw new NegscopeError("shards-differ", {
        problem: `Cannot merge shard ${k}/${n} twice`,
        subject: folder,
        reason: folder === twin.folder
          ? `"${folder}" is named twice`
          : `"${folder}" and "${twin.folder}" both hold it`,
        fix: "name each shard once",
      });
    }
  }
  const other = identityDifference(first.manifest, { ...first.manifest, versions }, "this one's");
  if (other !== undefined) {
    throw new NegscopeError("shard-version-differs", {
      problem: `Cannot merge "${first.folder}"`,
      reason: other.reason,
      fix: "merge with the version that made the shards, or run them again",
    });
  }
  const missing = Array.from({ length: first.n }, (_, i) => i + 1)
    .filter((k) => shards.every((shard) => shard.k !== k))
    .map((k) => `${k}/${first.n}`);
  if (missing.length === 0) return shards.toSorted((a, b) => a.k - b.k);
  const more = missing.length > 8 ? ` and ${missing.length - 8} more` : "";
  throw new NegscopeError("shards-differ", {
    problem: `Cannot merge without shard ${missing.slice(0, 8).join(", ")}${more}`,
    subject: missing[0],
    expected: "every shard of the run",
    fix: `run the same command with --shard ${missing[0]} and name its folder too`,
  });
}

function wholeIdentity({ manifest }: Shard): RunIdentity {
  const { command, options: { shard: _, ...options }, versions, sources, code } = manifest;
  return { command, options, versions, sources, ...(code === undefined ? {} : { code }) };
}

/** The rows of all shards in the order of the data: `--shard K/N` takes every N-th row from the K-th. */
export function interleave<Row>(shards: readonly (readonly Row[])[]): Row[] {
  const total = shards.reduce((sum, { length }) => sum + length, 0);
  return Array.from({ length: total }, (_, i) => {
    return shards[i % shards.length]![Math.floor(i / shards.length)]!;
  });
}

async function readShardRows(
  { folder, manifest: { rows: { kept }, checksums = {} } }: Shard,
  name: string,
): Promise<MeasuredRow<unknown>[]> {
  const path = `${folder}/${name}`;
  try {
    const sha256 = await sha256IfFile(path);
    if (sha256 !== undefined && sha256 !== checksums[name]) throw notAsWritten(path);
    const decoder = new TextDecoder();
    const rows = await Array.fromAsync(linesOf(path), (line) => JSON.parse(decoder.decode(line)));
    if (rows.length === kept) return rows;
    throw new Error(`expected ${kept} rows, found ${rows.length}`);
  } catch (cause) {
    if (cause instanceof NegscopeError) throw cause;
    throw unreadableFile({
      doing: "read the rows of a shard from",
      path,
      cause,
      fix: "copy the shard's folder again, or repeat its run with --overwrite",
      code: "run-edited",
    });
  }
}

async function readShard(folder: string) {
  const manifest = await readFinished(folder);
  const [, k, n] = /^(\d+)\/(\d+)$/.exec(String(manifest.options?.["shard"])) ?? [];
  if (k === undefined) throw wholeRun(folder);
  return { folder, k: Number(k), n: Number(n), manifest };
}

function wholeRun(folder: string): NegscopeError {
  return new NegscopeError("shards-differ", {
    problem: `Cannot merge "${folder}"`,
    reason: "it holds a whole run",
    expected: "the folders of runs with --shard K/N",
  });
}

/** Where a merged run is written. */
export interface MergeSettings extends Pick<RunSettings, "out" | "overwrite" | "pictures" | "say"> {
  /** The folder of the images, for the report. @default {those that come with the model, the embedded images, or none} */
  readonly images?: string | undefined;
  /** Called if the run is finished already, with what says so, and with its summary. @default {as `say`} */
  readonly finished?: ((line: string) => void) | undefined;
}

/**
 * Merges the shards of a run.
 *
 * @param folders The shards' folders, in any order.
 * @param experiments The experiments that a shard may belong to.
 * @param settings Where the run is written.
 * @returns The run with the names of its files, or undefined if it is already finished.
 * @throws {NegscopeError} If a folder holds no shard, or the shards do not all belong to one run.
 */
export async function mergeRuns(
  folders: readonly string[],
  experiments: readonly AnyExperiment[],
  { out, overwrite = false, images, pictures, say = () => {}, finished = say }: MergeSettings,
): Promise<(WrittenRun & { readonly files: readonly string[] }) | undefined> {
  const stopwatch = new Stopwatch();
  await checkOut(out, folders, "shard");
  const shards = await readShards(folders, versionsNow());
  const { manifest, folder: first } = shards[0]!;
  const identity = wholeIdentity(shards[0]!);
  const experiment = experiments.find(({ name }) => name === identity.command);
  if (experiment === undefined || manifest.model === undefined) throw wholeRun(first);
  if (identity.code !== codeOf(experiment).code) {
    throw new NegscopeError("shard-version-differs", {
      problem: `Cannot merge "${first}"`,
      reason: `the code of ${experiment.name} has changed since it was made`,
      fix: "merge with the version that made the shards, or run them again",
    });
  }
  const scored = await areScored(shards);
  const chosen = withOptions(
    experiment,
    readOptions(
      experiment.options,
      identity.options,
      {
        wrong: (name, text) =>
          manifestUnreadable(`${first}/manifest.json`, new Error(`its ${name} is "${text}"`)),
      },
    ),
  );
  const endings = pictureEndings(pictures);
  const files = runFiles(outcomeFiles(chosen, { scored }), { endings, sharded: false });
  using folder = await RunFolder.open(out, identity, { files, overwrite });
  if (folder === undefined) {
    await sayFinished(out, pictures, finished);
    return undefined;
  }
  const parts: MeasuredRow<unknown>[][] = [];
  for (const shard of shards) parts.push(await readShardRows(shard, SHARD_ROWS));
  const rows = interleave(parts);
  checkIds(rows, first);
  const run: RunOutput = {
    chosen,
    folder,
    identity,
    pictures,
    stopwatch,
    seed: manifest.seed,
    model: manifest.model,
    rows: countsOf(shards),
    warnings: negationWarnings(rows.map(({ pair }) => pair)),
    engines: enginesOf(shards),
    shards: shards.map(({ k, n, manifest: { start, seconds, embeddings } }) => (
      { shard: `${k}/${n}`, start, seconds, ...(embeddings && { embeddings }) }
    )),
  };
  const haveImages = identity.sources.data.some(({ file }) => file === IMAGES); // not if only embeddings were given
  const shipped = ownDataOf(`${identity.options["model"]}`);
  const imageFolder = images ??
    (haveImages && identity.options["images"] === undefined
      ? (shipped ?? SHAPES).images
      : undefined);
  if (haveImages && imageFolder === undefined) {
    say(
      "The report has no images: --images FOLDER --overwrite shows those of the folder that the shards were run with",
    );
  }
  const readImage = scored && imageFolder !== undefined
    ? await readerOf(await fetchKitFiles(imageFolder), rows, identity)
    : undefined;
  await folder.begin(manifestOf(run, files), { overwrite });
  return { ...await writeRun({ ...run, readImage }, rows), files };
}

/** The row counts of the whole run; rows of other shards do not count as left out. */
function countsOf(shards: readonly Shard[]): Manifest["rows"] {
  const { dropped, ...first } = shards[0]!.manifest.rows;
  const kept = shards.reduce((sum, { manifest: { rows } }) => sum + rows.kept, 0);
  return { ...first, kept, dropped: dropped.filter(({ reason }) => reason !== LEFT_OUT.shard) };
}

function enginesOf(shards: readonly Shard[]): RunOutput["engines"] {
  const all = shards.flatMap(({ manifest: { engines } }) => Object.entries(engines ?? {}));
  if (shards.every(({ manifest: { engines } }) => engines === undefined)) return undefined;
  const sums = Map.groupBy(all.toSorted(([a], [b]) => a < b ? -1 : 1), ([engine]) => engine);
  return Object.fromEntries(
    [...sums].map(([engine, counts]) => [engine, counts.reduce((sum, [, n]) => sum + n, 0)]),
  );
}

function checkIds(rows: readonly MeasuredRow<unknown>[], folder: string): void {
  const ids = new Set<string>();
  for (const { pair: { id } } of rows) {
    if (!ids.has(id)) ids.add(id);
    else {
      throw new NegscopeError("shards-differ", {
        problem: `Cannot merge "${folder}" with the others`,
        subject: id,
        reason: `two rows have the id "${id}"`,
        fix: "repeat the runs of the shards",
      });
    }
  }
}

/** Reads the images of a run from the folder that this command names, if they are those that the shards were run with. */
async function readerOf(
  folder: string,
  rows: readonly MeasuredRow<unknown>[],
  { sources }: RunIdentity,
): Promise<(name: string) => Promise<Uint8Array>> {
  const { paths, bad } = await findImages(folder, rows.map(({ pair }) => pair));
  if (bad.length > 0) throw rowsUnusable(bad, { source: folder, rows: rows.length });
  const checksums = await sha256Each(paths);
  const expected = sources.data.find(({ file }) => file === IMAGES)?.sha256;
  if (sha256Together(checksums) !== expected) {
    throw new NegscopeError("shards-differ", {
      problem: `Cannot show the images of "${folder}"`,
      reason: "they are not those that the shards were run with",
      fix: "name the shards' own folder with --images, or leave it out",
    });
  }
  return async (name) => unchangedImage(name, await readImage(folder, name), checksums.get(name));
}

async function areScored(shards: readonly Shard[]): Promise<boolean> {
  if (shards.some(({ manifest: { files } }) => files.includes("evaluate.csv"))) return true;
  const bare = shards.find(({ manifest: { files } }) => !files.includes(SUMMARY));
  const [row] = bare === undefined ? [] : await readShardRows(bare, SHARD_ROWS);
  return row?.scores !== undefined;
}
