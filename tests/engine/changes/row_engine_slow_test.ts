import { assert, assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { rowEngine } from "../../../lib/engine/changes/row_engine.ts";
import type { TextTower } from "../../../lib/model/text/text_tower.ts";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import { chosen, FORMS, SMALL, type Study, TINY, withClip } from "../../studies.ts";
import { generalChanges } from "../../../lib/engine/changes/general_changes.ts";
import { RowStreams } from "../../../lib/engine/rows/streams.ts";
import { assertClose } from "../../assert_close.ts";
import { groupOf, NAMES, randomGroups } from "./random_runs.ts";
import { collected, DEEPER, embeddingsOf, fast, withStreams } from "./results.ts";
import { leastOperations, measuredParts, type Part } from "../../bench/operations.ts";
import type { RunGroup } from "../../../lib/engine/changes/groups.ts";
import { type ChangedRun, patch } from "../../../lib/hooks/interventions.ts";
import { randomTokens } from "../../token_pairs.ts";

async function withText(
  study: Study,
  use: (text: TextTower) => Promise<void>,
  form: string,
): Promise<void> {
  await using clip = await Clip.load(study.model, { ...chosen(form), towers: ["text"] });
  await use(clip.text);
}

for (const form of ["", "_fused"]) {
  Deno.test({
    name: `rowEngine() runs form "${form}" of ${SMALL.label} row by row`,
    ignore: !SMALL.exists,
    fn: () =>
      withText(SMALL, async (text) => {
        const { streams, refusal } = await rowEngine(text);
        assert(streams !== undefined, refusal?.message);
      }, form),
  });
}

for (const streams of [1, 2]) {
  Deno.test(`rowEngine() refuses half-precision weights and says why, ${streams} streams`, () =>
    withText(TINY, async (text) => {
      const { streams: opened, refusal } = await rowEngine(text, streams);
      assertEquals([opened, refusal?.code], [undefined, "sweep-not-fast"]);
      const { message } = refusal!;
      assertStringIncludes(message, `Cannot sweep "${TINY.model}/onnx/text_model_fp16.onnx"`);
      assertStringIncludes(message, "of the largest value, expected at most 1e-5");
    }, "_fp16"));
}

Deno.test("rowEngine() adds streams when there is more work, and keeps them", async () => {
  await using clip = await Clip.load(TINY.model, { towers: ["text"], threads: 2 });
  const small = await rowEngine(clip.text);
  assertEquals(small.streams?.count, 1);
  assertStrictEquals(await rowEngine(clip.text, 1), small);
  const large = await rowEngine(clip.text, 2);
  assertEquals(large.streams?.count, 2);
  assertStrictEquals(await rowEngine(clip.text), large);
});

for (const [seed, form] of [...FORMS.slice(1), "_fused"].entries()) { // the first one's are in general_changes_test.ts
  Deno.test(`fastChanges() gives random changes the embeddings of the general engine, form "${form}"`, () =>
    withStreams(async (text, streams) => {
      const groups = randomGroups(text, 100 * (seed + 1));
      assertClose(
        embeddingsOf(await fast(text.tower, streams, groups)),
        embeddingsOf(await collected(generalChanges(text.tower, groups))),
      );
    }, { form }));
}

Deno.test("fastChanges() gives many groups the same bits in one stream and in two", () =>
  withStreams(async (text, streams) => {
    const { tower } = text;
    const groups = Array.from(
      { length: 6 },
      (_, i) => randomGroups(text, 2000 + 10 * i),
    ).flat();
    const two = await RowStreams.open(tower, 2);
    assertEquals(await fast(tower, two, groups), await fast(tower, streams, groups));
  }));

/** The operations of each part of the blocks for some groups. */
async function operationsOf(
  text: TextTower,
  groups: readonly RunGroup[],
): Promise<Record<Part, number>> {
  const { streams } = await rowEngine(text);
  using costs = measuredParts(text.tower.shape);
  await fast(text.tower, streams!, groups);
  const { project, attend, complete } = costs;
  return {
    project: project.operations,
    attend: attend.operations,
    complete: complete.operations,
  };
}

/** The same groups with the unchanged run of each of their sentences, which the engine makes for all others. */
function withUnchanged(groups: readonly RunGroup[]): RunGroup[] {
  return groups.map(({ sentences, runs }) => ({
    sentences,
    runs: [...runs, ...Object.keys(sentences).map((of) => ({ of }))],
  }));
}

for (const [model, blocks] of [[TINY.model, 3], [DEEPER, 1]] as const) {
  Deno.test(`runGroup() computes no row twice, and none that no result needs, ${model === DEEPER ? 6 : 3} blocks`, () =>
    withStreams(async (text) => {
      for (const seed of [1, 2, 3]) {
        const groups = [groupOf(text, seed, { blocks })];
        const least = leastOperations(text.tower, withUnchanged(groups));
        const { project, complete } = await operationsOf(text, groups);
        assertEquals(complete, least.complete);
        if (model === DEEPER) assertEquals(project, least.project); // of 3 blocks a few more
      }
    }, { model }));
}

Deno.test("runGroup() computes no attention of patched rows twice, and none that no result needs", () =>
  withClip(TINY, async ({ text }) => {
    for (const seed of [4, 5]) {
      const groups = [groupOf(text, seed, { residual: true })];
      const least = leastOperations(text.tower, withUnchanged(groups));
      const { attend, complete } = await operationsOf(text, groups);
      assertEquals({ attend, complete }, { attend: least.attend, complete: least.complete });
    }
  }));

Deno.test("runGroup() computes nothing but unchanged runs for runs that are equal to one of them", () =>
  withClip(TINY, async ({ text }) => {
    const { sentences } = groupOf(text, 1);
    const runs = NAMES.map((from): ChangedRun => (
      { of: "third", changes: [patch("blocks.1.hook_resid_post", { from })] }
    ));
    const unchanged = await operationsOf(text, [{ sentences, runs: [{ of: "third" }] }]);
    assertEquals(await operationsOf(text, [{ sentences, runs }]), unchanged);
    assert(unchanged.complete > 0);
  }));

Deno.test("runGroup() computes a long list of runs in several waves, no row twice, with the results of each pair alone", () =>
  withClip(TINY, async ({ text }) => {
    const { streams } = await rowEngine(text);
    const end = text.encode("").at(-1)!;
    const runs = [2, 3, 4, 5, 6].flatMap((position) =>
      [1, 0].flatMap((block): ChangedRun[] => [
        { of: "a", changes: [patch(`blocks.${block}.hook_resid_post`, { position, from: "b" })] },
        { of: "b", changes: [patch(`blocks.${block}.hook_resid_post`, { position, from: "a" })] },
      ])
    );
    const groups = Array.from({ length: 60 }, (_, i): RunGroup => {
      const ids = [...randomTokens(4, i % 4), ...randomTokens(2, i), end];
      return {
        sentences: { a: { ids: ids.with(2, 5), pooled: 6 }, b: { ids: ids.with(2, 6), pooled: 6 } },
        runs,
      };
    });
    const least = leastOperations(text.tower, withUnchanged(groups));
    const { attend, complete } = await operationsOf(text, groups);
    assertEquals({ attend, complete }, { attend: least.attend, complete: least.complete });
    const together = await fast(text.tower, streams!, groups); // more rows in a block than a wave needs
    for (const index of [0, 17, 39]) {
      const alone = await fast(text.tower, streams!, [groups[index]!]);
      for (const { place, ...own } of alone.values()) {
        assertEquals(together.get(`${index}: ${place}`), { ...own, place, index });
      }
    }
  }));
