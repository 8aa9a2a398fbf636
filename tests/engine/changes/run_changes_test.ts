import { assertEquals, assertStrictEquals } from "@std/assert";
import { generalChanges } from "../../../lib/engine/changes/general_changes.ts";
import { rowEngine } from "../../../lib/engine/changes/row_engine.ts";
import {
  checkRun,
  engineNames,
  FAST_ENGINE,
  GENERAL_ENGINE,
  runChanges,
  WayChooser,
} from "../../../lib/engine/changes/run_changes.ts";
import type { RunGroup } from "../../../lib/engine/changes/groups.ts";
import type { TextTower } from "../../../lib/model/text/text_tower.ts";
import {
  type ChangedRun,
  type Intervention,
  knockOut,
  patch,
  zero,
} from "../../../lib/hooks/interventions.ts";
import { TINY, withClip } from "../../studies.ts";
import { groupOf } from "./random_runs.ts";
import { collected, fast, type Results } from "./results.ts";
import { assertThrowsCode } from "../../error_codes.ts";
import type { ErrorCode } from "../../../lib/errors/errors.ts";

/** Random groups with all ways of running among their runs: also runs that only the general engine makes. */
function mixedGroups(text: TextTower): RunGroup[] {
  return [4, 6, 5].map((length, i) => {
    const { sentences, runs } = groupOf(text, 50 + i, { runs: 12, length });
    const residual = groupOf(text, 60 + i, { runs: 12, length, residual: true }).runs;
    const others: ChangedRun[] = [
      { of: "third", changes: [zero("blocks.1.hook_mlp_out", { position: 2 })] },
      { of: "negated", changes: [patch("blocks.0.hook_attn_out", { from: "third" })] },
    ];
    return { sentences, runs: [others[0]!, ...runs, ...residual, others[1]!] };
  });
}

/** The results of some runs of each group, by the places of these in the whole. */
async function some(
  groups: readonly RunGroup[],
  isIn: (run: number, group: RunGroup) => boolean,
  run: (groups: readonly RunGroup[]) => Promise<Results>,
): Promise<Results> {
  const places = groups.map((group) => [...group.runs.keys()].filter((run) => isIn(run, group)));
  const found = await run(groups.map(({ sentences, runs }, i) => (
    { sentences, runs: places[i]!.map((place) => runs[place]!) }
  )));
  return new Map([...found.values()].map((result) => {
    const place = places[result.index]![result.place]!;
    return [`${result.index}: ${place}`, { ...result, place }];
  }));
}

Deno.test("runChanges() makes each run by the engine that suits it, whatever else is run", () =>
  withClip(TINY, async ({ text }) => {
    const { tower } = text;
    const groups = mixedGroups(text);
    const found = await collected(runChanges(text, groups));
    const isGeneral = (run: number, { runs }: RunGroup) => run === 0 || run === runs.length - 1;
    const { streams } = await rowEngine(text);
    const expected = [
      await some(groups, isGeneral, (own) => collected(generalChanges(tower, own))),
      await some(
        groups,
        (run, group) => !isGeneral(run, group),
        (own) => fast(tower, streams!, own),
      ),
    ];
    assertEquals(found.size, 3 * (2 + 24));
    for (const [name, result] of expected.flatMap((own) => [...own])) {
      assertEquals(found.get(name), result, name);
    }
  }));

Deno.test("engineNames() names the fast engine only where it makes all runs of a group", () =>
  withClip(TINY, async ({ text }) => {
    const groups = mixedGroups(text);
    const planned = { ...groups[1]!, runs: groups[1]!.runs.slice(1, 20) };
    const names = await engineNames(text, [groups[0]!, planned, { ...planned, runs: [] }]);
    assertEquals(names, [GENERAL_ENGINE, FAST_ENGINE, FAST_ENGINE]);
  }));

