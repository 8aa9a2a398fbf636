/** A benchmark from start to finish: its folder is opened or resumed, pictures and sentences are embedded, files are written. */

import { BENCHMARK_WORDS, publishedFinding } from "../../benchmark/findings.ts";
import { pictureEndings } from "../../draw/pictures.ts";
import type { Manifest } from "../../files/manifest.ts";
import type { ModelFamily } from "../../model/families.ts";
import { checkModelUnchanged, checksumsOf } from "../../opening/model_files.ts";
import { EmbeddingCache } from "../../opening/embedding_cache.ts";
import { studySource } from "../../opening/load_study.ts";
import { openRuntime } from "../../runtime/open_runtime.ts";
import { innerProduct } from "../../stats/columns.ts";
import { printChoice } from "../../study/choice/study_options.ts";
import { Stopwatch } from "../../study/experiment/stopwatch.ts";
import type { AnyTable } from "../../tables/table.ts";
import { sayFinished } from "../finished.ts";
import type { RunIdentity } from "../folder/identity_difference.ts";
import { RunFolder } from "../folder/run_folder.ts";
import { fileNames, filesText, SUMMARY } from "../run_files.ts";
import { describeModel, versionsNow } from "../run_identity.ts";
import type { FileRunSettings } from "../run_on_files.ts";
import { manifestOf, writeResults } from "../folder/write_results.ts";
import { embedBenchmark, type Embedded } from "./embed.ts";
import { type BenchmarkInputs, openBenchmark } from "./inputs.ts";
import { choicesOutcome, retrievalOutcome } from "./outcomes.ts";
import { publishedFigures, publishedTable } from "./published.ts";
import type { BenchmarkTask } from "./task.ts";
import { idsText } from "../../data/bad_rows.ts";
import { visibleText } from "../../errors.ts";
import { type Finding, findingText, joinedFinding } from "../../study/experiment/finding.ts";
import { GLOSSARY } from "../../study/glossary.ts";
import { takenText } from "../../study/study_text.ts";
import { glossaryText, methodBlock, wordsUsed, wrapText } from "../../tables/words.ts";

/** The files of multiple choice and of retrieval, without pictures; published figures only where there are some. */
export const FILES = {
  choices: { tables: ["choices", "accuracy", "published"], charts: ["accuracy"] },
  retrieval: { tables: ["retrieval", "retrieval_summary", "published"], charts: ["recall"] },
} as const;

export const BENCHMARK_FILES: readonly string[] = [
  ...new Set(Object.values(FILES).flatMap((files) => fileNames(files, ["svg"]))),
];

const CONTROL_SEED = 1;

export async function runBenchmark(
  task: BenchmarkTask,
  settings: FileRunSettings,
): Promise<void> {
  const { out, overwrite = false, seed, pictures, say = () => {}, called } = settings;
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
    tables: names.filter((name) => name !== "published" || figures.length > 0),
  };
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
  const journal = opened.use(await folder.openJournal(identity, { overwrite, begin }));
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
  const { published = false } = task;
  const beside = publishedTable(figures, { tables: found.tables, published });
  const tables: readonly AnyTable[] = [...found.tables, ...figures.length > 0 ? [beside] : []];
  const clusters = task.cluster === "noun"
    ? "nouns"
    : inputs.study.data.textOnly
    ? "sentences"
    : "images";
  const options = { sources: identity.sources, clusters };
  const findings = [...found.findings, publishedFinding(beside.rows)];
  const summary = benchmarkSummary(inputs, {
    task,
    findings,
    seed,
    model: described.model!,
    clusters,
  });
  await writeResults(folder, {
    tables,
    charts: [...found.charts].map(([name, draw]) => [name, draw(options)]),
    texts: [[SUMMARY, summary]],
  }, { manifest, pictures, stopwatch });
  say(summary);
  say(filesText(out, folder.files));
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

function benchmarkSummary(
  { format, rows, study: { modelName } }: BenchmarkInputs,
  { task, findings, seed, model, clusters }: {
    readonly task: BenchmarkTask;
    readonly findings: readonly Finding[];
    readonly seed: number;
    readonly model: NonNullable<Manifest["model"]>;
    readonly clusters: string;
  },
): string {
  const heading =
    `negscope benchmark: ${modelName}, ${format.title}, ${rows.kept} of ${rows.read} rows`;
  const taken = takenText(model.taken ?? []);
  const { layers, heads, width } = model.text;
  const found = [
    `${wrapText(heading)}\n`,
    findingText(joinedFinding(findings)),
    methodBlock([
      `Sizes: text tower of ${layers} blocks x ${heads} heads, width ${width}`,
      ...taken === undefined ? [] : [wrapText(taken)],
      ...model.score === undefined ? [] : [wrapText(`S = ${model.score}`)],
      ...rows.dropped.map(({ n, reason, ids, skipped }) =>
        `${n} rows ${skipped ? "skipped" : "left out"}: ${reason}${
          skipped && ids !== undefined ? ` (${idsText(ids)})` : ""
        }`
      ),
      `Intervals keep the rows of each of the ${clusters} together`,
      ...task.published ? ["Counted as by the script of the set (--published)"] : [],
      ...task.unnormalised
        ? ["Scores are inner products of embeddings that are not normalised (--unnormalised)"]
        : [],
      ...seed === 0 ? [] : [`Options: --seed ${seed}`],
    ]),
  ].join("\n");
  const words = [...GLOSSARY.filter(({ word }) => word === "S"), ...BENCHMARK_WORDS];
  return visibleText(`${found}\n${glossaryText(wordsUsed(found, words))}`);
}
