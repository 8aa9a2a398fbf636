/** A benchmark from start to finish: its folder is opened or resumed, pictures and sentences are embedded, files are written. */

import {
  accuracyFindings,
  BENCHMARK_WORDS,
  blockFindings,
  figuresChart,
  publishedFinding,
  retrievalFindings,
} from "../../benchmark/findings.ts";
import { pictureEndings } from "../../draw/pictures.ts";
import type { Manifest } from "../../files/manifest.ts";
import type { ModelFamily } from "../../model/families.ts";
import { checkModelUnchanged, checksumsOf, studySource } from "../../opening/load_study.ts";
import { EmbeddingCache } from "../../opening/embedding_cache.ts";
import { openRuntime } from "../../runtime/open_runtime.ts";
import { innerProduct } from "../../stats/columns.ts";
import { inTurns } from "../../stats/steps.ts";
import { printChoice } from "../../study/choice/study_options.ts";
import { clusterBy } from "../../study/clusters.ts";
import { Stopwatch } from "../../study/experiment/measure_rows.ts";
import { fillTable } from "../../tables/table.ts";
import { sayFinished } from "../draw_figures.ts";
import type { RunIdentity } from "../identity.ts";
import { describeModel, versionsNow } from "../run_identity.ts";
import { RunFolder } from "../run_folder.ts";
import { fileNames, manifestOf, reportText, writeResults } from "../write_results.ts";
import type { FileRunSettings, RunSettings } from "../run_experiment.ts";
import { embedBenchmark, type Embedded } from "./embed.ts";
import { type BenchmarkInputs, type BenchmarkTask, openBenchmark } from "./inputs.ts";
import { idsText } from "../../data/bad_rows.ts";
import { LEFT_OUT } from "../../data/read.ts";
import { summaryOf } from "../../report/summary.ts";
import { GLOSSARY } from "../../study/glossary.ts";
import { takenText } from "../../study/study_text.ts";
import { wrapText } from "../../tables/words.ts";
import {
  accuracyFigures,
  blockFigures,
  choicesTable,
  sidesOutcome,
} from "../../benchmark/accuracy.ts";
import { isBlock, optionCount, optionOf, pictureKey } from "../../benchmark/choice.ts";
import { captionsOf, rankSteps, recallFigures, retrievalTable } from "../../benchmark/retrieval.ts";
import { nounOf } from "../../benchmark/text_scorers.ts";
import { type Figure, FIGURES } from "../../benchmark/tables.ts";
import { fetchKitFiles, kitPath } from "../../files/kit_files.ts";
import { MOST_BYTES, readText } from "../../files/read_file.ts";
import { type CsvRow, readCsvRows } from "../../tables/csv.ts";

function choicesOutcome(
  { choices, format, study: { modelName: name } }: BenchmarkInputs,
  { embedded, random, score, task, seed }: {
    readonly embedded: Embedded;
    readonly random: Embedded | undefined;
    readonly score: (text: Float32Array, image: Float32Array) => number;
    readonly task: BenchmarkTask;
    readonly seed: number;
  },
) {
  const scoresBy = ({ sentences, pictures, rule }: Embedded) =>
    choices.map((choice) =>
      Float64Array.from({ length: optionCount(choice) }, (_, option) => {
        const { sentence, picture } = optionOf(choice, option);
        const shown = picture === undefined
          ? sentences.get(choice.query!)!
          : pictures.get(pictureKey(picture))!;
        return rule?.score(sentence, shown, { score, embeddings: sentences }) ??
          score(sentences.get(sentence)!, shown);
      })
    );
  const scores = scoresBy(embedded);
  const clusters = choices.map((choice) =>
    task.cluster === "noun" ? nounOf(choice) : choice.pictures[0]?.image ?? choice.query!
  );
  const { published = false } = task;
  const how = { rule: format.rule, published, seed, clusters, random: random && scoresBy(random) };
  const rows = choicesTable(choices, scores);
  if (choices.some(isBlock)) {
    const figures = blockFigures(choices, scores, how);
    return { rows, figures, findings: [blockFindings(figures, { ...format, name })] };
  }
  const accuracy = accuracyFigures(choices, scores, how);
  const sides = sidesOutcome(choices, scores, { seed, cluster: clusterBy(task.cluster) });
  return {
    rows,
    figures: [...accuracy, ...sides.figures],
    findings: [accuracyFindings(accuracy, { ...format, name }), sides.finding],
  };
}

