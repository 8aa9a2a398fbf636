import { assertEquals } from "@std/assert";
import { generalChanges } from "../../../lib/engine/changes/general_changes.ts";
import { rowEngine } from "../../../lib/engine/changes/row_engine.ts";
import {
  engineNames,
  FAST_SCHEDULE,
  GENERAL_ENGINE,
  runChanges,
} from "../../../lib/engine/changes/run_changes.ts";
import type { RunGroup } from "../../../lib/engine/changes/groups.ts";
import type { TextTower } from "../../../lib/model/text/text_tower.ts";
import { type ChangedRun, patch, zero } from "../../../lib/hooks/interventions.ts";
import { TINY, withClip } from "../../studies.ts";
import { randomGroup } from "./random_runs.ts";
import { collected, fast, type Results } from "./results.ts";

/** Random groups with all ways of running among their runs: also runs that only the general engine makes. */
function mixedGroups(text: TextTower): RunGroup[] {
  const { hooks, shape } = text.tower;
  const options = { hooks, shape, end: text.encode("").at(-1)!, runs: 12 };
  return [4, 6, 5].map((length, i) => {
    const { sentences, runs } = randomGroup(50 + i, { ...options, length });
    const residual = randomGroup(60 + i, { ...options, length, residual: true }).runs;
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

Deno.test("engineNames() names the fast schedule only where it makes all runs of a group", () =>
  withClip(TINY, async ({ text }) => {
    const groups = mixedGroups(text);
    const planned = { ...groups[1]!, runs: groups[1]!.runs.slice(1, 20) };
    const names = await engineNames(text, [groups[0]!, planned, { ...planned, runs: [] }]);
    assertEquals(names, [GENERAL_ENGINE, FAST_SCHEDULE, FAST_SCHEDULE]);
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
