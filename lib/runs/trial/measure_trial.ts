/** Fits edits in folds of nouns and measures them with their controls. */

import { type Edit, hasStrength, withStrength } from "../../edits/edit.ts";
import { wrongValue } from "../../errors/errors.ts";
import { DISK } from "../../files/read_file.ts";
import { editedWeights } from "../../model/clip_model.ts";
import { singular } from "../../data/subject.ts";
import { seededRandom } from "../../stats/random.ts";
import { embedTexts, type Progress } from "../../study/embeddings.ts";
import {
  asLong,
  FIT_NAMES,
  type FitData,
  type FitName,
  type FitPair,
  FITS,
  randomControl,
  randomized,
  shuffledLabels,
  type TrialControl,
  type TrialSet,
} from "../../trials/fit.ts";
import { type Measured, type MeasuredTrial, measureEdit } from "../../trials/measure.ts";
import type { Study } from "../../study/study.ts";
import type { TrialTask } from "./trial_on_files.ts";

interface TrialData {
  readonly study: Study;
  readonly sets: readonly TrialSet[];
  readonly pairs: readonly FitPair[];
  readonly nouns: readonly string[];
  readonly folds: ReadonlyMap<string, number>;
}

export async function measureTrials(
  data: TrialData,
  task: TrialTask,
  { seed, progress }: { readonly seed: number; readonly progress: Progress },
) {
  const { study, pairs, folds } = data;
  const { text } = study;
  const { strengths, draws } = task;
  const sentences = new Set(
    data.sets.flatMap(({ rows }) =>
      rows.flatMap(({ options }) => options.map(({ sentence }) => sentence))
    ),
  );
  const inputs = { ...data, text, prompt: task.prompt };
  const measure = async (own: FoldEdits, strength: number) => {
    const [edit] = own.values();
    if (edit?.kind !== "transplant" || strength === 0) {
      return await measureEdit(inputs, (fold) => withStrength(own.get(fold)!, strength));
    }
    const changed = await editedWeights(withStrength(edit, strength), text.weights, DISK);
    const { pairs: rows, inputs: { drawn } } = study;
    return await study.withVariant(
      { pairs: rows, drawn, changed },
      ({ text }) => measureEdit({ ...inputs, text }, () => undefined),
    );
  };
  const all = await fitData(data, task, sentences);
  const places = [...new Set(folds.values())];
  const without = new Map(places.map((fold) => [fold, {
    ...all,
    pairs: pairs.filter(({ noun }) => folds.get(noun) !== fold),
  }]));
  const candidates = [
    ...task.edits.map((name) => ({ name, fit: FITS[name], isFitted: !UNFITTED.includes(name) })),
    ...task.given.map((edit) => ({ name: edit.name, fit: () => edit, isFitted: false })),
  ];
  const edits = new Map<string, Edit>();
  const conditions: (Omit<MeasuredTrial, "draws"> & { readonly made: readonly FoldEdits[] })[] = [];
  for (const [index, { name, fit, isFitted }] of candidates.entries()) {
    const whole = fit(all);
    if (whole === undefined) continue;
    const possible = strengths.filter((strength) => hasStrength(whole.kind, strength));
    const error = possible.length === 0
      ? wrongValue(`try ${name} at strength`, strengths.join(", "), "one from 0 to 1")
      : text.unchangedError(sentences, whole);
    const isOptional = Object.hasOwn(FITS, name) && task.edits.length === FIT_NAMES.length;
    if (error !== undefined && isOptional) continue; // all that can be tried
    if (error !== undefined) throw error;
    edits.set(name, whole);
    const own: FoldEdits = new Map(places.map((fold) => [fold, fit(without.get(fold)!)!]));
    const randomOf = (draw: number, fold: number) =>
      seededRandom((seed + 7919 * (1 + draw) + 104729 * index + fold) >>> 0);
    const drawn = (make: (edit: Edit, fold: number, draw: number) => Edit) =>
      Array.from(
        { length: draws },
        (_, draw): FoldEdits =>
          new Map([...own].map(([fold, edit]) => [fold, make(edit, fold, draw)])),
      );
    const random = randomControl(whole);
    const controls: [TrialControl, readonly FoldEdits[]][] = [["none", [own]]];
    if (random !== undefined) {
      const draw = random === "random nodes" ? () => 0 : (fold: number) => fold; // a model has one set of nodes
      controls.push([
        random,
        drawn((edit, fold, at) => randomized(edit, randomOf(at, draw(fold)), text.tower.shape)),
      ]);
    }
    if (isFitted) {
      controls.push([
        "shuffled labels",
        drawn((edit, fold, at) =>
          asLong(fit(shuffledLabels(without.get(fold)!, randomOf(at, fold)))!, edit)
        ),
      ]);
    }
    for (const strength of possible) {
      for (const [control, made] of controls) {
        conditions.push({ edit: name, strength, control, made });
      }
    }
  }
  const total = conditions.reduce((sum, { made }) => sum + made.length, 1);
  const before = await measureEdit(inputs, () => undefined);
  let done = 0;
  progress(++done, total);
  const trials: MeasuredTrial[] = [];
  for (const { made, ...keys } of conditions) {
    const measured: Measured[][] = [];
    for (const own of made) {
      measured.push(await measure(own, keys.strength));
      progress(++done, total);
    }
    trials.push({ ...keys, draws: measured });
  }
  return { before, trials, edits };
}

/** What no label decides: it has no control of shuffled labels. */
const UNFITTED: readonly FitName[] = ["scale", "merge"];

type FoldEdits = ReadonlyMap<number, Edit>;

/** Sentences that run together for their streams. */
const AT_ONCE = 512;

async function fitData(
  { study: { text }, pairs, nouns }: TrialData,
  { prompt, block = text.tower.shape.layers, circuit: nodes }: TrialTask,
  tried: ReadonlySet<string>,
): Promise<FitData> {
  const promptOf = (noun: string) => prompt.replace("{}", noun);
  const ofPairs = pairs.flatMap((pair) => [pair.negated, pair.affirmative]);
  const sentences = [...new Set([...ofPairs, ...nouns.map(promptOf)])];
  const hook = `blocks.${block - 1}.hook_resid_post`;
  const stream = new Map<string, Float32Array>();
  for (let first = 0; first < sentences.length; first += AT_ONCE) {
    const some = sentences.slice(first, first + AT_ONCE);
    const { cache } = await text.runWithCache(some, [hook]);
    some.forEach((sentence, row) => {
      const value = cache.row(hook, row);
      stream.set(sentence, value.row(value.shape[0]! - 1).data.slice());
    });
  }
  const written = new Set(
    [...tried].flatMap((sentence) => sentence.toLowerCase().match(/[\p{L}\p{N}'-]+/gu) ?? []),
  );
  const forms = Map.groupBy(written, singular);
  return {
    ...{ pairs, nouns, promptOf, stream, block, prompt, nodes },
    formsOf: (noun) => {
      const before = noun.slice(0, noun.lastIndexOf(" ") + 1);
      const last = forms.get(singular(noun.slice(before.length))) ?? [];
      return [...new Set([noun, ...last.map((form) => `${before}${form}`)])];
    },
    embeddings: await embedTexts(text, new Set(sentences)),
  };
}
