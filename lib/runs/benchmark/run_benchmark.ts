/** A benchmark from start to finish: its folder is opened or resumed, pictures and sentences are embedded, files are written. */

import { accuracyTable, choicesTable, groupsInParts, sharesOf } from "../../benchmark/accuracy.ts";
import { accuracyChart, recallChart } from "../../benchmark/charts.ts";
import { optionCount, optionOf, pictureKey } from "../../benchmark/choice.ts";
import {
  accuracyFindings,
  publishedFinding,
  retrievalFindings,
  setsFinding,
} from "../../benchmark/findings.ts";
import { retrievalRanks } from "../../benchmark/ranks.ts";
import { captionsOf, retrievalSummary, retrievalTable } from "../../benchmark/retrieval.ts";
import { hasSets, setsTable } from "../../benchmark/sets.ts";
import { nounOf } from "../../benchmark/text_scorers.ts";
import type { ChartSpec } from "../../charts/spec.ts";
import { pictureEndings } from "../../draw/pictures.ts";
import type { Manifest } from "../../files/manifest.ts";
import type { ModelFamily } from "../../model/families.ts";
import { checkModelUnchanged, checksumsOf } from "../../opening/choice/checksums.ts";
import type { OpeningOptions } from "../../opening/choice/open_inputs.ts";
import { EmbeddingCache } from "../../opening/embeddings/embedding_cache.ts";
import { studySource } from "../../opening/load_study.ts";
import { writeReport } from "../../report/write_report.ts";
import { openRuntime } from "../../runtime/open_runtime.ts";
import { innerProduct } from "../../stats/inner_product.ts";
import { printChoice } from "../../study/choice/study_options.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { Stopwatch } from "../../study/experiment/stopwatch.ts";
import type { AnyTable } from "../../tables/table.ts";
import { finishedAlready, writtenSummary } from "../finished.ts";
import type { RunIdentity } from "../folder/identity_difference.ts";
import { RunFolder } from "../folder/run_folder.ts";
import { fileNames, filesText } from "../run_files.ts";
import { describeModel, versionsNow } from "../run_identity.ts";
import type { RunSettings } from "../run_settings.ts";
import { embedBenchmark, type Embedded } from "./embed.ts";
import { type BenchmarkInputs, openBenchmark } from "./inputs.ts";
import { publishedFigures, publishedTable } from "./published.ts";
import { benchmarkSummary } from "./summary.ts";
import type { BenchmarkTask } from "./task.ts";

/** The files of multiple choice and of retrieval, without pictures; sets and published figures only where there are some. */
export const FILES = {
  choices: { tables: ["choices", "accuracy", "sets", "published"], charts: ["accuracy"] },
  retrieval: { tables: ["retrieval", "retrieval_summary", "published"], charts: ["recall"] },
} as const;

/** All files that a benchmark can write, for the help. */
export const BENCHMARK_FILES: readonly string[] = [
  ...new Set(Object.values(FILES).flatMap((files) => fileNames(files, ["svg"]))),
];

/** The seed of the random weights of the control. */
const CONTROL_SEED = 1;

/** Where a benchmark writes, and how it reports. */
export interface BenchmarkSettings extends RunSettings, Pick<OpeningOptions, "called"> {
  /** The folder in which embeddings are kept for other runs; the user's own if `true`, none if `false`, `"none"` or undefined. */
  readonly cache?: string | boolean | undefined;
}

