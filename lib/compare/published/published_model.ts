/** Whether a run is of the published model and data, as far as its manifest and row counts show. */

import type { ComparedName } from "./cells.ts";
import type { RecordedSizes } from "../../files/run_record.ts";
import type { RunTables } from "./run_tables.ts";
import { sizesText } from "../study_difference.ts";

/** Every property of a run is as published; some property differs; or none differs, but some are not known. */
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
  /** The names of those of the run's tables that were published. */
  readonly tables: readonly ComparedName[];
  /** The verdict from all properties. */
  readonly verdict: PublishedVerdict;
  /** What was compared, whether or not the run records it. */
  readonly checks: readonly PublishedCheck[];
}

/** The towers of CLIP ViT-B/32. */
const TEXT_TOWER: RecordedSizes = { layers: 12, heads: 8, width: 512, projection: 512 };
const IMAGE_TOWER: RecordedSizes = { layers: 12, heads: 12, width: 768, projection: 512 };

/** Rows of VALSE existence under the rephrased protocol, by side and by segment (paper, section 3). */
const CAPTION_ROWS = 250;
const FOIL_ROWS = 240;
const SEGMENTS = { correct: 153, ambiguous: 295, incorrect: 42 };

type Segment = keyof typeof SEGMENTS;

/**
 * Compares a run's model sizes and row counts with those of the paper. Equal sizes and counts do not prove that the weights are
 * the same; if there are images, equal segments nearly do.
 */
export function matchPublished({ record, tables, counts }: RunTables): PublishedMatch {
  const [caption, foil] = [counts.get("caption"), counts.get("foil")];
  const bothSides = (segment: Segment) =>
    sum(caption?.segments?.[segment], foil?.segments?.[segment]);
  const checks: PublishedCheck[] = [
    { subject: "text tower", published: sizesText(TEXT_TOWER)!, found: sizesText(record.text) },
    { subject: "image tower", published: sizesText(IMAGE_TOWER)!, found: sizesText(record.image) },
    { subject: "protocol", published: "rephrased", found: record.protocol },
    { subject: "rows", published: `${CAPTION_ROWS + FOIL_ROWS}`, found: record.kept?.toString() },
    {
      subject: "rows by side",
      published: sidesText(CAPTION_ROWS, FOIL_ROWS)!,
      found: sidesText(caption?.n, foil?.n),
    },
    {
      subject: "segments",
      published: segmentsText(SEGMENTS)!,
      found: segmentsText({
        correct: bothSides("correct"),
        ambiguous: bothSides("ambiguous"),
        incorrect: bothSides("incorrect"),
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

// A count that is not known makes the whole text unknown.

function sidesText(caption: number | undefined, foil: number | undefined): string | undefined {
  return caption === undefined || foil === undefined
    ? undefined
    : `${foil} foil-negated, ${caption} caption-negated`;
}

function segmentsText(counts: Readonly<Record<Segment, number | undefined>>): string | undefined {
  const { correct, ambiguous, incorrect } = counts;
  return [correct, ambiguous, incorrect].includes(undefined)
    ? undefined
    : `${correct} correct, ${ambiguous} ambiguous, ${incorrect} incorrect`;
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}
