/** The circuit on all rows and on each side, beside random circuits and the run of its file; what each of its nodes adds, and every node's place in each ranking. */

import { sumOf } from "../../stats/columns.ts";
import type { Steps } from "../../stats/steps.ts";
import { HEAD, LAYER, N, numberOrNone } from "../../study/columns.ts";
import { estimate } from "../../study/effects/estimate_columns.ts";
import { effectOnD, sizeOfD } from "../../study/effects/noise.ts";
import { NEGATIONS } from "../../data/pairs.ts";
import { EffectsOnBoth, matchedSteps } from "../../study/effects/understanding.ts";
import { FEWEST_NOUNS } from "../../study/clusters.ts";
import type { ControlledRows, EstimateNames } from "../../tables/estimates.ts";
import { cellsName, nodeCells, nodeText } from "../../tables/nodes.ts";
import {
  count,
  fillOnRequest,
  fillTable,
  key,
  optional,
  type Row,
  type Table,
  table,
  text,
} from "../../tables/table.ts";
import { finite, withoutBounds } from "../../stats/estimate.ts";
import { largestDistance, NO_SEGMENT, type Side, sidesOf } from "./faithfulness.ts";
import {
  type CircuitContext,
  type CircuitInput,
  type CircuitRun,
  circuitRun,
} from "./circuit_run.ts";
import { NEAREST_NAME, type RankingName } from "./search.ts";
import {
  CIRCUIT_SCORES,
  CIRCUIT_SETS,
  type CircuitScoreRow,
  type CircuitSetRow,
  MEANING,
  scoreRows,
  setRows,
  setsIn,
  SHARE,
  SIDE,
  type SideOrAll,
  SIZE,
} from "./sets.ts";
import { SEGMENTS } from "../../study/rows/score_rows.ts";
import type { Sources } from "../../reading/path.ts";
import type { RowEffects } from "../../study/experiment/finding.ts";

/** What is held out together. */
export type HeldOutBy = "nouns" | "pairs";

/** What the circuit brings about of d in each row. */
const OF_CIRCUIT: ControlledRows = {
  table: CIRCUIT_SCORES.name,
  valueOf: ({ set, score }, scores) =>
    set === "circuit" && scores !== undefined ? effectOnD(scores, score as number) : undefined,
};

const FAITHFULNESS = estimate("faithfulness", SHARE, MEANING, {
  prefix: "",
  control: { of: OF_CIRCUIT, isShare: true },
});

/** Of the circuit on rows that had no part in its choice. */
const HELD_OUT = estimate(
  "held_out",
  SHARE,
  "Faithfulness on rows that had no part in the choice: of circuits that are chosen on each half of the rows and scored on the other, empty if a half has none.",
);

const GAMMA = estimate(
  "gamma_share",
  "share of gamma",
  "Of `all`, over matched rows of all segments: the share of the model's gamma that the circuit brings about. Empty where gamma's interval includes 0.",
);
const ALPHA = estimate("alpha", "logit", "Of `all`, over the same rows, the circuit's alpha.");
const BEYOND = estimate(
  "alpha_beyond",
  "logit",
  "The circuit's alpha minus the model's, row by row.",
);
export const CIRCUIT_TABLE = table(
  "circuit",
  "One row for each side: the circuit that was found, or that of `--circuit`; no rows if none was found. How it does in single rows and in each frame is in circuit_sets.csv, where it is the set `circuit`.",
  {
    negation: SIDE,
    segment: key(text("Those of `--segments`, joined by `+`, or `all`; `none` without images.")),
    ranking: text<RankingName | "given">(
      "The ranking that the search began with, or `given` for a circuit of `--circuit`, for which columns of the search are empty.",
    ),
    start: optional(
      count(
        "Number of its first nodes with which the search began, before it dropped and added some.",
        "nodes",
      ),
    ),
    nodes: SIZE,
    n: N,
    ...FAITHFULNESS.columns,
    enough: text<"yes" | "no" | "">(
      "Whether `faithfulness` is at least `--faithfulness`, and at most as much above 1; empty if unknown.",
    ),
    ...HELD_OUT.columns,
    held_out_by: optional(text<HeldOutBy>(
      `What is in one half: all rows of a subject noun (\`nouns\`, of at least ${FEWEST_NOUNS}, or with \`--cluster noun\`), or of a sentence pair (\`pairs\`).`,
    )),
    random: count(
      "Number of other random circuits with as many heads in each block and as many MLPs: all that there are, up to 100.",
      "circuits",
    ),
    random_reaching: count(
      "How many are as near to 1, of `all` rows by the largest |1 - faithfulness| of these and of each side.",
      "circuits",
    ),
    random_mean: numberOrNone(SHARE, "Their mean faithfulness."),
    ...GAMMA.columns,
    ...ALPHA.columns,
    ...BEYOND.columns,
  },
);

