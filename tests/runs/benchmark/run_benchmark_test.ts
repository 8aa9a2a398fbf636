import { assertEquals } from "@std/assert";
import { BENCHMARK_FORMATS } from "../../../lib/benchmark/formats/sets.ts";
import { besidePublished, publishedFigures } from "../../../lib/runs/benchmark/run_benchmark.ts";
import type { Kind } from "../../../lib/benchmark/tables.ts";

const format = BENCHMARK_FORMATS.find(({ name }) => name === "negbench-mcq")!;

/** benchmark.csv of a file with so many rows. */
function figuresOf(n: number) {
  const bounds = { low: undefined, high: undefined };
  const row = (by: Kind, group: string, published: number) =>
    Object.entries({ accuracy: 0.9, accuracy_published: published }).map(([measure, value]) => (
      { by, group, measure, n: by === "all" ? n : 100, value, ...bounds }
    ));
  return [...row("all", "all", 0.5), ...row("group", "positive", 0.25)];
}

/** The run's figure beside each published one of OpenAI's model. */
async function besides(n: number, published: boolean): Promise<Record<string, unknown>> {
  const known = await publishedFigures({ format, part: undefined });
  return Object.fromEntries(
    besidePublished(known, { figures: figuresOf(n), published })
      .filter(({ model }) => model === "OpenAI ViT-B/32")
      .map(({ part, group, "this run": measured }) => [`${part} ${group}`, measured]),
  );
}

Deno.test("a run's figure stands beside those of the part with as many rows, as the script counts", async () => {
  const { "COCO all": all, "COCO positive": positive, ...others } = await besides(5914, true);
  assertEquals([all, positive], [0.5, 0.25]); // not .9, in which ties are shared
  const { "COCO negative": negative, "COCO hybrid": hybrid, ...ofVoc } = others;
  assertEquals([negative, hybrid], [undefined, undefined]); // the run has no such group
  assertEquals(new Set(Object.values(ofVoc)), new Set([undefined]));
});

Deno.test("no figure stands beside those of other rows, or counted in another way", async () => {
  assertEquals(new Set(Object.values(await besides(24, true))), new Set([undefined]));
  assertEquals(new Set(Object.values(await besides(5914, false))), new Set([undefined]));
});

Deno.test("text, image and group score stand beside the published ones", async () => {
  const winoground = BENCHMARK_FORMATS.find(({ name }) => name === "winoground")!;
  const known = await publishedFigures({ format: winoground, part: undefined });
  const bounds = { low: undefined, high: undefined };
  const figures = ["text", "image", "group"].flatMap((score, i) =>
    [score, `${score}_published`].map((measure, k) => (
      { by: "all", group: "all", measure, n: 400, value: i + k / 2, ...bounds } as const
    ))
  );
  const beside = besidePublished(known, { figures, published: true });
  assertEquals(beside.map(({ measure, "this run": measured }) => [measure, measured]), [
    ...[["text", 0.5], ["image", 1.5], ["group", 2.5]],
  ]);
});

Deno.test("the figures of VALSE's existence are not those of its other pieces", async () => {
  const valse = BENCHMARK_FORMATS.find(({ name }) => name === "valse")!;
  const of = async (part: string) => (await publishedFigures({ format: valse, part })).length;
  assertEquals([await of("existence") > 0, await of("counting")], [true, 0]);
});
