import { assertEquals } from "@std/assert";
import { BENCHMARK_FORMATS } from "../../../lib/benchmark/formats/all.ts";
import { publishedFigures, publishedTable } from "../../../lib/runs/benchmark/run_benchmark.ts";
import type { AnyTable } from "../../../lib/tables/table.ts";

const format = BENCHMARK_FORMATS.find(({ name }) => name === "negbench-mcq")!;

/** accuracy.csv of a file with so many rows. */
function accuracyOf(n: number): AnyTable {
  const row = (group: string, accuracy_published: number) => (
    { group, n: group === "all" ? n : 100, accuracy: 0.9, accuracy_published }
  );
  const rows = [row("all", 0.5), row("positive", 0.25)];
  return { name: "accuracy", description: "", columns: {}, rows } as unknown as AnyTable;
}

/** The run's figure beside each published one of OpenAI's model. */
async function besides(n: number, published: boolean): Promise<Record<string, unknown>> {
  const figures = await publishedFigures({ format, part: undefined });
  const { rows } = publishedTable(figures, { tables: [accuracyOf(n)], published });
  return Object.fromEntries(
    [...rows].filter(({ model }) => model === "OpenAI ViT-B/32")
      .map(({ part, group, measured }) => [`${part} ${group}`, measured]),
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

Deno.test("the figures of VALSE's existence are not those of its other pieces", async () => {
  const valse = BENCHMARK_FORMATS.find(({ name }) => name === "valse")!;
  const of = async (part: string) => (await publishedFigures({ format: valse, part })).length;
  assertEquals([await of("existence") > 0, await of("counting")], [true, 0]);
});
