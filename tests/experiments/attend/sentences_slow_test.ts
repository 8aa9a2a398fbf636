import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Study } from "../../../lib/runs/study.ts";
import { fixture, inFolder } from "../../scripts/task_process.ts";

interface GoldenRow {
  readonly negated: string;
  readonly twin: string;
  readonly negator: number;
  readonly largest: readonly number[];
  readonly swapped: readonly number[];
}

/** From transformers' CLIPTextModel. */
const GOLDEN: readonly GoldenRow[] = JSON.parse(
  Deno.readTextFileSync(fixture("golden-tiny/sentences.json")),
).elsewhere;

/** Attention weights are at most 1, in float32, after three blocks whose sums have 16 to 64 terms. */
const TOLERANCE = 5e-6;

Deno.test("attend on sentences with a negator anywhere agrees with transformers", () =>
  inFolder(async (folder) => {
    const data = `${folder}/sentences.txt`;
    await Deno.writeTextFile(data, GOLDEN.map(({ negated }) => `${negated}\n`).join(""));
    await using study = await Study.open({ model: fixture("clip-tiny"), data, cache: false });
    const { tables } = await study.run("attend");
    assertEquals(
      study.sentencePairs.map(({ negated, affirmative, negator }) => [
        ...[negated.sentence, affirmative.sentence, negator],
      ]),
      GOLDEN.map(({ negated, twin, negator }) => [negated, twin, negator]),
    );
    const expected = GOLDEN.flatMap(({ largest, swapped }) =>
      largest.map((value, i) => [value, swapped[i]!] as const)
    );
    const attention = [...tables.attention.rows];
    assertEquals(attention.length, expected.length);
    for (const [i, [largest, swapped]] of expected.entries()) {
      assertAlmostEquals(attention[i]!.max_difference, largest, TOLERANCE);
      assertAlmostEquals(attention[i]!.swapped_difference!, swapped, TOLERANCE);
    }
  }));
