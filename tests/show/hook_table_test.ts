import { assert, assertEquals } from "@std/assert";
import { hookTable } from "../../lib/show/hook_table.ts";
import { TINY, withClip } from "../studies.ts";

Deno.test("hookTable() has a line for each hook point, those of all blocks folded into one", () =>
  withClip(TINY, async ({ text, image }) => {
    await Promise.resolve();
    for (const [tower, prefix] of [[text.tower, ""], [image.tower, "vision."]] as const) {
      const { name, columns, rows } = hookTable(tower);
      assertEquals([name, columns.join()], [`${tower.kind} tower`, "hook,axes"]);
      const { layers } = tower.shape;
      const lines = rows.map(({ hook }) => hook);
      assert(lines.includes(`${prefix}blocks.{0–${layers - 1}}.hook_mlp_out`), `${lines}`);
      // Unfolded, the lines are the tower's hook points.
      const all = lines.flatMap((line) =>
        line.includes("{")
          ? Array.from({ length: layers }, (_, i) => line.replace(/\{.*\}/, `${i}`))
          : [line]
      );
      assertEquals(all.toSorted(), tower.hooks.toSorted());
    }
  }));

Deno.test("hookTable() gives the axes with the sizes that the model fixes", () =>
  withClip(TINY, async ({ text }) => {
    await Promise.resolve();
    const { heads, width } = text.tower.shape;
    const axes = (ending: string) =>
      hookTable(text.tower).rows.find(({ hook }) => hook.endsWith(ending))!.axes;
    assert(axes("hook_pattern").includes(`${heads}`), axes("hook_pattern"));
    assert(axes("hook_mlp_out").includes(`${width}`), axes("hook_mlp_out"));
  }));
