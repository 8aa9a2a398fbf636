/** The circuit with which the explorer opens is that of an atlas of the embedded model. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { readRun, shippedText } from "../../lib/explore/serve/read_run.ts";
import { ROOT } from "../imports.ts";
import { run } from "../scripts/task_here.ts";
import { inFolder } from "../scripts/task_process.ts";

/** The numbers of a text, and the text without them. */
function partsOf(text: string): { readonly numbers: readonly number[]; readonly words: string } {
  const number = /[-−]?\d+(\.\d+)?(e-?\d+)?/g;
  const numbers = [...text.matchAll(number)].map(([own]) => Number(own.replace("−", "-")));
  return { numbers, words: text.replace(number, "0") };
}

Deno.test("data/explore/circuit.json has what an atlas of the embedded model finds, as scripts/dev/circuit.ts writes it", () =>
  inFolder(async (folder) => {
    const out = await run("atlas", ["--cache", "none"], `${folder}/atlas`);
    const found = await readRun(out);
    const shipped = await Deno.readTextFile(`${ROOT}data/explore/circuit.json`);
    const { of, ...texts } = JSON.parse(shipped);
    const { of: made, ...expected } = JSON.parse(shippedText(found));
    assertEquals(of, made); // of this model and these data
    const [own, other] = [texts, expected].map((value) => partsOf(JSON.stringify(value)));
    assertEquals(own!.words, other!.words);
    // processors sum float32 in different orders, and intervals of rounded numbers differ in their last place
    own!.numbers.forEach((x, i) => assertAlmostEquals(x, other!.numbers[i]!, 0.011));
    assert(own!.numbers.length > 500);
  }));
