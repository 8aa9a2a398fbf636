import { assertEquals, assertStringIncludes } from "@std/assert";
import { checkNotebooks } from "../../../scripts/dev/check_notebooks.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { inFolder } from "../task_process.ts";

const withNotebooks = (
  notebooks: Readonly<Record<string, string>>,
  check: (folder: string) => Promise<void>,
) =>
  inFolder(async (folder) => {
    for (const [name, text] of Object.entries(notebooks)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    await check(folder);
  });

/** A notebook in the required form: each code cell is between a question and an answer. */
function notebook(...cells: readonly string[]): string {
  return JSON.stringify({
    cells: cells.flatMap((source) => [
      { cell_type: "markdown", source: "## Why?" },
      { cell_type: "code", source },
      { cell_type: "markdown", source: "So." },
    ]),
  });
}

const SHOW = "const show = (text: string) => text;\n";

Deno.test("checkNotebooks() reports faults of form, types, lint and layout together, by notebook and cell", async () => {
  const notebooks = {
    "bad.ipynb": notebook(`${SHOW}show("a");`, 'const a: number = "a";\nvar b = show(`${a}`);\nb;'),
    "bare.ipynb": JSON.stringify({
      cells: [{ cell_type: "code", source: "await 1;", outputs: [] }],
    }),
    "good.ipynb": notebook(
      `${SHOW}show("a");`,
      'import { assert } from "@std/assert";\nassert(show("b"));',
    ),
    "other.txt": "not a notebook",
    "wide.ipynb": notebook(`${SHOW}show( "a" );`),
  };
  await withNotebooks(notebooks, async (folder) => {
    const { count, report } = await checkNotebooks(folder);
    assertEquals(count, 4);
    assertStringIncludes(report, `${folder}/bare.ipynb, code cell 1: has no question before it\n`);
    assertStringIncludes(report, "TS2322");
    assertStringIncludes(report, `at ${folder}/bad.ipynb, code cell 2, line 1`);
    assertStringIncludes(report, "no-var");
    assertStringIncludes(report, `--> ${folder}/bad.ipynb, code cell 2, line 2`);
    assertStringIncludes(report, `from ${folder}/wide.ipynb:`);
    assertEquals(report.includes("good"), false);
  });
});

Deno.test("checkNotebooks() names a notebook that is not JSON", async () => {
  await withNotebooks({ "broken.ipynb": "{" }, async (folder) => {
    await assertRejectsCode(() => checkNotebooks(folder), "file-malformed: broken.ipynb");
  });
});
