/** What the paper published (Quantmeyer et al. 2024), in which table a run has the same, and whether it is of the published model. */

import { type Negation, NEGATIONS, type Protocol } from "../../../data/pairs.ts";
import { NegscopeError } from "../../../errors/errors.ts";
import { HEAD_ROLES, HEADS } from "../../../experiments/attend/tables.ts";
import { TRACE } from "../../../experiments/trace/tables.ts";
import { numberOrNone } from "../../../study/columns.ts";
import { type CsvRow, readCsvRows } from "../../../tables/csv.ts";
import type { EstimateBounds } from "../../../tables/estimates.ts";
import {
  count,
  key,
  number,
  optional,
  type Row,
  table,
  type TableSchema,
  text,
} from "../../../tables/table.ts";
import { fetchKitFiles, kitPath } from "../../../files/kit_files.ts";
import { MOST_BYTES, readText } from "../../../files/read_file.ts";
import { CORRELATIONS } from "../../../experiments/correlate/index.ts";
import type { MeasuredRun } from "../../../runs/open_run.ts";
import type { Line } from "../../../study/effects/row_values.ts";
import { SUMMARY } from "../../../study/evaluate/summary.ts";
import { EFFECT_GROUPS } from "../../../study/groups/group_estimates.ts";
import { PLACE } from "../agreement.ts";
import { freeCells } from "../../../study/effects/named_shares.ts";
import type { RecordedSizes } from "../../../files/manifest.ts";
import { sizesText, studyDifference } from "../models.ts";

type PlaceKey = "negation" | "segment" | "layer" | "head" | "role" | "feature" | "group";

/** A quantity of which figures were published: those of a map, one for each place, or single ones. */
export interface Quantity {
  readonly name: string;
  /** What it is, in a few words without a full stop. */
  readonly means: string;
  readonly file: string;
  readonly keys: readonly PlaceKey[];
  /** Whether it is a map, whose places mean the same only in a text tower of as many blocks and heads. */
  readonly isMap: boolean;
  /** The run's table, and the column of the values, which have this name in the file of a map too. */
  readonly schema: TableSchema;
  /** The table that a run with the quantity has beside it. @default {none} */
  readonly beside?: TableSchema;
  readonly value: string;
  readonly task: string;
  /** How many rows it is over, from a line of the table. @default {its column `n`} */
  readonly rows?: (line: Line) => number | undefined;
}

const MAP = { isMap: true } as const;
const SINGLE = { isMap: false, file: "figures.csv" } as const;
const SCORES = { ...SINGLE, keys: ["negation"], schema: SUMMARY, task: "evaluate" } as const;
const FEATURES = {
  ...SINGLE,
  keys: ["negation", "feature"],
  schema: CORRELATIONS,
  task: "correlate",
} as const;

export const QUANTITIES: readonly Quantity[] = [
  {
    ...{ ...SCORES, name: "accuracy", value: "accuracy" },
    means:
      "share of rows with d > 0, ties one half, where d = S(caption) - S(foil); under the protocol `all` the published figure is not the paper's, but that of arXiv 2501.10913 for the same model over all rows of VALSE, of which the kit leaves out the one whose sentences are equal: 379 of 533 rows",
  },
  { ...SCORES, name: "correct", value: "correct", means: "rows with d >= 1" },
  { ...SCORES, name: "ambiguous", value: "ambiguous", means: "rows with -1 <= d < 1" },
  { ...SCORES, name: "incorrect", value: "incorrect", means: "rows with d < -1" },
  {
    ...{ ...FEATURES, name: "r", value: "r" },
    means: "Pearson's r of a feature of the rows with d",
  },
  {
    ...{ ...FEATURES, name: "r_without_block", value: "r_without_block" },
    means: "r without the rows of the sentence pair that has the most rows",
    rows: (line) => (line["n"] as number) - (line["block_n"] as number),
  },
  {
    ...{ ...SINGLE, name: "accuracy_by_size", value: "value" },
    means: "accuracy on the foil-negated rows whose subject covers more than a share of the image",
    ...{ keys: ["group"], schema: EFFECT_GROUPS, beside: CORRELATIONS, task: "correlate" },
  },
  {
    ...{ ...MAP, name: "causal_trace", value: "cte", file: "causal_trace.csv" },
    means: "the causal tracing effect of the residual stream",
    ...{ keys: ["negation", "segment", "layer", "role"], schema: TRACE, task: "trace" },
  },
  {
    ...{ ...MAP, name: "negator_attention", file: "negator_attention.csv" },
    means: "a head's selectivity for the negator",
    ...{ keys: ["negation", "layer", "head"], schema: HEADS, value: "selectivity", task: "attend" },
  },
  {
    ...{ ...MAP, name: "correlation_with_d", file: "negator_attention.csv" },
    means: "Pearson's r of a head's selectivity with d",
    ...{ keys: ["negation", "layer", "head"], schema: HEADS, task: "attend" },
    value: "correlation_with_d",
  },
  {
    ...{ ...MAP, name: "negator_attention_layer4" },
    file: "negator_attention_layer4.csv",
    means: "attention to the negator less that to its twin, of heads of layer 4 by role",
    ...{ keys: ["negation", "layer", "head", "role"], schema: HEAD_ROLES, task: "attend" },
    value: "attention_difference",
  },
];

