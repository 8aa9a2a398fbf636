/** The circuit in short: its nodes, how faithful it is, what each node adds, and whether chance would do; the curves of the rankings. */

import { NEGATIONS } from "../../data/pairs.ts";
import { SCORE_NOISE } from "../../study/effects/noise.ts";
import { mean } from "../../stats/columns.ts";
import { FEWEST_CLUSTERS } from "../../stats/estimate.ts";
import { controlIn, greatest } from "../../charts/texts.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { cellsName, nodeText } from "../../tables/nodes.ts";
import { excludesZero } from "../../tables/estimates.ts";
import { rowsOf } from "../../tables/table.ts";
import { estimateText, intervalText, numberText } from "../../tables/text_table.ts";
import { FRACTIONS, largestDistance, NO_SEGMENT, nodesOf, SHARE_ROUNDING } from "./faithfulness.ts";
import { LIMIT_NAME, MOST_CHANGES, NEAREST_NAME } from "./search.ts";
import { allNames, type CircuitRow, type CircuitTables, ownNodes } from "./circuit_table.ts";
import { type CircuitSetRow, setsIn } from "./sets.ts";
import { bars } from "../../charts/bars.ts";
import { lines } from "../../charts/lines.ts";
import { type ChartOptions, type ChartSpec, modelOf } from "../../charts/spec.ts";

/** A circuit, what came nearest if there is none, or how faithful the given sets are. */
export function circuitFindings(tables: CircuitTables): Finding {
  const { circuit, nodes, sets } = tables;
  if (sets.rows.length === 0) return { sentences: ["No row is in the segments"] };
  if (circuit.rows.length > 0) return circuitFinding(tables);
  return nodes.rows.length > 0 ? noCircuit(tables) : givenSets(tables);
}

function circuitFinding(tables: CircuitTables): Finding {
  const { circuit, nodes: { rows: known }, sets: { rows: sets } } = tables;
  const [whole, ...sides] = circuit.rows as [CircuitRow, ...CircuitRow[]];
  const nodes = ownNodes(known, { side: "all" });
  const byDrop = nodes.toSorted((a, b) => Math.abs(b.effect ?? 0) - Math.abs(a.effect ?? 0));
  const count = allNames(known).size;
  const { row_error, rows_near } = setsIn(sets, "all").find(({ set }) => set === "circuit")!;
  return {
    sentences: [
      `A circuit of ${
        count > 0 ? `${whole.nodes} of ${count} heads and MLPs` : nodesText(whole.nodes)
      } is ${faithfulText(circuit.rows)}: it brings ${
        estimateText(whole.faithfulness, whole, 2)
      } of d (faithfulness)${
        whole.segment === NO_SEGMENT || whole.segment === "all" ? "" : ` in ${whole.segment} rows`
      }`,
      heldOutText(whole),
      ...bothTexts(whole),
      minimalText(ownNodes(known), circuit.rows),
      ...controlText(whole),
    ],
    tables: [{
      title: "What faithfulness loses without a node",
      lines: byDrop.map((row) => ({
        node: nodeText(cellsName(row)),
        drop: row.effect,
        "95 % interval": intervalText(row),
        simultaneous: intervalText({ low: row.simultaneous_low, high: row.simultaneous_high }),
      })),
    }],
    notes: [
      ...byEmbeddingNotes(tables),
      ...limitNotes(sets, "more nodes might be left out"),
      row_error === undefined
        ? "Unknown: d is no more than a rounding error in all rows"
        : `Row by row: the error, sum of |d_C - d| / sum of |d|, is ${
          numberText(row_error, 3)
        }; d_C / d lies within 1 +/- 0.2 in ${numberText(rows_near!, 3)} of the rows`,
      ...sides.length === 0 ? [] : [
        `Faithfulness: ${
          sides.map((row) => sideText({ ...row, value: row.faithfulness })).join(", ")
        }${worstText(sets)}`,
      ],
      ...(whole.low ?? NaN) > 1 + SHARE_ROUNDING
        ? ["Above 1: the nodes outside of the circuit take away from d"]
        : [],
      ...whole.ranking === "given" ? [] : [
        "These are the rows that it was chosen on, which tends to make its faithfulness too large",
      ],
      randomText(whole),
      completenessText(sets),
    ],
  };
}

