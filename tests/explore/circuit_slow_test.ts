/** The circuit with which the explorer opens is that of an atlas of the embedded model. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { makeCard } from "../../lib/composites/cards/make_card.ts";
import { readCard } from "../../lib/composites/cards/card_files.ts";
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

/** Processors sum float32 in different orders, and numbers of three digits differ in the last one. */
function assertNear(shipped: unknown, made: unknown, task: string): void {
  const [own, other] = [shipped, made].map((value) => partsOf(JSON.stringify(value)));
  assert(own!.words === other!.words, `run deno task dev ${task}`);
  own!.numbers.forEach((x, i) => assertAlmostEquals(x, other!.numbers[i]!, 0.011));
}

Deno.test("data/explore/circuit.json has what an atlas of the embedded model finds", () =>
  inFolder(async (folder) => {
    const out = await run("atlas", ["--cache", "none", "--threads", "1"], `${folder}/atlas`);
    const found = await readRun(out);
    const shipped = await Deno.readTextFile(`${ROOT}data/explore/circuit.json`);
    const { of, circuit } = JSON.parse(shipped);
    const made = JSON.parse(shippedText(found));
    assertEquals(of, made.of); // of this model and these data
    assertNear(circuit, made.circuit, "explore:circuit");
    assert(partsOf(JSON.stringify(circuit)).numbers.length > 500);
    const { kit: _, code: __, checksum: _c, ...card } = await makeCard(out, { recipe: "shapes" });
    const { kit: ___, code: ____, checksum: _d, ...shippedCard } = await readCard(
      `${ROOT}data/cards/shapes.json`,
    );
    assertNear(shippedCard, card, "cards:shipped");
  }));
