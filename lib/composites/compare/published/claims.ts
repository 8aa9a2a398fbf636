/** What the paper found, in plain words, and whether it holds of measured runs: each finding read in the same way from the published figures and the measured ones. */

import { clusterShare } from "../../../stats/share.ts";
import { clusterOf } from "../../../study/clusters.ts";
import { estimateIn } from "../../../study/effects/estimate_columns.ts";
import { LEAST_SHARE } from "../../../study/effects/named_shares.ts";
import type { FindingLine } from "../../../study/experiment/finding.ts";
import { EVALUATE, SEGMENTS } from "../../../study/rows/score_rows.ts";
import { headName } from "../../../tables/nodes.ts";
import { numberText } from "../../../tables/text_table.ts";
import type { MeasuredRun } from "../../../runs/open_run.ts";
import {
  boundsOf,
  type ComparisonRow,
  linesOf,
  placeIn,
  QUANTITIES,
  quantitiesOf,
} from "./figures.ts";

/** A figure at its place, published or measured. */
interface Cell
  extends Pick<ComparisonRow, "negation" | "segment" | "layer" | "head" | "role" | "of"> {
  readonly value: number | undefined;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly p_value?: number | undefined;
}

/** What figures say of a finding: the number or name that decides, and whether it holds; undefined if that is not certain. */
interface Told {
  readonly shown: string;
  readonly holds: boolean | undefined;
}

interface Claim {
  /** The finding as a clause. */
  readonly finding: string;
  readonly quantities: readonly string[];
  /** Undefined without the figures that it takes. */
  readonly told: (cells: ReadonlyMap<string, readonly Cell[]>, layers: number) => Told | undefined;
}

/** Whether an estimate is certainly above a bound, or certainly not. */
function isAbove({ low, high }: Pick<Cell, "low" | "high">, bound: number): boolean | undefined {
  if (low === undefined || high === undefined) return undefined;
  return low > bound ? true : high <= bound ? false : undefined;
}

function isOverall({ negation }: Cell): boolean {
  return negation === "all";
}

/** A correlation of a feature with d in the rows whose foil is negated, of the sign that the paper found; certain by its interval and its test. */
function correlation(finding: string, feature: string, sign: 1 | -1): Claim {
  const told: Claim["told"] = (cells) => {
    const cell = cells.get("r")?.find(({ of, negation }) => of === feature && negation === "foil");
    if (cell?.value === undefined) return undefined;
    const { low, high, p_value = 0 } = cell;
    const isSign = isAbove(sign === 1 ? cell : { low: high && -high, high: low && -low }, 0);
    return { shown: `r ${numberText(cell.value, 2)}`, holds: p_value < 0.05 ? isSign : undefined };
  };
  return { finding, quantities: ["r"], told };
}

/** The largest or the smallest of the values that both negated sides have, over the rows that the model gets right. */
function tracedOnBoth(
  cells: ReadonlyMap<string, readonly Cell[]>,
  ofSide: (side: readonly Cell[]) => Cell | undefined,
): Cell[] {
  const traced = cells.get("causal_trace")?.filter(({ segment }) => segment === "correct") ?? [];
  const found = ["foil", "caption"].map((negation) =>
    ofSide(traced.filter((cell) => cell.negation === negation))
  );
  return found.flatMap((cell) => cell?.value === undefined ? [] : [cell]).toSorted((a, b) =>
    a.value! - b.value!
  );
}

const CLAIMS: readonly Claim[] = [
  {
    finding: "the true sentence wins more often than by chance",
    quantities: ["accuracy"],
    told: (cells) => {
      const cell = cells.get("accuracy")?.findLast(isOverall);
      return cell?.value === undefined
        ? undefined
        : { shown: numberText(cell.value, 2), holds: isAbove(cell, 0.5) };
    },
  },
  {
    finding: "most scores differ by less than 1 logit",
    quantities: SEGMENTS,
    told: (cells) => {
      const counts = SEGMENTS.map((name) => cells.get(name)?.findLast(isOverall));
      const n = counts.reduce((sum, cell) => sum + (cell?.value ?? NaN), 0);
      const ambiguous = counts[SEGMENTS.indexOf("ambiguous")]!;
      if (isNaN(n)) return undefined;
      return { shown: numberText(ambiguous.value! / n, 2), holds: isAbove(ambiguous, n / 2) };
    },
  },
  correlation("the more alike they are, the less the true one leads", "text_similarity", -1),
  correlation("in longer sentences the true one leads by less", "tokens", -1),
  correlation("with larger subjects the true one leads by more", "subject_size", 1),
  {
    finding: 'by the middle layer "no" has lost most of it',
    quantities: ["causal_trace"],
    told: (cells, layers) => {
      const middle = Math.floor(layers / 2);
      const [, most] = tracedOnBoth(
        cells,
        (side) => side.find(({ role, layer }) => role === "negator" && layer === middle),
      );
      if (most === undefined) return undefined;
      const left = isAbove(most, 0.5);
      return {
        shown: `CTE ${numberText(most.value!, 2)}`,
        holds: left === undefined ? left : !left,
      };
    },
  },
  {
    finding: "the full stop holds part of it on the way",
    quantities: ["causal_trace"],
    told: (cells) => {
      const [least, most] = tracedOnBoth(
        cells,
        (side) =>
          side.filter(({ role, value }) => role === "full_stop" && value !== undefined)
            .toSorted((a, b) => b.value! - a.value!)[0],
      );
      if (most === undefined) return undefined;
      return { shown: `CTE ${numberText(least!.value!, 2)}`, holds: isAbove(least!, LEAST_SHARE) };
    },
  },
  {
    finding: 'one head looks most at "no" on both sides',
    quantities: ["negator_attention"],
    told: (cells) => {
      const sides = ["foil", "caption"].map((negation) =>
        (cells.get("negator_attention") ?? []).filter((cell) =>
          cell.negation === negation && cell.value !== undefined
        ).toSorted((a, b) => b.value! - a.value!)
      );
      if (sides.some(({ length }) => length < 2)) return undefined;
      const firsts = sides.map(([first]) => first!);
      const names = firsts.map(({ layer, head }) => headName({ layer: layer!, head: head! }));
      const isSame = names[0] === names[1];
      const isSure = firsts.every(({ low = -Infinity }, i) => low > sides[i]![1]!.value!);
      return { shown: [...new Set(names)].join(", "), holds: isSure ? isSame : undefined };
    },
  },
];