/** Which figure of a quantity it is. */
export interface FigurePlace {
  /** The negated side. */
  readonly negation: string | undefined;
  /** The segment of the rows. */
  readonly segment: string | undefined;
  /** The block, from 1, or 0 for the embeddings. */
  readonly layer: number | undefined;
  /** The head, from 1. */
  readonly head: number | undefined;
  /** The role of the token. */
  readonly role: string | undefined;
  /** The feature, or the size that the subjects exceed. */
  readonly of: string | undefined;
}

/** A published figure. */
export interface PublishedFigure extends FigurePlace {
  /** How the rows were read and aligned. */
  readonly protocol: Protocol;
  /** Its value. */
  readonly published: number;
}

/** The published figures by quantity, in the order of the files. */
export type PublishedTables = ReadonlyMap<string, readonly PublishedFigure[]>;

export function placeIn(line: Line, { keys }: Pick<Quantity, "keys">): FigurePlace {
  const cell = (name: PlaceKey) => keys.includes(name) ? line[name] : undefined;
  const textIn = (name: PlaceKey) => cell(name) === undefined ? undefined : `${cell(name)}`;
  return {
    ...{ negation: textIn("negation"), segment: textIn("segment"), role: textIn("role") },
    layer: cell("layer") as number | undefined,
    head: cell("head") as number | undefined,
    of: textIn("feature") ?? textIn("group"),
  };
}

/** A text that two figures of a quantity share only if they are at the same place. */
export function placeKey({ negation, segment, layer, head, role, of }: FigurePlace): string {
  return [negation, segment, layer, head, role, of].join(",");
}

/** Reads the published tables: the figures of each quantity. */
export async function readPublished(): Promise<PublishedTables> {
  const files = new Map<string, readonly CsvRow[]>();
  for (const { file } of QUANTITIES) {
    const path = await fetchKitFiles(kitPath(`data/published/${file}`));
    if (!files.has(file)) files.set(file, readCsvRows(await readText(path, MOST_BYTES.own), path));
  }
  return new Map(QUANTITIES.map((quantity) => {
    const { name, file, isMap } = quantity;
    const rows = files.get(file)!.filter((row) => isMap || row.text("quantity") === name);
    return [name, rows.map((row) => figureIn(row, quantity))];
  }));
}

function figureIn(row: CsvRow, quantity: Quantity): PublishedFigure {
  const cellOf = (key: PlaceKey) => {
    if (key === "layer" || key === "head") return row.count(key);
    return row.optional(key === "group" ? "threshold" : key);
  };
  return {
    ...placeIn(Object.fromEntries(quantity.keys.map((key) => [key, cellOf(key)])), quantity),
    protocol: row.optional("protocol") as Protocol | undefined ?? "rephrased",
    published: row.number(quantity.isMap ? quantity.value : "published")!,
  };
}

export function quantitiesOf({ schemas }: Pick<MeasuredRun, "schemas">): Quantity[] {
  return QUANTITIES.filter(({ schema, beside = schema }) =>
    schemas.has(schema.name) && schemas.has(beside.name)
  );
}

export function boundsOf({ schema, value }: Quantity): EstimateBounds | undefined {
  if (schema === EFFECT_GROUPS) return { interval: { low: "low", high: "high" } };
  return schema.columns[value]!.estimate;
}

export function hasMap(run: Pick<MeasuredRun, "schemas">): boolean {
  return quantitiesOf(run).some(({ isMap }) => isMap);
}

/** The lines of a run that have a quantity: of a trace those at the site and in the direction of the published map. */
export function linesOf(run: MeasuredRun, { name, schema }: Quantity): readonly Line[] {
  const lines: readonly Line[] = run.rows(schema);
  if (schema === EFFECT_GROUPS) return lines.filter(({ column }) => column === "subject_size");
  const traits = name === "causal_trace"
    ? [["site", "resid", ""], ["direction", "denoise", " or both"]] as const
    : [];
  return traits.reduce((chosen, [trait, published, also]) => {
    const some = chosen.filter((line) => line[trait] === published);
    if (some.length > 0 || chosen.length === 0) return some;
    throw new NegscopeError("not-comparable", {
      problem: `Cannot compare run "${run.record.folder}"`,
      reason: `its trace.csv is of ${trait} "${
        chosen[0]![trait]
      }", but the published one is of "${published}"`,
      fix: `trace with --${trait} ${published}${also}`,
    });
  }, lines);
}

