/** Edits on trial from start to finish: rows are opened, edits fitted and measured, and the folder is written. */

import { type Edit, editText, withStrength } from "../../edits/edit.ts";
import { list, numbers, type Option, type OptionsOf, wholeNumber } from "../../options/option.ts";
import { printOptions } from "../../options/values.ts";
import { EMBEDDED_PAIRS, printChoice, type StudyChoice } from "../../study/choice/study_options.ts";
import {
  FIT_NAMES,
  type FitName,
  FITTED,
  foldsOf,
  madeFrom,
  rowsOfChoices,
  rowsOfPairs,
  type TrialSet,
  wordsFrame,
} from "../../trials/fit.ts";
import { editJson } from "../../edits/read_edit.ts";
import { negatedInData, type Pair } from "../../data/pairs.ts";
import { headNoun } from "../../data/subject.ts";
import { pictureEndings } from "../../draw/pictures.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { checksumsOf, editDigests, loadStudy, studySource } from "../../opening/load_study.ts";
import { findModel, SHAPES } from "../../opening/find_model.ts";
import { openInputs } from "../../opening/open_inputs.ts";
import { EmbeddingCache } from "../../opening/embedding_cache.ts";
import { basename, type Sources } from "../../reading/path.ts";
import { jsonText } from "../../reading/json.ts";
import { openRuntime } from "../../runtime/open_runtime.ts";
import { clusterOf, clustersText } from "../../study/clusters.ts";
import { Stopwatch } from "../../study/experiment/measure_rows.ts";
import { summarySteps, verdictOf } from "../../study/evaluate/summary.ts";
import type { Study } from "../../study/study.ts";
import { finish } from "../../stats/steps.ts";
import { summaryOf } from "../../report/summary.ts";
import { capital, wrapText } from "../../tables/words.ts";
import { best, frontChart, TRIAL_WORDS, trialFindings } from "../../trials/findings.ts";
import { trialTables } from "../../trials/measure.ts";
import { embedBenchmark } from "../benchmark/embed.ts";
import { openBenchmark } from "../benchmark/inputs.ts";
import { sayFinished } from "../draw_figures.ts";
import { RunFolder } from "../run_folder.ts";
import { fileNames, manifestOf, reportText, writeResults } from "../write_results.ts";
import { describeStudy, versionsNow } from "../run_identity.ts";
import type { FileRunSettings } from "../run_experiment.ts";
import { measureTrials } from "./measure_trial.ts";

export const TRIAL_OPTIONS = {
  edits: list<FitName>(FIT_NAMES, {
    standard: FIT_NAMES,
    help: "the edits that are fitted; scale needs --circuit",
  }),
  strengths: {
    ...numbers({ min: -100, max: 100, help: "the strengths at which each is tried" }),
    standard: [0.5, 1, 2],
  } as Option<readonly number[]>,
  block: wholeNumber({
    min: 1,
    max: 1000,
    help: "the block after which activations are changed (default: the last)",
  }),
  prompt: {
    help: "the prompt for nouns",
    placeholder: "TEXT",
    standard: "a photo of a {}",
    expected: 'a sentence with {} for the noun, such as "There is a {}."',
    parse: (text) => text.includes("{}") ? text : undefined,
    print: String,
  } satisfies Option<string>,
  draws: wholeNumber({ min: 1, max: 1000, standard: 3, help: "random draws of each control" }),
};

export interface TrialTask extends OptionsOf<typeof TRIAL_OPTIONS> {
  readonly choice: Omit<StudyChoice, "pairs" | "data" | "edit" | "shard">;
  /** Data with pairs; edits are fitted on the first. @default {those of the model} */
  readonly data: readonly string[];
  /** Files of benchmarks. @default {none} */
  readonly benchmarks: readonly string[];
  /** The nodes of a circuit, which are scaled. @default {scale is not tried} */
  readonly circuit?: readonly string[] | undefined;
  readonly given: readonly Edit[];
}

function printTrial(task: TrialTask): Record<string, string> {
  const { data, benchmarks, circuit, given } = task;
  return {
    data: data.join(", "),
    ...benchmarks.length > 0 && { benchmark: benchmarks.join(", ") },
    ...printOptions(TRIAL_OPTIONS, { ...task }),
    ...circuit !== undefined && { circuit: circuit.join(", ") },
    ...given.length > 0 && { edit: given.map(editText).join(", ") },
  };
}

