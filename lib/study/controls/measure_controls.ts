/** The controls of a run: the same measurement on other rows, or in a tower with random weights. */

import type {
  ChosenExperiment,
  MeasuredControl,
  MeasuredRow,
  RunsTower,
} from "../experiment/experiment.ts";
import type { Study } from "../study.ts";
import { type Control, controlRuns } from "./control.ts";
import { withDeterminers, withOtherImages } from "./control_rows.ts";
import type { Variant } from "./variant.ts";

/** Measures each variant of the study as a control of its rows; `measure` returns one value per row. */
export async function measureControls(
  rows: readonly MeasuredRow<unknown>[],
  { study, variants, measure }: {
    readonly study: Study;
    readonly variants: ReadonlyMap<string, Variant>;
    readonly measure: (study: Study, run: string) => Promise<readonly unknown[]>;
  },
): Promise<readonly MeasuredRow<unknown>[]> {
  const segments = new Map(
    rows.flatMap(({ pair: { id }, scores }) =>
      scores === undefined ? [] : [[id, scores.segment] as const]
    ),
  );
  const made = rows.map((): Record<string, MeasuredControl<unknown>> => ({}));
  const indexOf = new Map(rows.map(({ pair: { id } }, i) => [id, i]));
  for (const [run, variant] of variants) {
    if (variant.pairs.length === 0) continue; // as where no row has another determiner, which the summary says
    await study.withVariant({ ...variant, segments }, async (controlled) => {
      const measured = await measure(controlled, run);
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
export function optionsOfControls(
  { experiment: { controlOptions }, options, controls }: ChosenExperiment,
  rows: readonly MeasuredRow<unknown>[],
): ChosenExperiment["options"] | undefined {
  if (controls.length === 0) return undefined;
  if (controlOptions === undefined || rows.length === 0) return options;
  const fixed = controlOptions(options, rows);
  return fixed && { ...options, ...fixed };
}

/** What each run of the controls changes, by the run's name. */
export function controlVariants(
  controls: readonly Control[],
  of: ControlledStudy,
): Map<string, Variant> {
  return new Map(controls.flatMap(controlRuns).map((run) => [run, variantOfRun(run, of)]));
}

interface ControlledStudy {
  readonly study: Study;
  readonly seed: number;
  /** The tower that is measured. */
  readonly tower: RunsTower;
}

function variantOfRun(
  run: string,
  { study: { pairs, inputs, text }, seed, tower }: ControlledStudy,
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
