import { assertEquals, assertStringIncludes } from "@std/assert";
import { someRows } from "../some_rows.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";
import { knockoutFindings } from "../../../lib/experiments/knockout/findings.ts";

/** The text for a terminal. */
function knockoutText(summary: readonly object[]): string {
  return findingText(knockoutFindings(someRows(summary)));
}

/** A head of a side whose attention has a share of d, and another less the twin's; simultaneous intervals reach .125 to both sides. */
function knockedOut(negation: string, layer: number, [share, specific]: readonly number[]) {
  return {
    ...{ negation, segment: "all", layer, head: 2, n_twin: 9, mean_effect: 4 * share! },
    ...{ share: share!, simultaneous_low: share! - 0.125, simultaneous_high: share! + 0.125 },
    ...{ twin_effect: 4 * (share! - specific!), specific_effect: 4 * specific! },
    ...{ specific_low: 3 * specific!, specific_high: 5 * specific!, specific_share: specific! },
    specific_simultaneous_low: specific! - 0.125,
    specific_simultaneous_high: specific! + 0.125,
  };
}

Deno.test("knockoutFindings() orders heads by the share less the twin's", () => {
  const text = knockoutText([
    knockedOut("foil", 1, [0.5, 0.375]),
    knockedOut("foil", 2, [-0.25, 0.75]),
    knockedOut("foil", 3, [2, 0]),
  ]);
  assertEquals(text.split("\n").slice(0, 9), [
    "Where the foil is negated, d is carried by the attention to the negator of 2.2",
    "  (0.75, 0.63 to 0.88) and 1.2 (0.38, 0.25 to 0.50).",
    "",
    "Largest shares of d of a head's attention to the negator",
    "negated  head  share  simultaneous    correct  incorrect  effect  twin's",
    "foil     2.2   0.750  0.625 to 0.875                       3.000  -4.000",
    "foil     1.2   0.375  0.250 to 0.500                       1.500   0.500",
    "",
    "foil-negated: 2 of 3 heads",
  ]);
});

Deno.test("knockoutFindings() goes by the plain share where no negator has a twin", () => {
  const line = { ...knockedOut("foil", 1, [0.5, 0.375]), n_twin: 0, twin_effect: undefined };
  const text = knockoutText([line]);
  assertStringIncludes(text, "foil     1.2   0.500  0.375 to 0.625");
  assertEquals(text.includes("not listed"), false);
});

Deno.test("knockoutFindings() says what the set of heads does together, and which rows have no twin", () => {
  const place = { heads: "1.2,3.2", layer: undefined, head: undefined };
  const set = { ...knockedOut("foil", 0, [0.5, 0.375]), ...place };
  const text = knockoutText([
    { ...knockedOut("foil", 1, [0, 0]), n: 9, n_twin: 2 },
    ...[set, { ...set, segment: "correct" }, { ...set, negation: "caption", heads: "all" }],
  ]);
  assertStringIncludes(
    text,
    "foil-negated, heads 1.2,3.2 together: share 0.375 (0.250 to 0.500), effect 1.500\n" +
      "  (1.125 to 1.875), twin's 0.500\n" +
      "caption-negated, all heads together: share",
  );
  assertStringIncludes(
    text,
    "foil-negated: 7 of 9 rows have no twin and count for the effect alone\n",
  );
  assertEquals(text.split("together").length, 3);
});
