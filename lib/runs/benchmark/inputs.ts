/** The rows of a benchmark with their images, found and checked before a model is loaded. */

import { basename } from "node:path";
import {
  type BadRow,
  badRow,
  joinBadRows,
  rowsUnusable,
  skippedRows,
} from "../../data/bad_rows.ts";
import { findModel, nameOf, openEdit, SHAPES } from "../../opening/find_model.ts";
import { readBenchmark } from "../../benchmark/formats/all.ts";
import { BENCHMARK_FORMATS } from "../../benchmark/formats/sets.ts";
import type { Picture, Shown } from "../../benchmark/choice.ts";
import { dataEmpty } from "../../data/formats/format.ts";
import { droppedRows, LEFT_OUT, type RowCounts } from "../../data/read.ts";
import { scoreRule } from "../../edits/edit.ts";
import { NegscopeError, unreadableFile } from "../../errors/errors.ts";
import { MOST_BYTES, onDisk, readBytes } from "../../files/read_file.ts";
import { fetchKitFiles } from "../../files/kit_files.ts";
import { sha256Bytes } from "../../reading/sha256.ts";
import { loadSentences } from "../../model/text/text_tower.ts";
import { checkImages, type OpeningOptions, refuseImages } from "../../opening/open_inputs.ts";
import { chosenEmbeddings, type StoredEmbeddings } from "../../opening/stored_embeddings.ts";
import { seededRandom } from "../../stats/random.ts";
import type { StudyInputs } from "../../study/choice/inputs.ts";
import { BenchmarkImages } from "./embed.ts";
import { choice, ifGiven, toggle } from "../../options/option.ts";
import type { StudyChoice } from "../../study/choice/study_options.ts";

/** The rows of a benchmark; without images if embeddings stand in for them. */
export type BenchmarkInputs = Awaited<ReturnType<typeof openBenchmark>>;

export async function openBenchmark(
  task: BenchmarkTask,
  { seed, called = (option) => option }: Pick<OpeningOptions, "called"> & { readonly seed: number },
) {
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
  const refused = (problem: string, reason: string, fix: string, subject = dataPath) =>
    new NegscopeError("usage-value-wrong", { problem: `Cannot ${problem}`, subject, reason, fix });
  const { rule, unscripted = "" } = read.format;
  if (rule === undefined && published) {
    const reason = `${unscripted[0]?.toLowerCase()}${unscripted.slice(1)}`;
    throw refused(`use --published with "${dataPath}"`, reason, "leave --published out");
  }
  if (read.retrieval.length > 0 && cluster === "noun") {
    const reason = "it is a file of retrieval, whose captions have no options";
    throw refused(`use --cluster noun with "${dataPath}"`, reason, "leave --cluster out");
  }
  if (read.retrieval.length > 0 && scoreRule(edit) !== undefined) {
    const reason = "it is a rule for scores, and a retrieval ranks embeddings";
    const fix = "use the edit with a file of choices, or another kind of edit";
    throw refused(
      `rank the captions of "${dataPath}" with the edit "${chosen.edit}"`,
      reason,
      fix,
      chosen.edit,
    );
  }
  const stored = await chosenEmbeddings(chosen, model.folder, called);
  if (stored !== undefined && unnormalised) {
    const problem = `use ${called("imageEmbeddings")} "${stored.path}" with --unnormalised`;
    throw refused(
      problem,
      "embeddings made elsewhere may have any length",
      "give the images",
      stored.path,
    );
  }
  const folder = chosen.images ?? (chosen.data === undefined ? own.images : undefined);
  const images = stored !== undefined || folder === undefined
    ? undefined
    : new BenchmarkImages(await fetchKitFiles(folder));
  const all: readonly Shown[] = [...read.choices, ...read.retrieval];
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
  const isBad = new Set(bad.map(({ id }) => id));
  const usable = all.filter(({ id }) => !isBad.has(id));
  const dropped = [...read.leftOut, ...skipped];
  if (usable.length === 0) {
    const reasons = dropped.map(({ reason }) => reason).join("; ");
    throw dataEmpty(dataPath, `none of its ${read.rows} rows can be used (${reasons})`);
  }
  const ids = usable.map(({ id }) => id);
  const kept = new Set(seededRandom(seed).shuffle(ids).slice(0, limit));
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
    study: <StudyInputs> {
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

function longRows(
  rows: readonly Shown[],
  text: Awaited<ReturnType<typeof loadSentences>>,
): BadRow[] {
  return rows.flatMap((row) => {
    const names = { subject: row.where, called: "a sentence" };
    const checks = [...row.sentences, row.query ?? []].flat()
      .map((sentence) => () => text.checkLength(sentence, names));
    return badRow({ id: row.id, where: row.where }, checks);
  });
}

function unnamedRows(rows: readonly Shown[], { arrays, path }: StoredEmbeddings): BadRow[] {
  return rows.flatMap(({ id, where, pictures }) => {
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
    return badRow({ id, where }, pictures.map((picture) => () => check(picture)));
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
  benchmark: ifGiven(choice<string>(NAMES, { standard: "", help: "" }), {
    help: "the form of the file, if it fits several",
  }),
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