function editFile(name: string): string {
  return `edit_${name.replaceAll(/[^\w]+/g, "_")}`;
}

function trialFiles(names: readonly string[], endings: readonly string[]): string[] {
  return fileNames({ tables: ["trials"], files: names.map(editFile), charts: ["front"] }, endings);
}

export async function trialOnFiles(task: TrialTask, settings: FileRunSettings): Promise<void> {
  const { out, overwrite = false, seed, pictures, say = () => {}, warn, called } = settings;
  const stopwatch = new Stopwatch();
  const { choice, circuit, data: given, benchmarks, edits: fits, given: files } = task;
  const names = [
    ...fits.filter((name) => name !== "scale" || circuit),
    ...files.map(({ name }) => name),
  ];
  checkNames(names);
  const { own } = await findModel(choice, called ?? ((option) => option));
  const data = given.length > 0 ? given : [undefined, ...own === SHAPES ? [EMBEDDED_PAIRS] : []];
  const runtime = await openRuntime(choice.device);
  const cache = EmbeddingCache.chosen(settings.cache);
  await using held = new AsyncDisposableStack();
  const studies: Study[] = [];
  const sources: Sources[] = [];
  for (const name of data) {
    const opening = { seed, warn, say, called };
    const inputs = await openInputs({ ...choice, data: name }, { aligned: false }, opening);
    const checksums = await checksumsOf(inputs);
    sources.push(checksums.sources);
    studies.push(held.use(await loadStudy(inputs, { runtime, checksums, cache, seed, say })));
  }
  const [first] = studies as [Study];
  const fitted = new Set(first.pairs.map(wordsFrame));
  const sets: TrialSet[] = [];
  for (const study of studies) {
    const { inputs, pairs } = study;
    const rows = rowsOfPairs(pairs, { cluster: choice.cluster, fitted });
    const pictures = await stopwatch.measure("images", () => study.embeddings.images({ say }));
    sets.push({ name: basename(inputs.dataPath!), rows, pictures });
  }
  for (const path of benchmarks) {
    const { cluster: _, subjectSizes: __, protocol: ___, ...chosen } = choice;
    const inputs = await openBenchmark({ ...chosen, data: path }, { seed });
    const checksums = await checksumsOf(inputs.study);
    sources.push(checksums.sources);
    const source = studySource(inputs.study, { runtime, checksums, cache, seed, say });
    const { pictures } = await embedBenchmark(inputs, { source, unnormalised: false, say });
    sets.push({
      name: basename(path),
      rows: rowsOfChoices(inputs.choices, choice.cluster),
      pictures,
    });
  }
  const nouns = [...new Set(sets.flatMap(({ rows }) => rows.map(({ noun }) => noun)))].sort();
  const pairs = fitPairs(first.pairs);
  const fittedNouns = new Set(pairs.map(({ noun }) => noun));
  const heads = new Set(fittedNouns.values().map(headNoun));
  if (heads.size < 2) {
    throw new NegscopeError("rows-too-few", {
      problem: `Cannot fit edits on "${sets[0]!.name}"`,
      reason: `its rows are about ${heads.size} noun`,
      expected: "at least two, of which each is held out in turn",
    });
  }
  const digests = sources.flatMap(({ model }) => model);
  for (const edit of files) {
    digests.push(...await editDigests(edit, { name: `edit ${edit.name}` }));
  }
  const model = [...new Map(digests.map((one) => [one.file, one])).values()]; // each file once
  const identity = {
    command: "edit",
    options: {
      ...printChoice(choice),
      ...printTrial({ ...task, data: sets.map(({ name }) => name) }),
      seed: `${seed}`,
    },
    versions: versionsNow(),
    sources: { model, data: sources.flatMap(({ data }) => data) },
  };
  const endings = pictureEndings(pictures);
  const opening = { files: trialFiles(names, endings), overwrite, say };
  using folder = await RunFolder.open(out, identity, opening);
  if (folder === undefined) return await sayFinished(out, pictures, say);
  const { model: described, rows } = describeStudy(first);
  const manifest = (files: readonly string[]) =>
    manifestOf({ identity, model: described, seed, rows, stopwatch }, files);
  await folder.begin(manifest(opening.files), { overwrite });
  const folds = foldsOf(nouns, seed, fittedNouns);
  const trial = { study: first, sets, pairs, nouns, folds };
  using bar = settings.bar?.("edit");
  const made = await stopwatch.measure(
    "edit",
    () => measureTrials(trial, task, { seed, progress: (done, total) => bar?.report(done, total) }),
  );
  const { front, ...tables } = await stopwatch.measure(
    "tables",
    () => trialTables(made.trials, { sets, before: made.before, seed, cluster: choice.cluster }),
  );
  const edits = [...made.edits].map(([name, edit]) => {
    const rows = front.filter(({ edit, control, set }) =>
      edit === name && control === "none" && set === sets[0]!.name
    );
    const { strength } = best(rows)!;
    const content = editJson(withStrength(edit, strength));
    return [`${editFile(name)}.json`, jsonText(content)] as const;
  });
  const how = { given: new Set(files.map(({ name }) => name)), draws: task.draws };
  const trialled = trialFindings(front, how);
  const scores = (await first.scoredRows()).rows.map((row) => row.scores);
  const evaluated = finish(summarySteps(first.pairs, scores, { seed, cluster: choice.cluster }));
  const verdict = verdictOf(evaluated.rows, { name: described.name });
  const found = {
    ...trialled,
    sentences: [
      ...verdict?.sentences.slice(0, 1) ?? [],
      ...trialled.sentences ?? [],
      ...names.filter((name) => !made.edits.has(name)).map((name) =>
        `${name} is left out: it changes none of the sentences, or not at these strengths`
      ),
    ],
  };
  const ofPictures = benchmarks.length > 0 ? ", of a benchmark those of a picture" : "";
  const together = choice.cluster === "noun"
    ? ""
    : `${ofPictures}; whether a gain holds for other nouns is said by --cluster noun`;
  const ofSets = sets.map(({ name, rows }) => `${name} (${rows.length} rows)`);
  const count = new Set(folds.values()).size;
  const ofFolds = ` of ${sets[0]!.name}, in ${count} folds of ${nouns.length} nouns`;
  const controls = front.some(({ control }) => control !== "none")
    ? `; controls: mean of ${task.draws} draws`
    : "";
  const method = [
    ...[...Map.groupBy(made.edits.keys(), (name) => madeFrom(name, how.given))].map((
      [from, names],
    ) => `${capital(from)}${from === FITTED ? ofFolds : ""}: ${names.join(", ")}`),
    "The strengths shown, and the edit that a sentence names, are chosen by their gain on the same rows: of many that are tried, the largest gain is too large by chance",
    `Intervals and tests keep the rows of each of the ${
      clustersText(choice.cluster)
    } together${together}`,
    `Prompt: ${task.prompt}${controls}`,
  ];
  const text = await writeResults(folder, {
    tables: Object.values(tables),
    files: edits,
    charts: [["front", frontChart(front, { sources: identity.sources, model: described.name })]],
    summary: summaryOf(`negscope edit: ${described.name}, ${ofSets.join(", ")}`, [found], {
      method: method.map((line) => wrapText(line)),
      words: TRIAL_WORDS,
    }),
  }, { manifest, pictures, stopwatch });
  say(text);
  say(reportText(out));
}

/** Refuses edits that tables and files could not tell apart. */
function checkNames(names: readonly string[]): void {
  const twice = names.find((name, i) =>
    names.some((other, j) => j < i && editFile(other) === editFile(name))
  );
  if (twice === undefined) return;
  throw new NegscopeError("usage-value-wrong", {
    problem: `Cannot try two edits of the name "${twice}"`,
    fix: "change the name in the edit's file, or choose by --edits which edits are fitted",
  });
}

function fitPairs(pairs: readonly Pair[]) {
  const made = pairs.map((pair) => ({
    negated: negatedInData(pair),
    affirmative: pair.negation === "caption" ? pair.foil : pair.caption,
    noun: clusterOf(pair, "noun"),
  }));
  const distinct = new Map(made.map((pair) => [`${pair.negated}\n${pair.affirmative}`, pair]));
  return [...distinct.values()];
}
