/** The sentences of an atlas: whether the model tells negation, which parts read, pass on and write it, which are enough, and which are of negation. */

import { estimateText, numberText } from "../../tables/text_table.ts";
import { untestedText } from "../../study/effects/ranked.ts";
import { capital, MOST_NAMES, namesText } from "../../tables/words.ts";
import { interactionSentences } from "../../experiments/ablate/pairs.ts";
import { CIRCUIT_TABLE } from "../../experiments/circuit/circuit_table.ts";
import { estimateIn } from "../../study/effects/estimate_columns.ts";
import { LEAST_SHARE } from "../../study/effects/named_shares.ts";
import { verdictOf } from "../../study/evaluate/summary.ts";
import { byPlace, type Node, nodeName } from "../../tables/nodes.ts";
import {
  type Atlas,
  type AtlasPart,
  type MethodName,
  METHODS,
  partText,
  type Value,
} from "./read_atlas.ts";
import {
  causesOf,
  isNamed,
  isSpecific,
  isTested,
  methodOfBoth,
  pushOf,
  type Read,
  type Step,
  type Way,
  waysOf,
} from "./way.ts";
import { words } from "../../experiments/words.ts";
import { leftOutLines, type PartLeftOut } from "../parts/part.ts";
import { type Summary, summaryOf } from "../../report/summary.ts";

/** `0.15 (0.10 to 0.20)`, never -0. */
function estimateIn2(
  value: number | undefined,
  { low, high }: Parameters<typeof estimateText>[1],
): string {
  const rounded = (number: number | undefined) =>
    number === undefined ? undefined : Math.round(number * 100) / 100 + 0;
  return estimateText(rounded(value), { low: rounded(low), high: rounded(high) }, 2);
}

/** Says what an atlas has found, a thought a sentence, without full stops: of a model that does not tell negation, what a word moves. */
export function sentencesOf(atlas: Atlas, model: string): string[] {
  const verdict = verdictOf(atlas.scores, { name: model });
  return [
    ...verdict?.sentences.filter((text) => !/mean \|d\|/i.test(text)) ??
      [`${model} was not scored`],
    ...waySentences(atlas),
    ...bothSentences(atlas),
    ...interactionSentences(atlas.ablated),
    ...circuitSentences(atlas),
    ...controlSentences(atlas),
  ];
}

/** What reads it, passes it on and writes it: once if it is the same parts on both sides. */
export function waySentences(atlas: Atlas): string[] {
  const { parts, word } = atlas;
  if (parts.length === 0) return [];
  if (!parts.some(({ values }) => [...values.values()].some(isTested))) {
    const shares = parts.flatMap(({ values }) =>
      [...values].flatMap(([name, { value }]) => name === "attend" ? [] : [value])
    );
    return [capital(untestedText("part", shares))];
  }
  const sides = waysOf(atlas).map(({ negation, way }) => (
    { negation, said: sentencesOfWay(way, word) }
  ));
  const [{ said: first }, ...others] = sides as [typeof sides[number], ...typeof sides];
  return others.every(({ said }) => said.join() === first.join())
    ? first
    : sides.flatMap(({ negation, said }) =>
      said.map((text) =>
        `Where the ${negation} is negated, ${
          text.replace(/^(Heads?|No) /, (word) => word.toLowerCase())
        }`
      )
    );
}

/** One sentence, or more where the heads read several things. */
function sentencesOfWay({ readers, passing, writing, against }: Way, word: string): string[] {
  const reads: Readonly<Record<Read, string>> = {
    negator: word,
    other: "the other sentence's word",
    place: `whatever word is in the place of ${word}`,
  };
  const byRead = [...Map.groupBy(readers, (step) => step.reads!)];
  const isWhole = byRead.length === 1 && namesOf(readers) === namesOf(writing);
  const write = (steps: readonly Step[]) => steps.length === 1 ? "writes" : "write";
  const said = [
    ...byRead.map(([read, steps]) => clause(steps, ["reads", "read"], reads[read])),
    ...passing.length > 0 ? [clause(passing, ["passes", "pass"], "it on")] : [],
    ...writing.length > 0 && !isWhole
      ? [clause(writing, ["writes", "write"], "it into the score")]
      : [],
    ...readers.length > 0 && writing.length === 0
      ? [`no single part certainly writes ${LEAST_SHARE} or more of it into the score`]
      : [],
  ];
  const first = kindOf(readers.length > 0 ? readers : writing);
  return [
    ...said.length === 0
      ? [`No single part certainly reads it or writes it with a share of ${LEAST_SHARE} or more`]
      : isWhole
      ? [`${first}${said[0]} and ${write(writing)} it into the score`]
      : byRead.length > 1
      ? [first + said.slice(0, byRead.length).join("; "), ...said.slice(byRead.length).map(capital)]
      : [`${first}${said.join("; ")}`],
    ...against.length > 0 ? [capital(clause(against, ["takes", "take"], "away from it"))] : [],
  ];
}

