/** The three sentences of an atlas: how well the model tells negation, where that is, and what of it is not shown. */

import { namesText, untestedText, whereNegated } from "../experiments/top_shares.ts";
import type { Negation } from "../data/pairs.ts";
import type { CsvRow } from "../tables/csv_row.ts";
import { excludesZero } from "../tables/estimates.ts";
import { bracketed, estimateText } from "../tables/text_table.ts";
import { chainOf, wayText, writersText } from "./chain.ts";
import { namingsOf } from "./disagreements.ts";
import { type MethodName, METHODS, partText } from "./methods.ts";
import type { Atlas, AtlasPart } from "./read_atlas.ts";

/** What each sentence says, without full stops. */
export type Sentences = readonly [tells: string, where: string, left: string];

/** Makes the sentences. */
export function sentencesOf(atlas: Atlas, model: string): Sentences {
  return [tellsText(atlas.scores, model), whereText(atlas), leftText(atlas)];
}

/** How well, and by which side. */
function tellsText(scores: readonly CsvRow[], model: string): string {
  const row = (negation: string) =>
    scores.find((each) => each.text("negation") === negation && each.count("n") > 0);
  const all = row("all");
  if (all === undefined) return `${model} was not scored`;
  const accuracy = (row: CsvRow) => estimateText(row.number("accuracy"), boundsOf(row, "accuracy"));
  const { low, high } = boundsOf(all, "accuracy");
  const verdict = low === undefined || high === undefined
    ? "is not certain to tell negation"
    : low > 0.5
    ? "tells negation"
    : high < 0.5
    ? "takes negated sentences for affirmative ones"
    : "is not certain to tell negation";
  const whole = `${model} ${verdict}: the true sentence scores higher in ${accuracy(all)} of ${
    all.count("n")
  } rows`;
  const [foil, caption] = [row("foil"), row("caption")];
  if (foil === undefined || caption === undefined) {
    return `${whole}, all of which have a negated ${foil === undefined ? "caption" : "foil"}`;
  }
  const [ofFoil, ofCaption] = [foil, caption].map((side) => boundsOf(side, "accuracy"));
  const overlap = ofFoil!.low === undefined || ofCaption!.low === undefined
    ? ""
    : ofFoil!.low > ofCaption!.high! || ofFoil!.high! < ofCaption!.low
    ? ", whose intervals do not overlap"
    : ", whose intervals overlap";
  return `${whole}, ${accuracy(foil)} where the foil is negated and ${
    accuracy(caption)
  } where the caption is${overlap}`;
}

function boundsOf(row: CsvRow, name: string) {
  return { low: row.number(`${name}_low`), high: row.number(`${name}_high`) };
}

/** Where, layer by layer, in which parts and by which paths. */
function whereText(atlas: Atlas): string {
  const ways = [...Map.groupBy(atlas.parts, ({ negation }) => negation)]
    .map(([negation, parts]) => ({ negation, way: sideText(atlas, negation, parts) }));
  const isSame = ways.length > 1 && ways.every(({ way }) => way === ways[0]!.way);
  const sides = isSame
    ? [`on both sides, ${ways[0]!.way}`]
    : ways.map(({ negation, way }) => `${whereNegated({ negation }).toLowerCase()}, ${way}`);
  return [circuitText(atlas), ...sides].join("; ");
}

function circuitText({ circuit, isSearched, parts }: Atlas): string {
  const row = circuit.find((each) => each.text("negation") === "all");
  if (!isSearched) return "No circuit was searched";
  if (row === undefined) return "No small set of parts was found that is enough for d";
  const [side] = Map.groupBy(parts, ({ negation }) => negation).values();
  const members = side!.filter(({ inCircuit }) => inCircuit);
  return `${members.length} of ${side!.length} parts ${
    members.length === 1 ? "brings" : "bring"
  } about ${
    estimateText(row.number("faithfulness"), { low: row.number("low"), high: row.number("high") })
  } of d: ${members.map(({ node }) => partText(node)).join(", ")}`;
}

function sideText({ paths }: Atlas, negation: Negation, parts: readonly AtlasPart[]): string {
  const chain = chainOf(paths.filter((path) => path.negation === negation), parts);
  const { stages, toScore, beside, against } = chain;
  const unread = `${writersText(beside, MOST_WRITERS)}, to which no single path leads`;
  const named = largestNamed(parts, "total");
  const way = stages.length > 0 && toScore.length > 0
    ? `it goes ${wayText(chain)}${beside.length === 0 ? "" : `, and is also written by ${unread}`}`
    : beside.length > 0
    ? `it is written into the score by ${unread}`
    : `nothing certainly writes it into the score${
      named === "" ? "" : `, and the largest total effects are of ${named}`
    }`;
  return against.length === 0
    ? way
    : `${way}, while ${writersText(against, MOST_WRITERS)} ${
      against.length === 1 ? "takes" : "take"
    } away from it`;
}

/** The most parts beside the way that a sentence names. */
const MOST_WRITERS = 2;

