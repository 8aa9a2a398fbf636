/** A finished run on the explorer's page: its maps are those of its summaries, and it is opened by its own model and rows alone. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { roleLabel } from "../../lib/charts/texts.ts";
import { meanOver } from "../../lib/explore/page/state.ts";
import type { About, RunMap } from "../../lib/explore/protocol.ts";
import { finishedRows } from "../../lib/explore/serve/write_site.ts";
import { checkRun, readRun } from "../../lib/explore/serve/read_run.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";
import { done, run, runHere } from "../scripts/task_here.ts";
import { inFolder, namesIn, recordsIn } from "../scripts/task_process.ts";

const FLAGS = ["--limit", "40", "--cache", "none"];

/** The mean of a cell over rows, as the page shows it. */
function meanAt(map: RunMap, ids: readonly string[], layer: string, part: string) {
  const at = map.rows.indexOf(part) * map.columns.length + map.columns.indexOf(layer);
  return meanOver(map, ids.filter((id) => map.values[id] !== undefined), at)!;
}

const byRole = ({ role }: Readonly<Record<string, string>>) => roleLabel(role!);

/** For each task its summary, and where a line of it is on the map. */
const SUMMARIES = [
  {
    ...{ task: "trace", table: "trace", column: "cte", map: "trace: cte" },
    columnOf: byRole,
  },
  {
    ...{ task: "shares", table: "shares_summary", column: "mean_effect", map: "shares: effect" },
    columnOf: byRole,
  },
  {
    ...{ task: "knockout", table: "knockout_summary", column: "mean_effect" },
    map: "knockout: effect",
    columnOf: ({ head }: Readonly<Record<string, string>>) => head || undefined, // a set has none
  },
  {
    ...{ task: "attribute", table: "attribution_summary", column: "mean_effect" },
    map: "attribute: effect",
    columnOf: ({ part, head, role }: Readonly<Record<string, string>>) =>
      role === "" ? head || part : undefined,
  },
] as const;

Deno.test("a page's maps of a run have the means of its summary, for trace, shares, knockout and attribute", () =>
  inFolder(async (folder) => {
    for (const { task, table, column, map: name, columnOf } of SUMMARIES) {
      const out = await run(task, FLAGS, `${folder}/${task}`);
      const { run: own, findings } = await readRun(out);
      assertEquals([own!.task, own!.left, findings!.length > 0], [task, [], true]);
      const map = own!.maps.find((map) => map.name === name)!;
      const rows = recordsIn(`${out}/evaluate.csv`);
      let compared = 0;
      for (const line of recordsIn(`${out}/${table}.csv`)) {
        const across = columnOf(line);
        const isOfSide = line["negation"] !== "both"; // which no row is of
        if (across === undefined || line[column] === "" || !isOfSide) continue;
        const ids = rows.filter(({ negation, segment }) =>
          negation === line["negation"] && ["all", segment].includes(line["segment"]!)
        ).map(({ id }) => id!);
        const { mean } = meanAt(map, ids, line["layer"]!, across);
        assertAlmostEquals(mean, Number(line[column]), 1e-4); // values have five digits
        compared++;
      }
      assert(compared >= 48, `${task}: ${compared}`);
    }
  }));

Deno.test("explore opens a run's folder by the run's own options, and its static page carries what the run measured", () =>
  inFolder(async (folder) => {
    const out = await run("trace", FLAGS, `${folder}/trace`);
    const site = `${folder}/site`;
    await done("explore", [out, "--static", site, "--quiet"]);
    const { about }: { about: About } = JSON.parse(Deno.readTextFileSync(`${site}/data.json`));
    assertEquals([about.rows.length, about.more, about.run?.task], [40, 0, "trace"]);
    assert(about.rows.some(({ row }) => about.run!.maps[0]!.values[row] !== undefined));
    const { rows, first } = await finishedRows(
      await readRun(out),
      about.rows.map(({ row: id, picture: image, negated: negation, caption, foil }) => (
        { id, image, negation, caption, foil }
      )),
    );
    assertEquals([rows, first], [about.rows, about.first]); // as the run wrote them and as they are computed again
    const flags = ["--model", "shapes/other", "--static", `${site}2`];
    const other = await runHere("explore", [out, ...flags]);
    assertEquals(other.code, 1);
    assert(other.stderr.includes("shapes/other"), other.stderr); // a flag takes the place of the run's option
    const finished = await readRun(out);
    const sources = { model: [], data: [] };
    const strange = () => checkRun(finished, { towers: { text: "00" }, sources });
    assertThrowsCode(strange, "not-comparable", "it is of another model");
    const { towers, sources: own } = { towers: {}, sources: finished.parts[0]!.manifest.sources };
    const data = own.data.map(({ file }) => ({ file, sha256: "00" }));
    const parts = finished.parts.map((part) => ({
      ...part,
      record: { ...part.record, towers: {} },
    }));
    const moved = () => checkRun({ ...finished, parts }, { towers, sources: { ...own, data } });
    assertThrowsCode(moved, "not-comparable", "it is of other data");
    await Deno.writeTextFile(`${out}/effects.csv`, "id,cte\r\nx,1\r\n");
    await assertRejectsCode(() => readRun(out), "run-edited", "effects.csv");
    await assertRejectsCode(() => readRun(site), "run-missing", "it holds no manifest.json");
    assertEquals(namesIn(site).includes("explore.json"), true);
  }));
