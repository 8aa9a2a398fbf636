/** The controls of a run: the same measurement on other rows, or in a tower with random weights. */

import { affirmativeDeterminers, withDeterminer } from "../../data/twin.ts";
import { negatedSentence, type Pair } from "../../data/pairs.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { boxOf } from "../../reading/picture.ts";
import { sha256Text } from "../../reading/sha256.ts";
import type {
  ChosenExperiment,
  MeasuredControl,
  MeasuredRow,
  RunsTower,
} from "../experiment/experiment.ts";
import type { Study } from "../study.ts";
import { controlRuns } from "./control.ts";
import type { Variant } from "../study_source.ts";

export function withOtherImages(rows: readonly Pair[], seed: number): Pair[] {
  const unfit = (reason: string, expected?: string) =>
    new NegscopeError("control-unfit", {
      problem: "Cannot run the control image",
      ...{ reason, expected, fix: "leave out the control image" },
    });
  if (rows.every(({ image }) => image === "")) throw unfit("the rows have no images");
  const order = rows.toSorted((a, b) => drawOf(a.id, seed) - drawOf(b.id, seed));
  if (new Set(rows.map(({ image }) => image)).size < 2) {
    throw unfit("all rows have the same image", "rows of at least two images");
  }
  const images = new Map(order.map(({ id, image }, i) => {
    let next = i;
    do next = (next + 1) % order.length; while (order[next]!.image === image);
    return [id, order[next]!.image];
  }));
  return rows.map(({ box: _, ...row }) => {
    const image = images.get(row.id)!;
    const box = boxOf(image);
    return { ...row, image, ...box && { box } };
  });
}

/**
 * The rows with another determiner in place of the negator, none that the data has in affirmative sentences; a row of which none can be
 * made is left out.
 */
export function withDeterminers(
  rows: readonly Pair[],
  { seed, length }: { readonly seed: number; readonly length: (sentence: string) => number },
): Pair[] {
  const without = affirmativeDeterminers(rows);
  return rows.flatMap((row) => {
    const negated = negatedSentence(row);
    const fits = (sentence: string) => length(sentence) === length(negated);
    return withDeterminer(row, { without, fits, draw: drawOf(negated, seed) }) ?? [];
  });
}

/** A number from 0 to 1 that the seed and a text decide, whatever other rows there are. */
function drawOf(text: string, seed: number): number {
  return parseInt(sha256Text(`${seed}\n${text}`).slice(0, 8), 16) / 2 ** 32;
}

/** Measures each variant of the study as a control of its rows; `measure` returns one value per row. */
export async function measureControls(
  chosen: ChosenExperiment,
  rows: readonly MeasuredRow<unknown>[],
  { study, variants, measure }: {
    readonly study: Study;
    readonly variants: ReadonlyMap<string, Variant>;
    readonly measure: (
      ofControls: ChosenExperiment,
      study: Study,
      run: string,
    ) => Promise<readonly unknown[]>;
  },
): Promise<readonly MeasuredRow<unknown>[]> {
  const options = optionsOfControls(chosen, rows);
  if (options === undefined) return rows;
  const ofControls = { ...chosen, options };
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
      const measured = await measure(ofControls, controlled, run);
      const scored = study.hasImages ? (await controlled.embeddings.scores()).scores : [];
      controlled.pairs.forEach(({ id }, row) => {
        const i = indexOf.get(id)!;
        const own = rows[i]!.scores && scored[row]!;
        made[i]![run] = {
          measured: measured[row],
          ...own && { s_caption: own.s_caption, s_foil: own.s_foil, d: own.d },
        };
      });
    });
  }
  return rows.map((row, i) => ({ ...row, controls: made[i]! }));
}

export function optionsOfControls(
  { experiment: { controlOptions }, options, controls }: ChosenExperiment,
  rows: readonly MeasuredRow<unknown>[],
): ChosenExperiment["options"] | undefined {
  if (controls.length === 0) return undefined;
  if (controlOptions === undefined || rows.length === 0) return options;
  const fixed = controlOptions(options, rows);
  return fixed && { ...options, ...fixed };
}

export function controlVariants(
  { controls, runs }: Pick<ChosenExperiment, "controls" | "runs">,
  of: { readonly study: Study; readonly seed: number },
): Map<string, Variant> {
  return new Map(controls.flatMap(controlRuns).map((run) => [run, variantOfRun(run, runs, of)]));
}

function variantOfRun(
  run: string,
  tower: RunsTower,
  { study: { pairs, inputs, text }, seed }: Parameters<typeof controlVariants>[1],
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
