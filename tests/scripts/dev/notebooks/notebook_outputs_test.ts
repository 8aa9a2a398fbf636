import { assertEquals } from "@std/assert";
import type { CellOutput } from "../../../../scripts/dev/notebooks/notebook.ts";
import { displayCount, outputFaults } from "../../../../scripts/dev/notebooks/notebook_outputs.ts";

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

Deno.test("outputFaults() finds nothing if each call of show() has its output", () => {
  const notebook = executed([display("1"), display("2")], { source: "show(a);show(b);" });
  assertEquals(outputFaults(notebook, ANSWERS), []);
  assertEquals(displayCount(notebook), 2);
});

Deno.test("outputFaults() counts lost outputs", () => {
  const notebook = executed([display("1")], { source: "show(a);show(b);" });
  assertEquals(outputFaults(notebook, ANSWERS), [
    "code cell 1 has 1 outputs of 2 calls of show()",
  ]);
});

Deno.test("outputFaults() reports a missing part of what one call of show() displays", () => {
  const part = (part: number) => ({
    ...display(`${part}`),
    metadata: { negscope: { part, parts: 3 } },
  });
  const source = "show(a);show(b);";
  const whole = [part(1), part(2), part(3), display("4")];
  assertEquals(outputFaults(executed(whole, { source }), ANSWERS), []);
  assertEquals(outputFaults(executed(whole.toSpliced(1, 1), { source }), ANSWERS), [
    "code cell 1 has 3 of the 4 outputs of its 2 calls of show()",
  ]);
  assertEquals(outputFaults(executed(whole.toSpliced(0, 1), { source }), ANSWERS), [
    "code cell 1 has 3 outputs of 2 calls of show()",
  ]);
});

Deno.test("outputFaults() reports the error of a failed cell", () => {
  const error = { output_type: "error", ename: "RangeError", evalue: "Cannot patch" };
  const notebook = executed([display("1"), error]);
  assertEquals(outputFaults(notebook, ANSWERS), ["code cell 1 fails: RangeError: Cannot patch"]);
});

Deno.test("outputFaults() refuses outputs that do not come from show()", () => {
  const printed = { output_type: "stream", text: ["a\n", "b\n"] };
  const result = { output_type: "execute_result", data: { "text/plain": "3" } };
  assertEquals(outputFaults(executed([display("1"), printed, result]), ANSWERS), [
    "code cell 1 shows otherwise than by show(), which may be lost: a\nb",
    'code cell 1 shows otherwise than by show(), which may be lost: {"text/plain":"3"}',
  ]);
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