/** A finding of the paper beside what was measured. */
export interface JudgedClaim {
  readonly finding: string;
  readonly published: string;
  readonly measured: string | undefined;
  readonly holds: boolean | undefined;
}

const PUBLISHED_LAYERS = 12;

/** Judges the findings of which the runs, without baselines, have the figures. */
export function judgedClaims(
  rows: readonly ComparisonRow[],
  runs: readonly MeasuredRun[],
): JudgedClaim[] {
  const groups = Map.groupBy(rows, ({ quantity }) => quantity);
  const cellsBy = (cellsOf: (name: string, own: readonly ComparisonRow[]) => Cell[]) =>
    new Map([...groups].map(([name, own]) => [name, cellsOf(name, own)]));
  const published = cellsBy((_, own) =>
    own.map(({ published: value, ...at }) => ({ ...at, value, low: value, high: value }))
  );
  const measured = cellsBy((name, own) => measuredCells(name, own, runs));
  const layers = runs.map(({ record }) => record.text.layers).find((n) => n !== undefined) ??
    PUBLISHED_LAYERS;
  return CLAIMS.filter(({ quantities }) => quantities.every((name) => groups.has(name))).flatMap(
    ({ finding, told }) => {
      const there = told(published, PUBLISHED_LAYERS);
      const here = told(measured, layers) ?? { shown: undefined, holds: undefined };
      return there === undefined
        ? []
        : [{ finding, published: there.shown, measured: here.shown, holds: here.holds }];
    },
  );
}

/** All places of the run that has the last of the rows, which in a map may be other layers and heads than those of the paper's model. */
function measuredCells(
  name: string,
  rows: readonly ComparisonRow[],
  runs: readonly MeasuredRun[],
): Cell[] {
  const quantity = QUANTITIES.find((each) => each.name === name)!;
  const { protocol } = rows.at(-1)!;
  const run = runs.find((run) =>
    quantitiesOf(run).includes(quantity) && (quantity.isMap || run.record.protocol === protocol)
  );
  if (run === undefined) return [];
  return linesOf(run, quantity).map((line) => ({
    ...placeIn(line, quantity),
    ...estimateIn(line, quantity.value, boundsOf(quantity)),
    p_value: (line["p_value"] ?? 1) as number,
    ...name === "ambiguous" && ambiguousBounds(run),
  }));
}

/** The interval of how many of all rows are ambiguous, from that of their share. */
function ambiguousBounds({ rows, cluster }: MeasuredRun): Pick<Cell, "low" | "high"> {
  const scored = rows(EVALUATE);
  const { low, high } = clusterShare(scored.map(({ segment }) => segment === "ambiguous"), {
    clusters: scored.map((row) => clusterOf(row, cluster)),
  });
  return { low: low && low * scored.length, high: high && high * scored.length };
}

export const YES_OR_NO = new Map<boolean | undefined, string>([[true, "yes"], [false, "no"]]);

export function claimLines(claims: readonly JudgedClaim[]): FindingLine[] {
  return claims.map(({ finding, published, measured, holds }) => ({
    finding,
    paper: published,
    here: measured ?? "",
    holds: measured === undefined ? "not measured" : YES_OR_NO.get(holds) ?? "not certain",
  }));
}

/** How many findings hold, and which do not; those for which the rows are too few are named as such. */
export function claimSentences(claims: readonly JudgedClaim[]): string[] {
  const known = claims.filter(({ measured }) => measured !== undefined);
  if (known.length === 0) return [];
  const which = (wanted: boolean | undefined) =>
    known.filter(({ holds }) => holds === wanted).map(({ finding }) => finding);
  const [yes, no, unsure] = [which(true), which(false), which(undefined)];
  return [
    no.length + unsure.length === 0
      ? `The paper's findings hold here: ${yes.length} of ${known.length}`
      : `${yes.length} of the ${known.length} findings of the paper that were tested certainly hold here`,
    ...listed("Not so here", no),
    ...listed("Not certain here", unsure),
  ];
}

/** The first two of some findings by themselves; of more, the table has the others. */
function listed(what: string, found: readonly string[]): string[] {
  if (found.length === 0) return [];
  const said = found.slice(0, found.length > 2 ? 1 : 2).map((finding) => `that ${finding}`);
  const left = found.length - said.length;
  return [`${what}: ${said.join("; ")}${left === 0 ? "" : `; and ${left} more in the table`}`];
}
