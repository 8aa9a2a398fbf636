/** Compares the heads of two runs of attend, on the data and on sentences elsewhere: finished runs, or results in memory. */

import { refuseLink } from "../../disk/folders.ts";
import { NegscopeError } from "../../errors.ts";
import { commandOf } from "../../errors/command.ts";
import { circuit } from "../../experiments/circuit/index.ts";
import { attend } from "../../experiments/attend/index.ts";
import { ATTENTION, HEADS } from "../../experiments/attend/tables.ts";
import { notAsWritten } from "../../files/manifest.ts";
import type { Sources } from "../../reading/path.ts";
import { summaryOf } from "../../report/summary.ts";
import {
  type OpenedRun,
  openRun,
  type RunTables,
  tableOf,
  tablesInMemory,
} from "../../runs/open_run.ts";
import { type FileRunSettings, runOnFiles } from "../../runs/run_experiment.ts";
import { openRuntime } from "../../runtime/open_runtime.ts";
import { saidOnce } from "../../study/study_source.ts";
import { SUMMARY } from "../../study/evaluate/summary.ts";
import { verdictOf } from "../../study/evaluate/verdict.ts";
import { Stopwatch } from "../../study/experiment/measure_rows.ts";
import { inTurns } from "../../stats/steps.ts";
import { DISK } from "../../files/read_file.ts";
import { checkedValue, completeOptions } from "../../options/values.ts";
import type { AnyExperiment } from "../../study/experiment/experiment.ts";
import { openInputs } from "../../opening/open_inputs.ts";
import {
  EMBEDDED,
  EMBEDDED_SENTENCES,
  printChoice,
  SEED,
  STUDY_OPTIONS,
  type StudyChoice,
} from "../../study/choice/study_options.ts";
import { clustersText } from "../../study/clusters.ts";
import {
  mergedSources,
  sourcesOf,
  writeComparison,
  type WrittenComparison,
} from "../write_comparison.ts";
import {
  type AttendedSet,
  attendedSet,
  compareHeadSteps,
  type ControlledHead,
  type ControlledSet,
  type HeadTables,
  randomAgreement,
} from "./compare_heads.ts";
import { AGREEMENT } from "../agreement.ts";
import { ESTIMATES } from "../estimates.ts";
import { GENERALISE_WORDS, generaliseChart, generaliseFinding } from "./findings.ts";
import { worstText } from "../../experiments/circuit/findings.ts";
import { CIRCUIT_TABLE } from "../../experiments/circuit/tables/circuit_table.ts";
import { CIRCUIT_SETS } from "../../experiments/circuit/tables/sets.ts";
import { estimateText } from "../../tables/text_table.ts";
import { findingText, joinedFinding } from "../../study/experiment/finding.ts";
import type { ChartSpec } from "../../charts/spec.ts";
import type { Result } from "../../study/result.ts";
import type { Experiments } from "../../experiments/all.ts";
import { isOneModel } from "../same_study.ts";

const GENERALISE_FILES = {
  tables: [ESTIMATES.name, AGREEMENT.name],
  charts: ["generalise"],
} as const;

export const GENERALISE_RUNS = {
  data: "data",
  elsewhere: "sentences",
  circuit: "circuit",
} as const;

interface GeneraliseChoice {
  /** The model, the data, and how rows are chosen; these rules also hold for the sentences. */
  readonly choice: StudyChoice;
  /** The other sentences. @default {the embedded ones for the embedded model; another model needs a file} */
  readonly sentences?: string | undefined;
  /** The circuit.json of a run of `circuit` on the data: the same circuit is run on the sentences. @default {none} */
  readonly circuit?: string | undefined;
}

interface GeneraliseSettings extends FileRunSettings {
  /** The folder of the run on the data, which is kept even if the comparison starts over. @default {`data` within that of the comparison} */
  readonly dataRun?: string;
}

/**
 * Runs `attend` on the data and on other sentences, each in a folder of its own, resumed or found finished, and writes the comparison.
 *
 * @param chosen The model, the data and the sentences.
 * @param settings The folder, and how the runs report.
 * @returns The findings, and what was done with the folder.
 * @throws {NegscopeError} If a model of yours has no sentences, a run fails, or a folder holds another run.
 */