export const COMPARISON = table(
  "comparison",
  "One row for each published figure of which the runs have the table.",
  {
    quantity: key(text(
      "`accuracy`, `correct`, `ambiguous` and `incorrect` (rows by d), `r` (of a feature with d), `r_without_block`, `accuracy_by_size`; or a cell of a published map: `causal_trace`, `negator_attention`, `correlation_with_d` or `negator_attention_layer4`.",
    )),
    protocol: key(text<Protocol>("How the rows of a single figure were read and aligned.")),
    ...PLACE,
    of: optional(key(text("The feature of the rows, or the size that their subjects exceed."))),
    published: number("", "The published figure."),
    n: optional(count("Rows of the measured figure.", "rows")),
    measured: numberOrNone("", "The run's figure; empty if the run has none."),
    low: numberOrNone("", "Lower bound of the measured figure's 95 % interval."),
    high: numberOrNone("", "Upper bound of the same."),
  },
);

/** A row of comparison.csv: a published figure and the run's. */
export type ComparisonRow = Row<
  {
    quantity: string;
    protocol: Protocol;
    negation: string | undefined;
    segment: string | undefined;
    role: string | undefined;
    of: string | undefined;
  },
  "published",
  "layer" | "head" | "n" | "measured" | "low" | "high"
>;

/** Makes a test for the cells that the method does not fix, as it does roles before the negator, the embeddings and the last layer: these would make any two traces look alike. */
export function isFreeIn(rows: readonly ComparisonRow[]): (row: ComparisonRow) => boolean {
  return freeCells(rows, ({ quantity, layer = 0, role, measured }) => ({
    site: quantity === "causal_trace" ? "resid" : undefined,
    layer,
    role,
    values: [measured],
  }));
}

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

const SEGMENTS = ["correct", "ambiguous", "incorrect"] as const;

/** Compares a run's model sizes and row counts, from summary.csv or otherwise from heads.csv, with the paper's (section 3). Equal ones do not prove that the weights are the same; with images, equal segments nearly do. */
export function matchPublished(run: MeasuredRun): PublishedMatch {
  const { record, schemas } = run;
  const lines: readonly Line[] = schemas.has(SUMMARY.name) ? run.rows(SUMMARY) : run.rows(HEADS);
  const countOf = (side: Negation, count: "n" | typeof SEGMENTS[number]) => {
    const line = lines.find(({ negation }) => negation === side);
    const isKnown = lines.length > 0 && (count === "n" || schemas.has(SUMMARY.name));
    return isKnown ? (line?.[count] ?? 0) as number : undefined;
  };
  const bySide = NEGATIONS.map((side) => [`${side}-negated`, countOf(side, "n")] as const);
  const bySegment = SEGMENTS.map((name) => {
    const counts = NEGATIONS.flatMap((side) => countOf(side, name) ?? []);
    return [name, counts.length === 0 ? undefined : counts.reduce((a, b) => a + b)] as const;
  });
  const checks = ([
    ["text tower", sizesText(TEXT_TOWER)!, sizesText(record.text)],
    ["image tower", sizesText(IMAGE_TOWER)!, sizesText(record.image)],
    ["protocol", "rephrased", record.protocol],
    ["rows", "490", record.kept?.toString()],
    ["rows by side", "240 foil-negated, 250 caption-negated", countsText(bySide)],
    ["segments", "153 correct, 295 ambiguous, 42 incorrect", countsText(bySegment)],
  ] as const).map(([subject, published, found]) => ({ subject, published, found }));
  const own = quantitiesOf({ schemas });
  const maps = own.filter(({ isMap }) => isMap);
  const tables = (maps.length > 0 ? maps : own).map(({ name }) => name);
  return { folder: record.folder, tables, verdict: verdictOf(checks), checks };
}

function verdictOf(checks: readonly PublishedCheck[]): PublishedVerdict {
  const known = checks.filter(({ found }) => found !== undefined);
  if (known.some(({ found, published }) => found !== published)) return "not published";
  return known.length === checks.length ? "as published" : "unknown";
}

/** `153 correct, 295 ambiguous`; undefined if a count is not known. */
function countsText(
  counts: readonly (readonly [name: string, count: number | undefined])[],
): string | undefined {
  const isKnown = counts.every(([, count]) => count !== undefined);
  return isKnown ? counts.map(([name, count]) => `${count} ${name}`).join(", ") : undefined;
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
