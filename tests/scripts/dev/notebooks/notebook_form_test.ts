import { assertEquals } from "@std/assert";
import { notebookNames, readNotebook } from "../../../../scripts/dev/notebooks/notebook.ts";
import { formFaults } from "../../../../scripts/dev/notebooks/notebook_form.ts";

const QUESTION = { cell_type: "markdown", source: ["## Title\n", "How many?"] };
const CODE = {
  cell_type: "code",
  source: "await show(table);",
  execution_count: null,
  outputs: [],
};
const ANSWER = { cell_type: "markdown", source: "Two." };

Deno.test("formFaults() finds nothing if each code cell shows something between a question and an answer", () => {
  assertEquals(formFaults({ cells: [QUESTION, CODE, ANSWER, QUESTION, CODE, ANSWER] }), []);
});

Deno.test("formFaults() reports missing questions, answers and outputs by the cell's number", () => {
  const silent = { ...CODE, source: "const a = 1;" };
  assertEquals(formFaults({ cells: [QUESTION, CODE, ANSWER, CODE, silent] }), [
    "code cell 2: has no question before it",
    "code cell 2: has no answer after it",
    "code cell 3: has no question before it",
    "code cell 3: has no answer after it",
    "code cell 3: shows nothing; end it with await show(…)",
  ]);
});

Deno.test("formFaults() refuses an executed notebook", () => {
  const fault = ["code cell 1: was executed; clear all outputs before it is committed"];
  const output = { output_type: "display_data", data: { "text/plain": "2" } };
  for (const change of [{ outputs: [output] }, { execution_count: 1 }]) {
    assertEquals(formFaults({ cells: [QUESTION, { ...CODE, ...change }, ANSWER] }), fault);
  }
});

Deno.test("formFaults() allows seven imported names in all cells together", () => {
  const cells = (more: string) => [
    QUESTION,
    { ...CODE, source: 'import { a, b, c, d } from "negscope";\nawait show(a);' },
    ANSWER,
    QUESTION,
    { ...CODE, source: `import { e, f, show${more} } from "negscope";\nawait show(e);` },
    ANSWER,
  ];
  assertEquals(formFaults({ cells: cells("") }), []);
  assertEquals(formFaults({ cells: cells(", type G") }), [
    "all cells: import 8 names (a, b, c, d, e, f, show, G), at most 7 may be; " +
    "let the kit do more, or add what is missing to its API",
  ]);
});

Deno.test("formFaults() finds nothing in the six notebooks of the repository", async () => {
  const names = await notebookNames("notebooks");
  assertEquals(names.length, 6);
  for (const name of names) assertEquals(formFaults(await readNotebook(`notebooks/${name}`)), []);
});
