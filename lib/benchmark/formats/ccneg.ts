/** CC-Neg (Singh et al. 2024): the file that its authors made with torch, read as data alone. */

import { Dict, List, type Value } from "../../checkpoint/torch/pickle/values.ts";
import { NegscopeError } from "../../errors.ts";
import type { RowReader } from "../../data/formats/row_reader.ts";
import type { DroppedRows } from "../../data/row_counts.ts";
import { type BenchmarkFormat, readChoices } from "./format.ts";

/** The rows at the end of the file that are the test. */
const TEST = 40_000;

/**
 * The caption is right, and the foil is always negated. The script that belongs to the set takes the commas out of the foil alone, which is
 * a second thing by which words tell them apart.
 */
export const CCNEG: BenchmarkFormat = {
  name: "ccneg",
  title: "CC-Neg",
  form: "the torch file ccneg_preprocessed.pt",
  rule: "first",
  matches: ({ kind, value }: { readonly kind: string; readonly value?: unknown }) =>
    kind === "torch" && value instanceof Dict && value.get("annotations") !== undefined,
  read: (content, options) => {
    const root = content.kind === "torch" ? content.value : null;
    const [images, annotations] = ["image_paths", "annotations"].map((key) =>
      itemsOf(within(root, key))
    );
    const count = annotations!.length;
    if (images!.length !== count) {
      throw new NegscopeError("data-format-unknown", {
        problem: `Cannot read benchmark "${options.source}"`,
        reason: `it has ${images!.length} image_paths and ${count} annotations`,
        expected: "one path for each annotation",
      });
    }
    const first = Math.max(0, count - TEST);
    const values = annotations!.slice(first, count).map((annotation, i) => ({
      value: {
        image: images![first + i],
        caption: within(within(annotation, "json"), "caption"),
        negated: within(within(annotation, "sop_data"), "negative-prompt"),
      },
    }));
    const read = readChoices(values, { ...options, first }, (row: RowReader) => {
      const negated = row.text("negated");
      return {
        pictures: [{ image: row.text("image") }],
        sentences: [
          row.text("caption"),
          options.published ? negated.replaceAll(",", "") : negated,
        ],
        right: 0,
      };
    });
    const training: DroppedRows[] = first === 0
      ? []
      : [{ reason: `not among the last ${TEST}, which are the test`, n: first }];
    return { ...read, leftOut: [...training, ...read.leftOut], rows: count };
  },
};

function within(value: Value | undefined, key: string): Value | undefined {
  return value instanceof Dict ? value.get(key) : undefined;
}

function itemsOf(value: Value | undefined): readonly Value[] {
  if (value instanceof List) return value.items;
  return Array.isArray(value) ? value as readonly Value[] : [];
}
