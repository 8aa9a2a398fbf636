/** Whether a run is of the published model and data, as far as its manifest and row counts show. */

import type { ComparedName } from "./cells.ts";
import type { RecordedSizes } from "../../files/manifest.ts";
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

/** Whether layers and heads of equal numbers are at the same place in a text tower and the published one. */
export function hasPublishedPlaces({ layers, heads }: RecordedSizes): boolean {
  return layers === TEXT_TOWER.layers && heads === TEXT_TOWER.heads;
}

/** Rows of VALSE existence under the rephrased protocol, by side and by segment (paper, section 3). */
const SIDES = { foil: 240, caption: 250 };
const SEGMENTS = { correct: 153, ambiguous: 295, incorrect: 42 };

/**
 * Compares a run's model sizes and row counts with those of the paper. Equal sizes and counts do not prove that the weights are
 * the same; if there are images, equal segments nearly do.
 */
export function matchPublished({ record, tables, counts }: RunTables): PublishedMatch {
  const bothSides = (segment: keyof typeof SEGMENTS) => {
    const [caption, foil] = [counts.get("caption")?.segments, counts.get("foil")?.segments];
    return caption && foil && caption[segment] + foil[segment];
  };
  const sides = (of: (side: keyof typeof SIDES) => number | undefined) =>
    listText({ "foil-negated": of("foil"), "caption-negated": of("caption") });
  const segments = (of: (segment: keyof typeof SEGMENTS) => number | undefined) =>
    listText({
      correct: of("correct"),
      ambiguous: of("ambiguous"),
      incorrect: of("incorrect"),
    });
  const checks: PublishedCheck[] = [
    { subject: "text tower", published: sizesText(TEXT_TOWER)!, found: sizesText(record.text) },
    { subject: "image tower", published: sizesText(IMAGE_TOWER)!, found: sizesText(record.image) },
    { subject: "protocol", published: "rephrased", found: record.protocol },
    { subject: "rows", published: `${SIDES.foil + SIDES.caption}`, found: record.kept?.toString() },
    {
      subject: "rows by side",
      published: sides((side) => SIDES[side])!,
      found: sides((side) => counts.get(side)?.n),
    },
    {
      subject: "segments",
      published: segments((segment) => SEGMENTS[segment])!,
      found: segments(bothSides),
    },
  ];
  return { folder: record.folder, tables: [...tables.keys()], verdict: verdictOf(checks), checks };
}

function verdictOf(checks: readonly PublishedCheck[]): PublishedVerdict {
  const known = checks.filter(({ found }) => found !== undefined);
  if (known.some(({ found, published }) => found !== published)) return "not published";
  return known.length === checks.length ? "as published" : "unknown";
}

/** Such as `153 correct, 295 ambiguous`; undefined if a count is not known. */
function listText(counts: Readonly<Record<string, number | undefined>>): string | undefined {
  const entries = Object.entries(counts);
  if (entries.some(([, count]) => count === undefined)) return undefined;
  return entries.map(([name, count]) => `${count} ${name}`).join(", ");
}
