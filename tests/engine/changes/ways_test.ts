import { assertEquals, assertStrictEquals } from "@std/assert";
import type { RunGroup } from "../../../lib/engine/changes/groups.ts";
import { WayChooser } from "../../../lib/engine/changes/run_changes.ts";
import {
  type ChangedRun,
  type Intervention,
  knockOut,
  patch,
  zero,
} from "../../../lib/hooks/interventions.ts";
import { assertThrowsCode } from "../../error_codes.ts";
import { TINY, withClip } from "../../studies.ts";

const PATTERN = "blocks.0.attn.hook_pattern";
const LENGTH = 6;

/** A sentence of a number of tokens, of which by default the last becomes the embedding. */
function sentence(length = LENGTH, pooled = length - 1) {
  return { ids: Array.from({ length }, (_, i) => i + 1), pooled };
}

const SENTENCES = { negated: sentence(), affirmative: sentence(), longer: sentence(LENGTH + 1) };

/** The way of each run of the affirmative sentence with one change. */
async function waysOf(
  changes: readonly Intervention[],
  sentences: RunGroup["sentences"] = SENTENCES,
): Promise<string[]> {
  const found: string[] = [];
  await withClip(TINY, ({ text: { tower } }) => {
    const runs = changes.map((change): ChangedRun => ({ of: "affirmative", changes: [change] }));
    for (const [way, { places, planned }] of new WayChooser(tower).of({ sentences, runs })) {
      for (const place of places) found[place] = way;
      assertEquals(planned.length, way === "general" ? 0 : places.length);
    }
    return Promise.resolve();
  });
  return found;
}

Deno.test("WayChooser leaves values of other runs and a key less to the fast schedule", async () => {
  const source: ChangedRun = {
    of: "negated",
    changes: [patch("blocks.0.hook_mlp_out", { from: "affirmative" })],
  };
  assertEquals(
    await waysOf([
      patch("blocks.0.hook_resid_post", { from: "negated" }),
      patch("blocks.0.hook_resid_pre", { from: "negated" }),
      knockOut(PATTERN, { key: LENGTH - 2 }),
      patch("blocks.1.hook_resid_post", { from: source }),
      ...["attn.hook_q", "attn.hook_k", "attn.hook_v", "attn.hook_z", "hook_mlp_out"]
        .map((name) => patch(`blocks.0.${name}`, { from: "negated" })),
    ]),
    new Array(9).fill("rows"),
  );
});

Deno.test("WayChooser leaves to the general engine what the planner does not number", async () => {
  const longer = patch("blocks.0.hook_resid_post", { position: 2, from: "longer" });
  assertEquals(
    await waysOf([
      zero("blocks.0.hook_resid_post"),
      longer, // the sentences have other lengths
      patch("blocks.1.hook_resid_post", { from: { of: "negated", changes: [longer] } }),
      knockOut(PATTERN, { key: LENGTH - 1 }), // a chain without its own last key
      patch("blocks.1.hook_resid_post", {
        from: { of: "negated", changes: [knockOut(PATTERN, { key: LENGTH - 1 })] },
      }),
    ]),
    new Array(5).fill("general"),
  );
});

Deno.test("WayChooser leaves sentences that do not end in the embedded token to the general engine", async () => {
  const run = patch("blocks.0.hook_resid_post", { position: 1, from: "negated" });
  const early = sentence(LENGTH, LENGTH - 2);
  const [own, other] = [{ ...SENTENCES, affirmative: early }, { ...SENTENCES, negated: early }];
  assertEquals(await waysOf([run], own), ["general"]);
  assertEquals(await waysOf([run], other), ["general"]);
  assertEquals(await waysOf([run], { ...SENTENCES, longer: early }), ["rows"]); // it is not used
});

Deno.test("WayChooser looks at a list of runs once for groups of one size", () =>
  withClip(TINY, ({ text: { tower } }) => {
    const chooser = new WayChooser(tower);
    const runs = [{
      of: "affirmative",
      changes: [patch("blocks.0.hook_mlp_out", { from: "negated" })],
    }];
    const ways = chooser.of({ sentences: SENTENCES, runs });
    assertStrictEquals(chooser.of({ sentences: { ...SENTENCES }, runs }), ways);
    const longer = { negated: sentence(9), affirmative: sentence(9) };
    assertEquals([...chooser.of({ sentences: longer, runs }).keys()], ["rows"]);
    const apart = { negated: sentence(9), affirmative: sentence(8) };
    assertThrowsCode(() => chooser.of({ sentences: apart, runs }), "sizes-differ");
    return Promise.resolve();
  }));