/** `1.2 reads "no"`, `4.3 and 5.1 pass it on`. */
function clause(
  steps: readonly Pick<Step, "node">[],
  [one, several]: readonly [string, string],
  what: string,
): string {
  return `${partNames(steps)} ${steps.length === 1 ? one : several} ${what}`;
}

/** The first parts by name, in the order of layer and head, and how many more there are. */
function partNames(parts: readonly Pick<Step, "node">[], most = MOST_NAMES): string {
  const nodes = parts.map(({ node }) => node);
  const inOrder = nodes.slice(0, most).toSorted(byPlace);
  return namesText([...inOrder, ...nodes.slice(most)].map(nameText), most);
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

/** Through what understanding goes, by its share of gamma, and what only pushes one sentence, whatever the picture. */
function bothSentences({ parts, scores }: Atlas): string[] {
  const both = parts.filter(({ negation }) => negation === "both");
  const method = methodOfBoth(both);
  const isReversed = (scores.find(({ negation }) => negation === "both")?.gamma ?? 0) < 0;
  const telling = method === undefined ? [] : both.flatMap(({ node, values }) => {
    const value = values.get(method);
    return isNamed(value) && value!.value! > 0 ? [{ node, share: value!.value! }] : [];
  }).toSorted((a, b) => hundredths(b.share) - hundredths(a.share) || byPlace(a.node, b.node));
  const sum = telling.reduce((sum, { share }) => sum + share, 0);
  const names = telling.map(({ node, share }, i) =>
    `${nameText(node)} (${numberText(share, 2)}${i === 0 ? " of gamma" : ""})`
  );
  return [
    ...telling.length > 0
      ? [
        `Understanding${isReversed ? ", the wrong way round," : ""} goes through ${
          namesText(names)
        }`,
      ]
      : [],
    ...sum > 1 + LEAST_SHARE
      ? ["Parts in series carry the same understanding: shares need not sum to 1"]
      : [],
    ...pushingSentence(both),
  ];
}

/** In which shares are told; parts with equal ones stand in the order of layer and head. */
function hundredths(share: number): number {
  return Math.round(100 * share);
}

/** The parts that only push one sentence, by name if they are few and push the same. */
function pushingSentence(both: readonly AtlasPart[]): string[] {
  const pushing = both.flatMap((part) => {
    const alpha = pushOf(part);
    return alpha === undefined ? [] : [{ ...part, alpha }];
  }).toSorted((a, b) => Math.abs(b.alpha) - Math.abs(a.alpha));
  const [first] = pushing;
  if (first === undefined) return [];
  const towards = (alpha: number) => alpha > 0 ? "affirmative" : "negated";
  const same = pushing.filter(({ alpha }) => towards(alpha) === towards(first.alpha));
  const others = pushing.length - same.length;
  const also = others === 0 ? "" : `, and ${others} more towards the other`;
  return [
    `${namesText(same.map(({ node }) => nameText(node)))} ${
      same.length === 1 ? "only pushes" : "only push"
    } towards the ${towards(first.alpha)} sentence in any picture (alpha ${
      numberText(first.alpha, 2)
    })${also}`,
  ];
}

/** The most parts of a circuit that a sentence names. */
const MOST_MEMBERS = 4;

const ROWS: Readonly<Record<string, string>> = {
  correct: "the rows it has right",
  incorrect: "the rows it has wrong",
  all: "all rows",
};

function circuitSentences({ circuit, isSearched, parts }: Atlas): string[] {
  const row = circuit.find(({ negation }) => negation === "all");
  if (!isSearched) return ["No circuit was searched"];
  if (row === undefined) return ["No small set of parts was found that is enough"];
  const [side] = Map.groupBy(parts, ({ negation }) => negation).values();
  const members = side!.filter(({ inCircuit }) => inCircuit);
  const { segment } = row;
  const names = members.length > MOST_MEMBERS ? "" : `, ${partNames(members, MOST_MEMBERS)},`;
  const { held_out } = CIRCUIT_TABLE.columns;
  const heldOut = estimateIn(row, "held_out", held_out.estimate);
  const which = `${members.length} of ${side!.length} parts${names} ${
    members.length === 1 ? "is" : "are"
  } enough in ${ROWS[segment] ?? `the ${segment} rows`}`;
  return [
    heldOut.value === undefined
      ? `${which}; on rows not used to choose them this is not known`
      : `${which}: chosen on other ${row.held_out_by === "nouns" ? "nouns" : "sentences"}, ${
        estimateIn2(heldOut.value, heldOut)
      } of d`,
  ];
}

/** Which of the parts that do something do so because of negation, by the control with another word. */
function controlSentences({ parts: all }: Atlas): string[] {
  const parts = all.filter(({ negation }) => negation !== "both"); // a control is of a side
  const acting = parts.filter((part) =>
    causesOf(part).some((name) => part.values.get(name)!.value! > 0)
  );
  if (acting.length === 0) return [];
  const known = acting.filter((part) => isSpecific(part) !== undefined);
  if (known.length === 0) {
    return [
      "Whether these parts respond to the negator or to any determiner is not known: no control with another determiner was run",
    ];
  }
  const sides = new Set(parts.map(({ negation }) => negation)).size;
  const specific = Map.groupBy(
    known.filter((part) => isSpecific(part)),
    ({ node }) => nodeName(node),
  ).values()
    .toArray().toSorted((a, b) => totalOf(b) - totalOf(a));
  const everywhere = specific.filter(({ length }) => length === sides);
  if (specific.length === 0) {
    return [
      "No part certainly responds to the negator alone: another determiner may do half as much or more",
    ];
  }
  const found = everywhere.length > 0 ? everywhere : specific;
  return [
    `${partNames(found.map(([part]) => part!))} ${
      found.length === 1 ? "responds" : "respond"
    } to the negator, not to any determiner${everywhere.length > 0 ? "" : ", on one side alone"}`,
  ];
}

/** The largest total effect of a part on any side. */
function totalOf(sides: readonly AtlasPart[]): number {
  return Math.max(...sides.map(({ values }) => Math.abs(values.get("total")?.value ?? 0)));
}

/** What an atlas has found: its sentences, and the parts that do most. */
export function atlasSummary({ model, atlas, sentences, leftOut }: {
  readonly model: string;
  readonly atlas: Atlas;
  readonly sentences: readonly string[];
  readonly leftOut: readonly PartLeftOut[];
}): Summary {
  const method = methodOfBoth(atlas.parts);
  const lines = namedNodes(atlas.parts).map((node) => partLine(node, method));
  const title = method === undefined
    ? "Total effects of the parts that do most (shares of d, simultaneous intervals)"
    : `The parts that do most, by ${
      METHODS.find(({ name }) => name === method)!.label
    }, with simultaneous intervals`;
  return summaryOf(`negscope atlas: ${model}`, [{ sentences, tables: [{ title, lines }] }], {
    method: leftOutLines(leftOut),
    words: WORDS,
  });
}

interface Sides {
  readonly node: Node;
  readonly both: AtlasPart | undefined;
  readonly sides: readonly AtlasPart[];
}

/** The parts by which a method does something, with the largest share of gamma or, where that is not certain, the largest total effect on any side first. */
export function namedNodes(parts: readonly AtlasPart[]): Sides[] {
  const method = methodOfBoth(parts);
  const gammaOf = ({ both }: Sides) => {
    const value = method && both?.values.get(method);
    return isNamed(value) ? hundredths(Math.abs(value!.value!)) : 0;
  };
  return [...Map.groupBy(parts, ({ node }) => nodeName(node)).values()]
    .filter((all) => all.some((part) => causesOf(part).length > 0 || pushOf(part) !== undefined))
    .map((all) => ({
      node: all[0]!.node,
      both: all.find(({ negation }) => negation === "both"),
      sides: all.filter(({ negation }) => negation !== "both"),
    }))
    .toSorted((a, b) =>
      gammaOf(b) - gammaOf(a) || totalOf(b.sides) - totalOf(a.sides) || byPlace(a.node, b.node)
    );
}

function partLine({ node, both, sides }: Sides, method: MethodName | undefined) {
  const specific = sides.flatMap((part) => isSpecific(part) ? [part.negation] : []);
  const isKnown = sides.some((part) => isSpecific(part) !== undefined);
  const { inCircuit } = sides[0]!;
  const textOf = (value: Omit<Value, "alpha"> | undefined) =>
    estimateIn2(value?.value, { low: value?.simultaneousLow, high: value?.simultaneousHigh });
  const gamma = method && both?.values.get(method);
  return {
    part: partText(node),
    ...gamma === undefined
      ? Object.fromEntries(
        sides.map(({ negation, values }) => [`${negation} negated`, textOf(values.get("total"))]),
      )
      : { "share of gamma": textOf(gamma), alpha: textOf(gamma.alpha) },
    ...both !== undefined && gamma !== undefined && {
      restores: both.values.get("restore")?.value,
      "takes away": both.values.get("remove")?.value,
    },
    ...inCircuit !== undefined && { "in circuit": inCircuit ? "yes" : "no" },
    ...isKnown && {
      "of negation": specific.length === 0
        ? "no"
        : specific.length === sides.length
        ? "yes"
        : `${specific.join()} negated`,
    },
  };
}

const WORDS = [
  ...words("share", "gamma", "alpha"),
  {
    word: "in circuit",
    means: "whether the part is in the circuit, which both sides share: docs/methods/circuit.md",
  },
  {
    word: "of negation",
    means:
      "whether another determiner in the negator's place certainly does less than half of it, by a method by which the part does something; empty if it takes away from d by all of these, or is not known",
  },
];
