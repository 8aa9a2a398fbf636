import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { findHooks } from "../../../lib/engine/graph/find_tower.ts";
import { type Entered, shapeOnlyAfter } from "../../../lib/engine/run/tower_runs.ts";
import { type CutPlan, planCuts, SubgraphSessions } from "../../../lib/engine/run/cut_plan.ts";
import { idsInput } from "../../../lib/engine/run/hooked_run.ts";
import { nodeRuntime } from "../../../lib/runtime/node.ts";
import { runWhole } from "../../onnx/run_whole.ts";
import { ENDS as TOWERS, ONNX, readGraph } from "../tiny.ts";

const ENDS = TOWERS.text;

/** The inputs of each subgraph in a run on rows of zeros. */
async function enteredBy(
  plan: CutPlan,
  sessions: SubgraphSessions,
  positions: number,
  rows = 1,
): Promise<Entered[]> {
  const sentence = new Array<number>(positions).fill(0);
  const known = new Map([[ENDS.input, idsInput(Array(rows).fill(sentence))]]);
  const entered: Entered[] = [];
  for (const { subgraph } of plan.stages) {
    const data = subgraph.inputs.filter((name) => !plan.shapeOnly.has(name));
    entered.push({ rows, values: new Map(data.map((name) => [name, known.get(name)!])) });
    const made = await sessions.run(subgraph, known, { rows, positions });
    made.forEach((value, name) => known.set(name, value));
  }
  return entered;
}

/** Uses the sessions of a tower that is cut within two of its blocks. */
async function withPlan(
  use: (plan: CutPlan, sessions: SubgraphSessions) => Promise<void>,
): Promise<void> {
  const graph = await readGraph("text_model");
  const wanted = new Set(["blocks.0.attn.hook_pattern", "blocks.1.attn.hook_z"]);
  const plan = planCuts(graph, ENDS, findHooks(graph, ENDS).values, wanted);
  const sessions = new SubgraphSessions({ threads: 1, runtime: nodeRuntime() });
  try {
    await sessions.load(graph, plan.stages.map(({ subgraph }) => subgraph));
    await use(plan, sessions);
  } finally {
    await sessions.release();
  }
}

Deno.test("shapeOnlyAfter() gives the masks and sizes of a run with the new number of rows", () =>
  withPlan(async (plan, sessions) => {
    const entered = await enteredBy(plan, sessions, 6);
    const ids = Array.from({ length: 5 }, (_, row) => [600, 9 * row, 8, 7, row, 601]);
    for (const stage of plan.stages.keys()) {
      const frame = await shapeOnlyAfter(sessions, plan, stage, {
        entered,
        size: { rows: 5, positions: 6 },
      });
      const made = plan.stages.slice(0, stage + 1).flatMap(({ subgraph }) => subgraph.outputs);
      const { needed: later } = plan.stages[stage]!;
      const needed = made.filter((name) => later.has(name) && plan.shapeOnly.has(name));
      if (needed.length === 0) continue; // after the last block
      const whole = await runWhole(`${ONNX}/text_model.onnx`, { ids, outputs: needed });
      for (const name of needed) assertEquals(frame.get(name), whole.get(name)!, name);
    }
    const [first, again, larger] = [
      await shapeOnlyAfter(sessions, plan, 0, { entered, size: { rows: 5, positions: 6 } }),
      await shapeOnlyAfter(sessions, plan, 0, { entered, size: { rows: 5, positions: 6 } }),
      await shapeOnlyAfter(sessions, plan, 0, { entered, size: { rows: 7, positions: 6 } }),
    ];
    assertStrictEquals(again, first, "each frame is computed once");
    assert(first.size > 0);
    assert([...first].some(([name, { data }]) => String(data) !== String(larger.get(name)!.data)));
  }));

Deno.test("shapeOnlyAfter() takes any number of rows to any other, also where their quotient is not exact", () =>
  withPlan(async (plan, sessions) => {
    const entered = await enteredBy(plan, sessions, 6, 21);
    const size = { rows: 183, positions: 6 }; // 21 * (183 / 21) is 182.99999999999997
    for (const stage of plan.stages.keys()) {
      const values = await shapeOnlyAfter(sessions, plan, stage, { entered, size });
      const one = await shapeOnlyAfter(sessions, { ...plan }, stage, { // computed anew
        entered: await enteredBy(plan, sessions, 6),
        size,
      });
      assertEquals(values, one);
    }
  }));
