import { assertAlmostEquals, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { TRACE } from "../lib/experiments/trace/tables.ts";
import { readCsvRows, readRows } from "../lib/tables/csv.ts";
import { inFolder, runTask } from "./scripts/task_process.ts";

const FIGURES = fileURLToPath(new URL("../docs/figures", import.meta.url));
const MEASURED = fileURLToPath(new URL("../data/shapes/measured", import.meta.url));

Deno.test("the README's figures are those that `deno task dev readme` draws from the tables beside them", () =>
  inFolder(async (folder) => {
    const { code, stderr } = await runTask("dev", ["readme", "--out", folder]);
    assertEquals([code, stderr], [0, ""]);
    for (const { name } of Deno.readDirSync(folder)) {
      const drawn = Deno.readTextFileSync(`${folder}/${name}`);
      assertEquals(drawn === Deno.readTextFileSync(`${FIGURES}/${name}`), true, name);
    }
  }));

Deno.test("the table of the README's map is of the embedded model, as its own tests measure it", () => {
  const path = `${FIGURES}/trace.csv`;
  const rows = readRows(TRACE, Deno.readTextFileSync(path), path);
  const measured = readCsvRows(Deno.readTextFileSync(`${MEASURED}/map.csv`), "map.csv")
    .filter((peak) => peak.text("model") === "shapes");
  assertEquals(measured.length, 14);
  for (const peak of measured) {
    const own = rows.find((row) =>
      row.negation === peak.text("negation") && row.segment === "correct" &&
      row.layer === peak.count("layer") && row.role === peak.text("role")
    );
    assertAlmostEquals(own!.cte!, peak.number("cte")!, 1e-4); // float32 sums on another CPU type
  }
});
