import { assertEquals, assertStringIncludes } from "@std/assert";
import { examplesHtml, examplesOf } from "../../lib/report/examples.ts";

const ROWS = Array.from({ length: 12 }, (_, i) => (
  { id: `r${i}`, image: "a.png", caption: "A dog.", foil: "<b>", d: i }
));

/** Effects of a part in every row, at two places. */
function effectsOf(part: string, size: number) {
  return ROWS.flatMap(({ id }, i) => [
    { id, part, at: "in layer 1", effect: -size * i },
    { id, part, at: "in layer 2", effect: i === 3 ? undefined : size / 2 },
  ]);
}

const EFFECTS = [...effectsOf("5.3", 1), ...effectsOf("1.2", 2), ...effectsOf("5.31", 3)];

Deno.test("examplesOf() has the ten rows with the largest effects of each part that the findings name, whatever the sign", () => {
  const { parts } = examplesOf({ of: "", effects: EFFECTS }, ROWS, "5.3 and 1.2 carry 15.31.");
  assertEquals(parts.map(({ part }) => part), ["1.2", "5.3"]); // the strongest first, neither part of a number
  assertEquals(parts[1]!.rows.map(({ row, effect, at }) => [row.id, effect, at]), [
    ...Array.from({ length: 10 }, (_, i) => [`r${11 - i}`, i - 11, "in layer 1"]),
  ]);
  const unnamed = examplesOf({ of: "", effects: EFFECTS }, ROWS, "");
  assertEquals(unnamed.parts.map(({ part }) => part), ["5.31", "1.2", "5.3"]);
});

Deno.test("examplesHtml() shows each row with its value and sentences, and the command that shows the others", () => {
  const examples = examplesOf({ of: "effects", effects: EFFECTS }, ROWS, "");
  const { source } = examplesHtml(examples, new Map(), { command: "trace", most: 1e6 });
  assertStringIncludes(source, "<code>deno task explore results/trace</code>");
  const told = "<b>-11.000</b> in layer 1, d 11.00<br>caption: A dog.<br>foil: &lt;b&gt;";
  assertStringIncludes(source, told);
});
