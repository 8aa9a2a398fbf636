import { assertEquals } from "@std/assert";
import {
  type CellOutput,
  displayCount,
  formFaults,
  notebookNames,
  outputFaults,
  readNotebook,
} from "../../../../scripts/dev/notebooks/notebook.ts";
import { assertRejectsCode } from "../../../error_codes.ts";
import { inFolder } from "../../task_process.ts";

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

Deno.test("formFaults() takes the value that a cell ends with for shown, unless it frees a model", () => {
  const faultsOf = (source: string) =>
    formFaults({ cells: [QUESTION, { ...CODE, source }, ANSWER] });
  for (const shown of ["a;", "const a = b;\nlines(a, {\n  x: 1,\n});", "await study.score();"]) {
    assertEquals(faultsOf(shown), []);
  }
  for (const silent of ["a;\nconst b = 1;", "await study.release();"]) {
    assertEquals(faultsOf(silent).length, 1);
  }
});

Deno.test("formFaults() reports missing questions, answers and outputs by the cell's number", () => {
  const silent = { ...CODE, source: "const a = 1;" };
  assertEquals(formFaults({ cells: [QUESTION, CODE, ANSWER, CODE, silent] }), [
    "code cell 2: has no question before it",
    "code cell 2: has no answer after it",
    "code cell 3: has no question before it",
    "code cell 3: has no answer after it",
    "code cell 3: shows nothing; end it with a value or with await show(…)",
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

const ANSWERS = { answers: true };

function display(text: string): CellOutput {
  const chart = { "application/vnd.vegalite.v5+json": {} };
  return { output_type: "display_data", data: { "text/plain": [text], ...chart } };
}

/** A notebook with one code cell and its answer. */
function executed(outputs: readonly CellOutput[], { source = "await show(a);", answer = "" } = {}) {
  return {
    cells: [
      { cell_type: "code", source, outputs },
      { cell_type: "markdown", source: answer },
    ],
  };
}

Deno.test("outputFaults() reports lost outputs, missing parts, failed cells, and what is shown in another way", () => {
  const source = "await show(a);\nawait show(b);";
  const part = (part: number) => ({
    ...display(`${part}`),
    metadata: { negscope: { part, parts: 3 } },
  });
  const parts = [part(1), part(2), part(3), display("4")];
  const two = executed([display("1"), display("2")], { source });
  assertEquals(displayCount(two), 2);
  const error = { output_type: "error", ename: "RangeError", evalue: "Cannot patch" };
  const printed = { output_type: "stream", text: ["a\n", "b\n"] };
  const otherwise = "shows otherwise than by show() or a value of the kit, which may be lost: ";
  const result = (data: object) => ({ output_type: "execute_result", data: { ...data } });
  const cases = [
    [two, []],
    [executed([display("1")], { source }), ["shows 1 of 2 values"]],
    [executed(parts, { source }), []],
    [executed(parts.toSpliced(1, 1), { source }), ["has 3 of the 4 outputs of what it shows"]],
    [executed([display("1"), display("2"), result({})], { source: "await show(a);\nb;" }), []],
    [executed([display("1")], { source: "await show(a);\nb;" }), ["shows 1 of 2 values"]],
    [executed([display("1"), error]), ["fails: RangeError: Cannot patch"]],
    [
      executed([display("1"), printed, result({ "text/plain": "3" })]),
      [`${otherwise}a\nb`, `${otherwise}{"text/plain":"3"}`],
    ],
  ] as const;
  for (const [notebook, faults] of cases) {
    assertEquals(outputFaults(notebook, ANSWERS), faults.map((fault) => `code cell 1 ${fault}`));
  }
});

Deno.test("outputFaults() compares an answer's numbers with the outputs of the cell before it", () => {
  const answer = "0.757 of 272 rows, .43 at layer 5 in head 1.2; `0.99`, [note 12](notes_2024.md)";
  const right = executed([display("accuracy 0.757, n 272, note 12, −.43")], { answer });
  assertEquals(outputFaults(right, ANSWERS), []);
  const wrong = executed([display("accuracy 0.758, n 271, note 12, −.43")], { answer });
  assertEquals(outputFaults(wrong, ANSWERS), [
    "code cell 1 does not show the 0.757 of its answer",
    "code cell 1 does not show the 272 of its answer",
  ]);
  assertEquals(outputFaults(wrong, { answers: false }), []);
});

Deno.test("outputFaults() requires a chart", () => {
  const table = { output_type: "display_data", data: { "text/markdown": "| 1 |" } };
  assertEquals(outputFaults(executed([table]), ANSWERS), ["it shows no chart"]);
});

Deno.test("readNotebook() reads a notebook and explains why another file is not one", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.ipynb`;
    const read = () => readNotebook(path);
    await assertRejectsCode(read, `file-unreadable: notebook "${path}": there is no such`);
    for (const text of ["7", "null", "{}", '{"cells": 3}']) {
      await Deno.writeTextFile(path, text);
      await assertRejectsCode(read, "file-malformed: it has no list of cells");
    }
    await Deno.writeTextFile(path, "{");
    await assertRejectsCode(read, `file-malformed: Cannot read "${path}" as JSON: `);
    await Deno.writeTextFile(path, '{"cells": []}');
    assertEquals(await read(), { cells: [] });
  }));
