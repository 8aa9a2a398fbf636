/** SimpleNeg (Sammani et al. 2026): negated sentences, each with two questions for a model that looks at the images retrieved for it. */

import type { Content } from "./content.ts";
import { type BenchmarkFormat, readChoices } from "./format.ts";

/**
 * No row has an image. What can be asked without one is whether the text tower puts the sentence nearer to the question about what is there
 * than to that about what is denied.
 */
export const SIMPLENEG: BenchmarkFormat = {
  name: "simpleneg",
  title: "SimpleNeg",
  form: "a JSON array of [sentence, question about what it denies, question about what is there]",
  rule: undefined,
  unscripted:
    "The rows have no image: S compares a sentence with two questions, and that about what is there is right; the script of the set retrieves images and asks a model that answers questions about them",
  matches: (content) =>
    firstRow(content)?.slice(1).every((text) => /\?\s*$/.test(`${text}`)) === true,
  read: (content, options) => {
    const rows = content.kind === "array" ? content.value : [];
    const values = rows.map((row) => ({
      value: Array.isArray(row) ? { sentence: row[0], denied: row[1], present: row[2] } : row,
    }));
    return readChoices(values, options, (row) => ({
      pictures: [],
      query: row.text("sentence"),
      sentences: [row.text("present"), row.text("denied")],
      right: 0,
    }));
  },
};

export function firstRow(content: Content): readonly unknown[] | undefined {
  const first = content.kind === "array" ? content.value[0] : undefined;
  return Array.isArray(first) && first.length === 3 ? first : undefined;
}
