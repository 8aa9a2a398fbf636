import { existsSync } from "node:fs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { maskNumbers, maskOf, subjectMask } from "../../lib/segment/subject_mask.ts";

/** The logit of a probability. */
const logit = (p: number) => Math.log(p / (1 - p));

Deno.test("subjectMask() averages probabilities and counts those above a quarter", () => {
  const data = Float32Array.from([0.5, 0.9, 0.2, 0.24, 0.26, 0.01].map(logit));
  const { size, binary, levels, rows, columns } = subjectMask({ data, height: 2, width: 3 });
  assertAlmostEquals(size, 2.11 / 6, 1e-7);
  assertEquals(binary, 3 / 6);
  assertEquals([rows, columns], [2, 3]);
  assertEquals([...levels], [128, 230, 51, 61, 66, 3]); // 255 p, rounded; 127.5 up
});

Deno.test("subjectMask() makes each level of a large map the mean of its block", () => {
  const [height, width] = [352, 176];
  const data = new Float32Array(height * width).fill(logit(0.2));
  for (let y = 0; y < 4; y++) data.fill(logit(0.6), y * width, y * width + 1); // half of the first block
  const { levels, rows, columns } = subjectMask({ data, height, width });
  assertEquals([rows, columns, levels.length], [88, 88, 88 * 88]); // blocks of 4 rows x 2 columns
  assertEquals([...levels.subarray(0, 2)], [102, 51]); // 255 x .4, 255 x .2
  assertEquals(levels.subarray(1).every((level) => level === 51), true);
});

Deno.test("maskOf() gives back what maskNumbers() keeps, and nothing for other numbers", () => {
  const mask = subjectMask({ data: Float32Array.of(0, 1, -1, 2, 3, 4), height: 3, width: 2 });
  const numbers = maskNumbers(mask);
  assertEquals(maskOf(JSON.parse(JSON.stringify(numbers))), mask);
  assertEquals([[], [1, 1, 1], numbers.slice(1), numbers.slice(0, -1)].map(maskOf), [
    ...[undefined, undefined, undefined, undefined],
  ]);
});

const PUBLISHED = new URL("../../../shared/data/published/", import.meta.url);

Deno.test({
  name:
    "the published sizes allow a threshold of a quarter, and what docs/segmentation.md says of others (needs ../shared)",
  ignore: !existsSync(PUBLISHED),
  fn: async () => {
    const text = await Deno.readTextFile(new URL("instances_rephrased.csv", PUBLISHED));
    const [head, ...lines] = text.trim().split(/\r?\n/).map((line) => line.split(","));
    const sizes = lines.map((cells) => ({
      mean: cells[head!.indexOf("subject_area")]!,
      share: cells[head!.indexOf("subject_area_binary")]!,
    })).filter(({ mean }) => mean !== "").map(({ mean, share }) => [Number(mean), Number(share)]);
    assertEquals(sizes.length, 236);
    for (const [, share] of sizes) {
      const count = share! * 352 ** 2;
      assertAlmostEquals(count, Math.round(count), 0.01); // the file's shares are float32
    }
    const empty = sizes.filter(([, share]) => share === 0).map(([mean]) => mean!);
    assertEquals([empty.length, Math.max(...empty).toFixed(4)], [12, "0.0398"]);
    const ratios = sizes.filter(([, share]) => share! > 0).map(([mean, share]) => mean! / share!);
    assertEquals(Math.min(...ratios).toFixed(3), "0.445");
    // probabilities above t are at most 1, those of other pixels at most t
    const fits = (t: number) =>
      sizes.every(([mean, share]) => mean! >= t * share! && mean! <= share! + t * (1 - share!));
    assertEquals([0.03, 0.25, 0.44, 0.5].map(fits), [false, true, true, false]);
  },
});
