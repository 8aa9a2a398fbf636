/** What a summary says of a transplant. */

import {
  namesText,
  shareText,
  simultaneousText,
  untestedText,
} from "../../study/effects/ranked.ts";
import {
  isTestedShare,
  largestShares,
  noneNamedText,
  type ShareLine,
} from "../../study/effects/named_shares.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { bracketed, estimateText, intervalText } from "../../tables/text_table.ts";
import { nodeText } from "../../tables/nodes.ts";
import { CHOSEN, isRandomSet } from "./parts.ts";
import type { TransplantSummaryRow, TransplantTables } from "./schemas.ts";

const LEAST = 0.05;

const MOST_LINES = 10;

type Rows = readonly TransplantSummaryRow[];

/** Where what the other model changes sits, whether it is more often right, and what its parts bring. */
export function transplantFindings(
  { summary }: TransplantTables,
): Finding {
  const of = (name: string) =>
    summary.rows.filter(({ negation, kind }) => negation === "all" && kind === name);
  const [stack, layers, parts, towers] = [of("last"), of("layer"), of("part"), of("tower")];
  if (stack.length === 0) return {};
  if (stack.at(-1)!.share === undefined) {
    return {
      sentences: [
        "In all rows both text towers give caption and foil the same difference of S but for rounding: no share has a denominator",
        ...towersText(towers),
      ],
    };
  }
  const names = namesOf(towers);
  const lastLayer = layers.at(-1)!.number!;
  const named = largestShares(layers).filter(({ share }) => Math.abs(share!) >= LEAST);
  const random = parts.filter(({ set }) => isRandomSet(set!));
  const lines = parts.filter(({ set }) => !isRandomSet(set!));
  const largest = lines.toSorted((a, b) => Math.abs(b.share ?? 0) - Math.abs(a.share ?? 0));
  return {
    sentences: [
      ...towersText(towers),
      layers.every((line) => !isTestedShare(line))
        ? capital(untestedText("layer"))
        : named.length === 0
        ? `No layer is named as the place of what the other model changes in d: ${
          noneNamedText(layers, LEAST)
        }`
        : `What the other model changes in d sits in ${
          namesText(named.map((line) => `${layerText(line, lastLayer)} ${bounded(line)}`))
        }`,
      ...parts.length === 0 ? [] : [partsText(lines, random)],
    ],
    tables: [{
      title: "Accuracy by towers, and its change from the model's own two:",
      lines: towers.map(({ set, accuracy, low, high, ...line }) => ({
        text: names[set![0] as "A" | "B"],
        image: names[set![1] as "A" | "B"],
        accuracy,
        "95 % interval": intervalText({ low, high }),
        change: line.change,
        "its interval": intervalText({ low: line.change_low, high: line.change_high }),
      })),
    }, {
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
        part: nodeText(line.set!),
        share: line.share,
        simultaneous: simultaneousText(line),
        accuracy: line.accuracy,
      })),
    }],
  };
}

/** Which model is right more often, and whether its text or its image tower does it. */
function towersText(towers: Rows): string[] {
  const of = (towersOf: string) => towers.find(({ set }) => set === towersOf);
  const [own, byText, byImage, both] = [of("AA")!, of("BA")!, of("AB"), of("BB")];
  const two = (value: number) => value.toFixed(2);
  const changeText = ({ change, change_low: low, change_high: high }: TransplantSummaryRow) =>
    estimateText(change, { low, high }, 2);
  const { A: here, B: there } = namesOf(towers);
  if (both === undefined || byImage === undefined) {
    return [
      `With the text tower of ${there} accuracy is ${two(byText.accuracy!)}, with that of ${here} ${
        two(own.accuracy!)
      }: difference ${changeText(byText)}, ${own.n} rows, given image embeddings`,
    ];
  }
  const sign = signOf(both);
  const verdict = sign === 0
    ? `${begin(there)} and ${here} cannot be told apart in accuracy`
    : `${begin(there)} is ${sign > 0 ? "better" : "worse"} than ${here}`;
  const [ofText, ofImage] = [byText, byImage].map((row) => sign !== 0 && signOf(row) === sign);
  const which = ofText && ofImage
    ? "each alone makes"
    : ofText
    ? "the text tower alone makes"
    : ofImage
    ? "the image tower alone makes"
    : "neither alone is certain to make";
  return [
    `${verdict}: ${two(both.accuracy!)} against ${two(own.accuracy!)}; difference ${
      changeText(both)
    }, ${own.n} rows`,
    `Its text tower alone changes accuracy by ${changeText(byText)}, its image tower alone by ${
      changeText(byImage)
    }${sign === 0 ? "" : `: ${which} it ${sign > 0 ? "better" : "worse"}`}`,
  ];
}

const OTHER = "the other model";

function namesOf(towers: Rows) {
  const names = towers.map(({ made_of }) => made_of!);
  const [A, B] = [names[0]!, names.at(-1)!];
  return A === B ? { A: "the model", B: OTHER } : { A, B };
}

function begin(name: string): string {
  return name === OTHER ? capital(name) : name;
}

/** 1 or -1 for a change that its interval tells from 0, else 0. */
function signOf({ change_low: low = 0, change_high: high = 0 }: TransplantSummaryRow): number {
  return low > 0 ? 1 : high < 0 ? -1 : 0;
}

function layerText({ number: layer }: TransplantSummaryRow, last: number): string {
  if (layer === 0) return "the embeddings";
  return layer === last ? "the final norm and the projection" : `block ${layer}`;
}

function partsText(chosen: Rows, random: Rows): string {
  const [only] = chosen;
  if (chosen.length === 1) {
    const what = only!.set === CHOSEN ? "the chosen parts" : nodeText(only!.set!);
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
      namesText(named.map((line) => `${nodeText(line.set!)} ${bounded(line)}`))
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