/** A row of circuit.csv. */
export type CircuitRow = Row<
  {
    negation: SideOrAll;
    segment: string;
    ranking: RankingName | "given";
    enough: "yes" | "no" | "";
    held_out_by: HeldOutBy | undefined;
  },
  "nodes" | "n" | "random" | "random_reaching",
  | "start"
  | ("faithfulness" | "low" | "high")
  | ("held_out" | "held_out_low" | "held_out_high" | "random_mean")
  | EstimateNames<"gamma_share" | "alpha" | "alpha_beyond">
>;

export function* circuitRows(
  run: CircuitRun,
  sides: readonly Side[],
  { segment, ...options }: CircuitContext & { readonly segment: string },
): Steps<CircuitRow[]> {
  const { circuit, heldOutGain, search } = run;
  if (circuit === undefined) return [];
  const { ranking, start, tests } = circuit;
  const sharesOf = (set: typeof tests.circuit) => sides.map((side) => side.share(run.gainOf(set)));
  const own = sharesOf(tests.circuit);
  const random: (number | undefined)[][] = []; // by random circuit and side
  for (const set of tests.random) {
    yield;
    random.push(sharesOf(set).map(({ estimate }) => estimate));
  }
  const both = yield* onBoth(run, options);
  const nothing = withoutBounds(undefined);
  return sides.map((side, i) => {
    const isAll = side.cells.negation === "all";
    const ofAll = isAll ? both : undefined;
    const distanceOf = (shares: readonly (number | undefined)[]) =>
      largestDistance(isAll ? shares : [shares[i]]);
    const most = distanceOf(own.map(({ estimate }) => estimate)) + side.rounding;
    const mean = sumOf(random.map((shares) => shares[i] ?? NaN)) / random.length;
    const distance = largestDistance([own[i]!.estimate]);
    const enough = 1 - options.faithfulness + side.rounding; // as much above 1 as below
    return {
      ...side.cells,
      ...{ segment, ranking, start, nodes: tests.circuit.nodes.length },
      ...FAITHFULNESS.cells(own[i]!),
      enough: Number.isNaN(distance) ? "" : distance <= enough ? "yes" : "no",
      ...HELD_OUT.cells(heldOutGain ? side.share(heldOutGain) : nothing),
      held_out_by: search && (search.heldOut === "noun" ? "nouns" : "pairs"),
      random: random.length,
      random_reaching: random.filter((shares) => distanceOf(shares) <= most).length,
      random_mean: finite(mean),
      ...GAMMA.cells(ofAll?.share ?? nothing),
      ...ALPHA.cells(ofAll?.alpha ?? nothing),
      ...BEYOND.cells(ofAll?.beyond ?? nothing),
    };
  });
}

