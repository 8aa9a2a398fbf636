import { assert, assertEquals } from "@std/assert";
import { mcnemar, pairedShareDifference } from "../../../lib/stats/share.ts";
import { type CsvRow, readCsvRows } from "../../../lib/tables/csv.ts";
import { run } from "../../scripts/task_here.ts";
import { inFolder } from "../../scripts/task_process.ts";

function rowsIn(folder: string, table: string): CsvRow[] {
  return readCsvRows(Deno.readTextFileSync(`${folder}/${table}.csv`), table);
}

Deno.test("contrast joins two models' rows, and counts those that only one has right, of pairs and of a benchmark", () =>
  inFolder(async (folder) => {
    const random = ["--random-weights", "3"];
    const choices = ["--data", "data/shapes/existence.json", "--images", "data/shapes/images"];
    for (const task of ["evaluate", "benchmark"]) {
      const flags = ["--limit", "60", ...task === "benchmark" ? choices : []];
      const first = await run(task, flags, `${folder}/${task}`);
      const second = await run(task, [...flags, ...random], `${folder}/${task}-random`);
      const out = await run("contrast", [first, second], `${folder}/${task}-contrast`);
      const cells = rowsIn(out, "contrast");
      const right = cells.find((row) => row.optional("other") === "sentences_right");
      assertEquals(right !== undefined, task === "evaluate");
      if (right !== undefined) {
        const [one, other] = [first, second].map((path) =>
          rowsIn(path, "blocks").map((row) => row.number("sentences_right")!)
        );
        const pairOf = (row: CsvRow) => [row.text("caption"), row.text("foil")].sort().join();
        const pairs = new Map(
          rowsIn(first, "evaluate").map((row) => [row.text("id"), pairOf(row)]),
        );
        const clusters = rowsIn(first, "blocks").map((row) => pairs.get(row.text("foil_id"))!);
        const { estimate, low, high } = pairedShareDifference(one!, other!, { clusters });
        const found = ["difference", "low", "high"].map((name) => right.number(name));
        assertEquals(found, [estimate, low, high]);
      }
      const all = cells.find((row) =>
        task === "evaluate"
          ? row.text("quantity") === "accuracy" && row.optional("negation") === "all"
          : row.optional("other") === "all, all, accuracy"
      )!;
      const hits = [first, second].map((path) => hitsOf(path, task));
      const { onlyFirst, onlySecond } = mcnemar(hits[0]!, hits[1]!);
      assert(onlyFirst > onlySecond && onlySecond > 0);
      const counts = ["only_first", "only_second"].map((name) => all.number(name));
      assertEquals(counts, [onlyFirst, onlySecond]);
      assertEquals(all.text("interval"), "paired");
    }
  }));

function hitsOf(path: string, task: string): boolean[] {
  if (task === "evaluate") return rowsIn(path, "evaluate").map((row) => row.number("d")! > 0);
  const questions = Map.groupBy(rowsIn(path, "choices"), (row) => row.text("row"));
  return [...questions.values()].map((options) => {
    const best = Math.max(...options.map((option) => option.number("score")!));
    return options.find((option) => option.number("score") === best)!.number("right") === 1;
  });
}
