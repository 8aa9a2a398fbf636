/** The rows of a benchmark with their images, found and checked before a model is loaded. */

import { basename } from "node:path";
import {
  type BadRow,
  badRow,
  joinBadRows,
  rowsUnusable,
  skippedRows,
} from "../../data/bad_rows.ts";
import { findModel, nameOf, openEdit } from "../../opening/find_model.ts";
import { type Benchmark, BENCHMARK_FORMATS, readBenchmark } from "../../benchmark/formats/all.ts";
import { type CaptionedImage, type Choice, type Picture, rowName } from "../../benchmark/choice.ts";
import { dataEmpty } from "../../data/formats/format.ts";
import { droppedRows, LEFT_OUT, type RowCounts } from "../../data/read.ts";
import { scoreRule } from "../../edits/edit.ts";
import { NegscopeError, unreadableFile } from "../../errors.ts";
import { MOST_BYTES, onDisk, readBytes } from "../../files/read_file.ts";
import { fetchKitFiles } from "../../files/kit_files.ts";
import { sha256Bytes } from "../../reading/sha256.ts";
import { loadSentences } from "../../model/text/text_tower.ts";
import { checkImages, type OpeningOptions, refuseImages } from "../../opening/open_inputs.ts";
import { SHAPES } from "../../opening/kit_models.ts";
import { chosenEmbeddings, type StoredEmbeddings } from "../../opening/stored_embeddings.ts";
import { seededRandom } from "../../stats/random.ts";
import type { StudyInputs } from "../../study/choice/inputs.ts";
import { BenchmarkImages } from "./embed.ts";
import { choice, type Option, toggle } from "../../options/option.ts";
import type { StudyChoice } from "../../study/choice/study_options.ts";

interface AnyRow {
  readonly id: string;
  readonly row: number;
  readonly pictures: readonly Picture[];
  readonly sentences: readonly string[];
  readonly query?: string | undefined;
}

export interface BenchmarkInputs {
  readonly format: Benchmark["format"];
  readonly part: string | undefined;
  readonly dataPath: string;
  readonly choices: readonly Choice[];
  readonly retrieval: readonly CaptionedImage[];
  readonly rows: RowCounts;
  /** The images; absent if embeddings stand in for them. */
  readonly images?: BenchmarkImages | undefined;
  readonly stored?: StoredEmbeddings | undefined;
  /** The files of the model and the images, for checksums and loading. */
  readonly study: StudyInputs;
}