/** What the circuit does to gamma and alpha over matched rows of all segments; nothing where the rows are of one side, or have no image. */
function* onBoth(run: CircuitRun, { others = [], isGroup, ...options }: CircuitContext) {
  const ofCircuit = run.scores.of(run.circuit!.tests.circuit);
  const rows = [
    ...run.rows.map((scores, row) => ({ scores, score: ofCircuit[row]! })),
    ...others,
  ];
  const isBoth = new Set(rows.map(({ scores }) => scores.negation)).size === NEGATIONS.length;
  if (isGroup || !isBoth || run.rows[0]!.segment === NO_SEGMENT) return undefined;
  const d = rows.map(({ scores }) => scores.d);
  const effects = rows.map(({ scores, score }) => effectOnD(scores, score));
  using matched = yield* matchedSteps(rows.map(({ scores }) => scores), options);
  const both = new EffectsOnBoth(matched, d);
  const { share, alpha } = both.add((row) => effects[row]);
  return { share, alpha, beyond: both.add((row) => effects[row]! - d[row]!).alpha };
}

const EFFECT = estimate(
  "effect",
  SHARE,
  "Of `circuit`: its faithfulness minus that without the node, below 0 for a node that takes away from d. Of a ranking: the effect by whose size the node is ranked, as a share of d, without a simultaneous interval.",
  { prefix: "", together: "simultaneous_" },
);

export const CIRCUIT_NODES = table(
  "circuit_nodes",
  "One row for each side and node of the circuit (`ranking` is `circuit`), then for each ranking and node of the model over all chosen rows.",
  {
    negation: SIDE,
    ranking: key(text<RankingName | "circuit">(
      "How the nodes are ranked: `denoise`, `noise` or `direct`; `circuit` for what the circuit loses without a node of its own.",
    )),
    node: key(text<"head" | "mlp">("`head` or `mlp`, at all positions.")),
    layer: LAYER,
    head: optional(HEAD),
    n: N,
    ...EFFECT.columns,
    rank: optional(count("The node's place in the ranking, from 1.")),
  },
);

/** A row of circuit_nodes.csv. */
export type CircuitNodeRow = Row<
  {
    negation: SideOrAll;
    ranking: RankingName | "circuit";
    node: "head" | "mlp";
  },
  "layer" | "n",
  | ("head" | "rank")
  | ("effect" | "low" | "high" | "simultaneous_low" | "simultaneous_high")
>;

/** The rows of the circuit's own nodes, over all rows or over those of each side too. */
export function ownNodes(
  nodes: readonly CircuitNodeRow[],
  { side }: { readonly side?: SideOrAll } = {},
): CircuitNodeRow[] {
  return nodes.filter(({ ranking, negation }) =>
    ranking === "circuit" && (side ?? negation) === negation
  );
}

/** The names of all nodes of the model; none without a search. */
export function allNames(nodes: readonly CircuitNodeRow[]): Set<string> {
  return new Set(nodes.filter(({ ranking }) => ranking !== "circuit").map(cellsName));
}

/** The rows of circuit_nodes.csv: what the circuit loses without each of its nodes, and all nodes in the order of each ranking. */
function* nodeRows(
  { rows: scores, circuit, search, model, gainOf, effectsOf }: CircuitRun,
  sides: readonly Side[],
): Steps<CircuitNodeRow[]> {
  const rows: CircuitNodeRow[] = [];
  for (const side of circuit === undefined ? [] : sides) {
    const { circuit: whole, drops } = circuit!.tests;
    const ofWhole = gainOf(whole);
    const lost = yield* side.together(
      drops.map(gainOf).map((gain) => (row) => ofWhole(row) - gain(row)),
    );
    whole.nodes.forEach((node, i) =>
      rows.push({
        ...{ ...side.cells, ranking: "circuit", ...nodeCells(model.nodes[node]!) },
        ...{ ...EFFECT.cells(lost[i]!), rank: undefined },
      })
    );
  }
  for (const { name, order } of search?.rankings ?? []) {
    const ofRows = scores.map((_, row) => effectsOf(row, name));
    for (const [i, node] of order.entries()) {
      yield;
      const share = sides[0]!.shares([(row) => ofRows[row]![node]!], ([share]) => share!);
      rows.push({
        ...{ ...sides[0]!.cells, ranking: name, ...nodeCells(model.nodes[node]!) },
        ...{ ...EFFECT.cells(share), rank: i + 1 },
      });
    }
  }
  return rows;
}

