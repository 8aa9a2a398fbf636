/** Compares runs with the published figures: finished runs, or results in memory. */

import type { ChartSpec } from "../../../charts/spec.ts";
import { NegscopeError } from "../../../errors/errors.ts";
import { commandOf } from "../../../errors/command.ts";
import { towerChecksums } from "../../../files/manifest.ts";
import type { Sources } from "../../../reading/path.ts";
import { summaryOf } from "../../../report/summary.ts";
import { type MeasuredRun, openRun, tablesInMemory } from "../../../runs/open_run.ts";
import { checkOut } from "../../../runs/run_folder.ts";
import { estimateIn } from "../../../study/effects/estimate_columns.ts";
import { findingText, joinedFinding } from "../../../study/experiment/finding.ts";
import { Stopwatch } from "../../../study/experiment/measure_rows.ts";
import type { Result } from "../../../study/result.ts";
import { fillTable, type Table } from "../../../tables/table.ts";
import { AGREEMENT, agreementOf, type AgreementRow } from "../agreement.ts";
import {
  type ComparisonFolder,
  measuredRows,
  sourcesOf,
  writeComparison,
  type WrittenComparison,
} from "../comparison.ts";
import { aboutRuns, COMPARISON_WORDS, comparisonCharts, comparisonFinding } from "./findings.ts";
import {
  boundsOf,
  COMPARISON,
  type ComparisonRow,
  hasMap,
  isFreeIn,
  linesOf,
  matchPublished,
  placeIn,
  placeKey,
  type PublishedMatch,
  type PublishedTables,
  QUANTITIES,
  quantitiesOf,
  type Quantity,
  readPublished,
  withBaselines,
} from "./figures.ts";

/** Runs compared with the published figures. */
export interface Comparison {
  /** comparison.csv. */
  readonly comparison: Table<ComparisonRow>;
  /** agreement.csv: of each published map with the measured one, and with those of random weights. */
  readonly agreement: Table<AgreementRow>;
  /** For each run with a map, or else for each, whether it is of the published model and data. */
  readonly matches: readonly PublishedMatch[];
  /** The folders of the runs with random weights that serve as baselines. */
  readonly baselines: readonly string[];
}

export function compareRuns(
  published: PublishedTables,
  all: readonly MeasuredRun[],
  sources: Sources = { model: [], data: [] },
): Omit<ComparedResults, "findings"> {
  const { compared: runs, baselines } = withBaselines(all);
  refuseTwice(runs);
  const rows = QUANTITIES.flatMap((quantity) => figuresOf(quantity, published, runs));
  const agreement = QUANTITIES.filter(({ isMap }) => isMap).flatMap((quantity) =>
    mapAgreement(
      quantity,
      rows,
      baselines.map((run) => [run, figuresOf(quantity, published, [run])]),
    )
  );
  const found = {
    comparison: fillTable(COMPARISON, rows),
    agreement: fillTable(AGREEMENT, agreement),
    matches: (runs.some(hasMap) ? runs.filter(hasMap) : runs).map(matchPublished),
    baselines: baselines.map(({ record: { folder } }) => folder),
  };
  return { ...found, charts: comparisonCharts(found, sources) };
}

/** How many of the published figures were measured. */
export function comparisonRows({ rows }: Comparison["comparison"]) {
  return measuredRows(rows.length, rows.filter(({ measured }) => measured !== undefined).length);
}

function refuseTwice(runs: readonly MeasuredRun[]): void {
  for (const run of runs) {
    const { record: { folder } } = run;
    if (quantitiesOf(run).length > 0) continue;
    const expected = QUANTITIES.map(({ schema, task }) => `${schema.name}.csv of the task ${task}`);
    throw new NegscopeError("not-comparable", {
      problem: `Cannot compare run "${folder}"`,
      reason: "it has no table that was published",
      expected: [...new Set(expected)].join(", "),
      fix: `two runs are put side by side by: ${commandOf("contrast")} ${folder} RUN`,
    });
  }
  for (const { schema, isMap } of QUANTITIES) {
    const [first, second] = runs.filter(({ schemas }) => schemas.has(schema.name));
    if (!isMap || second === undefined) continue;
    throw new NegscopeError("not-comparable", {
      problem: `Cannot compare runs "${
        first!.record.folder
      }" and "${second.record.folder}" at once`,
      subject: `${schema.name}.csv`,
      reason: `both have ${schema.name}.csv`,
      fix: "name only one of them",
    });
  }
}

