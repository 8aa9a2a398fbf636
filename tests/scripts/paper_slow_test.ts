import { assertEquals } from "@std/assert";
import { partsCommandOf } from "../../lib/parts/write_parts.ts";
import { assertSameFiles } from "../paper/files_below.ts";
import { done, runHere } from "./task_here.ts";
import { fixture, inFolder } from "./task_process.ts";

const TINY = [
  ...["--model", fixture("clip-tiny"), "--data", fixture("existence.json")],
  ...["--images", fixture("images"), "--format", "none", "--cache", "none"],
];

Deno.test("the shards of paper merge to the bytes of a whole run", () =>
  inFolder(async (folder) => {
    const out = `${folder}/paper`;
    const shards = ["1/2", "2/2"].map((shard) => [shard, `${folder}/${shard[0]}`] as const);
    for (const [shard, path] of shards) {
      const { code, stdout } = await runHere("paper", [...TINY, "--shard", shard, "--out", path]);
      assertEquals([code, stdout.split("\n").at(-2)], [
        0,
        `This shard is finished: ${path} (deno task merge makes the whole of all shards)`,
      ]);
    }
    await done("merge", [
      ...shards.map(([, path]) => path),
      ...["--images", fixture("images"), "--format", "none", "--out", out],
    ]);
    const whole = `${folder}/whole`;
    await done("paper", [...TINY, "--out", whole]);
    assertSameFiles(out, whole);
    assertEquals(await Promise.all([whole, folder + "/1"].map(partsCommandOf)), [
      undefined,
      "paper",
    ]);
  }));
