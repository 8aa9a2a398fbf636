import { assertEquals } from "@std/assert";
import { notebookNames, readNotebook } from "../../../scripts/notebooks/notebook.ts";
import { formFaults, showCalls } from "../../../scripts/notebooks/notebook_form.ts";

const QUESTION = { cell_type: "markdown", source: ["## Title\n", "How many?"] };
const CODE = {
  cell_type: "code",
  source: "await show(table);",
  execution_count: null,
  outputs: [],
};
const ANSWER = { cell_type: "markdown", source: "Two." };

Deno.test("showCalls() counts calls, not names that contain the word", () => {
  const source = [
    'import { show, showing } from "negscope";\n',
    "await show(a);\n",
    "slideshow(showing);show(b);",
  ];
  assertEquals(showCalls({ cell_type: "code", source }), 2);
});

Deno.test("formFaults() finds nothing where each code cell shows something between a question and an answer", () => {
  assertEquals(formFaults({ cells: [QUESTION, CODE, ANSWER, QUESTION, CODE, ANSWER] }), []);
});

Deno.test("formFaults() misses questions, answers and output by the cell's number", () => {
  const silent = { ...CODE, source: "const a = 1;" };
  assertEquals(formFaults({ cells: [QUESTION, CODE, ANSWER, CODE, silent] }), [
    "code cell 2: has no question before it",
    "code cell 2: has no answer after it",
    "code cell 3: has no question before it",
    "code cell 3: has no answer after it",
    "code cell 3: shows nothing; end it with await show(…)",
  ]);
});

Deno.test("formFaults() refuses a notebook that was executed", () => {
  const fault = ["code cell 1: was executed; clear all outputs before it is committed"];
  const output = { output_type: "display_data", data: { "text/plain": "2" } };
  for (const change of [{ outputs: [output] }, { execution_count: 1 }]) {
    assertEquals(formFaults({ cells: [QUESTION, { ...CODE, ...change }, ANSWER] }), fault);
  }
});

Deno.test("formFaults() finds nothing in the four notebooks of the repository", async () => {
  const names = await notebookNames("notebooks");
  assertEquals(names.length, 4);
  for (const name of names) assertEquals(formFaults(await readNotebook(`notebooks/${name}`)), []);
});
