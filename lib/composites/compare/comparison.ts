/** How far two values of each of some cells agree, and how a comparison is written into a folder. */

import { roleLabel } from "../../charts/texts.ts";
import { mean } from "../../stats/columns.ts";
import { rankCorrelation } from "../../stats/correlation.ts";
import { LAYER_OR_EMBEDDING, numberOrNone } from "../../study/columns.ts";
import { type AnyTable, count, key, optional, type Row, table, text } from "../../tables/table.ts";
import type { ChartSpec } from "../../charts/spec.ts";
import { pictureEndings, type Pictures } from "../../draw/pictures.ts";
import { sha256Text } from "../../reading/sha256.ts";
import type { OpenedRun } from "../../runs/open_run.ts";
import type { FileDigest, Sources } from "../../reading/path.ts";
import { finishedAlready } from "../../runs/draw_figures.ts";
import type { RunIdentity } from "../../runs/identity.ts";
import { versionsNow } from "../../runs/run_identity.ts";
import { RunFolder } from "../../runs/run_folder.ts";
import { fileNames, manifestOf, reportText, writeResults } from "../../runs/write_results.ts";
import type { Stopwatch } from "../../study/experiment/measure_rows.ts";
import { type Summary, summaryText } from "../../report/summary.ts";

/** The keys that many tables have, in tables of several. */
export const PLACE = {
  negation: optional(key(text("The negated side, or `all` rows."))),
  segment: optional(key(text("The group of rows."))),
  layer: optional(LAYER_OR_EMBEDDING),
  head: optional(key(count("The head's number from 1."))),
  role: optional(key(text("The role of the token."))),
} as const;

export const AGREEMENT = table(
  "agreement",
  "How far two values of each of some cells agree.",
  {
    of: key(text("What is compared: a column of a table, or a published table.")),
    first: key(text("Whose value is the first: a run, a model, or `published`.")),
    second: key(text(
      "Whose value is the second; of a model with random weights what one that has learnt nothing agrees.",
    )),
    n: count(
      "Cells with both values, without those that the method fixes for every model.",
      "cells",
    ),
    rho: numberOrNone(
      "",
      "Spearman's rho of both values over these cells; those within about .001 of each other are tied. Empty below three cells, and where all are tied.",
    ),
    mean_absolute_difference: numberOrNone("", "Mean of |second - first| over these cells."),
  },
);

/** A row of agreement.csv: how far two values of each of some cells agree. */
export type AgreementRow = Row<
  { of: string; first: string; second: string },
  "n",
  "rho" | "mean_absolute_difference"
>;

/** Values are rounded to multiples of it before they are ranked: what float32 does not tell apart is tied. */
const LEAST = 1e-3;

/** How far the two values of cells agree; leave out cells that the method fixes, which would make any two models look alike. */
export function agreementOf(
  named: Pick<AgreementRow, "of" | "first" | "second">,
  cells: Iterable<readonly [first: number | undefined, second: number | undefined]>,
): AgreementRow {
  const both = [...cells].flatMap(([first, second]) =>
    first === undefined || second === undefined ? [] : [[first, second] as const]
  );
  const ranked = (side: 0 | 1) => both.map((pair) => Math.round(pair[side] / LEAST) * LEAST + 0); // never -0
  return {
    ...named,
    n: both.length,
    rho: both.length < 3 ? undefined : rankCorrelation(ranked(0), ranked(1), LEAST / 2),
    mean_absolute_difference: mean(both.map(([first, second]) => Math.abs(second - first))),
  };
}

/** A cell in words, such as `foil-negated, correct, head 4.2, EOT`. */
export function cellText({ negation, segment, layer, head, role, other }: {
  readonly negation: string | undefined;
  readonly segment: string | undefined;
  readonly layer: number | undefined;
  readonly head: number | undefined;
  readonly role: string | undefined;
  readonly other?: string | undefined;
}): string {
  const names: Readonly<Record<string, string>> = { all: "all rows", both: "matched rows" };
  const side = negation && (names[negation] ?? `${negation}-negated`);
  const place = head === undefined ? `layer ${layer}` : `head ${layer}.${head}`;
  const words = [
    ...[side, segment, layer === undefined ? undefined : place],
    ...[role && roleLabel(role), other],
  ];
  return words.filter((word) => word !== undefined).join(", ");
}

/** Where a comparison is written. */
export interface ComparisonFolder {
  /** The folder. */
  readonly out: string;
  /** Whether to discard the folder's files first. @default {false} */
  readonly overwrite?: boolean;
  /** Pictures of the charts. */
  readonly pictures: Pictures;
}

interface Compared extends Omit<RunIdentity, "versions"> {
  readonly tables: readonly AnyTable[];
  /** Its charts by the names of their files. */
  readonly charts: ReadonlyMap<string, ChartSpec>;
  readonly cells: number;
  readonly measured: number;
  readonly summary: Summary;
  readonly stopwatch: Stopwatch;
  /** The seed of what is drawn. @default {0, since nothing is drawn} */
  readonly seed?: number;
}

/** What a comparison found, and what was done with its folder. */
export interface WrittenComparison {
  /** The text for a terminal. */
  readonly findings: string;
  /** What was written where, or that it was there already. */
  readonly said: string;
}

/** Writes a comparison, unless it is in the folder already. */
export async function writeComparison(
  { out, overwrite = false, pictures }: ComparisonFolder,
  { command, options, sources, tables, charts, cells, measured, ...rest }: Compared,
): Promise<WrittenComparison> {
  const { stopwatch, summary, seed = 0 } = rest;
  const findings = summaryText(summary);
  const identity: RunIdentity = { command, options, versions: versionsNow(), sources };
  const named = { tables: tables.map(({ name }) => name), charts: [...charts.keys()] };
  const files = fileNames(named, pictureEndings(pictures));
  using folder = await RunFolder.open(out, identity, { files, overwrite });
  if (folder === undefined) return { findings, said: await finishedAlready(out, pictures) };
  const missing = { reason: "not measured", n: cells - measured };
  const rows = { read: cells, kept: measured, dropped: missing.n === 0 ? [] : [missing] };
  const manifest = (files: readonly string[]) =>
    manifestOf({ identity, seed, rows, stopwatch }, files);
  await folder.begin(manifest(files), { overwrite });
  await writeResults(folder, { tables, charts, summary }, { manifest, pictures });
  return { findings, said: reportText(out) };
}

/** The files of runs, each once, and of each run one checksum for what it wrote. */
export function sourcesOf(runs: readonly Pick<OpenedRun, "manifest">[]): Sources {
  const distinct = (files: readonly FileDigest[]) => [
    ...new Map(files.map((entry) => [`${entry.file} ${entry.sha256}`, entry])).values(),
  ];
  return {
    model: distinct(runs.flatMap(({ manifest: { sources } }) => sources.model)),
    data: distinct(runs.flatMap(({ manifest: { command, sources, checksums } }) => {
      const written = { file: `run of ${command}`, sha256: sha256Text(JSON.stringify(checksums)) };
      return [...sources.data, written];
    })),
  };
}
