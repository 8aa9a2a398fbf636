import { assertEquals } from "@std/assert";
import { scoreFindings } from "../../lib/experiments/evaluate/findings.ts";
import { traceFindings } from "../../lib/experiments/trace/findings.ts";

Deno.test("scoreFindings() shows accuracy with its interval and the segments of each side", () => {
  const side = { correct: 2, ambiguous: 1, incorrect: 0, mean_d: 1.25 };
  const text = scoreFindings([
    { negation: "caption", n: 3, accuracy: 2 / 3, accuracy_low: 0.25, accuracy_high: 1, ...side },
    {
      ...{ negation: "foil", n: 1, accuracy: 0, accuracy_low: undefined, accuracy_high: undefined },
      ...{ ...side, correct: 0, mean_d: -0.5 },
    },
  ]);
  assertEquals(
    text,
    [
      "negated  n  accuracy  95 % interval   correct  ambiguous  incorrect  mean d",
      "caption  3     0.667  0.250 to 1.000        2          1          0   1.250",
      "foil     1     0.000                        0          1          0  -0.500",
      "",
    ].join("\n"),
  );
});

Deno.test("scoreFindings() leaves out a side without rows", () => {
  const empty = {
    ...{ accuracy: undefined, accuracy_low: undefined, accuracy_high: undefined },
    ...{ correct: 0, ambiguous: 0, incorrect: 0, mean_d: undefined },
  };
  const text = scoreFindings([
    { negation: "caption", n: 0, ...empty },
    { negation: "foil", n: 2, ...empty, accuracy: 1, mean_d: 1.5 },
  ]);
  assertEquals(text.split("\n").map((line) => line.split(" ", 1)[0]), ["negated", "foil", ""]);
});

const GROUP = { negation: "foil", segment: "correct", site: "resid", n: 2 };

/** Rows of trace.csv: for each layer the CTE of some roles. */
function rows(...layers: readonly Readonly<Record<string, number | undefined>>[]) {
  return layers.flatMap((layer, i) =>
    Object.entries(layer).map(([role, cte]) => ({ ...GROUP, layer: i, role, cte }))
  );
}

Deno.test("traceFindings() tells layer by layer which role has the largest mean effect", () => {
  const text = traceFindings(rows(
    { negator: 1, full_stop: 0, eot: 0 },
    { negator: 0.6, full_stop: 0.4, eot: 0 },
    { negator: 0.3, full_stop: 0.5, eot: 0.2 },
    { negator: 0, full_stop: 0, eot: 1 },
    { negator: 0.5, full_stop: 0, eot: 0.25 },
  ));
  assertEquals(
    text,
    "Largest mean effect by layer\n  foil-negated, correct (n = 2): negator 0-1, full stop 2, EOT 3, negator 4\n",
  );
});

Deno.test("traceFindings() gives each group its line, with the number of its rows", () => {
  const caption = { ...GROUP, negation: "caption", segment: "incorrect", layer: 0 };
  const text = traceFindings([
    ...rows({ negator: 1 }),
    { ...caption, role: "negator", n: 7, cte: 0.5 },
    { ...caption, role: "inserted", n: 4, cte: undefined },
  ]);
  assertEquals(text.split("\n").slice(1), [
    "  foil-negated, correct (n = 2): negator 0",
    "  caption-negated, incorrect (n = 7): negator 0",
    "",
  ]);
});

Deno.test("traceFindings() takes negative effects and ties for what they are", () => {
  assertEquals(
    traceFindings(rows({ negator: -0.5, eot: -0.25 }, { negator: 0.5, eot: 0.5 })).split("\n")[1],
    "  foil-negated, correct (n = 2): EOT 0, negator 1",
  );
});

Deno.test("traceFindings() names the head at site z", () => {
  const cells = [[1, 1, 0.1], [1, 2, 0.4], [2, 1, 0.2], [2, 2, 0.5], [3, 1, 0.6], [3, 2, 0.1]];
  const text = traceFindings(cells.map(([layer, head, cte]) => (
    { ...GROUP, site: "z", layer: layer!, head: head!, role: "full_stop", cte: cte! }
  )));
  assertEquals(
    text.split("\n")[1],
    "  foil-negated, correct (n = 2): full stop, head 2, 1-2, full stop, head 1, 3",
  );
});