async function retrievalOutcome(
  { retrieval, images: found, study: { modelName: name } }: BenchmarkInputs,
  { embedded, random, task: { unnormalised = false, published = false }, settings, stopwatch }: {
    readonly embedded: Embedded;
    readonly random: Embedded | undefined;
    readonly task: BenchmarkTask;
    readonly settings: Pick<RunSettings, "bar">;
    readonly stopwatch: Stopwatch;
  },
) {
  const { images, captions } = captionsOf(retrieval, (image) => found?.paths.get(image) ?? image);
  const imageOf = captions.map(({ image }) => image);
  const ranksBy = async ({ pictures, sentences }: Embedded, phase: string) => {
    using bar = settings.bar?.(phase);
    const ranks = await stopwatch.measure(phase, () =>
      inTurns(rankSteps({
        images: images.map((image) => pictures.get(image)!),
        captions: captions.map(({ item, place }) => sentences.get(item.sentences[place]!)!),
        imageOf,
        unnormalised,
      }, bar?.report)));
    return retrievalTable(retrieval, ranks);
  };
  const table = await ranksBy(embedded, "ranks");
  const randomTable = random && await ranksBy(random, "ranks random");
  const how = { imageOf, random: randomTable?.rows, published };
  const figures = recallFigures(table.rows, how);
  const repeated = retrieval.length - images.length;
  return { rows: table, figures, findings: [retrievalFindings(figures, { name, repeated })] };
}

export async function publishedFigures(
  { format, part }: Pick<BenchmarkInputs, "format" | "part">,
): Promise<readonly CsvRow[]> {
  const path = await fetchKitFiles(kitPath("data/published/benchmarks.csv"));
  return readCsvRows(await readText(path, MOST_BYTES.own), path)
    .filter((row) =>
      row.text("benchmark") === format.name && (part === undefined || row.text("part") === part)
    );
}

/** The published figures; with `--published` each has the run's own beside it, if the file has as many rows as the part of the set that it is of. */
export function besidePublished(
  rows: readonly CsvRow[],
  { figures, published }: {
    readonly figures: readonly Figure[];
    readonly published: boolean;
  },
) {
  const parts = new Map(
    rows.filter((row) => row.text("group") === "all")
      .map((row) => [row.text("part"), row.number("n")]),
  );
  return rows.map((row) => {
    const [part, group, measure] = [row.text("part"), row.text("group"), row.text("measure")];
    const own = (group: string) =>
      figures.find((figure) =>
        figure.measure === `${measure}_${/^r\d/.test(measure) ? "first" : "published"}` &&
        figure.group === group && figure.by !== "image_to_text"
      );
    const isSame = published && own("all")?.n === parts.get(part);
    return {
      ...{ part, group, measure, model: row.text("model"), n: row.number("n") },
      published: row.number("published")!,
      "this run": isSame ? own(group)?.value : undefined,
      counted: row.text("counted"),
    };
  });
}

/** The files of multiple choice and of retrieval, without pictures. */
const FILES = {
  choices: { tables: ["choices", "benchmark"], charts: ["accuracy"] },
  retrieval: { tables: ["retrieval", "benchmark"], charts: ["recall"] },
} as const;

const CONTROL_SEED = 1;