/** Whether a circuit is near enough to 1 in all groups of rows. */
function faithfulText(rows: readonly CircuitRow[]): string {
  const tooFar = rows.filter(({ enough }) => enough === "no")
    .map(({ negation }) => negation === "all" ? "all rows" : `the ${negation}-negated rows`);
  if (tooFar.length === 0) return "enough";
  return tooFar.length === rows.length ? "not enough" : `not enough for ${tooFar.join(" and ")}`;
}

/** What is left of the faithfulness on rows that did not choose the circuit; a given one may have been chosen on these. */
function heldOutText(whole: CircuitRow): string {
  if (whole.ranking === "given") {
    return "It was given: if it was chosen on some of these rows, its faithfulness is too large here";
  }
  const halves = whole.held_out_by === "nouns" ? "subject nouns" : "sentence pairs";
  if (whole.held_out === undefined) {
    return `No circuit could be chosen on each half of the ${halves}, so that its faithfulness elsewhere is unknown`;
  }
  return `Chosen on one half of the ${halves} and scored on the other, a circuit brings ${
    estimateText(whole.held_out, { low: whole.held_out_low, high: whole.held_out_high }, 2)
  }`;
}

/** What the circuit does to gamma and alpha, over all segments. */
function bothTexts({ gamma_share: share, alpha, ...row }: CircuitRow): string[] {
  const { alpha_beyond: beyond, alpha_beyond_low: low, alpha_beyond_high: high } = row;
  if (row.alpha_low === undefined) return [];
  const ofModel = alpha! - beyond!;
  const gamma = share === undefined ? [] : [
    `${
      estimateText(share, { low: row.gamma_share_low, high: row.gamma_share_high }, 2)
    } of understanding (gamma)`,
  ];
  const isBiased = Math.max(Math.abs(alpha!), Math.abs(ofModel)) > SCORE_NOISE;
  const bias = `${isBiased ? `a bias (alpha) of ${numberText(alpha!, 2)}` : "no bias (alpha)"}`;
  return [
    `In all segments it brings ${[...gamma, bias].join(" and ")} where the model has ${
      isBiased ? numberText(ofModel, 2) : "none"
    }${
      excludesZero({ low, high }) && Math.abs(beyond!) > SCORE_NOISE
        ? `: it also pushes towards the ${beyond! > 0 ? "affirmative" : "negated"} sentence`
        : ""
    }`,
  ];
}

function randomText({ random, random_reaching: reaching, random_mean: mean }: CircuitRow): string {
  return random === 0
    ? "Random circuits: none, since no other circuit has as many heads in each block and as many MLPs"
    : `Random circuits: ${reaching} of ${random} are as near to 1, by the largest |1 - faithfulness| of all rows and of each side; their mean faithfulness is ${
      mean === undefined ? "unknown" : numberText(mean, 3)
    }`;
}

/** The frame in which the circuit is furthest from 1, as the end of a sentence. */
function worstText(sets: readonly CircuitSetRow[]): string {
  const distance = ({ value }: CircuitSetRow) => Math.abs(1 - value!);
  const known = sets.filter(({ set, frame, value }) =>
    set === "circuit" && frame !== "all" && value !== undefined
  ).toSorted((a, b) => distance(b) - distance(a));
  const [worst] = known;
  if (worst === undefined) return "";
  if (distance(worst) <= SHARE_ROUNDING) return `, and 1 in each of ${known.length} frames`;
  return `; of ${known.length} frames it is furthest from 1 in "${worst.frame}", ${
    estimateText(worst.value, worst)
  }`;
}

/**
 * Whether each node is needed: f is further from 1 without it, by the largest |1 - f| of all rows and of each side, and its drop over all
 * rows is not 0, by intervals that hold for all nodes at once. Only a circuit that is faithful enough can be minimal.
 */
