/** What a summary says of a transplant. */

import { namesText, shareText, simultaneousText, untestedText } from "../top_shares.ts";
import {
  isTestedShare,
  largestShares,
  noneNamedText,
  type ShareLine,
} from "../../study/effects/named_shares.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { bracketed } from "../../tables/text_table.ts";
import { nodeText } from "../../tables/nodes.ts";
import { CHOSEN, isRandomSet } from "./parts.ts";
import type { LayerShareRow, PartShareRow, TransplantTables } from "./schemas.ts";

const LEAST = 0.05;

const MOST_LINES = 10;

/** Where what the other model changes sits, whether it is more often right, and what its parts bring. */
export function transplantFindings(
  { stackShares, layerShares, partShares }: TransplantTables,
): Finding {
  const stack = stackShares.rows.filter(({ negation }) => negation === "all");
  if (stack.length === 0) return {};
  const layers = layerShares.rows.filter(({ negation }) => negation === "all");
  const parts = partShares.rows.filter(({ negation }) => negation === "all");
  const [first, last] = [stack[0]!, stack.at(-1)!];
  if (last.share === undefined) {
    return {
      sentences: [
        "In all rows both models give the caption and the foil the same difference of S but for rounding: nothing is to be found, and no share has a denominator",
      ],
    };
  }
  const lastLayer = layers.at(-1)!.layer;
  const named = largestShares(layers).filter(({ share }) => Math.abs(share!) >= LEAST);
  const [random, lines] = [true, false].map((isRandom) =>
    parts.filter(({ set }) => isRandomSet(set) === isRandom)
  ) as [PartShareRow[], PartShareRow[]];
  const largest = lines.toSorted((a, b) => Math.abs(b.share ?? 0) - Math.abs(a.share ?? 0));
  return {
    sentences: [
      layers.every((line) => !isTestedShare(line))
        ? capital(untestedText("layer"))
        : named.length === 0
        ? `No layer is named as the place of what the other model changes in d: ${
          noneNamedText(layers, LEAST)
        }`
        : `What the other model changes in d sits in ${
          namesText(named.map((line) => `${layerText(line, lastLayer)} ${bounded(line)}`))
        }`,
      `Accuracy is ${first.accuracy.toFixed(2)} in the model and ${
        last.accuracy.toFixed(2)
      } in the other`,
      ...parts.length === 0 ? [] : [partsText(lines, random)],
    ],
    tables: [{
      title:
        "Share of the change in d that a layer adds, the mean of both orders, which are beside it:",
      lines: layers.map((line) => ({
        layer: layerText(line, lastLayer),
        share: line.share,
        simultaneous: simultaneousText(line),
        first: line.first,
        last: line.last,
      })),
    }, {
      title: `Share of the change in d that comes with the weights of a part${
        lines.length > MOST_LINES ? `, the ${MOST_LINES} largest` : ""
      }:`,
      lines: largest.slice(0, MOST_LINES).map((line) => ({
        part: nodeText(line.set),
        share: line.share,
        simultaneous: simultaneousText(line),
        accuracy: line.accuracy,
      })),
    }],
  };
}

function layerText({ layer }: Pick<LayerShareRow, "layer">, last: number): string {
  if (layer === 0) return "the embeddings";
  return layer === last ? "the final norm and the projection" : `block ${layer}`;
}

function partsText(chosen: readonly PartShareRow[], random: readonly PartShareRow[]): string {
  const [only] = chosen;
  if (chosen.length === 1) {
    const what = only!.set === CHOSEN ? "the chosen parts" : nodeText(only!.set);
    const begin = `The weights of ${what} bring ${shareText(only!)} of it`;
    if (random.length === 0) return begin;
    const shares = random.map(({ share }) => share!);
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const above = shares.filter((share) => share >= only!.share!).length;
    return `${begin}, and random sets of as many heads and MLPs ${
      mean.toFixed(2)
    } on average: ${above} of ${random.length} bring as much`;
  }
  if (chosen.every((line) => !isTestedShare(line))) return capital(untestedText("part"));
  const named = largestShares(chosen).filter(({ share }) => Math.abs(share!) >= LEAST);
  return named.length === 0
    ? `No single part brings it: ${noneNamedText(chosen, LEAST)}`
    : `Of single heads and MLPs, ${
      namesText(named.map((line) => `${nodeText(line.set)} ${bounded(line)}`))
    } ${named.length === 1 ? "brings" : "bring"} it`;
}

function capital(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}`;
}

function bounded(line: ShareLine): string {
  return bracketed(line.share, {
    low: line.simultaneous_low,
    high: line.simultaneous_high,
  });
}
