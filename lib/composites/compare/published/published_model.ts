/** What compared runs are: of the published model and data, or baselines with random weights. */

import { type Negation, NEGATIONS } from "../../../data/pairs.ts";
import { HEADS } from "../../../experiments/attend/tables.ts";
import type { MeasuredRun } from "../../../runs/open_run.ts";
import { SUMMARY } from "../../../study/evaluate/summary.ts";
import { quantitiesOf } from "./figures.ts";
import type { RecordedSizes } from "../../../files/manifest.ts";
import { sizesText, studyDifference } from "../same_study.ts";
import { NegscopeError } from "../../../errors/errors.ts";

/** Every property of a run is as published; some property differs; or none differs, but some are not known. */
export type PublishedVerdict = "as published" | "not published" | "unknown";

/** One property of a run and its published value. */
export interface PublishedCheck {
  /** The compared property, e.g. `text tower`. */
  readonly subject: string;
  /** The paper's value. */
  readonly published: string;
  /** The run's value; undefined if it is not known. */
  readonly found: string | undefined;
}

/** The comparison of a run's model and data with the published ones. */
export interface PublishedMatch {
  /** The run's folder. */
  readonly folder: string;
  /** The quantities of which it has figures. */
  readonly tables: readonly string[];
  /** The verdict from all properties. */
  readonly verdict: PublishedVerdict;
  /** What was compared, whether or not the run records it. */
  readonly checks: readonly PublishedCheck[];
}

const TEXT_TOWER: RecordedSizes = { layers: 12, heads: 8, width: 512, projection: 512 };
const IMAGE_TOWER: RecordedSizes = { layers: 12, heads: 12, width: 768, projection: 512 };

/** Whether layers and heads of equal numbers are at the same place in a text tower and the published one. */
export function hasPublishedPlaces({ layers, heads }: RecordedSizes): boolean {
  return layers === TEXT_TOWER.layers && heads === TEXT_TOWER.heads;
}

/** Rows of VALSE existence under the rephrased protocol, by side and by segment (paper, section 3). */
const SIDES = [["foil-negated", 240], ["caption-negated", 250]] as const;
const SEGMENTS = [["correct", 153], ["ambiguous", 295], ["incorrect", 42]] as const;

/** Compares a run's model sizes and row counts with the paper's. Equal ones do not prove that the weights are the same; with images, equal segments nearly do. */
export function matchPublished(run: MeasuredRun): PublishedMatch {
  const { record, schemas } = run;
  const counts = countRows(run);
  const found = {
    sides: NEGATIONS.map((side) => counts.get(side)?.n),
    segments: SEGMENTS.map(([name]) => sumOf(NEGATIONS.map((side) => counts.get(side)?.[name]))),
  };
  const checks: PublishedCheck[] = [
    { subject: "text tower", published: sizesText(TEXT_TOWER)!, found: sizesText(record.text) },
    { subject: "image tower", published: sizesText(IMAGE_TOWER)!, found: sizesText(record.image) },
    { subject: "protocol", published: "rephrased", found: record.protocol },
    {
      subject: "rows",
      published: `${sumOf(SIDES.map(([, n]) => n))}`,
      found: record.kept?.toString(),
    },
    { subject: "rows by side", published: listText(SIDES)!, found: listText(SIDES, found.sides) },
    {
      subject: "segments",
      published: listText(SEGMENTS)!,
      found: listText(SEGMENTS, found.segments),
    },
  ];
  const own = quantitiesOf({ schemas });
  const maps = own.filter(({ isMap }) => isMap);
  const tables = (maps.length > 0 ? maps : own).map(({ name }) => name);
  return { folder: record.folder, tables, verdict: verdictOf(checks), checks };
}

type SideCounts =
  & { readonly n: number }
  & { readonly [Segment in typeof SEGMENTS[number][0]]?: number | undefined };

/** Row counts by side, from summary.csv or otherwise from heads.csv. */
function countRows(run: MeasuredRun): ReadonlyMap<Negation, SideCounts> {
  const lines: readonly (SideCounts & { readonly negation: string })[] =
    run.schemas.has(SUMMARY.name)
      ? run.rows(SUMMARY)
      : run.rows(HEADS).map(({ negation, n }) => ({ negation, n }));
  if (lines.length === 0) return new Map();
  return new Map(NEGATIONS.map((side) => {
    const line = lines.find(({ negation }) => negation === side);
    const none = run.schemas.has(SUMMARY.name) ? { correct: 0, ambiguous: 0, incorrect: 0 } : {};
    return [side, line ?? { n: 0, ...none }];
  }));
}

function sumOf(counts: readonly (number | undefined)[]): number | undefined {
  return counts.reduce(
    (sum, count) => sum === undefined || count === undefined ? undefined : sum + count,
    0,
  );
}

function verdictOf(checks: readonly PublishedCheck[]): PublishedVerdict {
  const known = checks.filter(({ found }) => found !== undefined);
  if (known.some(({ found, published }) => found !== published)) return "not published";
  return known.length === checks.length ? "as published" : "unknown";
}

/** `153 correct, 295 ambiguous`, of these counts or others. Undefined if one is not known. */
function listText(
  published: readonly (readonly [name: string, count: number])[],
  counts: readonly (number | undefined)[] = published.map(([, count]) => count),
): string | undefined {
  if (counts.includes(undefined)) return undefined;
  return published.map(([name], i) => `${counts[i]} ${name}`).join(", ");
}

/** Divides runs into those to compare and their baselines, of the same model and data with random weights. If all have these, they are what is compared. */
export function withBaselines(
  runs: readonly MeasuredRun[],
): Readonly<Record<"compared" | "baselines", readonly MeasuredRun[]>> {
  const isRandom = ({ record: { randomWeights } }: MeasuredRun) => randomWeights !== undefined;
  const compared = runs.filter((run) => !isRandom(run));
  if (compared.length === 0) return { compared: runs, baselines: [] };
  const baselines = runs.filter(isRandom);
  for (const baseline of baselines) {
    for (const { record } of compared) {
      const difference = studyDifference(baseline.record, record);
      if (difference === undefined) continue;
      throw new NegscopeError("not-comparable", {
        problem: `Cannot use run "${baseline.record.folder}" as a baseline`,
        reason: `it differs from run "${record.folder}" in ${difference}`,
        expected: "the same model and data with random weights",
        fix: "run the same command with --random-weights N",
      });
    }
  }
  return { compared, baselines };
}