function minimalText(rows: CircuitTables["nodes"]["rows"], circuit: readonly CircuitRow[]): string {
  if (circuit[0]!.enough !== "yes" || circuit.some(({ enough }) => enough === "no")) {
    return "It is not minimal: it is not known to be faithful enough";
  }
  const wholeOf = new Map(circuit.map(({ negation, faithfulness }) => [negation, faithfulness]));
  const distance = largestDistance([...wholeOf.values()]);
  const nodes = [...Map.groupBy(rows, cellsName).values()];
  if (nodes.every(([ofAll]) => ofAll!.simultaneous_low === undefined)) {
    return `No drop is tested: fewer than ${FEWEST_CLUSTERS} effective clusters of rows`;
  }
  const needed = nodes.filter((ofNode) => {
    const { simultaneous_low: low = 0, simultaneous_high: high = 0 } = ofNode[0]!;
    const without = largestDistance(
      ofNode.map(({ negation, effect }) => wholeOf.get(negation)! - (effect ?? NaN)),
    );
    return (low > 0 || high < 0) && without > distance + SHARE_ROUNDING;
  }).length;
  return needed === nodes.length
    ? "It is minimal: each of its nodes is needed, by simultaneous intervals"
    : `It is not shown to be minimal: ${needed} of its ${nodesText(nodes.length)} ${
      needed === 1 ? "is" : "are"
    } certainly needed`;
}

function controlText(whole: CircuitRow): string[] {
  const { control, value, isBeyond } = controlIn(whole) ?? {};
  if (control === undefined) return [];
  const known = isBeyond === undefined ? "not known to be " : isBeyond ? "" : "not ";
  const faithfulness = value === undefined ? "" : `, whose faithfulness is ${numberText(value, 2)}`;
  return [`It is ${known}beyond the control ${control}${faithfulness}`];
}

/** Whether the model does better than the circuit where both lack the same nodes. */
function completenessText(sets: readonly CircuitSetRow[]): string {
  const shareOf = new Map(setsIn(sets, "all").map(({ set, value }) => [set, value]));
  const differences = [...shareOf].flatMap(([set, value]) =>
    set.startsWith("model without subset ") && value !== undefined
      ? [Math.abs(value - shareOf.get(set.replace("model", "circuit"))!)]
      : []
  );
  if (differences.length === 0) return "Completeness: unknown";
  return `Completeness: without a part of the circuit, its faithfulness and that of the whole model differ by ${
    numberText(mean(differences)!, 3)
  } on average and by ${
    numberText(Math.max(...differences), 3)
  } at most (${differences.length} of its parts)`;
}

function noCircuit({ sets: { rows: sets }, nodes }: CircuitTables): Finding {
  const count = allNames(nodes.rows).size;
  const [whole, ...sides] = setsIn(sets).filter(({ set }) => set === NEAREST_NAME);
  return {
    sentences: [
      `No circuit: no set of up to ${
        nodesText(Math.floor(count / 2))
      } of ${count} that the search has run is faithful enough over all rows and on each side`,
      ...whole === undefined ? [] : [
        `Nearest to 1 come ${nodesText(whole.nodes)}, with faithfulness ${
          [estimateText(whole.value, whole), ...sides.map(sideText)].join(", ")
        }`,
      ],
    ],
    notes: limitNotes(sets, "more changes might lead nearer to 1"),
  };
}

function givenSets(tables: CircuitTables): Finding {
  const all = tables.sets.rows;
  const rows = all.filter(({ negation }) => negation === "all");
  const sides = NEGATIONS.filter((side) => all.some(({ negation }) => negation === side));
  const bySet = Map.groupBy(all, ({ set }) => set);
  return {
    tables: [{
      title: `Faithfulness of the sets over ${rows[0]!.n} rows${
        sides.length === 0 ? "" : ", and on each negated side"
      }`,
      lines: rows.map((row) => ({
        set: row.set,
        nodes: row.nodes,
        faithfulness: row.value,
        "95 % interval": intervalText(row),
        ...Object.fromEntries(
          sides.map((side) => [
            side,
            bySet.get(row.set)!.find(({ negation }) => negation === side)?.value,
          ]),
        ),
        "row error": row.row_error,
      })),
    }],
    notes: byEmbeddingNotes(tables),
  };
}