export async function runBenchmark(
  task: BenchmarkTask,
  settings: FileRunSettings,
): Promise<void> {
  const { out, overwrite = false, seed, pictures, say = () => {}, called } = settings;
  const stopwatch = settings.stopwatch ?? new Stopwatch();
  const { benchmark, published = false, unnormalised = false, control = "none", ...choice } = task;
  const { cluster = "image" } = choice;
  const { protocol: _, ...options } = printChoice({ ...choice, cluster: undefined });
  const runtime = await openRuntime(task.device);
  const inputs = await openBenchmark(task, { seed, called });
  const checksums = await stopwatch.measure("checksums", () => checksumsOf(inputs.study));
  const cache = EmbeddingCache.chosen(settings.cache);
  const source = studySource(inputs.study, { runtime, checksums, cache, seed, say });
  const identity: RunIdentity = {
    command: "benchmark",
    options: {
      ...options,
      ...benchmark !== undefined && { benchmark },
      ...published && { published: "true" },
      ...unnormalised && { unnormalised: "true" },
      ...{ cluster, control, seed: `${seed}` },
    },
    versions: versionsNow(),
    sources: checksums.sources,
  };
  const kind = inputs.retrieval.length > 0 ? FILES.retrieval : FILES.choices;
  const files = fileNames(kind, pictureEndings(pictures));
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await RunFolder.open(out, identity, { files, overwrite }));
  if (folder === undefined) return await sayFinished(out, pictures, say);
  let described: Pick<Manifest, "model"> & { family?: ModelFamily } = {};
  let origins: Embedded["origins"] = {};
  const { rows } = inputs;
  const manifest = (files: readonly string[]) =>
    manifestOf({ ...described, identity, seed, rows, embeddings: origins, stopwatch }, files);
  const begin = () => folder.begin(manifest(files), { overwrite });
  const journal = opened.use(await folder.openJournal({ overwrite, begin }));
  const embed = async (phase: string, random?: number) => {
    const kept = journal.phase(phase);
    if (kept.size > 0) say(`${phase}: goes on after ${kept.size} finished pictures`);
    using bar = settings.bar?.(phase);
    const how = { source, unnormalised, random, kept, progress: bar?.report, say };
    return await stopwatch.measure(phase, () =>
      embedBenchmark(inputs, {
        ...how,
        onLoad: async (clip) => {
          if (random !== undefined) return;
          const taken = await source.takenOf?.(clip) ?? [];
          const { config, family } = clip;
          described = { model: describeModel({ config, family, taken }, inputs.study), family };
        },
      }));
  };
  const embedded = await embed("embeddings");
  ({ origins } = embedded);
  const random = control === "random" ? await embed("embeddings random", CONTROL_SEED) : undefined;
  await checkModelUnchanged(checksums);
  await folder.begin(manifest(files), { overwrite: false });
  const score = unnormalised ? innerProduct : described.family!.similarity.score;
  const found = inputs.retrieval.length > 0
    ? await retrievalOutcome(inputs, { embedded, random, task, settings, stopwatch })
    : await stopwatch.measure(
      "counting",
      () => choicesOutcome(inputs, { embedded, random, score, task, seed }),
    );
  const known = task.data === undefined ? [] : await publishedFigures(inputs); // drawings are no set
  const beside = besidePublished(known, { figures: found.figures, published });
  const clusters = task.cluster === "noun"
    ? "nouns"
    : inputs.study.data.textOnly
    ? "sentences"
    : "images";
  const about = { sources: identity.sources, clusters };
  const words = [...GLOSSARY.filter(({ word }) => word === "S"), ...BENCHMARK_WORDS];
  const summary = summaryOf(
    `negscope benchmark: ${inputs.study.modelName}, ${inputs.format.title}, ${rows.kept} of ${rows.read} rows`,
    [...found.findings, publishedFinding(beside)],
    { method: methodLines(inputs, { task, seed, model: described.model!, clusters }), words },
  );
  const text = await writeResults(folder, {
    tables: [found.rows, fillTable(FIGURES, found.figures)],
    charts: [[kind.charts[0], figuresChart(found.figures, about)]],
    summary,
  }, { manifest, pictures, stopwatch });
  say(text);
  say(reportText(out));
}

function methodLines(
  { rows }: BenchmarkInputs,
  { task, seed, model, clusters }: {
    readonly task: BenchmarkTask;
    readonly seed: number;
    readonly model: NonNullable<Manifest["model"]>;
    readonly clusters: string;
  },
): string[] {
  const taken = takenText(model.taken ?? []);
  const { layers, heads, width } = model.text;
  return [
    `Sizes: text tower of ${layers} blocks x ${heads} heads, width ${width}`,
    ...taken === undefined ? [] : [wrapText(taken)],
    ...model.score === undefined ? [] : [wrapText(`S = ${model.score}`)],
    ...rows.dropped.map(({ n, reason, ids, skipped }) =>
      `${n} rows ${skipped ? "skipped: " : reason === LEFT_OUT.limit ? "" : "left out: "}${reason}${
        skipped && ids !== undefined ? ` (${idsText(ids)})` : ""
      }`
    ),
    `Intervals keep the rows of each of the ${clusters} together`,
    ...task.published ? ["Counted as by the script of the set (--published)"] : [],
    ...task.unnormalised
      ? ["Scores are inner products of embeddings that are not normalised (--unnormalised)"]
      : [],
    ...seed === 0 ? [] : [`Options: --seed ${seed}`],
  ];
}
