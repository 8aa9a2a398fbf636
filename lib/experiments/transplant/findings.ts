/** What a transplant says and shows: the curve of the stack, the map of single values, and the findings. */

import { ROLES } from "../../data/align.ts";
import { heatMap } from "../../charts/heat_map.ts";
import { lines } from "../../charts/lines.ts";
import { type ChartOptions, type ChartSpec, modelOf } from "../../charts/spec.ts";
import { ROLE_SIDE } from "../../charts/texts.ts";
import {
  isNamedShare,
  isTestedShare,
  largestShares,
  noneNamedText,
} from "../../study/effects/named_shares.ts";
import { shareText, untestedText } from "../../study/effects/ranked.ts";
import { capital, namesText } from "../../tables/words.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { mean } from "../../stats/columns.ts";
import { nodeText } from "../../tables/nodes.ts";
import { bracketed, estimateText, intervalText } from "../../tables/text_table.ts";
import { CHOSEN, isRandomSet } from "./measure.ts";
import { TRANSPLANT_SUMMARY, type TransplantSummaryRow, type TransplantTables } from "./tables.ts";

type Rows = readonly TransplantSummaryRow[];

/** Draws the shares of d by the number of the other model's blocks, over all rows. */
export function stackCurve(rows: Rows, options: ChartOptions): ChartSpec {
  const points = rows.filter(({ negation, kind }) =>
    negation === "all" && (kind === "first" || kind === "last")
  ).map(({ kind, number: blocks, share, share_low: low, share_high: high }) => (
    { order: `${kind} blocks`, blocks, share, low, high }
  ));
  return lines(points, {
    ...options,
    title: `What the other model's blocks bring to ${modelOf(options)}`,
    subtitle: `-1: the model itself; the last: the other model${
      points.some(({ low }) => low !== undefined) ? "" : "; too few clusters for intervals"
    }`,
    about:
      `What share of the difference in d between two models returns when the first or the last blocks are the other model's. Order "first blocks": 0 exchanges the embeddings, k the first k blocks as well; order "last blocks": 0 exchanges the final norm and the projection, k the last k blocks as well`,
    x: "blocks",
    y: { field: "share", low: "low", high: "high", title: "share of the change" },
    series: "order",
    xTitle: "blocks from the other model",
    levels: [0, 1],
  });
}

/** Draws the share of d that the other model's value brings about at each layer and role, over all rows. */
export function valueMap(rows: Rows, options: ChartOptions): ChartSpec {
  const values = rows.flatMap((row) => {
    const role = ROLES.find((role) => role === row.set);
    if (row.negation !== "all" || row.kind !== "value" || role === undefined) return [];
    return [{ ...row, layer: row.number!, role }];
  });
  return heatMap({ rows: values, schema: TRANSPLANT_SUMMARY }, {
    ...options,
    title: `Where in ${modelOf(options)} the other model's values tell`,
    subtitle: "layer 0: embeddings",
    about:
      "What share of the change in the score difference d from one model to the other returns when the residual stream of the other model at one token is put into the model's runs of both sentences, after each block; of a role with several tokens the mean",
    panels: (rows) => rows.length === 0 ? [] : [{ title: "", rows }],
    x: "layer",
    y: ROLE_SIDE,
    value: {
      field: "share",
      title: "share",
      judged: (line) => ({ isFixed: false, isNamed: isNamedShare(line) }),
    },
  });
}

/** Where what the other model changes sits, whether it is more often right, and what its parts bring. */
export function transplantFindings({ summary }: TransplantTables): Finding {
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
  const last = layers.at(-1)!.number!;
  const layerText = ({ number: layer }: TransplantSummaryRow) => {
    if (layer === 0) return "the embeddings";
    return layer === last ? "the final norm and the projection" : `block ${layer}`;
  };
  const chosen = parts.filter(({ set }) => !isRandomSet(set!));
  const names = namesOf(towers);
  return {
    sentences: [
      ...towersText(towers),
      namedText(layers, {
        unit: "layer",
        nameOf: layerText,
        none: "No layer is named as the place of what the other model changes in d",
        some: (named) => `What it changes in d sits most in ${named}`,
      }),
      ...parts.length === 0
        ? []
        : [partsText(chosen, parts.filter(({ set }) => isRandomSet(set!)))],
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
    }],
  };
}

