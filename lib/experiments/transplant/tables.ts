/** The tables of a transplant: S of every run, and what share of the difference between two models it restores. */

import { type Role, ROLES } from "../../data/align.ts";
import { type Negation, NEGATIONS_AND_ALL } from "../../data/pairs.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import { mean } from "../../stats/columns.ts";
import { clusterShare, pairedShareDifference } from "../../stats/share.ts";
import type { Steps } from "../../stats/steps.ts";
import { ID, N, numberOrNone } from "../../study/columns.ts";
import { estimate, type TogetherNames } from "../../study/effects/estimate_columns.ts";
import { rightness, SCORE_NOISE } from "../../study/effects/noise.ts";
import { SimultaneousRatios } from "../../stats/many.ts";
import { matchedSteps } from "../../study/effects/understanding.ts";
import { blockPlaces } from "../../study/evaluate/blocks.ts";
import type { StatisticsOptions } from "../../study/clusters.ts";
import type { EstimateNames } from "../../tables/estimates.ts";
import type { EvaluateRow } from "../../study/rows/score_rows.ts";
import { nodeName } from "../../tables/nodes.ts";
import {
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
import type { MeasuredTransplant, PartSet, Scores } from "./measure.ts";

/** From which end blocks are the other model's. */
export type Order = "first" | "last";

const ORDERS: readonly Order[] = ["first", "last"];

const KIND =
  "What is the other model's. `first`: the embeddings and the first blocks; `last`: the last blocks, the final norm and the projection; `value`: one vector of its residual stream, of the same sentence; `tower`: text or image tower; `part`: the weights of heads and MLPs, with `--parts`.";
const NUMBER = optional(key(number(
  "",
  "Of `first` and `last`, how many blocks: -1 for the model itself, 0 for only what stands before or behind all blocks, one more than there are blocks for the other model. Of `value` and `layer`, the block; 0 and one more than there are blocks as before.",
)));
const SET = optional(key(text(
  "Of `tower`, the text and the image tower, `A` the model's own and `B` the other's: `BA` has the other text tower. Of `part`, the part, `chosen` for several together, or `random` and a number for a random set with as many heads and MLPs.",
)));

const TRANSPLANT = table(
  "transplant",
  "One row for each row of the data and run. Images are embedded by the model's own image tower, but for those of `tower`.",
  {
    id: ID,
    kind: key(text<Order | "value" | "tower" | "part">(KIND)),
    number: NUMBER,
    position: optional(key(count("Of `value`, the token's position from 0."))),
    set: SET,
    s_caption: numberOrNone("logit", "S of the caption; empty if it has no such position."),
    s_foil: numberOrNone("logit", "S of the foil; empty if it has no such position."),
  },
);

const SHARE = estimate(
  "share",
  "",
  "Share of the change in d, as docs/transplant.md defines it: 0 for the model, 1 for the other; the layers of a group sum to 1. Empty if the models' d differ in no row by more than rounding, and for `tower`.",
  { together: "simultaneous_" },
);
const ACCURACY = estimate(
  "accuracy",
  "share",
  "Share of rows with d > 0; ties count one half. Not of `value` and `layer`, and with bounds only of `tower`.",
  { prefix: "" },
);
const CHANGE = estimate(
  "change",
  "share",
  "Of `tower`, accuracy minus that of the model's own two towers, paired by rows.",
);

const GAMMA = estimate(
  "gamma_change",
  "logit",
  "Of `all` rows, what it adds to gamma, over matched rows. Of `layer`, the mean of both orders.",
);
const ALPHA = estimate("alpha_change", "logit", "Of the same rows, what it adds to alpha.");
const BOTH_RIGHT = estimate(
  "both_right_change",
  "share",
  "`both_right` minus that of the model's own two towers, paired by blocks.",
);

export const TRANSPLANT_SUMMARY = table(
  "transplant_summary",
  "One row for each run, role's value and layer, over the rows of a side: how much of what the other model changes comes with it.",
  {
    negation: key(text<Negation | "all">(
      "Which of the two sentences is negated: `caption` or `foil`; `all` for all rows.",
    )),
    kind: key(text<Order | "layer" | "value" | "tower" | "part">(
      "As in transplant.csv; and `layer`: what a layer adds to the share when it becomes the other model's, the mean of both orders.",
    )),
    number: NUMBER,
    set: optional(key(text(
      "Of `value`, the role of the token, in both sentences; of several tokens the mean. Otherwise as in transplant.csv.",
    ))),
    n: N,
    ...SHARE.columns,
    first: numberOrNone("", "Of `layer`, what it adds in the order `first`, with all below it."),
    last: numberOrNone("", "Of `layer`, what it adds in the order `last`, with all above it."),
    ...ACCURACY.columns,
    ...CHANGE.columns,
    ...GAMMA.columns,
    ...ALPHA.columns,
    both_right: numberOrNone(
      "share",
      "Of `tower` and `all` rows, the share of blocks that are right in both pictures; empty where rows form no blocks.",
    ),
    ...BOTH_RIGHT.columns,
    made_of: optional(text(
      "Of `part`, its heads and MLPs; of `tower`, the name of the text tower's model.",
    )),
  },
);

/** A row of transplant.csv. */
export type TransplantRow = Row<
  { id: string; kind: Order | "value" | "tower" | "part"; set: string | undefined },
  never,
  "number" | "position" | "s_caption" | "s_foil"
>;

/** A row of transplant_summary.csv. */
export type TransplantSummaryRow = Row<
  {
    negation: Negation | "all";
    kind: Order | "layer" | "value" | "tower" | "part";
    set: string | undefined;
    made_of: string | undefined;
  },
  "n",
  | "number"
  | TogetherNames<"share">
  | ("first" | "last" | "accuracy" | "low" | "high" | "both_right")
  | EstimateNames<"change" | "gamma_change" | "alpha_change" | "both_right_change">
>;

export type TransplantTables = {
  readonly transplant: Table<TransplantRow>;
  readonly summary: Table<TransplantSummaryRow>;
};

export interface TransplantedRow {
  readonly scores: EvaluateRow;
  readonly measured: MeasuredTransplant;
  readonly cluster: string;
}

/** S(caption) - S(foil) of a row in some run. */
type DOf = (row: TransplantedRow) => number;

/** The cells of a row of the summary, of which each kind has some. */
type Cells = Partial<TransplantSummaryRow> & Pick<TransplantSummaryRow, "kind">;

/** A run of model A with parts of B, and what its line in the summary says of it. */
interface Change {
  readonly cells: Cells;
  readonly after: DOf;
  /** The run that it is compared with. @default {A's} */
  readonly before?: DOf;
}

/** The share of a run of what B changes is exactly 0 if it is A's and exactly 1 if it is B's; see docs/transplant.md. */
export function* transplantSteps(
  rows: readonly TransplantedRow[],
  { seed, cluster, sets }: StatisticsOptions & { readonly sets: readonly PartSet[] },
): Steps<TransplantTables> {
  const summary: TransplantSummaryRow[] = [];
  const layers = rows.length === 0 ? 0 : rows[0]!.measured.first.length - 2;
  const blocks = Array.from({ length: layers + 3 }, (_, i) => i - 1);
  const stack = ORDERS.flatMap((kind) => blocks.map((number) => ({ kind, number })));
  for (const negation of NEGATIONS_AND_ALL) {
    const some = rows.filter(({ scores }) => negation === "all" || scores.negation === negation);
    if (some.length === 0) continue;
    const clusters = some.map(({ cluster }) => cluster);
    using bootstrap = new ClusterBootstrap(clusters, { seed });
    yield* bootstrap.draw();
    const rightBy = (d: DOf) => some.map((row) => rightness(d(row)));
    const accuracyOf = (d: DOf) => clusterShare(rightBy(d), { clusters });
    const ofB = Float64Array.from(some, (row) => dOf(row.measured.first.at(-1)!) - OF_A(row));
    const isNone = ofB.every((one) => Math.abs(one) <= SCORE_NOISE);
    const weights = bootstrap.kept(ofB.map((one) => isNone ? 0 : one ** 2));
    const isBoth = new Set(some.map(({ scores }) => scores.negation)).size > 1;
    const pairs = isBoth ? some.map(({ scores }) => scores) : [];
    using matched = yield* matchedSteps(pairs, { seed, cluster });
    const onBoth = ({ after, before = OF_A }: Pick<Change, "after" | "before">) => {
      if (!isBoth) return {};
      const { gamma, alpha, weights } = matched.split((i) => after(some[i]!) - before(some[i]!));
      return {
        ...GAMMA.cells(matched.ratio(gamma, weights)),
        ...ALPHA.cells(matched.ratio(alpha, weights)),
      };
    };
    const pictures = blockPlaces(pairs);
    const bothRight = (d: DOf) => pictures.map((rows) => rows.every((row) => d(some[row]!) > 0));
    const add = (cells: Cells) =>
      summary.push({ negation, n: some.length, ...cells } as TransplantSummaryRow);
    const sharesOf = (changes: readonly Pick<Change, "after" | "before">[]) => {
      const ratios = new SimultaneousRatios(bootstrap);
      return changes.map(({ after, before = OF_A }) =>
        ratios.add(ofB.map((one, i) => (after(some[i]!) - before(some[i]!)) * one + 0), weights) // no -0
      );
    };
    /** Adds lines with simultaneous intervals of their own. */
    const addShares = (changes: readonly Change[]) =>
      sharesOf(changes).forEach((share, i) =>
        add({ ...changes[i]!.cells, ...SHARE.cells(share), ...onBoth(changes[i]!) })
      );
    addShares(stack.map((cells) => {
      const after = stackD(cells.kind, cells.number);
      return { after, cells: { ...cells, accuracy: accuracyOf(after).estimate } };
    }));
    yield;
    addShares(
      blocks.slice(1).map((number) => {
        const [first, last] = [added("first", number), added("last", layers + 1 - number)];
        const [inFirst, inLast] = [first, last].map((own) => sharesOf([own])[0]!.estimate);
        return {
          cells: { kind: "layer", number, first: inFirst, last: inLast },
          after: (row) => (first.after(row) + last.after(row)) / 2,
          before: (row) => (first.before(row) + last.before(row)) / 2,
        };
      }),
    );
    yield;
    addShares(
      Array.from({ length: layers + 1 }, (_, number) =>
        ROLES.flatMap((role): Change[] => {
          const n = some.filter(({ measured: { roles } }) =>
            roles.some((ofText) => ofText.includes(role))
          ).length;
          const cells = { kind: "value", number, set: role, n } as const;
          return n === 0 ? [] : [{ cells, after: valueD(number, role) }];
        })).flat(),
    );
    yield;
    addShares(sets.map(({ name: set, nodes }, i) => {
      const after: DOf = ({ measured }) => dOf(measured.parts[i]!);
      const made_of = nodes.map(nodeName).join(", ");
      return { after, cells: { kind: "part", set, made_of, accuracy: accuracyOf(after).estimate } };
    }));
    const ofPictures = pictures.map(([row]) => clusters[row]!);
    towersOf(some[0]!).forEach(([set], i) => {
      const d: DOf = (row) => dOf(towersOf(row)[i]![1]);
      const changeOf = (right: (d: DOf) => readonly (boolean | number)[], clusters: string[]) =>
        i === 0
          ? { estimate: 0, low: 0, high: 0 }
          : pairedShareDifference(right(OF_A), right(d), { clusters });
      const made_of = some[0]!.measured.names[set.startsWith("A") ? 0 : 1];
      add({
        ...{ kind: "tower", set, made_of },
        ...ACCURACY.cells(accuracyOf(d)),
        ...CHANGE.cells(changeOf(rightBy, clusters)),
        ...onBoth({ after: d }),
        ...pictures.length > 0 && {
          both_right: mean(bothRight(d).map(Number))!,
          ...BOTH_RIGHT.cells(changeOf(bothRight, ofPictures)),
        },
      });
    });
    yield;
  }
  const transplant = fillOnRequest(TRANSPLANT, function* () {
    for (const row of rows) {
      const { scores: { id }, measured: { values, parts } } = row;
      const runs: (readonly [Partial<TransplantRow>, Scores])[] = [
        ...stack.map((cells) => [cells, stackScores(row, cells.kind, cells.number)] as const),
        ...values.flatMap((at, number) =>
          at.map((s, position) => [{ kind: "value", number, position }, s] as const)
        ),
        ...towersOf(row).map(([set, s]) => [{ kind: "tower", set }, s] as const),
        ...parts.map((s, i) => [{ kind: "part", set: sets[i]!.name }, s] as const),
      ];
      for (const [{ kind, number, position, set }, [caption, foil]] of runs) {
        const s = { s_caption: caption ?? undefined, s_foil: foil ?? undefined };
        yield { id, kind: kind!, number, position, set, ...s };
      }
    }
  });
  return { transplant, summary: fillTable(TRANSPLANT_SUMMARY, summary) };
}

/** d of model A. */
const OF_A: DOf = ({ scores: { d } }) => d;

function dOf([caption, foil]: Scores): number {
  return caption! - foil!;
}

function stackScores({ scores, measured }: TransplantedRow, order: Order, blocks: number): Scores {
  return blocks < 0 ? [scores.s_caption, scores.s_foil] : measured[order][blocks]!;
}

function stackD(order: Order, blocks: number): DOf {
  return (row) => blocks < 0 ? row.scores.d : dOf(stackScores(row, order, blocks));
}

/** A stack with one block more than before. */
function added(order: Order, blocks: number) {
  return { after: stackD(order, blocks), before: stackD(order, blocks - 1) };
}

/** d with the other model's values at a role's tokens, each by itself; a sentence without the role is as it was. */
function valueD(layer: number, role: Role): DOf {
  return ({ scores, measured: { values, roles } }) => {
    if (!roles.some((ofText) => ofText.includes(role))) return scores.d;
    const [caption, foil] = roles.map((ofText, side) => {
      const unchanged = [scores.s_caption, scores.s_foil][side]!;
      const [first, ...more] = ofText.flatMap((one, position) =>
        one === role ? [values[layer]![position]![side]!] : []
      );
      if (first === undefined || more.length === 0) return first ?? unchanged;
      return unchanged + mean([first, ...more].map((s) => s - unchanged))!; // exact where nothing changes
    });
    return caption! - foil!;
  };
}

/** S by the models of the text and the image tower. */
function towersOf(row: TransplantedRow) {
  const { scores: { s_caption, s_foil }, measured: { first, towers } } = row;
  const ofA: Scores[] = [[s_caption, s_foil], first.at(-1)!];
  return (["A", "B"] as const).flatMap((text, i) => [
    [`${text}A`, ofA[i]!] as const,
    ...towers.length === 0 ? [] : [[`${text}B`, towers[i]!] as const],
  ]);
}
