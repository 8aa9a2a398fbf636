/**
 * A benchmark in a format of its own: a table with tabs, of an image, a sentence that is true of it, and the sentence's negation.
 *
 *     deno run -A examples/own_benchmark.ts              the files are in results/own_benchmark
 *
 * The embedded model is evaluated on it; `model` and `images` of Study.open() choose others. For every task to read the format, see
 * "A benchmark of your own" in docs/experiment.md.
 */

import { type Pair, show, Study } from "negscope";
import { SHAPES } from "negscope/data";

/** Reads the pairs; row 1 of the file is its header. */
export function parseTsv(text: string): Pair[] {
  return text.trimEnd().split(/\r?\n/).slice(1).map((line, i) => {
    const [image, caption, foil, ...rest] = line.split("\t");
    if (image === undefined || caption === undefined || foil === undefined || rest.length > 0) {
      throw new SyntaxError(`Cannot read row ${i + 2}: expected an image, a sentence, a negation`);
    }
    return { id: `row_${i + 2}`, image, negation: "foil", caption, foil };
  });
}

if (import.meta.main) {
  if (Deno.args.length > 0) {
    throw new TypeError(`Cannot use "${Deno.args[0]}": expected no arguments`);
  }
  const text = await Deno.readTextFile(new URL("own_benchmark.tsv", import.meta.url));
  await using study = await Study.open({
    ...{ pairs: parseTsv(text), images: SHAPES.images, protocol: "standard" },
  });
  const result = await study.run("evaluate");
  await result.save("results/own_benchmark"); // its manifest has the checksum of the pairs
  await show(`${study}\n\n${result}`);
}
