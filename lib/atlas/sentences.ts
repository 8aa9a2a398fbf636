/** The sentences of an atlas: whether the model tells negation, which parts read, pass on and write it, which are enough, and which are of negation. */

import { estimateText } from "../tables/text_table.ts";
import { namesText, untestedText } from "../study/effects/ranked.ts";
import { CIRCUIT_TABLE } from "../experiments/circuit/tables/circuit_table.ts";
import { estimateIn } from "../study/controls/read_estimate.ts";
import { LEAST_SHARE } from "../study/effects/named_shares.ts";
import { verdictOf } from "../study/evaluate/verdict.ts";
import { type Node, nodeName } from "../tables/nodes.ts";
import { causesOf, isNamed, isSpecific, isTested, METHODS, partText } from "./methods.ts";
import type { Atlas, AtlasPart } from "./read_atlas.ts";
import { commonWay, type Read, type Step, type Way, wayOf } from "./way.ts";
import { words } from "../experiments/words.ts";
import type { PartLeftOut } from "../parts/part.ts";
import { type Summary, summaryOf } from "../report/summary.ts";
import { wrapText } from "../tables/words.ts";

interface Bounds {
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** `0.15 (0.10 to 0.20)`, never -0. */
function estimateIn2(value: number | undefined, { low, high }: Bounds): string {
  const rounded = (number: number | undefined) =>
    number === undefined ? undefined : Math.round(number * 100) / 100 + 0;
  return estimateText(rounded(value), { low: rounded(low), high: rounded(high) }, 2);
}

/** What is said, a thought a sentence, without full stops. */
export type Sentences = readonly string[];

/** Says what an atlas has found: of a model that does not tell negation, what a word moves. */
export function sentencesOf(atlas: Atlas, model: string): Sentences {
  const verdict = verdictOf(atlas.scores, model);
  const what = verdict?.tells === "yes" ? "of negation" : `of ${atlas.word}`;
  return [
    ...verdict?.sentences ?? [`${model} was not scored`],
    ...waySentences(atlas),
    ...leaningSentences(atlas),
    ...circuitSentences(atlas),
    ...controlSentences(atlas, what),
  ];
}

/** What reads it, passes it on and writes it: once if it is the same parts on both sides. */
export function waySentences({ paths, parts, word }: Atlas): string[] {
  const sides = [...Map.groupBy(parts, ({ negation }) => negation)].map(([negation, side]) => ({
    negation,
    way: wayOf(paths.filter((path) => path.negation === negation), side),
  }));
  if (sides.length === 0) return [];
  if (!parts.some(({ values }) => [...values.values()].some(isTested))) {
    const shares = parts.flatMap(({ values }) =>
      [...values].flatMap(([name, { value }]) => name === "attend" ? [] : [value])
    );
    return [upper(untestedText("part", shares))];
  }
  const common = commonWay(sides.map(({ way }) => way));
  const isCommon = (["readers", "writing"] as const).every((kind) =>
    common[kind].length > 0 || sides.every(({ way }) => way[kind].length === 0)
  );
  return isCommon
    ? sentencesOfWay(common, word)
    : sides.flatMap(({ negation, way }) =>
      sentencesOfWay(way, word).map((text) =>
        `Where the ${negation} is negated, ${
          text.replace(/^(Heads?|No) /, (first) => first.toLowerCase())
        }`
      )
    );
}

function sentencesOfWay({ readers, passing, writing, against }: Way, word: string): string[] {
  const reads: Readonly<Record<Read, string>> = {
    negator: word,
    other: "the other sentence's word",
    place: `whatever word is in the place of ${word}`,
  };
  const byRead = [...Map.groupBy(readers, (step) => step.reads!)];
  const said = byRead.map(([read, steps]) => clause(steps, ["reads", "read"], reads[read]));
  const isWhole = byRead.length === 1 && namesOf(readers) === namesOf(writing);
  const way = [
    ...said,
    ...passing.length > 0 ? [clause(passing, ["passes", "pass"], "it on")] : [],
    ...writing.length > 0 && !isWhole
      ? [clause(writing, ["writes", "write"], "it into the score")]
      : [],
    ...readers.length > 0 && writing.length === 0
      ? [`no single part certainly writes ${LEAST_SHARE} or more of it into the score`]
      : [],
  ].join("; ");
  const [first] = readers.length > 0 ? readers : writing;
  const sentence = way === ""
    ? `No single part certainly reads it or writes it with a share of ${LEAST_SHARE} or more`
    : `${first!.node.kind === "head" ? kindOf(readers.length > 0 ? readers : writing) : ""}${way}${
      isWhole ? ` and ${writing.length === 1 ? "writes" : "write"} it into the score` : ""
    }`;
  return [
    sentence,
    ...against.length > 0 ? [upper(clause(against, ["takes", "take"], "away from it"))] : [],
  ];
}

/** `1.2 reads "no"`, `4.3 and 5.1 pass it on`. */
function clause(
  steps: readonly Pick<Step, "node">[],
  [one, several]: readonly [string, string],
  what: string,
): string {
  const names = namesText(steps.map(({ node }) => nameText(node)));
  return `${names} ${steps.length === 1 ? one : several} ${what}`;
}

/** `Head ` before the name of one head, `Heads ` before those of several. */
function kindOf(steps: readonly Step[]): string {
  const first = steps.filter(({ reads }) => reads === steps[0]!.reads);
  if (first.some(({ node }) => node.kind === "mlp")) return "";
  return first.length === 1 ? "Head " : "Heads ";
}

function namesOf(steps: readonly Step[]): string {
  return steps.map(({ node }) => nodeName(node)).sort().join();
}

function nameText(node: Node): string {
  return partText(node).replace("mlp", "MLP");
}

function upper(text: string): string {
  return text.replace(/^\p{L}/u, (letter) => letter.toUpperCase());
}

/** The parts whose total effect adds to d on one side and takes away from it on the other. */
function leaningSentences({ parts }: Atlas): string[] {
  const named = parts.filter(({ values }) => isNamed(values.get("total")));
  const directions = [...Map.groupBy(named, ({ node }) => nodeName(node)).values()].map((sides) => {
    const signs = sides.map(({ negation, values }) =>
      Math.sign(values.get("total")!.value!) * (negation === "foil" ? 1 : -1)
    );
    return {
      node: sides[0]!.node,
      direction: signs.length === 2 && signs[0] === signs[1] && signs[0],
    };
  });
  return ([[1, "affirmative"], [-1, "negated"]] as const).flatMap(([sign, sentence]) => {
    const leaning = directions.filter(({ direction }) => direction === sign);
    return leaning.length === 0 ? [] : [
      upper(
        clause(
          leaning,
          ["pushes", "push"],
          `towards the ${sentence} sentence, whichever is true`,
        ),
      ),
    ];
  });
}

/** The most parts of a circuit that a sentence names. */
const MOST_MEMBERS = 4;

const ROWS: Readonly<Record<string, string>> = {
  correct: "the rows that the model gets right",
  incorrect: "the rows that the model gets wrong",
  all: "all rows",
};

function circuitSentences({ circuit, isSearched, parts, standIns }: Atlas): string[] {
  const row = circuit.find(({ negation }) => negation === "all");
  if (!isSearched) return ["No circuit was searched"];
  if (row === undefined) return ["No small set of parts was found that is enough"];
  const [side] = Map.groupBy(parts, ({ negation }) => negation).values();
  const members = side!.filter(({ inCircuit }) => inCircuit);
  const { segment } = row;
  const names = members.length > MOST_MEMBERS
    ? ""
    : `, ${namesText(members.map(({ node }) => nameText(node)), MOST_MEMBERS)},`;
  const { held_out, faithfulness } = CIRCUIT_TABLE.columns;
  const heldOut = estimateIn(row, "held_out", held_out.estimate);
  const found = estimateIn(row, "faithfulness", faithfulness.estimate);
  const what = row.held_out_by === "nouns" ? "subject nouns" : "sentence pairs";
  return [
    `${members.length} of ${side!.length} parts${names} ${
      members.length === 1 ? "is" : "are"
    } enough in ${ROWS[segment] ?? `the ${segment} rows`}`,
    heldOut.value === undefined
      ? `On the same rows on which they were chosen they bring about ${
        estimateIn2(found.value, found)
      } of d; on others it is not known`
      : `Chosen on half of the ${what}, such a circuit brings about ${
        estimateIn2(heldOut.value, heldOut)
      } of d on the other half`,
    ...standIns.slice(0, MOST_SWAPS).map(({ node, by }) =>
      upper(`${nameText(by)} can take the place of ${nameText(node)}`)
    ),
  ];
}

/** The most stand-ins that are told. */
const MOST_SWAPS = 3;

/** Which of the parts that do something do so because of negation, by the control with another word. */
function controlSentences({ parts, word }: Atlas, what: string): string[] {
  const acting = parts.filter((part) =>
    causesOf(part).some((name) => part.values.get(name)!.value! > 0)
  );
  if (acting.length === 0) return [];
  const known = acting.filter((part) => isSpecific(part) !== undefined);
  if (known.length === 0) {
    return [
      `Whether these parts are ${what} is not known: no control with another determiner was run, or no row allows one`,
    ];
  }
  const sides = new Set(parts.map(({ negation }) => negation)).size;
  const specific = Map.groupBy(known.filter(isSpecific), ({ node }) => nodeName(node)).values()
    .toArray().toSorted((a, b) => totalOf(b) - totalOf(a));
  const namesOf = (found: readonly (readonly AtlasPart[])[]) =>
    namesText(found.map(([part]) => nameText(part!.node)));
  const [everywhere, once] = [
    specific.filter(({ length }) => length === sides),
    specific.filter(({ length }) => length < sides),
  ];
  const another = `another determiner in place of ${word}`;
  if (specific.length === 0) {
    return [`None of these parts is certainly ${what}: ${another} may do half as much or more`];
  }
  const less = `${another} does less than half as much in`;
  return [
    ...everywhere.length > 0 ? [upper(`${less} ${namesOf(everywhere)}`)] : [],
    ...once.length > 0
      ? [
        upper(
          everywhere.length > 0
            ? `on one side alone that holds of ${namesOf(once)}`
            : `${less} ${namesOf(once)}, on one side alone`,
        ),
      ]
      : [],
  ];
}

/** The largest total effect of a part on any side. */
function totalOf(sides: readonly AtlasPart[]): number {
  return Math.max(...sides.map(({ values }) => Math.abs(values.get("total")?.value ?? 0)));
}

interface AtlasFindings {
  readonly model: string;
  readonly atlas: Atlas;
  readonly sentences: Sentences;
  readonly leftOut: readonly PartLeftOut[];
}

/** The most parts of the table. */
const MOST_PARTS = 10;

/** What an atlas has found: its sentences, and the parts that do most. */
export function atlasSummary({ model, atlas, sentences, leftOut }: AtlasFindings): Summary {
  const nodes = namedNodes(atlas.parts);
  const title = `Total effects, as shares of d with simultaneous 95 % intervals${
    nodes.length > MOST_PARTS ? `: the ${MOST_PARTS} largest of ${nodes.length}` : ""
  }`;
  const lines = nodes.slice(0, MOST_PARTS).map(partLine);
  return summaryOf(`negscope atlas: ${model}`, [{ sentences, tables: [{ title, lines }] }], {
    method: leftOut.map(({ title, reason, fix }) =>
      wrapText(`Not run: ${title}, since ${reason}; ${fix}`)
    ),
    words: WORDS,
  });
}

/** The parts by which a method does something, with the largest total effect on any side first. */
export function namedParts(parts: readonly AtlasPart[]): AtlasPart[] {
  return namedNodes(parts).flatMap(({ sides }) => sides);
}

interface Sides {
  readonly node: Node;
  readonly sides: readonly AtlasPart[];
}

function namedNodes(parts: readonly AtlasPart[]): Sides[] {
  const sizeOf = ({ sides }: Sides) =>
    Math.max(...sides.map(({ values }) => Math.abs(values.get("total")?.value ?? 0)));
  return [...Map.groupBy(parts, ({ node }) => nodeName(node)).values()]
    .filter((sides) => sides.some((part) => causesOf(part).length > 0))
    .map((sides) => ({ node: sides[0]!.node, sides }))
    .toSorted((a, b) => sizeOf(b) - sizeOf(a));
}

function partLine({ node, sides }: Sides) {
  const specific = sides.flatMap((part) => isSpecific(part) === true ? [part.negation] : []);
  const isKnown = sides.some((part) => isSpecific(part) !== undefined);
  const { inCircuit } = sides[0]!;
  return {
    part: partText(node),
    ...Object.fromEntries(sides.map(({ negation, values }) => {
      const { value, simultaneousLow: low, simultaneousHigh: high } = values.get("total") ?? {};
      return [`${negation} negated`, estimateIn2(value, { low, high })];
    })),
    ...inCircuit !== undefined && { circuit: inCircuit ? "yes" : "no" },
    ...isKnown && {
      specific: specific.length === 0
        ? "no"
        : specific.length === sides.length
        ? "yes"
        : specific.join(),
    },
  };
}

const WORDS = [
  ...words("share"),
  { word: "total", means: METHODS.find(({ name }) => name === "total")!.means },
  {
    word: "circuit",
    means: "whether the part is in the circuit, which both sides share: docs/methods/circuit.md",
  },
  {
    word: "specific",
    means:
      "whether another determiner in the negator's place certainly does less than half of it, on both sides or on the one that is named, by a method by which the part does something; empty if it takes away from d by all of these, or is not known",
  },
];
