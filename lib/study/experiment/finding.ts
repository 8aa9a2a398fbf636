/** What an experiment found, and the one text that a terminal and a report show of it; few rows one by one, where means over them cannot be tested. */

import type { TableCell } from "../../tables/table.ts";
import { numberText, textTable } from "../../tables/text_table.ts";
import { wrapText } from "../../tables/words.ts";
import { groupsOf } from "../../charts/texts.ts";
import { visibleLine } from "../../errors.ts";
import { areEnough, effectiveClusters, FEWEST_CLUSTERS } from "../../stats/estimate.ts";
import { type ClusterBy, clusterOf, clustersText } from "../clusters.ts";
import { LEAST_SHARE } from "../effects/named_shares.ts";
import { sizeOfD } from "../effects/noise.ts";
import type { MeasuredRow } from "./experiment.ts";

/** The cells of a line by the names of their columns. */
export type FindingLine = Readonly<Record<string, TableCell>>;

/** A small table of a summary. */
export interface FindingTable {
  /** What it lists. */
  readonly title: string;
  /** Its lines; the columns are their properties, in the order of a line that has the most. */
  readonly lines: readonly FindingLine[];
  /** Digits after the point for numbers that are not whole. @default {3} */
  readonly digits?: number;
}

/** Lines of text in a summary, each with things that have too many words for a table. */
export interface FindingList {
  /** What it lists. */
  readonly title: string;
  /** Its lines, which are broken where a terminal ends. */
  readonly texts: readonly string[];
}

/** What an experiment found. */
export interface Finding {
  /** What was found, in at most three sentences without their full stops, each with its interval. @default {nothing} */
  readonly sentences?: readonly string[];
  /** Lists above the tables. @default {none} */
  readonly lists?: readonly FindingList[];
  /** The tables; one without lines is left out. @default {none} */
  readonly tables?: readonly FindingTable[];
  /** Counts, and what a reader must know to read the tables. @default {none} */
  readonly notes?: readonly string[];
}

/**
 * The text of a finding for a terminal of 80 columns: sentences, lists, tables, notes. Returns lines, each ending in a line feed; empty if nothing
 * is said.
 */
export function findingText(
  { sentences = [], lists = [], tables = [], notes = [] }: Finding,
): string {
  return [
    linesText(sentences.map((sentence) => `${sentence}.`)),
    ...lists.map(({ title, texts }) => texts.length === 0 ? "" : linesText([title, ...texts])),
    ...tables.map(tableText),
    linesText(notes),
  ].filter((part) => part !== "").join("\n");
}

/** The findings of several experiments on the same rows as one, each kind in their order. */
export function joinedFinding(findings: readonly Finding[]): Finding {
  return {
    sentences: findings.flatMap(({ sentences = [] }) => sentences),
    lists: findings.flatMap(({ lists = [] }) => lists),
    tables: findings.flatMap(({ tables = [] }) => tables),
    notes: findings.flatMap(({ notes = [] }) => notes),
  };
}

function linesText(texts: readonly string[]): string {
  return texts.map((text) => `${wrapText(text)}\n`).join("");
}

function tableText({ title, lines, digits = 3 }: FindingTable): string {
  if (lines.length === 0) return "";
  const fullest = lines.reduce((a, b) => Object.keys(b).length > Object.keys(a).length ? b : a);
  const columns = [...new Set([fullest, ...lines].flatMap((line) => Object.keys(line)))];
  return `${wrapText(title)}\n${textTable({ name: title, columns, rows: lines }, { digits })}`;
}

/** The effect of a part in a row. */
export interface RowEffect {
  /** The row's id. */
  readonly id: string;
  /** The part's name, as summaries write it. */
  readonly part: string;
  /** Where in the part it is, such as `in layer 2`; only the largest of its places is shown. @default {the whole part} */
  readonly at?: string;
  /** Its effect on d; undefined if it has none in this row. */
  readonly effect: number | undefined;
}

/** The effects in single rows that a summary of few rows lists. */
export interface RowEffects {
  /** What the effects are of, such as `net effects`. */
  readonly of: string;
  /** All effects of all rows. */
  readonly effects: Iterable<RowEffect>;
  /** Whether they are shown as they are. @default {false: as shares of the row's d} */
  readonly asTheyAre?: boolean;
}

