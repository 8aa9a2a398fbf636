import { onDisk } from "../../../lib/files/disk.ts";
import { assert, assertEquals } from "@std/assert";
import { readPairs } from "../../../lib/data/read.ts";
import { SHAPES } from "../../../lib/opening/data/shapes.ts";

Deno.test("SHAPES has the paths of a model, a data file and its images", async () => {
  const { pairs, rows } = await readPairs(onDisk(SHAPES.data), { protocol: "rephrased" });
  assertEquals(rows, 600);
  assert((await Deno.stat(`${SHAPES.images}/${pairs[0]!.image}`)).isFile);
  assert((await Deno.stat(`${SHAPES.model}/config.json`)).isFile);
});
