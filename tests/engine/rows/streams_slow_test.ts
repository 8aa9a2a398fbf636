import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { fastChanges } from "../../../lib/engine/changes/row_engine.ts";
import { RunPlanner } from "../../../lib/engine/plan/planned_runs.ts";
import { RowStreams, threadStream } from "../../../lib/engine/rows/streams.ts";
import { patch } from "../../../lib/hooks/interventions.ts";
import type { TextTower } from "../../../lib/model/text/text_tower.ts";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import { startStream } from "../../../lib/runtime/node.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { TINY } from "../../studies.ts";
import { randomTokens, tokenPair } from "../../token_pairs.ts";
import { fixture, inFolder } from "../../scripts/task_process.ts";

const FIXTURES = fixture("");

async function withText(use: (text: TextTower) => Promise<void>, { threads = 1 } = {}) {
  await using clip = await Clip.load(TINY.model, { towers: ["text"], threads });
  await use(clip.text);
}

/** Pairs that are patched at each position. */
function manyGroups(text: TextTower) {
  const planner = new RunPlanner(text.tower);
  return Array.from({ length: 24 }, (_, i) => {
    const { negated, affirmative } = tokenPair(text, randomTokens(6 + i % 4, i));
    const runs = negated.ids.map((_, position) =>
      planner.planned({
        of: "affirmative",
        changes: [patch("blocks.0.hook_resid_post", { position, from: "negated" })],
      })!
    );
    return { sentences: { negated, affirmative }, runs };
  });
}

Deno.test("fastChanges() can be stopped early, and its streams used again", () =>
  withText(async (text) => {
    const groups = manyGroups(text);
    const streams = await RowStreams.open(text.tower, 2);
    for await (const results of fastChanges(streams, groups)) {
      assert(results.length > 0);
      break;
    }
    const again = (await Array.fromAsync(fastChanges(streams, groups.slice(0, 3)))).flat();
    assertEquals(new Set(again.map(({ index }) => index)), new Set([0, 1, 2]));
  }));

Deno.test("a thread's error reaches the caller as it is, and the thread goes on", () =>
  withText(async (text) => {
    const stream = threadStream({ ...text.tower.shape, threads: 1 }, startStream);
    try {
      const blocks = await Array.fromAsync(text.tower.rows.rowBlocks());
      const [{ complete, project }] = blocks as [typeof blocks[0]];
      const spoilt = { project, complete: [{ ...complete[0]!, bytes: new Uint8Array([1, 2, 3]) }] };
      await assertRejectsCode(
        () => stream.add(spoilt),
        `session-refused: Cannot load "${TINY.model}/onnx/text_model.onnx" in ONNX Runtime`,
      );
      for (const models of blocks) await stream.add(models);
    } finally {
      await stream.release();
    }
  }));

Deno.test({
  name: "a thread that cannot start says which permission it lacks",
  permissions: { read: [FIXTURES], ffi: true, env: true },
  fn: () =>
    withText(async (text) => {
      await assertRejectsCode(
        () => RowStreams.open(text.tower, 2),
        "thread-stopped: Cannot work in a thread of its own: Requires read access to ",
      );
    }),
});

Deno.test("a program that does not release its threads still ends", async () => {
  const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const program = `
    import { Clip } from ${url("../../../lib/runtime/open_runtime.ts")};
    import { RowStreams } from ${url("../../../lib/engine/rows/streams.ts")};
    const clip = await Clip.load(${JSON.stringify(TINY.model)}, { towers: ["text"] });
    await RowStreams.open(clip.text.tower, 2);
    console.log("done");`;
  await inFolder(async (folder) => {
    const path = `${folder}/file.ts`;
    await Deno.writeTextFile(path, program);
    const config = fileURLToPath(new URL("../../../deno.json", import.meta.url));
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "-A", "--config", config, path],
      signal: AbortSignal.timeout(30_000),
    }).output();
    assertEquals([code, new TextDecoder().decode(stdout)], [0, "done\n"]);
  });
});