/** Runs a benchmark, or resumes the unfinished run in the folder, and prints what was found. */
export async function runBenchmark(
  task: BenchmarkTask,
  settings: BenchmarkSettings,
): Promise<void> {
  const { out, within, overwrite = false, seed, pictures, say = () => {}, called } = settings;
  const stopwatch = settings.stopwatch ?? new Stopwatch();
  const { unnormalised = false, control = "none" } = task;
  const runtime = await openRuntime(task.device);
  const inputs = await openBenchmark(task, { seed, ...(called && { called }) });
  const checksums = await stopwatch.measure("checksums", () => checksumsOf(inputs.study));
  const cache = EmbeddingCache.chosen(settings.cache);
  const source = studySource(inputs.study, { runtime, checksums, cache, seed, say });
  const identity: RunIdentity = {
    command: "benchmark",
    options: printTask(task, seed),
    versions: versionsNow(),
    sources: checksums.sources,
  };
  const figures = task.data === undefined ? [] : await publishedFigures(inputs); // drawings are no set
  const { tables: names, charts } = inputs.retrieval.length > 0 ? FILES.retrieval : FILES.choices;
  const kind = {
    charts,
    tables: names.filter((name) =>
      name === "published" ? figures.length > 0 : name !== "sets" || hasSets(inputs.choices)
    ),
  };
  const files = fileNames(kind, pictureEndings(pictures));
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await RunFolder.open(out, identity, { files, overwrite, within, say }));
  if (folder === undefined) {
    say(await finishedAlready(out, pictures));
    say(`\n${await writtenSummary(out)}`);
    return;
  }
  let described: Pick<Manifest, "model"> & { family?: ModelFamily } = {};
  let origins: Embedded["origins"] = {};
  const manifest = (files: readonly string[]): Manifest => ({
    ...identity,
    ...described.model && { model: described.model },
    seed,
    rows: inputs.rows,
    embeddings: origins,
    files,
    finished: false,
    start: stopwatch.start,
    seconds: stopwatch.seconds,
  });
  const begin = () => folder.begin(manifest(files), { overwrite });
  const resume = !overwrite && await folder.holdsUnfinished();
  const journal = opened.use(await folder.openJournal(identity, { resume, begin }));
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
    ? await retrievalOutcome(inputs, { embedded, task, settings, stopwatch })
    : await stopwatch.measure(
      "counting",
      () => choicesOutcome(inputs, { embedded, random, score, task, seed }),
    );
  const { published = false } = task;
  const beside = publishedTable(figures, { tables: found.tables, published });
  const tables: readonly AnyTable[] = [...found.tables, ...figures.length > 0 ? [beside] : []];
  for (const table of tables) await folder.writeTable(table);
  const clusters = task.cluster === "noun"
    ? "nouns"
    : inputs.study.data.textOnly
    ? "sentences"
    : "images";
  const options = { sources: identity.sources, clusters };
  for (const [name, draw] of found.charts) {
    await folder.writeChart(name, draw(options), pictures);
  }
  const findings = [...found.findings, publishedFinding(beside.rows)];
  const summary = benchmarkSummary(inputs, {
    task,
    findings,
    seed,
    model: described.model!,
    clusters,
  });
  await folder.writeSummary(summary);
  await folder.writeManifest(manifest(folder.files)); // the report reads it
  const drawn = folder.onScreen;
  const write = (page: string) => folder.writeReport(page);
  await stopwatch.measure(
    "report",
    () => writeReport(folder.path, { drawn, written: tables, write }),
  );
  await folder.finish(manifest(folder.files));
  say(summary);
  say(filesText(out, folder.files));
}

/** What was found: tables, charts by name, and their text. */
interface Found {
  readonly tables: readonly AnyTable[];
  readonly charts: readonly (readonly [
    name: string,
    draw: (options: { sources: RunIdentity["sources"]; clusters: string }) => ChartSpec,
  ])[];
  readonly findings: readonly Finding[];
}

function choicesOutcome(
  { choices, format }: BenchmarkInputs,
  { embedded, random, score, task, seed }: {
    readonly embedded: Embedded;
    readonly random: Embedded | undefined;
    readonly score: (text: Float32Array, image: Float32Array) => number;
    readonly task: BenchmarkTask;
    readonly seed: number;
  },
): Found {
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
  const how = { rule: format.rule, published, seed, random: random && scoresBy(random) };
  const known = sharesOf(choices, scores, how);
  const accuracy = accuracyTable(choices, scores, { ...how, clusters }, known);
  const inParts = groupsInParts(choices, known);
  const sets = setsTable(choices, known, seed);
  return {
    tables: [choicesTable(choices, scores), accuracy, ...sets === undefined ? [] : [sets]],
    charts: [["accuracy", (options) => accuracyChart(accuracy.rows, options)]],
    findings: [
      accuracyFindings(accuracy.rows, { format, inParts }),
      ...sets === undefined ? [] : [setsFinding(sets.rows)],
    ],
  };
}

async function retrievalOutcome(
  { retrieval, images: found }: BenchmarkInputs,
  {
    embedded: { pictures, sentences },
    task: { unnormalised = false, published },
    settings,
    stopwatch,
  }: {
    readonly embedded: Embedded;
    readonly task: BenchmarkTask;
    readonly settings: BenchmarkSettings;
    readonly stopwatch: Stopwatch;
  },
): Promise<Found> {
  const { images, captions } = captionsOf(retrieval, (image) => found?.paths.get(image) ?? image);
  using bar = settings.bar?.("ranks");
  const ranks = await stopwatch.measure("ranks", () =>
    retrievalRanks({
      images: images.map((image) => pictures.get(image)!),
      captions: captions.map(({ item, place }) => sentences.get(item.captions[place]!)!),
      imageOf: captions.map(({ image }) => image),
      unnormalised,
    }, bar?.report));
  const table = retrievalTable(retrieval, ranks);
  const summary = retrievalSummary(table.rows, { published: published === true });
  return {
    tables: [table, summary],
    charts: [["recall", (options) => recallChart(summary.rows, options)]],
    findings: [
      retrievalFindings(summary.rows, { repeated: retrieval.length - images.length }),
    ],
  };
}

/** The options as text, for a manifest. */
function printTask(
  { benchmark, published, unnormalised, cluster = "image", control = "none", ...choice }:
    BenchmarkTask,
  seed: number,
): Record<string, string> {
  const { protocol: _, ...options } = printChoice(choice);
  return {
    ...options,
    ...benchmark !== undefined && { benchmark },
    ...published && { published: "true" },
    ...unnormalised && { unnormalised: "true" },
    cluster,
    control,
    seed: `${seed}`,
  };
}