/** Which lines have certain shares of at least .05. */
function namedText(all: Rows, { unit, nameOf, none, some }: {
  readonly unit: string;
  readonly nameOf: (line: TransplantSummaryRow) => string;
  readonly none: string;
  readonly some: (names: string) => string;
}): string {
  if (all.every((line) => !isTestedShare(line))) return capital(untestedText(unit));
  const named = largestShares(all);
  if (named.length === 0) return `${none}: ${noneNamedText(all)}`;
  const [first, ...others] = named;
  const { simultaneous_low: low, simultaneous_high: high } = first!;
  const share = `${nameOf(first!)} ${bracketed(first!.share, { low, high })}`;
  return some(namesText([share, ...others.map(nameOf)]));
}

type Change = "change" | "gamma_change" | "alpha_change";

function changeText(row: TransplantSummaryRow, name: Change): string {
  return estimateText(row[name], { low: row[`${name}_low`], high: row[`${name}_high`] }, 2);
}

/** Which model is right more often, and what either tower alone changes of gamma or, where there is none, of accuracy. */
function towersText(towers: Rows): string[] {
  const of = (name: string) => towers.find(({ set }) => set === name);
  const [own, byText, byImage, both] = [of("AA")!, of("BA")!, of("AB"), of("BB")];
  const two = ({ accuracy }: TransplantSummaryRow) => accuracy!.toFixed(2);
  const { A: here, B: there } = namesOf(towers);
  if (both === undefined || byImage === undefined) {
    return [
      `With the text tower of ${there} accuracy is ${two(byText)}, with that of ${here} ${
        two(own)
      }: a difference of ${changeText(byText, "change")}`,
      ...understandingText(byText),
    ];
  }
  const { change_low: low = NaN, change_high: high = NaN } = both;
  const better = low > 0 ? "better" : high < 0 ? "worse" : undefined;
  const [name, what] = byText.gamma_change_low === undefined
    ? ["change", "accuracy"] as const
    : ["gamma_change", "gamma"] as const;
  return [
    `${there === OTHER ? capital(there) : there} ${
      better ? `is ${better} than ${here}` : `and ${here} cannot be told apart`
    }: accuracy ${two(both)} against ${two(own)}, a difference of ${changeText(both, "change")}`,
    ...understandingText(both),
    `Its text tower alone changes ${what} by ${
      changeText(byText, name)
    }, its image tower alone by ${changeText(byImage, name)}`,
  ];
}

/** What of gamma and alpha the other model changes, if that is known. */
function understandingText(other: TransplantSummaryRow): string[] {
  return other.gamma_change_low === undefined ? [] : [
    `On matched rows it changes understanding (gamma) by ${
      changeText(other, "gamma_change")
    } and bias (alpha) by ${changeText(other, "alpha_change")} logits`,
  ];
}

const OTHER = "the other model";

function namesOf(towers: Rows) {
  const [A, B] = [towers[0]!.made_of!, towers.at(-1)!.made_of!];
  return A === B ? { A: "the model", B: OTHER } : { A, B };
}

function partsText(chosen: Rows, random: Rows): string {
  const [only, ...others] = chosen;
  if (others.length > 0) {
    return namedText(chosen, {
      unit: "part",
      nameOf: ({ set }) => nodeText(set!),
      none: "No single part brings it",
      some: (named) => `Of single heads and MLPs, these bring it: ${named}`,
    });
  }
  const what = only!.set === CHOSEN ? "the chosen parts" : nodeText(only!.set!);
  const begin = `The weights of ${what} bring ${shareText(only!)} of it`;
  if (random.length === 0) return begin;
  const shares = random.map(({ share }) => share!);
  const above = shares.filter((share) => share >= only!.share!).length;
  return `${begin}, and random sets of as many heads and MLPs ${
    mean(shares)!.toFixed(2)
  } on average: ${above} of ${random.length} bring as much`;
}