Deno.test("engineNames() says why the general engine makes all runs of a model", () =>
  withClip(TINY, async ({ text }) => {
    const groups = mixedGroups(text).map(({ sentences, runs }) => ({
      sentences,
      runs: runs.slice(14, 18),
    }));
    const { refusal } = await rowEngine(text);
    assertEquals(refusal!.code, "sweep-not-fast");
    const names = await engineNames(text, groups);
    assertEquals(names, groups.map(() => `${GENERAL_ENGINE} (${refusal!.message})`));
    assertEquals(
      await collected(runChanges(text, groups)),
      await collected(generalChanges(text.tower, groups)),
    );
  }, "_fp16"));

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

Deno.test("WayChooser leaves values of other runs and a key less to the fast engine", async () => {
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

/** Sentences of 6 and of 4 tokens. */
const UNEQUAL = {
  negated: { ids: [1, 2, 3, 4, 5, 6], pooled: 5 },
  affirmative: { ids: [1, 2, 3, 6], pooled: 3 },
};

const Z = "blocks.0.attn.hook_z";

const REFUSED: readonly (readonly [ChangedRun | Intervention, ErrorCode, string])[] = [
  [{ of: "foil" }, "name-unknown", 'the nearest are "negated", "affirmative"'],
  [patch(Z, { from: "negatd" }), "name-unknown", 'the nearest are "negated", "affirmative"'],
  [patch(Z, { from: { of: "other" } }), "name-unknown", 'Cannot run sentence "other"'],
  [
    patch(Z, { position: 4, from: "negated" }),
    "index-outside",
    `Cannot select position 4 of "${Z}"`,
  ],
  [patch(Z, { head: 2, from: "negated" }), "index-outside", `Cannot select head 2 of "${Z}"`],
  [patch(Z, { neuron: 2, from: "negated" }), "change-unfit", `Cannot select neuron of "${Z}"`],
  [
    patch(Z, { from: "negated" }),
    "sizes-differ",
    `Cannot write into "${Z}": the values given have size 6 where 4 is expected; take them from the same hook point and token length`,
  ],
  [
    patch(Z, {
      from: {
        of: "negated",
        changes: [
          patch(Z, { position: 3, from: "affirmative" }),
          patch(Z, { position: 4, from: "affirmative" }),
        ],
      },
    }),
    "sizes-differ",
    "the values given have size 4 where 6 is expected",
  ],
  [
    patch(Z, { position: 1, fromPosition: 6, from: "negated" }),
    "index-outside",
    `Cannot select fromPosition 6 of "${Z}"`,
  ],
  [
    patch("blocks.7.hook_mlp_out", { from: "negated" }),
    "name-unknown",
    'Cannot find hook point "blocks.7.hook_mlp_out"',
  ],
  [knockOut(Z, { head: 0 }), "change-unfit", `Cannot knock out "${Z}"`],
  [knockOut(PATTERN, { key: 4 }), "index-outside", `Cannot select key 4 of "${PATTERN}"`],
];

Deno.test("checkRun() refuses changes that do not fit the sentence, its sources or the tower", () =>
  withClip(TINY, ({ text: { tower } }) => {
    for (const [change, code, message] of REFUSED) {
      const run = "of" in change ? change : { of: "affirmative", changes: [change] };
      assertThrowsCode(() => checkRun(tower, run, UNEQUAL), code, message);
    }
    return Promise.resolve();
  }));

Deno.test("checkRun() takes each position that a change selects from a sentence that has it", () =>
  withClip(TINY, ({ text: { tower } }) => {
    const changes = [
      patch(Z, { position: [0, 3], from: "negated" }),
      patch("blocks.*.hook_resid_post", { position: 3, fromPosition: 5, from: "negated" }),
      patch("blocks.1.hook_mlp_out", {
        from: { of: "affirmative", changes: [knockOut(PATTERN, { key: 3 })] },
      }),
    ];
    assertEquals(checkRun(tower, { of: "affirmative", changes }, UNEQUAL), undefined);
    assertEquals(checkRun(tower, { of: "negated" }, UNEQUAL), undefined);
    return Promise.resolve();
  }));
