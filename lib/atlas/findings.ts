/** summary.txt of an atlas: its sentences, and the parts that do most. */

import { words } from "../experiments/words.ts";
import type { PartLeftOut } from "../parts/part.ts";
import { findingText } from "../study/experiment/finding.ts";
import { type Node, nodeName } from "../tables/nodes.ts";
import { glossaryText, methodBlock, wrapText } from "../tables/words.ts";
import { METHODS, partText } from "./methods.ts";
import { causesOf, isSpecific } from "./naming.ts";
import type { Atlas, AtlasPart } from "./read_atlas.ts";
import type { Sentences } from "./sentences.ts";
import { estimateIn2 } from "./two_digits.ts";

export interface AtlasFindings {
  readonly model: string;
  readonly atlas: Atlas;
  readonly sentences: Sentences;
  readonly leftOut: readonly PartLeftOut[];
}

/** The most parts of the table. */
const MOST_PARTS = 10;

export function atlasText({ model, atlas, sentences, leftOut }: AtlasFindings): string {
  const nodes = namedNodes(atlas.parts);
  const found = findingText({
    sentences,
    tables: [{
      title: `Total effects, as shares of d with simultaneous 95 % intervals${
        nodes.length > MOST_PARTS ? `: the ${MOST_PARTS} largest of ${nodes.length}` : ""
      }`,
      lines: nodes.slice(0, MOST_PARTS).map(partLine),
    }],
  });
  return [
    wrapText(`negscope atlas: ${model}`),
    found.trimEnd(),
    ...leftOut.length === 0 ? [] : [
      methodBlock(
        leftOut.map(({ title, reason, fix }) =>
          wrapText(`Not run: ${title}, since ${reason}; ${fix}`)
        ),
      ).trimEnd(),
    ],
    glossaryText(WORDS).trimEnd(),
  ].join("\n\n").replace(/\n*$/, "\n");
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
