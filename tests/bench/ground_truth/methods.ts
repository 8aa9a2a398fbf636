/** The methods that score nodes, and are compared with what is planted. */

import { EXPERIMENTS, type Experiments } from "../../../lib/experiments/all.ts";
import type { RankingName } from "../../../lib/experiments/circuit/search.ts";
import { lostOfD } from "../../../lib/study/effects/noise.ts";
import { type Node, nodeName } from "../../../lib/tables/nodes.ts";
import type { AnyExperiment, ExperimentOptions } from "../../../lib/study/experiment/experiment.ts";
import type { Result } from "../../../lib/study/result.ts";
import type { Study } from "../../../lib/study/study.ts";

const RUNS = new WeakMap<Study, Map<string, Promise<unknown>>>();

/** Runs an experiment in a study, or returns the result of an earlier call with the same options. */
export async function runOnce<Name extends keyof Experiments>(
  study: Study,
  experiment: Name,
  options: Partial<ExperimentOptions<Experiments[Name]>> = {},
): Promise<Result<Experiments[Name]>> {
  const runs = RUNS.get(study) ?? new Map<string, Promise<unknown>>();
  RUNS.set(study, runs);
  const key = `${experiment} ${JSON.stringify(options)}`;
  const run = runs.get(key) ?? study.run(EXPERIMENTS[experiment] as AnyExperiment, options);
  runs.set(key, run);
  return await run as Result<Experiments[Name]>;
}

export interface NodeMethod {
  readonly name: string;
  /**
   * The score of each node by its name, `head 1.2` or `mlp 2`: how much it matters, 0 if not at all, whatever the direction. Nodes that it does
   * not score are left out and count as 0. Differences below {@linkcode LEAST} are ties, so effects are given as shares of d.
   */
  readonly scores: (study: Study) => Promise<ReadonlyMap<string, number>>;
}

/** Smaller differences of scores are rounding errors of float32. */
export const LEAST = 0.001;

const ABLATIONS = ["zero", "mean", "resample", "twin", "restore", "remove"] as const;

/** All methods, in the order of the table. A new one adds an entry. */
export const NODE_METHODS: readonly NodeMethod[] = [
  {
    name: "`attend` (selectivity)",
    async scores(study) {
      const { tables } = await runOnce(study, "attend");
      return sizes(tables.heads.rows, { node: headOf, value: ({ selectivity }) => selectivity });
    },
  },
  {
    name: "`knockout`",
    async scores(study) {
      const { tables } = await runOnce(study, "knockout");
      const { scores } = await study.embeddings.scores();
      const ofRow = new Map(scores.map((row) => [row.id, row]));
      return sizes([...tables.knockout.rows].filter(isOfHead), {
        node: headOf,
        value: ({ id, s_knocked_out }) => {
          const row = ofRow.get(id)!;
          return lostOfD(row, s_knocked_out) / row.d;
        },
      });
    },
  },
  traced("denoise"),
  traced("noise"),
  {
    name: "`paths` (total)",
    async scores(study) {
      const receivers = [{ layer: 1, head: 1 }]; // no effect of a node depends on them
      const { tables } = await runOnce(study, "paths", { receivers });
      const share = await shareOf(study);
      const total = [...tables.nodes.rows].filter(({ method }) => method === "total");
      return largestByRole(total, { node: partOf, value: (row) => share(row, row.effect!) });
    },
  },
  ranked("denoise"),
  ranked("noise"),
  ranked("direct"),
  {
    name: "`attribute`",
    async scores(study) {
      const { tables } = await runOnce(study, "attribute");
      const share = await shareOf(study);
      const rows = [...tables.attribution.rows].filter(({ role }) => role === undefined);
      return sizes(rows, { node: partOf, value: (row) => share(row, row.effect!) });
    },
  },
  ...ABLATIONS.map((method): NodeMethod => ({
    name: `\`ablate --tower text\` (${method})`,
    async scores(study) {
      const { tables } = await runOnce(study, "ablate", {
        tower: "text",
        nodes: ["heads", "mlps"],
        method: ABLATIONS,
      });
      const share = await shareOf(study);
      const rows = tables.ablation.rows.filter((row) =>
        row.method === method && row.layer !== undefined // pairs have none
      );
      return sizes(rows, { node: partOf, value: (row) => share(row, row.effect!) });
    },
  })),
];

function traced(direction: "denoise" | "noise"): NodeMethod {
  return {
    name: `\`trace --site z\` (${direction})`,
    async scores(study) {
      const { tables } = await runOnce(study, "trace", { site: "z", direction: "both" });
      const rows = tables.effects.rows.filter((row) => row.direction === direction);
      return largestByRole(rows, { node: headOf, value: ({ cte }) => cte });
    },
  };
}

function ranked(ranking: RankingName): NodeMethod {
  return {
    name: `\`circuit\` (${ranking})`,
    async scores(study) {
      const { tables } = await runOnce(study, "circuit");
      const rows = tables.nodes.rows.filter((row) => row.ranking === ranking);
      return sizes(rows, { node: nodeOf, value: ({ effect }) => effect });
    },
  };
}

/** How a row of a table gives a value of a node. */
interface Reading<Row> {
  readonly node: (row: Row) => string;
  readonly value: (row: Row) => number | undefined;
}

/** Returns what an effect on a row's S or d is as a share of the row's d. */
async function shareOf(study: Study) {
  const { rows } = await study.score();
  const d = new Map(rows.map((row) => [row.id, row.d]));
  return ({ id }: { readonly id: string }, effect: number) => effect / d.get(id)!;
}

interface Place {
  readonly layer: number;
  readonly head?: number | undefined;
}

function headOf({ layer, head }: Place) {
  return nodeName({ kind: "head", layer, head: head! });
}

function nodeOf({ node: kind, layer, head }: Place & { readonly node: Node["kind"] }) {
  return kind === "head" ? headOf({ layer, head }) : nodeName({ kind, layer });
}

function partOf(
  { part, layer, head }: Readonly<Record<"layer" | "head", number | undefined>> & {
    readonly part: string;
  },
) {
  return nodeOf({ node: part as Node["kind"], layer: layer!, head });
}

/** The size of each node's mean value. */
function sizes<Row>(rows: Iterable<Row>, { node, value }: Reading<Row>): Map<string, number> {
  return new Map([...Map.groupBy(rows, node)].map(([name, ofNode]) => {
    const known = ofNode.flatMap((row) => value(row) ?? []);
    return [name, Math.abs(known.reduce((sum, one) => sum + one, 0) / known.length || 0)];
  }));
}

/** The size of each node's mean value at the role where it is largest. */
function largestByRole<Row extends { readonly role: string }>(
  rows: Iterable<Row>,
  reading: Reading<Row>,
): Map<string, number> {
  const largest = new Map<string, number>();
  for (const ofRole of Map.groupBy(rows, ({ role }) => role).values()) {
    for (const [name, size] of sizes(ofRole, reading)) {
      largest.set(name, Math.max(size, largest.get(name) ?? 0));
    }
  }
  return largest;
}

function isOfHead<Row extends { readonly head: number | undefined }>(
  row: Row,
): row is Row & { readonly layer: number; readonly head: number } {
  return row.head !== undefined;
}
