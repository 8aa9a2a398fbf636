/** The main estimates of groups, in a planted model whose circuit does not depend on the frame. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { EffectGroupRow } from "../../../lib/study/groups/group_estimates.ts";
import { PLANTED } from "../../../lib/opening/find_model.ts";
import { Study } from "../../../mod.ts";
import { ENDS, framedPairs } from "../../planted/framed_pairs.ts";

/** Rows in two frames, with scopes that split them otherwise. */
async function pairsWithColumns() {
  const pairs = await framedPairs(12, ENDS.slice(0, 2));
  return pairs.map((pair, i) => ({
    ...pair,
    ...{ frame: / here/.test(pair.caption) ? "X here" : "X", negatorWord: "no" },
    scope: (i >> 1) % 2 === 0 ? "none" : "other",
  }));
}

Deno.test("effect_groups has what each experiment has of a group's rows alone, and the planted share of 1 in each", async () => {
  const pairs = await pairsWithColumns();
  await using study = await Study.open({ model: "planted/relay", images: PLANTED.images, pairs });
  const result = await study.run("knockout", { control: [] });
  const groups = result.allTables.find(({ name }) => name === "effect_groups")!
    .rows as unknown as EffectGroupRow[];
  const ofScores = ["summary", "blocks_summary"]; // which come first
  const effects = groups.filter(({ table }) => !ofScores.includes(table));
  assertEquals(new Set(effects.map(({ column }) => column)), new Set(["frame", "scope"]));
  assertEquals(groups.slice(-effects.length), effects);
  for (const [column, group] of [["frame", "X here"], ["scope", "other"]] as const) {
    const only = await result.only(({ pair }) =>
      (column === "frame" ? pair.frame : pair.scope) === group
    );
    const whole = only.tables.summary.rows.filter(({ segment }) => segment === "all");
    const found = groups.filter((row) =>
      row.table === "knockout_summary" && row.column === column && row.group === group
    );
    assert(found.length > 0);
    assertEquals(found.length, whole.length);
    whole.forEach(({ negation, part, layer, head, n, share, share_low, share_high }, i) => {
      const at = layer === undefined ? "" : `, layer ${layer}, head ${head}`;
      const { place, value, low, high, ...row } = found[i]!;
      assertEquals([row.negation, place, row.n], [negation, `part ${part}${at}`, n]);
      assertEquals([value, low, high], [share, share_low, share_high]);
    });
  }
  for (const { place, value, low } of effects) {
    const planted = ["part head, layer 1, head 2", "part heads all"].includes(place!) ? 1 : 0; // 3.3 reads negation from the subject
    assert(Math.abs(value! - planted) < 1e-4, `${place}: ${value}`);
    assert(low !== undefined);
  }
  const said = "by frame none of 51 estimates differs; by scope none of 51";
  assertStringIncludes(result.findings.replace(/\s+/g, " "), said);
});

Deno.test("rows without frames, negators and scopes have no effect_groups, and those of one frame only its scores", async () => {
  const pairs = (await pairsWithColumns()).map(({ scope: _, ...pair }) => (
    { ...pair, frame: "X" }
  ));
  const choice = { model: "planted/relay", images: PLANTED.images, limit: 24 };
  await using study = await Study.open({ ...choice, pairs });
  const { allTables, findings } = await study.run("attend", { control: [] });
  const groups = allTables.find(({ name }) => name === "effect_groups")!.rows;
  assertEquals(new Set(groups.map(({ table }) => table)), new Set(["summary", "blocks_summary"]));
  const plain = pairs.map(({ frame: _, negatorWord: __, ...pair }) => pair);
  await using without = await Study.open({ ...choice, pairs: plain });
  const { allTables: others } = await without.run("evaluate");
  assertEquals(others.some(({ name }) => name === "effect_groups"), false);
  assert(!/groups of rows/.test(findings));
});