type Row = MeasuredRow<unknown>;

/** The most rows of a side that are shown, and the most parts of a row. */
const [MOST_ROWS, MOST_PARTS] = [12, 3];

interface FewRows {
  readonly shown: readonly Row[];
  readonly count: number;
}

/** The sides whose rows are too few for an interval, with the rows that a summary shows of them. */
export function fewRows(rows: readonly Row[], by?: ClusterBy): readonly FewRows[] {
  return groupsOf(rows, ({ pair }) => pair.negation).filter((side) => {
    const sizes = Map.groupBy(side, ({ pair }) => clusterOf(pair, by)).values();
    return !areEnough(effectiveClusters([...sizes].map(({ length }) => length)));
  }).map((side) => ({ shown: side.slice(0, MOST_ROWS), count: side.length }));
}

/** The sentences of the rows with their d, and what would give means over them an interval. */
export function rowSentences(sides: readonly FewRows[], by: ClusterBy | undefined): Finding {
  return {
    lists: [{
      title: "Each row",
      texts: sides.flatMap(({ shown }) =>
        shown.map(({ pair: { id, negation, caption, foil }, scores }) => {
          const sentences = `caption "${visibleLine(caption)}", foil "${visibleLine(foil)}"`;
          const d = scores === undefined ? "" : `, d ${numberText(scores.d, 3)}, ${scores.segment}`;
          return `${visibleLine(id)}: ${sentences}, ${negation}-negated${d}`;
        })
      ),
    }],
    notes: sides.map(({ shown, count }) => {
      const what = `${count} ${shown[0]!.pair.negation}-negated ${count === 1 ? "row" : "rows"}${
        shown.length < count ? `, of which ${shown.length} are shown` : ""
      }`;
      return `${what}: too few for an interval, which takes at least ${FEWEST_CLUSTERS} effective clusters, here ${
        clustersText(by)
      }; give more of them with --data, or a larger --limit`;
    }),
  };
}

export function rowEffectsFinding(
  sides: readonly FewRows[],
  { of, effects, asTheyAre = false }: RowEffects,
): Finding {
  const rows = sides.flatMap(({ shown }) => shown);
  const ofRow = new Map(rows.map(({ pair: { id } }) => [id, new Map<string, Placed>()]));
  for (const { id, part, at, effect } of effects) {
    const parts = ofRow.get(id);
    if (parts === undefined || effect === undefined) continue;
    if (Math.abs(effect) < Math.abs(parts.get(part)?.value ?? 0)) continue;
    parts.set(part, { name: at === undefined ? part : `${part} ${at}`, value: effect });
  }
  const title = asTheyAre ? "Largest of each row" : "Largest shares of each row's d";
  return {
    lists: [{
      title: `${title}: ${of}`,
      texts: rows.map(({ pair: { id }, scores }) =>
        `${visibleLine(id)}: ${
          rowText([...ofRow.get(id)!.values()], { scores, isShare: !asTheyAre })
        }`
      ),
    }],
  };
}

interface Placed {
  readonly name: string;
  readonly value: number;
}

function rowText(
  parts: readonly Placed[],
  { scores, isShare }: { readonly scores: Row["scores"]; readonly isShare: boolean },
): string {
  if (parts.length === 0) {
    return scores === undefined
      ? "not measured"
      : `not measured; --segments with ${scores.segment} adds it`;
  }
  if (!isShare) return largestText(parts);
  const d = scores?.d ?? 0;
  return sizeOfD(d) === 0
    ? "d is no more than a rounding error"
    : largestText(parts.map(({ name, value }) => ({ name, value: value / d })));
}

function largestText(parts: readonly Placed[]): string {
  const largest = parts.filter(({ value }) => Math.abs(value) >= LEAST_SHARE)
    .toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value));
  if (largest.length === 0) return `none of ${LEAST_SHARE} or more`;
  return largest.slice(0, MOST_PARTS).map(({ name, value }) => `${name} ${numberText(value, 2)}`)
    .join(", ");
}