/** The published figures of a quantity beside those of the first run that has it: of single figures, under the same protocol. */
function figuresOf(
  quantity: Quantity,
  published: PublishedTables,
  runs: readonly MeasuredRun[],
): ComparisonRow[] {
  const { name, value, isMap, rows = ({ n }) => n as number | undefined } = quantity;
  const groups = Map.groupBy(published.get(name)!, ({ protocol }) => protocol);
  return [...groups].flatMap(([protocol, figures]) => {
    const run = runs.find((run) =>
      quantitiesOf(run).includes(quantity) && (isMap || run.record.protocol === protocol)
    );
    if (run === undefined) return [];
    const lines = new Map(
      linesOf(run, quantity).map((line) => [placeKey(placeIn(line, quantity)), line]),
    );
    return figures.map((figure): ComparisonRow => {
      const line = lines.get(placeKey(figure));
      const { value: measured, low, high } = line === undefined
        ? {}
        : estimateIn(line, value, boundsOf(quantity));
      return { quantity: name, ...figure, n: line && rows(line), measured, low, high };
    });
  });
}

function mapAgreement(
  { name }: Quantity,
  all: readonly ComparisonRow[],
  baselines: readonly (readonly [MeasuredRun, readonly ComparisonRow[]])[],
): AgreementRow[] {
  const rows = all.filter(({ quantity }) => quantity === name);
  if (rows.length === 0) return [];
  const agreementWith = (second: string, cells: readonly ComparisonRow[]) =>
    agreementOf(
      { of: name, first: "published", second },
      cells.filter(isFreeIn(cells)).map(({ published, measured }) => [published, measured]),
    );
  return [
    agreementWith("measured", rows),
    ...baselines.flatMap(([{ record }, others]) => {
      const byPlace = new Map(others.map((row) => [placeKey(row), row.measured]));
      const same = rows.map((row) =>
        row.measured === undefined ? row : { ...row, measured: byPlace.get(placeKey(row)) }
      );
      const second = `random weights ${record.randomWeights}`;
      return others.length === 0 ? [] : [agreementWith(second, same)];
    }),
  ];
}

/** Compares finished runs with the published tables and writes the results; refuses folders without a run that can be compared. */
export async function compareFolders(
  folders: readonly string[],
  settings: ComparisonFolder,
): Promise<WrittenComparison> {
  const stopwatch = new Stopwatch();
  await checkOut(settings.out, folders);
  const runs = await Promise.all(folders.map(openRun));
  const sources = sourcesOf(runs);
  const compared = compareRuns(await readPublished(), runs, sources);
  const { comparison, agreement, charts } = compared;
  const heading = "negscope compare: with Quantmeyer et al. 2024";
  const { sentences, method } = aboutRuns(compared, runs);
  const findings = [{ sentences }, comparisonFinding(compared, runs)];
  return await writeComparison(settings, {
    command: "compare",
    options: { runs: folders },
    sources,
    tables: [comparison, agreement],
    charts,
    rows: comparisonRows(comparison),
    summary: summaryOf(heading, findings, { method, words: COMPARISON_WORDS }),
    stopwatch,
  });
}

/** Results compared with the published figures, as `deno task compare` does for runs. */
export interface ComparedResults extends Comparison {
  /** The charts by the names of their files. */
  readonly charts: ReadonlyMap<string, ChartSpec>;
  /** The findings. */
  readonly findings: string;
}

/**
 * Compares results with the figures of Quantmeyer et al. 2024.
 *
 * @param results Results of `evaluate`, of `trace` at site resid, of `attend` or of `correlate`; beside them any number of results of the same
 * model and data with `randomWeights`, which are their baselines.
 * @throws {NegscopeError} If a result has no published table, two results have the same table, the trace is of another site, or a
 * baseline is of another model or other data.
 */
export async function compareResults(results: readonly Result[]): Promise<ComparedResults> {
  const runs = results.map(runOfResult);
  const compared = compareRuns(await readPublished(), runs, results[0]?.sources);
  const { sentences } = aboutRuns(compared, runs);
  const finding = joinedFinding([{ sentences }, comparisonFinding(compared, runs)]);
  return { ...compared, findings: findingText(finding) };
}

function runOfResult({ study, sources, rows, allTables }: Result): MeasuredRun {
  const { inputs, config, taken } = study;
  const { modelName, protocol, embeddings, choice: { randomWeights, cluster } } = inputs;
  return {
    record: {
      folder: modelName,
      text: config.text,
      image: embeddings === undefined ? config.vision ?? {} : {}, // else its tower did not run
      protocol,
      kept: rows.length,
      sources,
      towers: towerChecksums(taken),
      ...(randomWeights !== undefined && { randomWeights }),
    },
    cluster,
    ...tablesInMemory(allTables),
  };
}
