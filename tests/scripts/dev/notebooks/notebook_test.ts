import { assertEquals } from "@std/assert";
import { Jupyter } from "../../../../scripts/dev/notebooks/jupyter.ts";
import { readNotebook } from "../../../../scripts/dev/notebooks/notebook.ts";
import { assertRejectsCode } from "../../../error_codes.ts";
import { inFolder } from "../../task_process.ts";

Deno.test("readNotebook() reads a notebook and explains why another file is not one", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.ipynb`;
    const read = () => readNotebook(path);
    await assertRejectsCode(read, "file-unreadable", `notebook "${path}": there is no such`);
    for (const text of ["7", "null", "{}", '{"cells": 3}']) {
      await Deno.writeTextFile(path, text);
      await assertRejectsCode(read, "file-malformed", "it has no list of cells");
    }
    await Deno.writeTextFile(path, "{");
    await assertRejectsCode(read, "file-malformed", `Cannot read "${path}" as JSON: `);
    await Deno.writeTextFile(path, '{"cells": []}');
    assertEquals(await read(), { cells: [] });
  }));

Deno.test("check() says how to get Jupyter if there is none", async () => {
  await assertRejectsCode(
    () => new Jupyter("/nowhere/jupyter", "/nowhere").check(),
    "usage-program-missing",
    'Cannot run the notebooks with "/nowhere/jupyter": expected Jupyter with nbconvert; get it by ',
  );
});
