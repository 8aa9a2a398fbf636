/** The circuit, what each of its nodes adds, and whether it has everything that counts. */

import type { Sources } from "../../../reading/sources.ts";
import { type DeviatingCell, LargestDeviations } from "../../../stats/intervals/simultaneous.ts";
import type { Steps } from "../../../stats/steps.ts";
import type { CircuitRun } from "../measured.ts";
import { nodeCells } from "../../../tables/nodes.ts";
import { largestDistance, mostDeviation } from "../faithfulness.ts";
import { idsDigest, sameAs, scoredOn } from "../origin.ts";
import { rowError, rowMeasures } from "./row_measures.ts";
import type { CircuitRow, CompletenessRow, MinimalityRow } from "./schemas.ts";
import type { FiledCircuit } from "../set_files.ts";
import type { SidesOfRun } from "./set_rows.ts";

/** The sides, and the circuit of another run. */
export interface CircuitSides extends SidesOfRun {
  /** The circuit of `--circuit`, with what its run says of it. */
  readonly given: FiledCircuit | undefined;
  /** The faithfulness that is enough. */
  readonly bound: number;
  /** Checksums of the model and the data. */
  readonly sources: Sources;
}

export function* circuitRows(
  { rows: scored, circuit, gainOf, heldOutGainOf, heldOut: by }: CircuitRun,
  { sides, segment, given, sources, bound }: CircuitSides,
): Steps<CircuitRow[]> {
  if (circuit === undefined) return [];
  const { ranking, start, tests } = circuit;
  const there = given?.faithfulness;
  const here = { ...sources, rows: idsDigest(scored.map(({ id }) => id)) };
  const gain = (row: number) => gainOf(row, tests.circuit);
  const found = sides.map(({ share }) => share(gain));
  const random: (number | undefined)[][] = []; // by random circuit and side
  for (const set of tests.random) {
    yield;
    random.push(sides.map(({ share }) => share((row) => gainOf(row, set)).estimate));
  }
  const rows: CircuitRow[] = [];
  for (const [i, side] of sides.entries()) {
    const { negation, n, share, rounding } = side;
    const ofSide = found[i]!;
    const error = share(rowError(side, gain));
    const isWhole = negation === "all";
    const ownDistance = largestDistance(
      isWhole ? found.map(({ estimate }) => estimate) : [ofSide.estimate],
    );
    const distances = random.map((shares) => largestDistance(isWhole ? shares : [shares[i]]));
    const heldOut = heldOutGainOf && share(heldOutGainOf);
    const mean = random.reduce((sum, shares) => sum + (shares[i] ?? NaN), 0) / random.length;
    rows.push({
      negation,
      segment,
      ranking,
      start,
      nodes: tests.circuit.nodes.length,
      n,
      faithfulness: ofSide.estimate,
      low: ofSide.low,
      high: ofSide.high,
      enough: enoughText(largestDistance([ofSide.estimate]), mostDeviation(bound, rounding)),
      ...rowMeasures(side, gain),
      row_error_low: error.low,
      row_error_high: error.high,
      held_out: heldOut?.estimate,
      held_out_low: heldOut?.low,
      held_out_high: heldOut?.high,
      held_out_by: by === undefined ? undefined : by === "noun" ? "nouns" : "pairs",
      random: random.length,
      random_all: tests.randomAreAll ? "yes" : "no",
      random_fixed: tests.randomFixed.join(", "),
      random_reaching: distances.filter((distance) => distance <= ownDistance + rounding).length,
      random_mean: Number.isFinite(mean) ? mean : undefined,
      faithfulness_there: there?.estimate,
      low_there: there?.low,
      high_there: there?.high,
      ...sameAs(given, here),
      scored_on: given === undefined ? "chosen" : scoredOn(given.chosenOn, here),
    });
  }
  return rows;
}

/** Whether a distance from 1 is small enough; empty if it is unknown. */
function enoughText(distance: number, most: number): "yes" | "no" | "" {
  if (Number.isNaN(distance)) return "";
  return distance <= most ? "yes" : "no";
}

/** The rows of minimality.csv, in the order side, node. */
export function* minimalityRows(
  { circuit, model, gainOf }: CircuitRun,
  { sides, segment, given }: CircuitSides,
): Steps<MinimalityRow[]> {
  if (circuit === undefined) return [];
  const { circuit: whole, drops } = circuit.tests;
  const rows: MinimalityRow[] = [];
  for (const { negation, n, samples, clusters, share } of sides) {
    const deviations = new LargestDeviations(samples);
    const cells: DeviatingCell[] = [];
    const left: (number | undefined)[] = [];
    for (const { set } of drops) {
      yield;
      const keep = new Float64Array(samples);
      const drop = share((row) => gainOf(row, whole) - gainOf(row, set), keep);
      left.push(share((row) => gainOf(row, set)).estimate);
      const isTested = drop.low !== undefined;
      cells.push(
        isTested
          ? deviations.add(drop, { samples: keep, clusters })
          : { own: drop, clusters, error: 0 },
      );
    }
    for (const [i, { node }] of drops.entries()) {
      const cell = cells[i]!;
      const { estimate, low, high } = cell.own;
      const simultaneous = deviations.interval(cell);
      rows.push({
        negation,
        segment,
        ...nodeCells(model.nodes[node]!),
        n,
        without: left[i],
        drop: estimate,
        low,
        high,
        simultaneous_low: simultaneous.low,
        simultaneous_high: simultaneous.high,
        drop_there: given?.drops?.[model.names[node]!]?.estimate,
      });
    }
  }
  return rows;
}

/** The rows of completeness.csv, in the order side, subset. */
export function* completenessRows(
  { circuit, gainOf }: CircuitRun,
  { sides, segment }: SidesOfRun,
): Steps<CompletenessRow[]> {
  if (circuit === undefined) return [];
  const rows: CompletenessRow[] = [];
  for (const { negation, n, share } of sides) {
    for (const [i, { removed, circuit: part, model }] of circuit.tests.subsets.entries()) {
      yield;
      const { estimate, low, high } = share((row) => gainOf(row, model) - gainOf(row, part));
      rows.push({
        negation,
        segment,
        subset: i + 1,
        nodes: removed.length,
        n,
        circuit: share((row) => gainOf(row, part)).estimate,
        model: share((row) => gainOf(row, model)).estimate,
        difference: estimate,
        low,
        high,
      });
    }
  }
  return rows;
}