/** What the numbers of rows without images are. */
function byEmbeddingNotes({ scores }: CircuitTables): string[] {
  const [first] = rowsOf(scores);
  return first?.segment !== NO_SEGMENT ? [] : [
    "The rows have no images: faithfulness is that of the embedding, sum <e_C - e_a, e_n - e_a> / sum |e_n - e_a|^2, and d is |e_n - e_a|^2",
  ];
}

/** Whether the search ended only because it makes no more changes. */
function limitNotes(sets: readonly CircuitSetRow[], open: string): string[] {
  return sets.some(({ set }) => set === LIMIT_NAME)
    ? [`The search ended at its limit of ${MOST_CHANGES} changes of a node: ${open}`]
    : [];
}

function sideText(row: Pick<CircuitSetRow, "negation" | "value" | "low" | "high">): string {
  return `${row.negation}-negated ${estimateText(row.value, row)}`;
}

function nodesText(count: number): string {
  return `${count} node${count === 1 ? "" : "s"}`;
}

/**
 * Draws the curves of all rankings over the rows of both sides, by the sizes of MIB (2504.13151) at equal distances: on a linear axis the first
 * sizes of many nodes would be one point.
 */
export function curveChart(
  { sets, nodes: { rows: nodes } }: Pick<CircuitTables, "sets" | "nodes">,
  options: ChartOptions,
): ChartSpec {
  const bySet = new Map(setsIn(sets.rows, "all").map((row) => [row.set, row]));
  const count = allNames(nodes).size;
  const bySize = new Map(FRACTIONS.map((fraction) => [nodesOf(fraction, count), fraction]));
  const rankings = new Set(nodes.map(({ ranking }) => ranking)).difference(new Set(["circuit"]));
  const points = [...rankings].flatMap((ranking) =>
    [...bySize].flatMap(([size, fraction]) => {
      const { value: faithfulness, ...row } = bySet.get(`${ranking} ${size}`)!;
      return faithfulness === undefined ? [] : [{ ...row, ranking, fraction, faithfulness }];
    })
  );
  return lines(points, {
    ...options,
    title: `How few parts of ${modelOf(options)} are enough for negation`,
    subtitle:
      `faithfulness of the first nodes of each ranking: what is left of d with all other nodes as in the affirmative run; n = ${
        greatest(points.map(({ n }) => n))
      }`,
    about:
      `Faithfulness of sets of heads and MLPs, by the number of nodes that are kept, the first of each ranking (sizes at equal distances), as a ratio of sums over rows. Nodes are ranked on the same rows, which tends to make the values too large`,
    x: "nodes",
    y: { field: "faithfulness", low: "low", high: "high" },
    series: "ranking",
    xTitle: "nodes kept",
    hasEqualSteps: true,
    levels: [0, 1],
    name: ({ ranking, nodes, fraction }) => `${ranking}, first ${nodes} (${fraction} of the nodes)`,
  });
}

const MOST_NODES = 24;

/** Draws a bar for each node of the circuit, those with the largest drops first. */
export function nodeBars(nodes: CircuitTables["nodes"]["rows"], options: ChartOptions): ChartSpec {
  const drops = ownNodes(nodes, { side: "all" }).filter(({ effect }) => effect !== undefined)
    .toSorted((a, b) => Math.abs(b.effect!) - Math.abs(a.effect!));
  const shown = drops.slice(0, MOST_NODES).map((row) => ({ ...row, name: cellsName(row) }));
  const more = drops.length > shown.length
    ? `; ${shown.length} of ${drops.length} nodes, those with the largest drops`
    : "";
  return bars(shown, {
    ...options,
    title: `What each part of the circuit of ${modelOf(options)} adds`,
    subtitle: `without one node at a time${more}`,
    about:
      "How far the faithfulness of the circuit falls, over the rows of both sides; each interval is for one node",
    at: "name",
    value: { field: "effect", low: "low", high: "high", title: "drop of faithfulness" },
  });
}
