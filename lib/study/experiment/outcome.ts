/** The tables, charts and findings of measured rows, the same for a task, merged shards and a notebook. */

import { NegscopeError } from "../../errors/errors.ts";
import { type ChartSpec, isEmptyChart } from "../../charts/spec.ts";
import { fewRows, type Finding, joinedFinding, rowsFinding } from "./finding.ts";
import {
  type AnyExperiment,
  type AnyTables,
  chartOptions,
  type ChosenExperiment,
  emptyTablesOf,
  type MeasuredRow,
  type TableContext,
  tablesOf,
  withOptions,
} from "./experiment.ts";
import type { BlocksSummaryRow } from "../evaluate/blocks.ts";
import { evaluate } from "../evaluate/index.ts";
import { blocksSentences, SUMMARY, type SummaryRow, verdictOf } from "../evaluate/summary.ts";
import {
  controlFinding,
  controlledTables,
  largestGamma,
  withAllControls,
} from "../controls/controlled_outcome.ts";
import { optionsOfControls } from "../controls/measure_controls.ts";
import { groupChart, groupEstimates, groupNote, hasGroupChart } from "../groups/group_estimates.ts";
import type { AnyTable } from "../../tables/table.ts";
import { finish, inTurns } from "../../stats/steps.ts";
import type { Sources } from "../../reading/path.ts";
import type { Word } from "../../tables/words.ts";
import { Stopwatch } from "./measure_rows.ts";

/** The tables, charts and findings of an experiment. */
export interface Outcome {
  /** The experiment's own tables, by the names that it gives them. */
  readonly own: AnyTables;
  /** All tables, those of the scores first. */
  readonly tables: readonly AnyTable[];
  /** The experiment's charts by the names of their files. */
  readonly charts: ReadonlyMap<string, ChartSpec>;
  /** The experiment's files for other programs, by their names without `.json`. */
  readonly files: ReadonlyMap<string, object>;
  /** The findings: those of the experiment, then those of the scores. */
  readonly findings: readonly Finding[];
  /** The words that the findings use and the experiments explain. */
  readonly words: readonly Word[];
}

export interface OutcomeContext extends TableContext {
  readonly sources: Sources;
  readonly modelName?: string | undefined;
}

/** Makes the tables, charts and findings of measured rows. Rows with scores are evaluated, whatever the experiment. */
export async function outcomeOf(
  chosen: ChosenExperiment,
  rows: readonly MeasuredRow<unknown>[],
  given: OutcomeContext,
  stopwatch: Stopwatch = new Stopwatch(),
): Promise<Outcome> {
  const { experiment, controls } = chosen;
  const { seed, cluster, modelName } = given;
  const context = { ...chosen.options, ...given };
  const { parts, groups, chance } = await stopwatch.measure("statistics", async () => {
    const parts: { readonly experiment: AnyExperiment; readonly tables: AnyTables }[] = [];
    const scored = rows.length === 0
      ? chosen.needs.imagesAre === "needed"
      : rows.some(({ scores }) => scores !== undefined);
    for (const part of partsOf(experiment, scored)) {
      parts.push({ experiment: part, tables: await tablesOf(part, rows, context) });
    }
    const { tables } = parts.pop()!;
    const fixed = optionsOfControls(chosen, rows);
    const ofControl = { ...context, ...fixed, cluster: "whole" as const }; // its own intervals are not read
    const controlled = await controlledTables(tables, {
      ...{ rows, controls, seed, cluster },
      make: fixed && ((rows) => tablesOf(experiment, rows, ofControl)),
    });
    const groups = await groupEstimates(rows, {
      cluster,
      make: (rows) => tablesOf(experiment, rows, { ...context, isGroup: true }),
    });
    const ofGroups = [parts[0]?.tables["groups"], controlled["groups"], groups]
      .filter((table) => table !== undefined);
    const joined = { ...ofGroups[0]!, rows: ofGroups.flatMap(({ rows }) => rows) };
    const own = ofGroups.length > 1 ? { ...controlled, groups: joined } : controlled;
    const chance = await inTurns(largestGamma(rows, controls, given));
    return { parts: [...parts, { experiment, tables: own }], groups, chance };
  });
  const own = parts.at(-1)!.tables;
  const few = fewRows(rows, cluster);
  const charts = await stopwatch.measure("charts", () => {
    const ofGroups = groups !== undefined && hasGroupChart(groups.rows) && {
      effect_groups: groupChart(groups.rows, chartOptions(given)),
    };
    const all = { ...experiment.charts(own, context), ...ofGroups };
    return Object.fromEntries(Object.entries(all).filter(([, spec]) => !isEmptyChart(spec)));
  });
  const files = Object.entries(experiment.files?.(own, context) ?? {});
  const all = parts.flatMap(({ tables }) => Object.values(tables));
  const joined = own["groups"] && parts[0]!.tables["groups"]; // its lines are in the experiment's table of groups
  checkFiles(experiment.name, [
    "manifest.json",
    ...files.map(([name]) => `${name}.json`),
    ...all.filter((table) => table !== joined || table === own["groups"]).map(({ name }) =>
      `${name}.csv`
    ),
    ...Object.keys(charts).map((name) => `${name}.vl.json`),
  ]);
  return {
    own,
    tables: [...new Map(all.map((table) => [table.name, table])).values()],
    charts: new Map(Object.entries(charts)),
    files: new Map(files),
    findings: parts.map(({ experiment: part, tables }) => {
      const ofOneRow = rows.length === 1;
      if (part !== experiment) return ofOneRow ? {} : part.findings(tables);
      const { untested = [], ...found } = part.findings(tables, ofOneRow, rows);
      const isListed = part.rowEffects !== undefined || parts.length === 1;
      return joinedFinding([
        verdictFinding(parts[0]!.tables, {
          ...{ name: modelName, chance, isOwn: parts.length === 1, isFew: few.length > 0 },
        }),
        found,
        ofOneRow
          ? { sentences: [ONE_PAIR] }
          : few.length > 0
          ? rowsFinding(few, { by: cluster, isListed, found: part.rowEffects?.(tables, rows) })
          : { sentences: untested },
        controlFinding(part.options["control"], rows, controls),
        ...groups === undefined ? [] : [{ notes: [groupNote(groups.rows)] }],
      ]);
    }).reverse(),
    words: [...parts.length > 1 ? withOptions(evaluate).words : [], ...chosen.words],
  };
}