export type CircuitTables = {
  readonly scores: Table<CircuitScoreRow>;
  readonly sets: Table<CircuitSetRow>;
  readonly circuit: Table<CircuitRow>;
  readonly nodes: Table<CircuitNodeRow>;
};

export function* circuitSteps(
  inputs: readonly CircuitInput[],
  context: CircuitContext,
): Steps<CircuitTables> {
  const run = inputs.length === 0 ? undefined : circuitRun(inputs, context);
  const shown = context.isGroup ? undefined : run;
  const { segments } = context;
  const segment = inputs[0]?.scores.segment === NO_SEGMENT
    ? NO_SEGMENT
    : segments.length === SEGMENTS.length
    ? "all"
    : segments.join("+");
  const sides = sidesOf(inputs.map(({ scores }) => scores), context);
  for (const side of sides) yield* side.draw();
  return {
    scores: fillOnRequest(CIRCUIT_SCORES, () => shown ? scoreRows(shown) : []),
    sets: fillTable(CIRCUIT_SETS, shown ? yield* setRows(shown, sides, context) : []),
    circuit: fillTable(
      CIRCUIT_TABLE,
      run ? yield* circuitRows(run, sides, { ...context, segment }) : [],
    ),
    nodes: fillTable(CIRCUIT_NODES, shown ? yield* nodeRows(shown, sides) : []),
  };
}

/** Of a circuit it and its nodes, by what d loses without each; without one the given sets, or what came nearest in the search. */
export function circuitRowEffects(
  { circuit, nodes: { rows: nodes }, sets, scores: { rows: scored } }: CircuitTables,
  inputs: readonly CircuitInput[],
): RowEffects {
  const isScored = inputs[0]?.scores.segment !== NO_SEGMENT;
  const isCircuit = circuit.rows.length > 0;
  const parts = isCircuit
    ? ["", ...ownNodes(nodes, { side: "all" }).map(cellsName)].map((node) => ({
      part: node === "" ? "the circuit" : nodeText(node),
      ...{ set: "circuit", without: node && `circuit without ${node}` },
    }))
    : setsIn(sets.rows, "all").filter(({ set }) => nodes.length === 0 || set === NEAREST_NAME)
      .map(({ set }) => ({ part: set, set, without: "" }));
  const scoreOf = new Map(scored.map(({ id, set, score }) => [`${id} ${set}`, score]));
  const effects = inputs.flatMap(({ scores }) => {
    const { id, d } = scores;
    const gain = (set: string) => {
      if (set === "") return 0;
      const effect = effectOnD(scores, scoreOf.get(`${id} ${set}`)!);
      return isScored ? effect : sizeOfD(d) === 0 ? 0 : effect / d; // without an image there is no d that the text knows
    };
    return parts.map(({ part, set, without }) => ({ id, part, effect: gain(set) - gain(without) }));
  });
  const of = isCircuit ? "the circuit, and what it loses without a node" : "sets of nodes";
  return {
    of: isScored ? of : `${of}, as shares of the embedding's change`,
    effects,
    asTheyAre: !isScored,
  };
}

/** The content of circuit.json, which is that of `--circuit`, and of circuit_sets.json. Without a circuit the list of its nodes is empty. */
export function circuitFiles(
  { circuit: { rows }, nodes, sets }: CircuitTables,
  { sources }: { readonly sources: Sources },
): { readonly circuit: object; readonly circuit_sets: object } {
  const bySide = rows.map(({ negation, n, faithfulness: estimate, low, high }) => (
    [negation, { n, estimate, low, high }] as const
  ));
  const members = setsIn(sets.rows, "all").map(({ set, members }) => (
    [set, members === "" ? [] : members.split(", ")] as const
  ));
  return {
    circuit: {
      nodes: ownNodes(nodes.rows, { side: "all" }).map(cellsName),
      ...(rows.length > 0 && { faithfulness: Object.fromEntries(bySide) }),
      ...sources,
    },
    circuit_sets: Object.fromEntries(members),
  };
}
