/** Whether a run is of the published model and data, as far as its manifest and row counts show. */

import type { ComparedName } from "./cells.ts";
import type { RecordedSizes } from "../../files/run_record.ts";
import type { RunTables } from "./run_tables.ts";
import { sizesText } from "../study_difference.ts";

/**
 * The verdict on a run: every property is as published; some property is not; or no property differs, but some are unknown.
 */
export type PublishedVerdict = "as published" | "not published" | "unknown";

/** One property of a run and its published value. */
export interface PublishedCheck {
  /** The compared property, e.g. `text tower`. */
  readonly subject: string;
  /** The paper's value. */
  readonly published: string;
  /** The run's value; undefined if it is not known. */
  readonly found: string | undefined;
}

/** The comparison of a run's model and data with the published ones. */
export interface PublishedMatch {
  /** The run's folder. */
  readonly folder: string;
  /** The published tables that it has. */
  readonly tables: readonly ComparedName[];
  /** The verdict from all properties. */
  readonly verdict: PublishedVerdict;
  /** The properties. */
  readonly checks: readonly PublishedCheck[];
}

/** CLIP ViT-B/32. */
const TEXT: RecordedSizes = { layers: 12, heads: 8, width: 512, projection: 512 };
const IMAGE: RecordedSizes = { layers: 12, heads: 12, width: 768, projection: 512 };

/** VALSE existence, rephrased: rows by side, and by d (paper, section 3). */
const CAPTION_ROWS = 250;
const FOIL_ROWS = 240;
const SEGMENTS = { correct: 153, ambiguous: 295, incorrect: 42 };

/**
 * Compares a run's model sizes and row counts with those of the paper. Equal sizes and counts do not prove that the weights are
 * the same; if there are images, equal segments nearly do.
 *
 * @param run The run.
 */
export function matchPublished({ record, tables, counts }: RunTables): PublishedMatch {
  const sides = [counts.get("caption"), counts.get("foil")];
  const [caption, foil] = sides.map((side) => side?.n);
  const segments = sides.map((side) => side?.segments);
  const total = (segment: keyof typeof SEGMENTS) => sum(segments.map((side) => side?.[segment]));
  const checks: PublishedCheck[] = [
    { subject: "text tower", published: sizesText(TEXT)!, found: sizesText(record.text) },
    { subject: "image tower", published: sizesText(IMAGE)!, found: sizesText(record.image) },
    { subject: "protocol", published: "rephrased", found: record.protocol },
    { subject: "rows", published: `${CAPTION_ROWS + FOIL_ROWS}`, found: record.kept?.toString() },
    {
      subject: "rows by side",
      published: sideText(CAPTION_ROWS, FOIL_ROWS)!,
      found: sideText(caption, foil),
    },
    {
      subject: "segments",
      published: segmentText(SEGMENTS)!,
      found: segmentText({
        correct: total("correct"),
        ambiguous: total("ambiguous"),
        incorrect: total("incorrect"),
      }),
    },
  ];
  return { folder: record.folder, tables: [...tables.keys()], verdict: verdictOf(checks), checks };
}

function verdictOf(checks: readonly PublishedCheck[]): PublishedVerdict {
  const known = checks.filter(({ found }) => found !== undefined);
  if (known.some(({ found, published }) => found !== published)) return "not published";
  return known.length === checks.length ? "as published" : "unknown";
}

function sideText(caption: number | undefined, foil: number | undefined): string | undefined {
  return allKnown(caption, foil) ? `${foil} foil-negated, ${caption} caption-negated` : undefined;
}

function segmentText(
  { correct, ambiguous, incorrect }: Readonly<
    Record<keyof typeof SEGMENTS, number | undefined>
  >,
): string | undefined {
  return allKnown(correct, ambiguous, incorrect)
    ? `${correct} correct, ${ambiguous} ambiguous, ${incorrect} incorrect`
    : undefined;
}

function allKnown(...values: readonly (number | undefined)[]): boolean {
  return !values.includes(undefined);
}

function sum(values: readonly (number | undefined)[]): number | undefined {
  return allKnown(...values)
    ? values.reduce<number>((total, value) => total + (value ?? 0), 0)
    : undefined;
}