const ONE_PAIR =
  'One pair has no interval, and cannot tell understanding (gamma) from a leaning to "no": --data takes more';

/** The first sentences of every summary of rows with scores; a task that only scores says more. */
function verdictFinding(
  scores: AnyTables,
  { isOwn, isFew, ...more }: {
    readonly name: string | undefined;
    readonly chance: number | undefined;
    readonly isOwn: boolean;
    readonly isFew: boolean;
  },
): Finding {
  const summary = Object.values(scores).find((table) => table.schema === SUMMARY);
  const blocks = scores["blockMeans"]?.rows as readonly BlocksSummaryRow[] | undefined;
  const verdict = summary && verdictOf([...summary.rows] as SummaryRow[], more);
  return {
    sentences: [
      ...verdict?.sentences.slice(0, verdict.tells === "unknown" && isFew ? 2 : undefined) ?? [],
      ...isOwn && blocks !== undefined
        ? blocksSentences(blocks, scores["blocks"]!.rows.length)
        : [],
    ],
  };
}

function checkFiles(name: string, files: readonly string[]): void {
  const folded = files.map((file) => file.toLowerCase()); // disks of Windows and macOS do not tell them apart
  const twice = files.find((_, i) => folded.indexOf(folded[i]!) !== i);
  if (twice === undefined) return;
  throw new NegscopeError("name-taken", {
    problem: `Cannot write "${twice}" of experiment "${name}"`,
    reason: "another file of the run has this name",
    fix: "give it another name",
  });
}

/** The experiments whose tables a run has: first `evaluate` if there are scores, then its own. */
function partsOf(experiment: AnyExperiment, scored: boolean): AnyExperiment[] {
  return scored && experiment.name !== evaluate.name ? [evaluate, experiment] : [experiment];
}

/** The names of an experiment's tables, charts and other files, taken from a run without rows. */
export interface OutcomeFiles {
  readonly tables: readonly string[];
  readonly charts: readonly string[];
  /** Names of files for other programs, without `.json`. @default {none} */
  readonly files?: readonly string[];
}

export function outcomeFiles(
  { experiment, options, controls: own }: ChosenExperiment,
  { scored }: { readonly scored: boolean },
): OutcomeFiles {
  const context = { ...options, seed: 0, sources: { model: [], data: [] } };
  const controls = new Map(own.map((control) => [control, []]));
  const parts = partsOf(experiment, scored).map((part) => {
    const own = emptyTablesOf(part, context);
    const tables = part === experiment
      ? finish(withAllControls({ rows: [], tables: own, controls, seed: 0 }))
      : own;
    const charts = part === experiment ? Object.keys(part.charts(tables, context)) : [];
    const files = part === experiment ? Object.keys(part.files?.(tables, context) ?? {}) : [];
    return { tables: Object.values(tables).map(({ name }) => name), charts, files };
  });
  return {
    tables: parts.flatMap(({ tables }) => tables),
    charts: parts.flatMap(({ charts }) => charts),
    files: parts.flatMap(({ files }) => files),
  };
}