export async function generalise(
  { choice, sentences: given, circuit: circuitFile }: GeneraliseChoice,
  settings: GeneraliseSettings,
): Promise<WrittenComparison> {
  const stopwatch = new Stopwatch();
  const { out, overwrite = false, pictures, seed } = settings;
  const warn = saidOnce(settings.warn); // both runs are of one model
  const { dataRun = `${out}/${GENERALISE_RUNS.data}` } = settings;
  await openRuntime(choice.device); // a device that is missing is noticed before any work
  const sentences = given ?? embeddedSentences(choice, settings);
  const text = { ...choice, data: sentences, pairs: undefined, images: undefined };
  const elsewhere: StudyChoice = { ...text, imageEmbeddings: undefined };
  await openInputs(elsewhere, { imagesAre: "ignored", seed }); // what is wrong with them is known before any work
  const ofCircuit = completeOptions(
    circuit.options,
    circuitFile === undefined ? {} : { circuit: circuitFile },
    DISK,
  );
  const circuitRun = { choice: elsewhere, overwrite, out: `${out}/${GENERALISE_RUNS.circuit}` };
  const runs = [
    { choice, out: dataRun, overwrite: overwrite && settings.dataRun === undefined },
    { choice: elsewhere, overwrite, out: `${out}/${GENERALISE_RUNS.elsewhere}` },
  ] as const;
  for (const { out: path } of [...runs, circuitRun]) if (path !== dataRun) await refuseLink(path);
  const ran = async (
    experiment: AnyExperiment,
    options: Readonly<Record<string, unknown>>,
    run: typeof circuitRun,
  ) => {
    await runOnFiles(experiment, options, run.choice, { ...settings, ...run, warn });
  };
  for (const run of runs) await ran(attend, {}, run);
  if (circuitFile !== undefined) await ran(circuit, ofCircuit, circuitRun);
  const [here, there] = [await readRun(runs[0]), await readRun(runs[1])];
  const scored = circuitFile === undefined ? [] : [await openRun(circuitRun.out)];
  const sources = sourcesOf([here.run, there.run, ...scored]);
  const model = here.run.manifest.model?.name ?? "";
  const { tables: { heads, estimates, agreement }, chart, finding } = await compared([
    [here.set, here.run],
    [there.set, there.run],
  ], { seed, model, sources, cluster: choice.cluster });
  const verdict = verdictOf(here.run.rows(SUMMARY), { name: model });
  return await writeComparison({ out, overwrite, pictures }, {
    command: "generalise",
    options: {
      ...printChoice(choice),
      sentences,
      ...(circuitFile !== undefined &&
        { circuit: circuit.options.circuit.print(ofCircuit.circuit)! }),
      seed: `${seed}`,
    },
    sources,
    files: GENERALISE_FILES,
    tables: [estimates, agreement],
    charts: () => ({ generalise: chart }),
    cells: heads.length,
    measured: heads.filter(({ selectivity }) => selectivity !== undefined).length,
    summary: summaryOf(
      "negscope generalise: do the heads that read negation read it elsewhere?",
      [joinedFinding([
        { sentences: verdict?.sentences.slice(0, 1) ?? [] },
        { sentences: scored.map(circuitSentence) },
        finding,
      ])],
      { words: GENERALISE_WORDS },
    ),
    stopwatch,
    seed,
  });
}

/** Compares the heads of two sets, each with the run that measured it. */
async function compared(
  sets: readonly (readonly [set: AttendedSet, run: RunTables])[],
  { seed, model, sources, cluster }: {
    readonly seed: number;
    readonly model: string;
    readonly sources: Sources;
    readonly cluster: StudyChoice["cluster"];
  },
) {
  const [[here, ofHere], [there, ofThere]] = sets as [typeof sets[0], typeof sets[0]];
  const random = randomAgreement(controlledSet(ofHere), controlledSet(ofThere));
  const tables = await inTurns(compareHeadSteps(here, there, { seed, random, model }));
  const { heads, agreement: { rows: agreement } } = tables;
  const sizes = [here.clusters.length, there.clusters.length] as const;
  return {
    tables,
    chart: generaliseChart(heads, {
      ...{ sources, agreement, clusters: clustersText(cluster), model },
    }),
    finding: generaliseFinding(heads, agreement, sizes),
  };
}

function embeddedSentences(
  { model = EMBEDDED }: StudyChoice,
  { called = (option) => option }: FileRunSettings,
): string {
  if (model === EMBEDDED) return EMBEDDED_SENTENCES;
  throw new NegscopeError("usage-input-missing", {
    problem: `Cannot compare the heads of ${called("model")} "${model}"`,
    subject: model,
    reason: "there are no sentences to compare with",
    expected: "--sentences FILE beside it",
    fix: `${commandOf("download cannot")} fetches some`,
  });
}

