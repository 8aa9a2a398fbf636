/** The tables of `circuit`, made from the measured rows; what follows from them for single rows, and the files for other programs. */

import { NO_SEGMENT, sidesOf } from "../faithfulness.ts";
import type { Steps } from "../../../stats/steps.ts";
import { SEGMENTS } from "../../../study/rows/score_rows.ts";
import { fillOnRequest, fillTable, type Table } from "../../../tables/table.ts";
import { type CircuitInput, CircuitRun, type GivenRun, type OutsideRow } from "../measured.ts";
import { NEAREST_NAME } from "../search/find.ts";
import type { Sources } from "../../../reading/path.ts";
import {
  CIRCUIT_NODES,
  CIRCUIT_TABLE,
  type CircuitNodeRow,
  type CircuitRow,
  circuitRows,
  nodeRows,
  ownNodes,
} from "./circuit_table.ts";
import {
  CIRCUIT_SCORES,
  CIRCUIT_SETS,
  type CircuitScoreRow,
  type CircuitSetRow,
  scoreRows,
  setRows,
  setsIn,
} from "./sets.ts";
import type { RowEffects } from "../../../study/experiment/finding.ts";
import { effectOnD, sizeOfD } from "../../../study/effects/noise.ts";
import { cellsName, nodeText } from "../../../tables/nodes.ts";

export type CircuitTables = {
  readonly scores: Table<CircuitScoreRow>;
  readonly sets: Table<CircuitSetRow>;
  readonly circuit: Table<CircuitRow>;
  readonly nodes: Table<CircuitNodeRow>;
};

export interface CircuitContext extends GivenRun {
  readonly segments: readonly string[];
  /** Rows outside of the segments, which count for what the circuit does to gamma and alpha. @default {none} */
  readonly others?: readonly OutsideRow[];
  /** Whether only circuit.csv is read. @default {false} */
  readonly isGroup?: boolean;
}

export function* circuitSteps(
  inputs: readonly CircuitInput[],
  context: CircuitContext,
): Steps<CircuitTables> {
  const run = inputs.length === 0 ? undefined : new CircuitRun(inputs, context);
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
  const names = setsIn(sets.rows, "all").map(({ set }) => set);
  const parts = isCircuit
    ? ownNodes(nodes, { side: "all" }).map(cellsName).map((node) => (
      { part: nodeText(node), set: "circuit", without: `circuit without ${node}` }
    ))
    : [];
  const shown = isCircuit
    ? [{ part: "the circuit", set: "circuit", without: "" }, ...parts]
    : names.filter((set) => nodes.length === 0 || set === NEAREST_NAME)
      .map((set) => ({ part: set, set, without: "" }));
  const scoreOf = new Map(scored.map(({ id, set, score }) => [`${id} ${set}`, score]));
  const effects = inputs.flatMap(({ scores }) => {
    const { id, d } = scores;
    const gain = (set: string) => {
      if (set === "") return 0;
      const effect = effectOnD(scores, scoreOf.get(`${id} ${set}`)!);
      return isScored ? effect : sizeOfD(d) === 0 ? 0 : effect / d; // without an image there is no d that the text knows
    };
    return shown.map(({ part, set, without }) => ({ id, part, effect: gain(set) - gain(without) }));
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
