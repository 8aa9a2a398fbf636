/** paths.csv and paths_summary.csv: what every sender changes through one part of one receiver. */

import { NegscopeError } from "../../errors.ts";
import type { StatisticsOptions } from "../../study/clusters.ts";
import { ID, N, NEGATION, SEGMENT, SEGMENT_OR_ALL } from "../../study/columns.ts";
import { linesOf, meanEffects } from "../../study/effects/mean_effects.ts";
import { effect, type EffectNames } from "../../study/effects/estimate_columns.ts";
import { effectOnD } from "../../study/effects/sign.ts";
import type { Steps } from "../../stats/steps.ts";
import { headName } from "../../tables/head_names.ts";
import {
  count,
  fillOnRequest,
  fillTable,
  key,
  number,
  optional,
  table,
  text,
} from "../../tables/schema.ts";
import type { Column, Row, Table } from "../../tables/table.ts";
import { type PathEdge, pathEdges, type PathPart } from "./path_edges.ts";
import type { MeasuredPaths, PathsInput } from "./measure.ts";
import type { Segment } from "../../study/rows/score.ts";
import type { Negation } from "../../data/pairs.ts";

const PART: Column<PathPart> = key(text(
  "What of the receiver the path goes through: `q` (what it looks for), `k` (what it finds) or `v` (what it moves).",
));

const EDGE_COLUMNS = {
  sender_layer: key(count("The sender's block from 1; 0 for the negator's own embedding.")),
  sender_head: optional(key(count("The sending head's number from 1; empty for the embedding."))),
  receiver_layer: key(count("The receiver's block from 1.")),
  receiver_head: key(count("The receiving head's number from 1.")),
  part: PART,
} as const;

export const PATHS = table(
  "paths",
  "One row for each row and path from a sender into one part of a receiver. Effects of several paths do not add up.",
  {
    id: ID,
    negation: NEGATION,
    segment: SEGMENT,
    ...EDGE_COLUMNS,
    effect: number(
      "logit",
      "S of the affirmative sentence with the receiver's part as it is if the sender has the negated sentence's value and all other heads keep theirs, minus S of the affirmative sentence, with the sign that S of the negated sentence has in d.",
    ),
  },
);

/** A row of paths.csv: a path in one row. */
export type PathRow = Row<
  { part: "q" | "k" | "v"; id: string; negation: Negation; segment: Segment },
  "effect" | "sender_layer" | "receiver_layer" | "receiver_head",
  "sender_head"
>;

const EFFECT = effect("mean_effect", "", "Mean of `effect` in paths.csv.", {
  meanOf: { table: "paths", column: "effect" },
  control: "",
});

export const PATHS_SUMMARY = table("paths_summary", "One row for each path and group of rows.", {
  negation: NEGATION,
  segment: SEGMENT_OR_ALL,
  ...EDGE_COLUMNS,
  n: N,
  ...EFFECT.columns,
});

/** A row of paths_summary.csv: a path in a group of rows. */
export type PathSummaryRow = Row<
  { part: "q" | "k" | "v"; negation: Negation; segment: Segment | "all" },
  "n" | "sender_layer" | "receiver_layer" | "receiver_head",
  "sender_head" | EffectNames<"mean_effect", "">
>;

export interface PathTables {
  readonly paths: Table<PathRow>;
  readonly pathsSummary: Table<PathSummaryRow>;
}

export function* pathSteps(
  rows: readonly PathsInput[],
  { seed, cluster }: StatisticsOptions,
): Steps<PathTables> {
  checkReceiversAgree(rows);
  const edges = rows.length === 0 ? [] : edgesOf(rows[0]!.measured);
  const lines = rows.map(({ scores, measured: { patched } }) => {
    const { id, negation, segment } = scores;
    return {
      scores,
      count: edges.length,
      line: (place: number): PathRow => ({
        id,
        negation,
        segment,
        ...edgeCells(edges[place]!),
        effect: effectOnD(scores, patched[place]!),
      }),
    };
  });
  const means = yield* meanEffects(lines, {
    effects: { path: ({ effect }) => effect },
    seed,
    cluster,
  });
  const summary = means.map(({ negation, segment, n, line, means: { path } }): PathSummaryRow => {
    const { sender_layer, sender_head, receiver_layer, receiver_head, part } = line;
    return {
      negation,
      segment,
      sender_layer,
      sender_head,
      receiver_layer,
      receiver_head,
      part,
      n,
      ...EFFECT.cells(path),
    };
  });
  return {
    paths: fillOnRequest(PATHS, () => lines.values().flatMap(linesOf)),
    pathsSummary: fillTable(PATHS_SUMMARY, summary),
  };
}

function edgesOf({ receivers, sizes }: MeasuredPaths): PathEdge[] {
  return pathEdges(receivers, sizes.heads);
}

function edgeCells({ sender, receiver, part }: PathEdge) {
  return {
    sender_layer: sender.layer,
    sender_head: sender.head,
    receiver_layer: receiver.layer,
    receiver_head: receiver.head,
    part,
  };
}

/** Refuses shards whose strongest heads differ: on another machine, scores that are almost equal may be in another order. */
function checkReceiversAgree(rows: readonly PathsInput[]): void {
  const names = [...new Set(rows.map(({ measured }) => measured.receivers.map(headName).join()))];
  if (names.length < 2) return;
  throw new NegscopeError("shards-differ", {
    problem: "Cannot make tables of paths",
    subject: names[1]!,
    reason: `some rows have the receivers ${names[0]}, others ${names[1]}`,
    fix: `run all shards again with --receivers ${names[0]}`,
  });
}
