/** The tables of many cards: a line a model; means over models of one recipe, of which each is one draw whatever its rows; whether two models use the same parts. */

import { estimate } from "../../study/effects/estimate_columns.ts";
import { N, numberOrNone } from "../../study/columns.ts";
import {
  count,
  fillTable,
  key,
  number,
  optional,
  type RowOf,
  type Table,
  table,
  text,
} from "../../tables/table.ts";
import type { Card, CardEstimate, CardWay } from "./card_files.ts";
import { agreementOf, type AgreementRow } from "../compare/agreement.ts";
import { studentIntervals } from "../../stats/estimate.ts";

const ACCURACY = estimate("accuracy", "share", "Share of rows with d > 0.");
const GAMMA = estimate("gamma", "logit", "Understanding, over matched rows.");
const ALPHA = estimate("alpha", "logit", "Bias, over the same rows.");
const RIGHT = estimate(
  "sentences_right",
  "share of blocks",
  "Share of blocks in which the true sentence scores higher in both pictures, gamma > |alpha|.",
);
const HELD_OUT = estimate(
  "held_out",
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

/** A card with the name of its file; `copies` names the files of others of the same model and data. */
export interface NamedCard {
  readonly name: string;
  readonly card: Card;
  readonly copies?: readonly string[];
}

/** One card for each model and data: the first by name, since any other would count the model again. */
export function distinctCards(cards: readonly NamedCard[]): NamedCard[] {
  const own = Map.groupBy(
    cards,
    ({ card }) =>
      JSON.stringify([card.model.files.map(({ sha256 }) => sha256).sort(), dataOf(card)]),
  );
  return [...own.values()].map(([first, ...rest]) => ({
    ...first!,
    copies: rest.map(({ name }) => name),
  }));
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

/** What is averaged over models; parts are those that do the same on the way, wherever they are. */
const QUANTITIES = {
  accuracy: ({ scores }) => scores.sides.all?.accuracy[0],
  gamma: ({ scores }) => scores.gamma?.[0],
  alpha: ({ scores }) => scores.alpha?.[0],
  reads: strongest("reads"),
  passes: strongest("passes"),
  writes: strongest("writes"),
  circuit: ({ circuit }) => circuit && circuit.parts / circuit.of,
} as const satisfies Readonly<Record<string, (card: Card) => number | undefined>>;

type Quantity = keyof typeof QUANTITIES;

/** The largest share of gamma of a part that does this on the way; undefined if none certainly does. */
function strongest(way: CardWay) {
  return ({ parts }: Card): number | undefined => {
    const shares = parts.flatMap((part) => part.way?.includes(way) ? part.gamma?.[0] ?? [] : []);
    return shares.length === 0 ? undefined : Math.max(...shares);
  };
}

export const SEEDS = table(
  "seeds",
  "One row for each recipe with two cards or more, and quantity that two of them have.",
  {
    recipe: key(text("What the models share.")),
    quantity: key(text<Quantity>(
      "`accuracy`, `gamma` and `alpha` of the data; `reads`, `passes`, `writes`: the largest share of gamma of a part that does this; `circuit`: the share of the parts that are in the circuit.",
    )),
    models: count("The number of models that have it.", "models"),
    mean: number("", "The mean over these models."),
    low: number("", "Lower bound of Student's 95 % interval of the mean, models as the units."),
    high: number("", "Upper bound of the same."),
    spread: number("", "The standard deviation over models."),
  },
);

export type SeedRow = RowOf<typeof SEEDS>;

/** The rows of recipes, in the order of the cards, each of another model: one counts only with others on the same data. */
export function seedRows(cards: readonly Card[]): SeedRow[] {
  const recipes = Map.groupBy(
    cards.filter(({ model }) => model.recipe !== undefined),
    (card) => JSON.stringify([card.model.recipe, dataOf(card)]),
  );
  return [...recipes.values()].flatMap((own) =>
    Object.entries(QUANTITIES).flatMap(([quantity, of]): SeedRow[] => {
      const values = own.flatMap((card) => of(card) ?? []);
      if (values.length < 2) return [];
      const { mean, ofMean } = studentIntervals(values);
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      return [{
        recipe: own[0]!.model.recipe!,
        quantity: quantity as Quantity,
        models: values.length,
        ...{ mean, low: mean - ofMean, high: mean + ofMean },
        spread: Math.sqrt(squares / (values.length - 1)),
      }];
    })
  );
}

/** Of more models of one kind nobody reads a line for each two. */
const MOST_MODELS = 24;

/** How far two models of the same sizes and data have the parts in the same order that both cards name with a share of gamma. */
export function mapAgreement(cards: readonly NamedCard[]): AgreementRow[] {
  const alike = Map.groupBy(cards, ({ card }) => JSON.stringify([card.model.text, dataOf(card)]));
  const few = [...alike.values()].filter(({ length }) => length <= MOST_MODELS);
  return few.flatMap((group) =>
    group.flatMap((first, i) =>
      group.slice(i + 1).map((second) => {
        const other = new Map(second.card.parts.map(({ part, gamma }) => [part, gamma?.[0]]));
        return agreementOf(
          { of: "share of gamma", first: first.name, second: second.name },
          first.card.parts.map(({ part, gamma }) => [gamma?.[0], other.get(part)]),
        );
      })
    )
  );
}

/** What the scores are of: cards of which it differs are not compared. */
export function dataOf({ scores: { data, protocol, cluster, sides } }: Card): string {
  return [...data.map(({ sha256 }) => sha256), protocol, cluster, sides.all!.n].join();
}

/** The same in words. */
export function dataText({ scores: { data, protocol, cluster, sides } }: Card): string {
  const files = data.map(({ file, sha256 }) => `${file} ${sha256.slice(0, 6)}`);
  return [...files, `protocol ${protocol}`, `cluster ${cluster}`, `${sides.all!.n} rows`].join(
    ", ",
  );
}