/** Opens a finished run with the attention of its rows, whose clusters are found in its data. */
async function readRun(
  { choice, out }: { readonly choice: StudyChoice; readonly out: string },
): Promise<{ readonly run: OpenedRun; readonly set: AttendedSet }> {
  const run = await openRun(out);
  const all = { ...choice, limit: undefined, skipBad: true }; // more rows than the run may have, but none fewer
  const { data } = await openInputs(all, { imagesAre: "ignored" });
  const set = attendedSet(run.rows(ATTENTION), data.pairs, choice.cluster);
  if (set !== undefined) return { run, set };
  const fix = "the data have changed: run the same command again";
  throw notAsWritten(`${out}/${ATTENTION.name}.csv`, fix);
}

function controlledSet(run: RunTables): ControlledSet {
  const { rows: controls = [] } = tableOf(run, `${HEADS.name}_controls`) ?? {};
  return { controls: controls as unknown as readonly ControlledHead[], heads: run.rows(HEADS) };
}

function circuitSentence(run: OpenedRun): string {
  const [whole] = run.rows(CIRCUIT_TABLE); // of all rows
  return `The circuit of ${whole!.nodes} parts brings about ${
    estimateText(whole!.faithfulness_there, {}, 2)
  } of d in its own run, and by the embedding ${
    estimateText(whole!.faithfulness, whole!, 2)
  } on the other sentences${worstText(run.rows(CIRCUIT_SETS))}`;
}

/** Heads on two sets of sentences. */
export interface ComparedHeads {
  /** The tables. */
  readonly tables: HeadTables;
  /** The charts by the names of their files: `generalise`. */
  readonly charts: ReadonlyMap<string, ChartSpec>;
  /** The findings. */
  readonly findings: string;
}

/**
 * Finds out whether the heads that read the negator in some sentences read it in others: Spearman's rank correlation of their selectivity over
 * heads, and the heads that are among the most selective in both.
 *
 * @param data The result of `attend` on the data.
 * @param elsewhere The result of `attend` of the same model on other sentences, such as those of `shapes-sentences`.
 * @param options The seed of the draws for intervals. @default {0}
 * @throws {NegscopeError} If the results are of different models, or keep different rows together (`cluster`).
 *
 * @example
 * ```ts
 * import { Study } from "negscope";
 * import { type ComparedHeads, compareHeads } from "negscope/published";
 * import { assertEquals } from "@std/assert";
 *
 * await using data = await Study.open({ limit: 40, cache: false });
 * await using elsewhere = await Study.open({ data: "shapes-sentences", limit: 40, cache: false });
 * const results = [await data.run("attend"), await elsewhere.run("attend")] as const;
 * const { tables }: ComparedHeads = await compareHeads(...results);
 * assertEquals(tables.agreement.rows[0]!.of, "selectivity");
 * ```
 */
export async function compareHeads(
  data: Result<Experiments["attend"]>,
  elsewhere: Result<Experiments["attend"]>,
  options: { readonly seed?: number } = {},
): Promise<ComparedHeads> {
  const seed = checkedValue("seed", options.seed ?? SEED.standard, SEED)!;
  const seeds = [data, elsewhere].map(({ study }) => study.inputs.choice.randomWeights);
  if (seeds[0] !== seeds[1] || !isOneModel(data.sources.model, elsewhere.sources.model)) {
    throw new NegscopeError("not-comparable", {
      problem: "Cannot compare the heads of two results",
      subject: elsewhere.study.inputs.modelName,
      reason: "they are not of the same model files",
      expected: "two results of one model",
    });
  }
  const clusters = [data, elsewhere].map(({ study }) =>
    study.inputs.choice.cluster ?? STUDY_OPTIONS.cluster.standard
  );
  if (clusters[0] !== clusters[1]) {
    throw new NegscopeError("not-comparable", {
      problem: "Cannot compare the heads of two results",
      subject: clusters[1],
      reason: `intervals of one keep together the rows of a ${
        clusters[0]
      }, of the other those of a ${clusters[1]}`,
      fix: "open both studies with the same cluster",
    });
  }
  const sets = [data, elsewhere].map(({ tables, allTables, study: { pairs, inputs } }) =>
    [
      attendedSet(tables.attention.rows, pairs, inputs.choice.cluster)!,
      tablesInMemory(allTables),
    ] as const
  );
  const { tables, chart, finding } = await compared(sets, {
    seed,
    model: data.study.inputs.modelName,
    sources: mergedSources([data.sources, elsewhere.sources]),
    cluster: data.study.inputs.choice.cluster,
  });
  return {
    tables,
    charts: new Map([["generalise", chart]]),
    findings: findingText(finding),
  };
}
