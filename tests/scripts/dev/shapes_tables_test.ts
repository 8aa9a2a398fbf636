import { assertEquals } from "@std/assert";
import type { Negation } from "../../../lib/data/pairs.ts";
import type { Role } from "../../../lib/data/roles.ts";
import {
  besideEachOther,
  frameRows,
  mapPeaks,
  type Profile,
  sideRows,
  topHeads,
} from "../../../scripts/dev/shapes_tables.ts";

/** A profile in which only some tables have rows. */
function profile(rows: Partial<Readonly<Record<keyof Profile, readonly object[]>>>): Profile {
  return { summary: [], effects: [], trace: [], heads: [], correlations: [], ...rows } as Profile;
}

Deno.test("sideRows() gives each side its counts and the correlation with the subject's size", () => {
  const side = (negation: Negation | "all", n: number) => ({
    ...{ negation, n, accuracy: n / 100, correct: 3, ambiguous: 2, incorrect: 1 },
    ...{ mean_d: 0.5, sd_d: 1.5, accuracy_low: 0 },
  });
  const correlation = (negation: Negation, feature: string, r?: number) => ({
    negation,
    feature,
    r,
  });
  const rows = sideRows(
    profile({
      summary: [side("caption", 10), side("foil", 20), side("all", 30)],
      correlations: [
        ...[correlation("foil", "tokens", 0.1), correlation("foil", "subject_size", 0.25)],
        correlation("caption", "subject_size"),
      ],
    }),
  );
  const common = { correct: 3, ambiguous: 2, incorrect: 1, mean_d: 0.5, sd_d: 1.5 };
  assertEquals(rows, [
    { ...common, negation: "foil", n: 20, accuracy: 0.2, size_r: 0.25 },
    { ...common, negation: "caption", n: 10, accuracy: 0.1, size_r: undefined },
  ]);
});

Deno.test("mapPeaks() gives each side and layer the role with the largest mean effect of the correct rows", () => {
  const cell = (
    negation: Negation,
    layer: number,
    role: Role,
    cte?: number,
    segment = "correct",
  ) => (
    { negation, segment, layer, role, cte }
  );
  const rows = mapPeaks(profile({
    trace: [
      ...[
        cell("foil", 0, "negator", 0.5),
        cell("foil", 0, "eot", 0.75),
        cell("foil", 0, "sot", 0.25),
      ],
      ...[cell("foil", 1, "negator", 0.5), cell("foil", 1, "eot", 0.5)], // a tie goes to the earlier
      ...[cell("foil", 0, "sot", 9, "incorrect"), cell("foil", 1, "subject_further")],
      ...[cell("caption", 1, "eot", -0.5), cell("caption", 1, "full_stop", -0.25)],
    ],
  }));
  assertEquals(rows, [
    { negation: "foil", layer: 0, role: "eot", cte: 0.75 },
    { negation: "foil", layer: 1, role: "negator", cte: 0.5 },
    { negation: "caption", layer: 1, role: "eot", cte: -0.5 },
  ]);
});

Deno.test("topHeads() names the five most selective heads of each side", () => {
  const head = (negation: Negation, head: number, selectivity: number) => (
    { negation, layer: 2, head, selectivity, n: 9 }
  );
  const rows = topHeads(profile({
    heads: [
      ...[0.25, -0.75, 0.5, 0.125, 0.375, 0].map((value, i) => head("foil", i + 1, value)),
      head("caption", 1, 0.5),
    ],
  }));
  assertEquals(
    rows.map((row) => `${row.negation} ${row.rank}: ${row.layer}.${row.head} ${row.selectivity}`),
    [
      ...["foil 1: 2.3 0.5", "foil 2: 2.5 0.375", "foil 3: 2.1 0.25", "foil 4: 2.4 0.125"],
      ...["foil 5: 2.6 0", "caption 1: 2.1 0.5"],
    ],
  );
});

Deno.test("frameRows() gives the accuracy of each frame, with the scope that differs in its name", () => {
  const pair = (id: string, frame: string, scope: string) => ({ id, frame, scope });
  const rows = frameRows(
    [
      pair("a", "X", "none"),
      pair("b", "X", "other"),
      pair("c", "X", "none"),
      pair("d", "X", "none"),
    ],
    [{ id: "b", d: 2 }, { id: "a", d: 0 }, { id: "c", d: 1 }, { id: "d", d: -1 }],
  );
  assertEquals(rows, [
    { frame: "X", n: 3, accuracy: 1.5 / 3 }, // a tie counts one half
    { frame: "X, scope other", n: 1, accuracy: 1 },
  ]);
});

Deno.test("besideEachOther() joins the rows of models that are equal in the named columns", () => {
  const row = (model: string, frame: string, accuracy: number) => ({ model, frame, accuracy });
  const rows = [row("a", "X", 1), row("a", "Y", 2), row("b", "X", 3)];
  assertEquals(besideEachOther(rows, ["frame"], ({ accuracy }) => accuracy), [
    { frame: "X", a: 1, b: 3 },
    { frame: "Y", a: 2 },
  ]);
});
