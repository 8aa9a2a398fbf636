/** summary.txt of an atlas: the three sentences, the parts, how the methods agree and where not. */

import { words } from "../experiments/words.ts";
import type { PartLeftOut } from "../parts/part.ts";
import { GLOSSARY } from "../study/glossary.ts";
import { findingText } from "../study/experiment/finding.ts";
import { glossaryText, type Word, wordsUsed } from "../tables/words.ts";
import { methodBlock } from "../tables/summary_parts.ts";
import { wrapText } from "../tables/wrap_text.ts";
import { namesText } from "../experiments/top_shares.ts";
import type { AgreementRow } from "./agreement.ts";
import { type DisagreementRow, namingsOf } from "./disagreements.ts";
import { labelOf, type MethodName, METHODS, partText } from "./methods.ts";
import type { Atlas, AtlasPart } from "./read_atlas.ts";
import { isSpecific, type Sentences } from "./sentences.ts";
import { intervalIn2, twoDigits } from "./two_digits.ts";

export interface AtlasFindings {
  readonly model: string;
  readonly atlas: Atlas;
  readonly sentences: Sentences;
  readonly agreement: readonly AgreementRow[];
  readonly disagreements: readonly DisagreementRow[];
  readonly leftOut: readonly PartLeftOut[];
}

/** The most parts of a side that a summary lists. */
const MOST_PARTS = 12;

/** The methods of the table of parts. */
const SHOWN: readonly MethodName[] = ["attend", "knockout", "ablate", "direct", "total"];

export function atlasText(
  { model, atlas, sentences, agreement, disagreements, leftOut }: AtlasFindings,
): string {
  const named = namedParts(atlas.parts);
  const found = findingText({
    sentences,
    tables: [
      {
        title: `Parts that a method names, the largest total effects first${
          named.length > 2 * MOST_PARTS ? ` (${MOST_PARTS} of each side)` : ""
        }`,
        lines: [...Map.groupBy(named, ({ negation }) => negation).values()]
          .flatMap((side) => side.slice(0, MOST_PARTS)).map(partLine),
        digits: 2,
      },
      {
        title: "Whether two methods put parts in the same order (Spearman's rho)",
        lines: agreement.map((row) => ({
          negated: row.negation,
          methods: `${labelOf(row.first)}, ${labelOf(row.second)}`,
          parts: row.parts,
          rho: twoDigits(row.rho),
          samples: intervalIn2({ low: row.samples_low, high: row.samples_high }),
          ceiling: twoDigits(row.ceiling),
        })),
        digits: 2,
      },
      {
        title: "Where methods disagree, and why they may",
        lines: reasonLines(disagreements),
      },
    ],
    notes: [
      ...[...Map.groupBy(named, ({ negation }) => negation)].map(([negation, side]) =>
        `${negation}-negated: ${side.length} of ${
          atlas.parts.filter((part) => part.negation === negation).length
        } parts are named by a method`
      ),
      "atlas.csv has all parts and intervals, disagreements.csv each reason with its page",
    ],
  });
  const used = wordsUsed(found, [...GLOSSARY, ...ATLAS_WORDS]);
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
    glossaryText(used).trimEnd(),
  ].join("\n\n").replace(/\n*$/, "\n");
}

/** The parts that a method names, the largest total effects of a side first. */
export function namedParts(parts: readonly AtlasPart[]): AtlasPart[] {
  const sizeOf = ({ values }: AtlasPart) => Math.abs(values.get("total")?.value ?? 0);
  const named = parts.filter((part) => namingsOf(part).named.length > 0);
  return [...Map.groupBy(named, ({ negation }) => negation).values()]
    .flatMap((side) => side.toSorted((a, b) => sizeOf(b) - sizeOf(a)));
}

function partLine(part: AtlasPart) {
  const { negation, node, values, inCircuit } = part;
  const specific = isSpecific(part);
  return {
    negated: negation,
    part: partText(node),
    ...Object.fromEntries(SHOWN.map((name) => [labelOf(name), twoDigits(values.get(name)?.value)])),
    circuit: inCircuit === undefined ? "" : inCircuit ? "yes" : "no",
    ...specific !== undefined && { specific: specific ? "yes" : "no" },
  };
}

function reasonLines(disagreements: readonly DisagreementRow[]) {
  const groups = Map.groupBy(disagreements, (row) => JSON.stringify([row.negation, row.reason]));
  return [...groups.values()].map((rows) => {
    const parts = [...new Set(rows.map(({ part }) => part.replace(/^head /, "")))];
    const { negation, reason } = rows[0]!;
    return { negated: negation, reason, parts: namesText(parts) };
  });
}

const ATLAS_WORDS: readonly Word[] = [
  ...words("share", "faithfulness"),
  ...METHODS.filter(({ name }) => SHOWN.includes(name)).map(({ label, means }) => (
    { word: label, means: means.replace(/^./, (letter) => letter.toLowerCase()).replace(/\.$/, "") }
  )),
  {
    word: "circuit",
    means: "whether the part is in the circuit, which both sides share: docs/methods/circuit.md",
  },
  {
    word: "specific",
    means: "whether the part lies beyond its controls in a method that has them",
  },
  {
    word: "samples",
    means:
      "in 95 % of samples of rows, rho lies there; no confidence interval, since it lies towards 0 where parts differ little",
  },
  {
    word: "ceiling",
    means:
      "rho of two methods with the same true order, given how exact each is; errors that both share can lift rho above it",
  },
  {
    word: "uncertain: wide interval",
    means: "the interval of the method that does not name the part has room for such a share",
  },
];