/** The parts that a method names, the largest first, with their intervals. */
function largestNamed(parts: readonly AtlasPart[], name: MethodName): string {
  const found = parts.filter((part) => namingsOf(part).named.includes(name))
    .map((part) => ({ part, value: part.values.get(name)! }))
    .toSorted((a, b) => Math.abs(b.value.value!) - Math.abs(a.value.value!));
  return namesText(
    found.map(({ part, value }) =>
      `${partText(part.node)} ${
        bracketed(value.value, { low: value.simultaneousLow, high: value.simultaneousHigh })
      }`
    ),
  );
}

/** What of it the controls show too, and what is not explained. */
function leftText(atlas: Atlas): string {
  return [controlsText(atlas), explainedText(atlas)].join("; ");
}

function controlsText({ parts }: Atlas): string {
  const named = parts.filter((part) => namingsOf(part).named.length > 0);
  if (named.length === 0) {
    return parts.some(isTested)
      ? "No part is named by any method, so that no part is specific"
      : untestedText("part").replace("no", "No");
  }
  const known = named.map((part) => ({ part, specific: isSpecific(part) }))
    .filter(({ specific }) => specific !== undefined);
  if (known.length === 0) {
    return "No control was run of what names a part (--control), so that no part is known to be specific";
  }
  const run = METHODS.filter(({ name }) => isOfPart(name))
    .flatMap((method) =>
      parts.map(({ values }) => ({ method, of: values.get(method.name)?.control }))
    )
    .filter(({ of }) => of !== undefined);
  const by = listText([...new Set(run.map(({ method }) => method.label))]);
  const controls = listText([...new Set(run.map(({ of }) => of!.control))], "or");
  const counts = [...Map.groupBy(known, ({ part }) => part.negation)].map(([negation, side]) => {
    const specific = side.filter(({ specific }) => specific).map(({ part }) => partText(part.node));
    const names = specific.length === 0 ? "" : ` (${namesText(specific)})`;
    return `${specific.length} of ${side.length} where the ${negation} is negated${names}`;
  });
  const isNone = known.every(({ specific }) => !specific);
  return `${isNone ? "No part is specific: of" : "Of"} the parts that ${by} name${
    run.every(({ method }) => method === run[0]!.method) ? "s" : ""
  }, ${counts.join(" and ")} lie beyond the control ${controls}`;
}

/** Whether a method tells a value of the part from 0. */
function isTested({ values }: AtlasPart): boolean {
  return [...values.values()].some(({ low }) => low !== undefined);
}

function listText(names: readonly string[], and = "and"): string {
  return names.length < 2
    ? names.join()
    : `${names.slice(0, -1).join(", ")} ${and} ${names.at(-1)}`;
}

/** Whether a part lies beyond its controls by a method that names it; undefined if none that does has controls. */
export function isSpecific(part: AtlasPart): boolean | undefined {
  const { named } = namingsOf(part);
  const controlled = [...part.values].flatMap(([name, { control }]) =>
    control === undefined || !named.includes(name) ? [] : [control.specific]
  );
  return controlled.length === 0 ? undefined : controlled.includes("yes");
}

function isOfPart(name: MethodName): boolean {
  return !PATHS.includes(name);
}

/** Methods whose values are of a path, not of the part. */
const PATHS: readonly MethodName[] = ["path_in", "path_out"];

function explainedText({ circuit }: Atlas): string {
  const row = circuit.find((each) => each.text("negation") === "all");
  const f = row?.number("faithfulness");
  if (row === undefined || f === undefined) {
    return "how much of d is not explained is not known without a circuit";
  }
  const [low, high] = [row.number("low"), row.number("high")];
  const left = low === undefined || high === undefined ? {} : { low: 1 - high, high: 1 - low };
  const error = row.number("row_error")!;
  if (Math.max(Math.abs(1 - f), error) < LEAST_LEFT) {
    return "the circuit leaves nothing of d unexplained";
  }
  return `the circuit leaves ${leftOf(1 - f, left)} of d unexplained${
    excludesZero(left) || low === undefined ? "" : ", which may be nothing,"
  }${circuitControlText(row)} and misses the rows by ${
    leftOf(error, boundsOf(row, "row_error"))
  } of d on average`;
}

/** What the circuit's control brings about of d there with the same parts; nothing without a control. */
function circuitControlText(row: CsvRow): string {
  const [control, stem] = [row.optional("control"), "faithfulness_control"];
  if (control === undefined || !row.has(stem)) return "";
  const bounds = { low: row.number(`${stem}_low`), high: row.number(`${stem}_high`) };
  return ` (where the control ${control} leaves ${
    row.number(stem) === undefined ? "an unknown share" : leftOf(1 - row.number(stem)!, {
      ...bounds.low !== undefined && { high: 1 - bounds.low },
      ...bounds.high !== undefined && { low: 1 - bounds.high },
    })
  })`;
}

/** A smaller share of d is a rounding error. */
const LEAST_LEFT = 5e-5;

function leftOf(value: number, bounds: Bounds): string {
  const settled = (share: number | undefined) =>
    share === undefined ? undefined : Math.abs(share) < LEAST_LEFT ? 0 : share;
  return estimateText(settled(value), { low: settled(bounds.low), high: settled(bounds.high) });
}

interface Bounds {
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}
