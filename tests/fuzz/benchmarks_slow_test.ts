/** Damaged files of benchmarks: each is read, with a reason for every row that is left out, or refused in one line. */

import { assert, assertEquals } from "@std/assert";
import { readBenchmark } from "../../lib/benchmark/formats/all.ts";
import { isBlock, optionCount } from "../../lib/benchmark/choice.ts";
import { NegscopeError } from "../../lib/errors/errors.ts";
import { seededRandom } from "../../lib/stats/random.ts";
import { mutateBytes, mutateJson } from "./mutate.ts";

const FOLDER = new URL("../fixtures/benchmarks/files/", import.meta.url);

const MUTATIONS = 100;

/** Reads a damaged file, and checks that every row is accounted for. */
function check(bytes: Uint8Array<ArrayBuffer>, source: string): "read" | "refused" {
  try {
    const options = { source, published: false };
    const { choices, retrieval, bad, leftOut, rows } = readBenchmark(bytes, options);
    const left = leftOut.reduce((sum, { n }) => sum + n, 0);
    assertEquals(choices.length + retrieval.length + bad.length + left, rows);
    for (const choice of choices) {
      const { pictures, query, sentences, right } = choice;
      const shown = query === undefined ? pictures.length : 1;
      assert(right >= 0 && right < optionCount(choice));
      assert(Math.min(shown, sentences.length) === (isBlock(choice) ? 2 : 1));
    }
    for (const { problems } of bad) assert(problems[0]!.gist.length > 0);
    return "read";
  } catch (error) {
    if (!(error instanceof NegscopeError)) throw error;
    assertEquals(error.message.includes("\n"), false);
    return "refused";
  }
}

for (const { name } of Deno.readDirSync(FOLDER)) {
  Deno.test(`${MUTATIONS} mutations of ${name} are read or refused in one line`, () => {
    const whole = Deno.readFileSync(new URL(name, FOLDER));
    const random = seededRandom(name.length);
    const found = Array.from({ length: MUTATIONS }, (_, i) => {
      const isJson = name.endsWith(".json") && i % 2 === 0;
      if (!isJson) return check(mutateBytes(whole, random), name);
      const value = mutateJson(JSON.parse(new TextDecoder().decode(whole)), random);
      return check(new TextEncoder().encode(JSON.stringify(value)), name);
    });
    assert(found.includes("read"));
  });
}
