/** All cards in one table, a line a model. */

import { estimate } from "../../study/effects/estimate_columns.ts";
import { N, numberOrNone } from "../../study/columns.ts";
import {
  count,
  fillTable,
  key,
  optional,
  type RowOf,
  type Table,
  table,
  text,
} from "../../tables/table.ts";
import type { Card, CardEstimate, CardWay } from "./card.ts";

const ACCURACY = estimate("accuracy", "accuracy_", "share", "Share of rows with d > 0.");
const GAMMA = estimate("gamma", "gamma_", "logit", "Understanding, over matched rows.");
const ALPHA = estimate("alpha", "alpha_", "logit", "Bias, over the same rows.");
const RIGHT = estimate(
  "sentences_right",
  "sentences_right_",
  "share of blocks",
  "Share of blocks in which the true sentence scores higher in both pictures, gamma > |alpha|.",
);
const HELD_OUT = estimate(
  "held_out",
  "held_out_",
  "share",
  "The circuit's faithfulness on rows that had no part in its choice.",
);

const PARTS_TEXT = "the parts that certainly do this on the way, the largest share of gamma first.";

const CARDS = table("cards", "One row for each card.", {
  card: key(text("The name of its file, without .json.")),
  model: text("The model's name."),
  recipe: optional(text("What models that differ only by chance share.")),
  data: text("The first file of the data, and the first digits of its checksum."),
  n: N,
  ...ACCURACY.columns,
  ...GAMMA.columns,
  ...ALPHA.columns,
  ...RIGHT.columns,
  circuit: optional(count("The number of parts in the circuit.", "parts")),
  parts: count("The number of heads and MLPs of the text encoder.", "parts"),
  ...HELD_OUT.columns,
  cpr: numberOrNone("", "The area under faithfulness by the share of parts."),
  cmd: numberOrNone("", "The area under its distance from 1."),
  reads: optional(text(`Of what reads the negator, ${PARTS_TEXT}`)),
  writes: optional(text(`Of what writes it into the score, ${PARTS_TEXT}`)),
});

type CardRow = RowOf<typeof CARDS>;

/** A card with the name of its file. */
export interface NamedCard {
  readonly name: string;
  readonly card: Card;
}

export function cardsTable(cards: readonly NamedCard[]): Table<CardRow> {
  return fillTable(CARDS, cards.map(rowOf));
}

function rowOf({ name, card }: NamedCard): CardRow {
  const { model, scores, circuit } = card;
  const { all } = scores.sides;
  const [data] = scores.data;
  return {
    card: name,
    model: model.name,
    recipe: model.recipe,
    data: `${data!.file} ${data!.sha256.slice(0, 6)}`,
    n: all!.n,
    ...ACCURACY.cells(estimateOf(all!.accuracy)),
    ...GAMMA.cells(estimateOf(scores.gamma)),
    ...ALPHA.cells(estimateOf(scores.alpha)),
    ...RIGHT.cells(estimateOf(scores.blocks?.sentences_right)),
    circuit: circuit?.parts,
    parts: model.text.layers * (model.text.heads + 1),
    ...HELD_OUT.cells(estimateOf(circuit?.held_out)),
    cpr: circuit?.cpr?.[0],
    cmd: circuit?.cmd?.[0],
    reads: partsOf(card, "reads"),
    writes: partsOf(card, "writes"),
  };
}

function estimateOf(value: CardEstimate | undefined) {
  const [estimate, low, high] = value ?? [];
  return { estimate, low, high };
}

/** The parts that do something on the way, such as `1.2, mlp 1`; undefined if none does. */
function partsOf({ parts }: Card, way: CardWay): string | undefined {
  const found = parts.filter((part) => part.way?.includes(way))
    .toSorted((a, b) => (b.gamma?.[0] ?? 0) - (a.gamma?.[0] ?? 0));
  return found.map(({ part }) => part.replace("head ", "")).join(", ") || undefined;
}
