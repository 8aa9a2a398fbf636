/** The controls of a run: the same measurement on other rows, or in a tower with random weights. */

import { towerOf } from "../experiment/by_options.ts";
import type { AnyExperiment, MeasuredControl, MeasuredRow } from "../experiment/experiment.ts";
import type { Study } from "../study.ts";
import { controlRuns, controlsIn } from "./control.ts";
import { withDeterminers, withOtherImages } from "./control_rows.ts";
import type { Variant } from "./variant.ts";

/** Measures the study of a control's run with an experiment. Returns one value per row. */
export type Measure = (
  study: Study,
  options: Readonly<Record<string, unknown>>,
  name: string,
) => Promise<readonly unknown[]>;

/** Measures what the options name as controls. */
export async function measureControls(
  { experiment, study, options, variants, measure }: {
    readonly experiment: AnyExperiment;
    readonly study: Study;
    readonly options: Readonly<Record<string, unknown>>;
    readonly variants: ReadonlyMap<string, Variant>;
    readonly measure: Measure;
  },
  rows: readonly MeasuredRow<unknown>[],
): Promise<readonly MeasuredRow<unknown>[]> {
  const fixed = optionsOfControls(experiment, options, rows);
  if (fixed === undefined) return rows;
  const segments = new Map(
    rows.flatMap(({ pair: { id }, scores }) =>
      scores === undefined ? [] : [[id, scores.segment] as const]
    ),
  );
  const made = rows.map((): Record<string, MeasuredControl<unknown>> => ({}));
  const indexOf = new Map(rows.map(({ pair: { id } }, i) => [id, i]));
  for (const [run, variant] of variants) {
    await study.withVariant({ ...variant, segments }, async (controlled) => {
      const measured = await measure(controlled, fixed, run);
      const scored = study.hasImages ? (await controlled.embeddings.scores()).scores : [];
      controlled.pairs.forEach(({ id }, row) => {
        const i = indexOf.get(id)!;
        const scores = rows[i]!.scores;
        made[i]![run] = {
          measured: measured[row],
          ...scores && {
            s_caption: scored[row]!.s_caption,
            s_foil: scored[row]!.s_foil,
            d: scored[row]!.d,
          },
        };
      });
    });
  }
  return rows.map((row, i) => ({ ...row, controls: made[i]! }));
}

/** The options of the runs of controls; undefined if there are none. */
export function optionsOfControls<Options extends Readonly<Record<string, unknown>>>(
  { controlOptions }: AnyExperiment,
  options: Options,
  rows: readonly MeasuredRow<unknown>[],
): Options | undefined {
  if (controlsIn(options).length === 0) return undefined;
  if (controlOptions === undefined || rows.length === 0) return options;
  const fixed = controlOptions(options, rows);
  return fixed && { ...options, ...fixed };
}

/** What each run of the controls changes, by the run's name. */
export function controlVariants(
  experiment: AnyExperiment,
  options: Readonly<Record<string, unknown>>,
  { study, seed }: { readonly study: Study; readonly seed: number },
): Map<string, Variant> {
  const tower = towerOf(experiment, options);
  const runs = controlsIn(options).flatMap(controlRuns);
  return new Map(runs.map((run) => [run, variantOfRun(run, { study, seed, tower })]));
}

function variantOfRun(
  run: string,
  { study: { pairs, inputs, text }, seed, tower }: {
    readonly study: Study;
    readonly seed: number;
    readonly tower: "text" | "image" | "none";
  },
): Variant {
  const { drawn, choice: { randomWeights } } = inputs;
  const ids = new Set(pairs.map(({ id }) => id));
  const ofShard = (all: Variant["drawn"]) => ({
    drawn: all,
    pairs: all.filter(({ id }) => ids.has(id)),
  });
  if (run === "image") return ofShard(withOtherImages(drawn, seed));
  if (run === "determiner") {
    const length = (sentence: string) => {
      try {
        text.checkLength(sentence); // of one that is cut off, the tokens do not say how long it is
        return text.ownTokens(sentence).end;
      } catch {
        return NaN;
      }
    };
    return ofShard(withDeterminers(drawn, { seed, length }));
  }
  const number = Number(run.slice("random ".length));
  const isTaken = randomWeights !== undefined && randomWeights <= number; // the model's own seed is no control of it
  return {
    drawn,
    pairs,
    random: { tower: tower === "image" ? "image" : "text", seed: number + (isTaken ? 1 : 0) },
  };
}

/** The rows of one run of a control, as an experiment makes tables of them: with the ids, sentences and segments of the rows that they are the control of. */
export function rowsOfControl(
  rows: readonly MeasuredRow<unknown>[],
  run: string,
): MeasuredRow<unknown>[] {
  return rows.flatMap(({ pair, scores, controls }) => {
    const control = controls?.[run];
    if (control === undefined) return [];
    const { measured, ...own } = control;
    return [{ pair, measured, ...scores && { scores: { ...scores, ...own } } }];
  });
}