export async function openBenchmark(
  task: BenchmarkTask,
  { seed, called = (option) => option }: Pick<OpeningOptions, "called"> & { readonly seed: number },
): Promise<BenchmarkInputs> {
  const { published = false, unnormalised = false, skipBad = false, limit, ...choice } = task;
  const { benchmark: name, control: _, cluster, ...chosen } = choice;
  const model = await findModel(chosen, called);
  const own = model.own ?? SHAPES;
  const edit = await openEdit(chosen);
  const dataPath = await fetchKitFiles(chosen.data ?? own.data);
  const bytes = await readBytes(dataPath, MOST_BYTES.rows).catch((cause: unknown) => {
    const fix = "check the file of the benchmark";
    throw unreadableFile({ doing: "read benchmark", path: dataPath, cause, fix });
  });
  const read = readBenchmark(bytes, { source: dataPath, published, name });
  const textOnly = read.choices.some(({ query }) => query !== undefined);
  if (textOnly) refuseImages(chosen, { source: dataPath, imagesAre: "used", called });
  else {
    const embedded = model.own !== undefined;
    checkImages(chosen, { source: chosen.data, imagesAre: "needed", called, embedded });
  }
  if (read.format.rule === undefined && published) throw notByScript(read.format, dataPath);
  if (read.retrieval.length > 0) {
    if (cluster === "noun") throw withoutNouns(dataPath);
    if (scoreRule(edit) !== undefined) throw ranksHaveNoRule(dataPath, chosen.edit!);
  }
  const stored = await chosenEmbeddings(chosen, model.folder, called);
  if (stored !== undefined && unnormalised) {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot use ${called("imageEmbeddings")} "${stored.path}" with --unnormalised`,
      subject: stored.path,
      reason: "embeddings made elsewhere may have any length",
      fix: "give the images",
    });
  }
  const folder = chosen.images ?? (chosen.data === undefined ? own.images : undefined);
  const images = stored !== undefined || folder === undefined
    ? undefined
    : new BenchmarkImages(await fetchKitFiles(folder));
  const all = rowsOf(read);
  const text = await loadSentences(onDisk(model.folder), chosen);
  const bad = joinBadRows([
    ...read.bad,
    ...textOnly ? [] : images === undefined ? unnamedRows(all, stored!) : await images.find(all),
    ...longRows(all, text),
  ]);
  const skipped = skipBad ? droppedRows(skippedRows(bad)) : [];
  if (bad.length > 0 && !skipBad) {
    throw rowsUnusable(bad, {
      source: dataPath,
      rows: read.rows,
      ...folder !== undefined && { images: folder },
    });
  }
  const ids = new Set(bad.map(({ id }) => id));
  const usable = all.filter(({ id }) => !ids.has(id));
  const dropped = [...read.leftOut, ...skipped];
  if (usable.length === 0) {
    const reasons = dropped.map(({ reason }) => reason).join("; ");
    throw dataEmpty(dataPath, `none of its ${read.rows} rows can be used (${reasons})`);
  }
  const kept = new Set(drawnIds(usable, limit, seed));
  const leftOut = usable.length - kept.size;
  const used = usable.filter(({ id }) => kept.has(id));
  const rows: RowCounts = {
    read: read.rows,
    kept: used.length,
    dropped: [...dropped, ...leftOut === 0 ? [] : [{ reason: LEFT_OUT.limit, n: leftOut }]],
    format: read.format.name,
  };
  images?.keep(used);
  return {
    format: read.format,
    part: read.part,
    dataPath,
    choices: read.choices.filter(({ id }) => kept.has(id)),
    retrieval: read.retrieval.filter(({ id }) => kept.has(id)),
    rows,
    images,
    stored,
    study: {
      choice: chosen,
      modelFolder: model.folder,
      modelName: nameOf(model.folder, chosen),
      edit,
      protocol: "all",
      dataPath: basename(dataPath),
      data: {
        ...{ pairs: [], dropped: [], rows: read.rows, format: read.format.name, textOnly },
        sha256: await sha256Bytes(bytes),
      },
      ...{ pairs: [], drawn: [], aligned: false },
      ...images === undefined
        ? stored && { embeddings: { ...stored, vectors: new Map() } }
        : { images: { paths: images.paths, read: ({ image }) => images.read(image) } },
    },
  };
}

function rowsOf({ choices, retrieval }: Benchmark): AnyRow[] {
  return [
    ...choices,
    ...retrieval.map(({ id, row, image, captions }) => (
      { id, row, pictures: [{ image }], sentences: captions }
    )),
  ];
}

function longRows(
  rows: readonly AnyRow[],
  text: Awaited<ReturnType<typeof loadSentences>>,
): BadRow[] {
  return rows.flatMap((row) => {
    const names = { subject: rowName(row), called: "a sentence" };
    const checks = [...row.sentences, row.query ?? []].flat()
      .map((sentence) => () => text.checkLength(sentence, names));
    return badRow({ id: row.id, where: names.subject }, checks);
  });
}

function unnamedRows(rows: readonly AnyRow[], { arrays, path }: StoredEmbeddings): BadRow[] {
  return rows.flatMap((row) => {
    const where = rowName(row);
    const check = ({ image, box }: Picture) => {
      if (box === undefined && arrays.has(image)) return;
      throw new NegscopeError("image-embedding-missing", {
        problem: `Cannot find the embedding of image "${image}" of ${where} in "${path}"`,
        subject: image,
        reason: box === undefined
          ? "it is not among the file's names"
          : "the row looks at a part of the image, of which there is no embedding",
        gist: "its image has no embedding",
        fix: "give the images",
      });
    };
    return badRow({ id: row.id, where }, row.pictures.map((picture) => () => check(picture)));
  });
}

function drawnIds(rows: readonly AnyRow[], limit: number | undefined, seed: number): string[] {
  const ids = rows.map(({ id }) => id);
  return limit === undefined ? ids : seededRandom(seed).shuffle(ids).slice(0, limit);
}

function notByScript({ unscripted = "" }: Benchmark["format"], source: string): NegscopeError {
  return new NegscopeError("usage-value-wrong", {
    problem: `Cannot use --published with "${source}"`,
    reason: `${unscripted[0]?.toLowerCase()}${unscripted.slice(1)}`,
    fix: "leave --published out",
  });
}

function withoutNouns(source: string): NegscopeError {
  return new NegscopeError("usage-value-wrong", {
    problem: `Cannot use --cluster noun with "${source}"`,
    reason: "it is a file of retrieval, whose captions have no options",
    fix: "leave --cluster out",
  });
}

function ranksHaveNoRule(source: string, edit: string): NegscopeError {
  return new NegscopeError("usage-value-wrong", {
    problem: `Cannot rank the captions of "${source}" with the edit "${edit}"`,
    subject: edit,
    reason: "it is a rule for scores, and a retrieval ranks embeddings",
    fix: "use the edit with a file of choices, or another kind of edit",
  });
}

/** What the rows of a cluster share: their image, or the noun that they are about. */
type BenchmarkCluster = "image" | "noun";

export interface BenchmarkTask
  extends Omit<StudyChoice, "pairs" | "protocol" | "cluster" | "subjectSizes" | "shard"> {
  readonly benchmark?: string | undefined;
  /** Whether rows, sentences and counting are those of the set's own script. @default {false} */
  readonly published?: boolean | undefined;
  /** Whether scores are inner products of embeddings as the projection gives them. @default {false} */
  readonly unnormalised?: boolean | undefined;
  readonly cluster?: BenchmarkCluster | undefined;
  readonly control?: "random" | "none" | undefined;
}

const NAMES = BENCHMARK_FORMATS.map(({ name }) => name);

export const BENCHMARK_OPTIONS = {
  benchmark: {
    ...choice<string>(NAMES, { standard: "", help: "the form of the file, if it fits several" }),
    standard: undefined,
    print: (name: string | undefined) => name,
  } satisfies Option<string | undefined>,
  published: toggle("counts as the script of the set does, and uses its rows and sentences"),
  unnormalised: toggle("scores by inner products of embeddings that are not normalised"),
  cluster: choice<BenchmarkCluster>(["image", "noun"], {
    standard: "image",
    help: "rows that intervals keep together: of an image, or of a noun",
  }),
  control: choice<"random" | "none">(["random", "none"], {
    standard: "none",
    help: "random: the model with random weights runs besides",
  }),
};
