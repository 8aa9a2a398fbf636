/**
 * Writes many pairs for the embedded model as CSV, to measure how time and memory grow (docs/performance.md).
 *
 *     deno run --allow-read --allow-write tests/scripts/large_pairs.ts 100000 distinct pairs.csv
 *
 * `distinct` gives every row its own sentences; `repeated` takes the sentences of the embedded data again and again, as VALSE does,
 * so that 100,000 rows share some hundred sentence pairs. Images repeat in both.
 */

import { onDisk } from "../../lib/files/read_file.ts";
import { readPairs } from "../../lib/data/read.ts";
import { csvLine } from "../../lib/tables/csv.ts";
import { SHAPES } from "../../lib/opening/kit_models.ts";

const WORDS = [
  ...["black", "blue", "green", "purple", "red", "yellow", "four", "three", "two", "left", "right"],
  ...["circle", "crescent", "cross", "diamond", "heart", "hexagon", "picture", "ring", "scene"],
  ...["square", "star", "triangle"],
];

const [count, kind, path] = [Number(Deno.args[0]), Deno.args[1], Deno.args[2]!];
const { pairs } = await readPairs(onDisk(SHAPES.data), { protocol: "rephrased" });

/** Four words, other ones for each row up to 279,841. */
function words(row: number): string {
  return [3, 2, 1, 0].map((place) => WORDS[Math.floor(row / WORDS.length ** place) % WORDS.length])
    .join(" ");
}

const rows = Array.from({ length: count }, (_, row) => {
  const { negation, caption, foil, subjectSize } = pairs[row % pairs.length]!;
  const { image } = pairs[(row + Math.floor(row / pairs.length)) % pairs.length]!;
  const [no, some] = [`There is no ${words(row)}.`, `There is some ${words(row)}.`];
  const sentences = kind === "repeated"
    ? [caption, foil]
    : negation === "caption"
    ? [no, some]
    : [some, no];
  return [`${kind}_${row}`, image, negation, ...sentences, `${subjectSize ?? ""}`];
});
const header = ["id", "image", "negation", "caption", "foil", "subject_size"];
await Deno.writeTextFile(path, [header, ...rows].map(csvLine).join(""));
