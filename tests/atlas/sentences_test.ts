import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { AtlasPart, Value } from "../../lib/atlas/read_atlas.ts";
import { sentencesOf, sideText } from "../../lib/atlas/sentences.ts";
import { readCsvRows } from "../../lib/tables/csv_row.ts";
import { part, path, value } from "./parts_by_hand.ts";

/** Words in the ordinary sense: an arrow is none. */
function wordsIn(text: string): number {
  return text.split(" ").filter((word) => /[\p{L}\d]/u.test(word)).length;
}

/** Paths through some heads of every layer, from each to the same of the next. */
function deep(layers: number, heads: number) {
  const names = Array.from(
    { length: layers },
    (_, l) => Array.from({ length: heads }, (_, h) => `${l + 1}.${h + 1}`),
  );
  return [
    ...names[0]!.map((name, h) => path("negator", name, 0.4 - h / 100)),
    ...names.slice(1).flatMap((layer, l) =>
      layer.map((name, h) => path(names[l]![h]!, name, 0.3 - h / 100))
    ),
    ...names.at(-1)!.map((name, h) => path(name, "score", 0.2 - h / 100)),
  ];
}

Deno.test("sideText() names at most three parts of a stage, with the shares of the first and the last step alone", () => {
  assertEquals(
    sideText({ paths: deep(2, 5) }, "foil", []),
    "it goes no -> 1.1 (0.40, 0.40 to 0.40), 1.2, 1.3 and 2 more -> 2.1, 2.2, 2.3 and 2 more -> score by 2.1 (0.20, 0.20 to 0.20) and 4 more",
  );
});

Deno.test("sideText() has at most 55 words however deep the model is, and counts what no path reaches", () => {
  for (const layers of [1, 3, 6, 12, 24]) {
    const beside = ["mlp 1", "mlp 2", "mlp 3"].map((name) => path(name, "score", 0.3));
    const against = ["9.1", "9.2", "9.3"].map((name) => path(name, "score", -0.3));
    const text = sideText({ paths: [...deep(layers, 6), ...beside, ...against] }, "foil", []);
    assert(wordsIn(text) <= 55, text);
    assertStringIncludes(
      text,
      "while mlp 1 and 2 more write it too, which no path by queries, keys or values alone reaches",
    );
    assertStringIncludes(text, "and 9.1 and 2 more take away from it");
  }
});

Deno.test("sideText() writes numbers without a power of ten", () => {
  const paths = [path("negator", "1.2", 0.0604, 0.06), path("1.2", "score", 0.05, 0.048)];
  assertEquals(
    sideText({ paths }, "foil", []),
    "it goes no -> 1.2 (0.06, 0.00 to 0.12) -> score by 1.2 (0.05, 0.00 to 0.10)",
  );
});

Deno.test("sentencesOf() says that a model tells negation only if it does on every negated side", () => {
  const verdictOf = (foil: string, caption: string, all: string) => {
    const header = "negation,n,accuracy,accuracy_low,accuracy_high\n";
    const csv = `${header}foil,277,${foil}\ncaption,272,${caption}\nall,549,${all}\n`;
    const atlas = { parts: [], paths: [], circuit: [], isSearched: false };
    const scores = readCsvRows(csv, "summary.csv");
    return sentencesOf({ ...atlas, scores }, "it")[0].split(/[:,]/)[0];
  };
  assertEquals(verdictOf("0.85,0.76,0.91", "0.76,0.66,0.83", "0.8,0.75,0.85"), "it tells negation");
  // Random weights: one sentence scores higher whatever the image shows.
  const unsure = "it is not certain to tell negation";
  assertEquals(verdictOf("0.87,0.77,0.93", "0.25,0.18,0.33", "0.56,0.52,0.6"), unsure);
  assertEquals(verdictOf("0.33,0.24,0.44", "0.56,0.47,0.65", "0.45,0.41,0.49"), unsure);
  assertEquals(verdictOf("0.6,,", "0.7,0.6,0.8", "0.65,0.6,0.7"), unsure);
  assertEquals(
    verdictOf("0.2,0.1,0.3", "0.3,0.2,0.4", "0.25,0.2,0.3"),
    "it takes negated sentences for affirmative ones",
  );
});

/** A share with what its control shows. */
function controlled(share: number, specific: "yes" | "no"): Value {
  const control = {
    control: "random",
    value: 0.1,
    low: 0,
    high: 0.2,
    isSpecific: specific === "yes",
  };
  return { ...value(share), control };
}

function leftOf(...parts: readonly AtlasPart[]): string {
  const atlas = { parts, paths: [], scores: [], circuit: [], isSearched: true };
  return sentencesOf(atlas, "a model")[2].split("; ")[0]!;
}

Deno.test("sentencesOf() names the parts that lie beyond a control, and says if none does", () => {
  const no = part("1.1", { attend: controlled(0.5, "no"), total: value(0.3) });
  const yes = part("1.2", { attend: controlled(0.7, "yes") });
  const unknown = part("1.3", { total: value(0.3) }); // named by a method without controls
  assertEquals(
    leftOf(no, yes, unknown),
    "Of the parts named by attend, 1.2 (of 2) where the foil is negated lies beyond the control random",
  );
  assertEquals(
    leftOf(no, unknown),
    "No part is specific: none of the parts named by attend (1 where the foil is negated) lies beyond the control random",
  );
  assertStringIncludes(leftOf(unknown), "No control was run");
  assertEquals(
    leftOf(part("1.1", { total: value(0) })),
    "No part is specific: none is named by any method",
  );
});
