import {
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { differencesText, weightDifferences } from "../../lib/study/weight_differences.ts";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { fixture } from "../scripts/task_process.ts";

const TINY = fixture("clip-tiny");

Deno.test("weights of an export equal those of the checkpoint that it was made from", async () => {
  await using own = await Clip.load(TINY);
  await using stored = await Clip.load(TINY, { weights: fixture("weights/tiny.safetensors") });
  const towers = await weightDifferences(own, stored);
  assertEquals(towers.map(({ different, unread }) => [different, unread]), [[[], []], [[], []]]);
  assertStringIncludes(
    differencesText(towers, { own: "a", other: "b" }),
    "text tower: all 53 arrays are equal.\n",
  );
});

Deno.test("a matrix times 1.5 has changed by half of its length, and half precision is told as rounding", async () => {
  await using own = await Clip.load(TINY);
  const matrix = await own.text.weights.get("blocks.1.mlp.W_in");
  const table = await own.text.weights.get("embed.W_E");
  const second = await own.text.weights.get("blocks.0.mlp.W_out");
  const changedWeights = [
    { name: "blocks.1.mlp.W_in", values: matrix.data.map((x) => 1.5 * x) },
    { name: "blocks.0.mlp.W_out", values: second.data.map((x) => 1.25 * x) },
    { name: "embed.W_E", values: table.data.map((x) => x - 2 ** -13 * Math.abs(x)) }, // all lower
  ];
  await using other = await Clip.load(TINY, { changedWeights });
  const towers = await weightDifferences(own, other);
  const [largest, smaller, rounded] = towers[0]!.different;
  assertEquals(
    [largest, smaller, rounded].map((it) => it!.name),
    changedWeights.map(({ name }) => name),
  );
  assertAlmostEquals(largest!.change, 0.5, 1e-7); // single precision of the numbers
  assertAlmostEquals(largest!.largest, 0.5 * Math.max(...matrix.data.map(Math.abs)), 1e-7);
  assertEquals(towers[1]!.change, 0);
  assertEquals([largest!.isRounded, rounded!.isRounded], [false, true]);
  const text = differencesText(towers, { own: "a", other: "b" });
  assertMatch(text, /blocks.1.mlp.W_in +50 %.*\n.*W_out +25 %/);
  assertEquals(text.includes("embed.W_E"), false);
  assertStringIncludes(text, "image tower: all 40 arrays are equal.");
});

Deno.test("models of other sizes are not compared", async () => {
  await using own = await Clip.load(TINY);
  await using other = await Clip.load(fixture("siglip-tiny"));
  await assertRejects(
    () => weightDifferences(own, other),
    Error,
    "models of the same architecture",
  );
});
