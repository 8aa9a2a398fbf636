/** paths.csv and paths_summary.csv: what every sender changes through one part of one receiver. */

import { NegscopeError } from "../../errors.ts";
import type { StatisticsOptions } from "../../study/clusters.ts";
import { ID, N, NEGATION, SEGMENT, SEGMENT_OR_ALL } from "../../study/columns.ts";
import { meanEffects } from "../../study/effects/mean_effects.ts";
import { effect, type EffectNames } from "../../study/effects/estimate_columns.ts";
import { effectOnD } from "../../study/effects/noise.ts";
import type { Steps } from "../../stats/steps.ts";
import { headName } from "../../tables/nodes.ts";
import {
  type Column,
  count,
  fillOnRequest,
  fillTable,
  key,
  number,
  optional,
  type Row,
  type Table,
  table,
  text,
} from "../../tables/table.ts";
import { type PathEdge, pathEdges, type PathPart } from "./patch_paths.ts";
import type { PathsInput } from "./measure.ts";
import type { Segment } from "../../study/rows/score_rows.ts";
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
  control: {},
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

/** The columns of a path. */
export type EdgeCells = ReturnType<typeof edgeCells>;

export function* pathSteps(
  rows: readonly PathsInput[],
  options: StatisticsOptions,
): Steps<{ readonly paths: Table<PathRow>; readonly pathsSummary: Table<PathSummaryRow> }> {
  checkReceiversAgree(rows);
  const [first] = rows;
  const edges = first === undefined
    ? []
    : pathEdges(first.measured.receivers, first.measured.sizes.heads).map(edgeCells);
  const lines = rows.map(({ scores, measured: { patched } }) => ({
    scores,
    count: edges.length,
    line: (place: number) => (
      { edge: edges[place]!, effect: effectOnD(scores, patched[place]!) }
    ),
  }));
  const means = yield* meanEffects(lines, {
    effects: { path: ({ effect }) => effect },
    ...options,
  });
  const summary = means.map(({ negation, segment, n, line: { edge }, means: { path } }) => (
    { negation, segment, ...edge, n, ...EFFECT.cells(path) }
  ));
  const linesOfRow = ({ scores: { id, negation, segment }, ...row }: typeof lines[number]) =>
    edges.values().map((edge, place) => (
      { id, negation, segment, ...edge, effect: row.line(place).effect }
    ));
  return {
    paths: fillOnRequest(PATHS, () => lines.values().flatMap(linesOfRow)),
    pathsSummary: fillTable(PATHS_SUMMARY, summary),
  };
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
