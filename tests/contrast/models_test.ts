import { assertAlmostEquals, assertEquals } from "@std/assert";
import { mapAgreement } from "../../lib/contrast/contrast_models.ts";
import { modelLine } from "../../lib/contrast/model_line.ts";
import { FIGURES } from "../../lib/benchmark/tables.ts";
import { HEADS } from "../../lib/experiments/attend/tables.ts";
import { ABLATION } from "../../lib/experiments/ablate/index.ts";
import { CIRCUIT_TABLE } from "../../lib/experiments/circuit/tables/circuit_table.ts";
import { KNOCKOUT } from "../../lib/experiments/knockout/index.ts";
import { SHARES } from "../../lib/experiments/shares/index.ts";
import { EFFECTS } from "../../lib/experiments/trace/tables.ts";
import { EVALUATE } from "../../lib/study/rows/score_rows.ts";
import type { AnyTable } from "../../lib/tables/table.ts";
import { openedRun, tableWith } from "../runs/measured_runs.ts";
import { MANIFEST } from "../runs/run_folders.ts";

/** A run of shares in one row of which the negator, the subject and the end token hold these, by layer; the method fixes the first and the last layer. */
function sharesOf(
  name: string,
  layers: readonly (readonly [negator: number, subject: number, eot: number])[],
  images?: string,
) {
  const row = { id: "a", negation: "foil", segment: "correct" } as const;
  const scores = { s_caption: 2, s_foil: 0, d: 2, tokens: 4 };
  const sentences = { image: "a.png", caption: "a dog", foil: "no dog" };
  const lines = [[1, 0, 0], ...layers, [0, 0, 1]].flatMap((shares, layer) =>
    (["there", "negator", "subject_first", "eot"] as const).map((role, i) => (
      { ...row, layer, role, effect: i === 0 ? 0 : 2 * shares[i - 1]! }
    ))
  );
  const run = openedRun([
    tableWith(EVALUATE, [{ ...row, ...scores, ...sentences }]),
    tableWith(SHARES.schema, lines),
  ], {
    sources: { model: [], data: images === undefined ? [] : [{ file: "images", sha256: images }] },
  });
  return { ...modelLine({ name, data: undefined, seed: 0, runs: [run] }), name };
}

Deno.test("mapAgreement() leaves the places that the method fixes out of rho, which would make any two models look alike", () => {
  const agreed = (images: readonly [string, string] | readonly [] = []) =>
    mapAgreement([
      sharesOf("one", [[0.5, 0.3, 0.2], [0.1, 0.15, 0.75]], images[0]),
      sharesOf("other", [[0.15, 0.25, 0.6], [0.7, 0.2, 0.1]], images[1]),
    ]);
  const rows = agreed();
  assertEquals(rows.map(({ of, n }) => [of, n]), [["shares", 6]]);
  // by size, first 5 4 3 1 2 6, second 2 4 5 6 3 1: squared differences 9 0 4 25 1 25, and 1 - 6 x 64 / (6 x 35)
  assertAlmostEquals(rows[0]!.rho!, 1 - 6 * 64 / (6 * 35), 1e-12);
  assertEquals(agreed(["1", "2"]), [], "of rows whose pictures are other files");
});

/** Three rows, of which the caption-negated one has a d of rounding alone. */
const SCORED = tableWith(
  EVALUATE,
  ([["a", "foil", 3], ["b", "foil", -1], ["c", "caption", 1e-5], ["e", "caption", 2]] as const)
    .map(([id, negation, d]) => (
      { id, negation, segment: "correct", image: "a.png", caption: `${id}`, foil: `no ${id}`, d }
    )),
);

function lineOf(name: string, tables: readonly AnyTable[], manifest: object = MANIFEST) {
  const run = openedRun([SCORED, ...tables], { manifest: manifest as never });
  return { ...modelLine({ name, data: undefined, seed: 0, runs: [run] }), name };
}

Deno.test("mapAgreement() weighs both sides by their |d|, of attention by their rows, and shares count whatever their sign", () => {
  const ofHeads = (head: number, foil: number, caption: number) =>
    ["foil", "caption"].map((negation, i) => ({
      ...{ negation, segment: "all", layer: 1, head, n_baseline: [3, 1][i]! },
      ...{ above_baseline: [foil, caption][i]!, share: [foil, caption][i]! },
    }));
  const map = (heads: readonly object[]) => [
    tableWith(HEADS, heads as never),
    tableWith(KNOCKOUT.summary, heads as never),
  ];
  const none = [ofHeads(1, 0, 0), ofHeads(2, 0, 0), ofHeads(3, 0, 0)].flat();
  const some = [ofHeads(1, 0.3, 0.9), ofHeads(2, -0.6, -0.6), ofHeads(3, 0.4, 0)].flat();
  const segment = ofHeads(1, 9, 9).map((line) => ({ ...line, segment: "correct" }));
  const rows = mapAgreement([
    lineOf("none", map(none)),
    lineOf("some", map([...some, ...segment])),
  ]);
  assertEquals(rows.map(({ of, n, first, second }) => [of, n, first, second]), [
    ...[["attend", 3, "none", "some"], ["knockout", 3, "none", "some"]],
  ]);
  // by 3 and 1 rows; by |d| of 4 and, without what is rounding, 2
  const expected = [(0.45 + 0.6 + 0.3) / 3, (0.5 + 0.6 + 0.8 / 3) / 3];
  rows.forEach(({ mean_absolute_difference }, i) =>
    assertAlmostEquals(mean_absolute_difference!, expected[i]!, 1e-12)
  );
});

Deno.test("mapAgreement() takes ablations of the text tower with the values of the twin alone, and no models with other parts", () => {
  const ablated = (heads: readonly number[], options: object) => {
    const lines = heads.map((head) => (
      {
        ...{ negation: "foil", segment: "all", method: "twin", part: "head" },
        layer: 1,
        head,
        share: head / 10,
      }
    ));
    const manifest = { ...MANIFEST, command: "ablate", options };
    return lineOf("a", [tableWith(ABLATION.summary, lines as never)], manifest);
  };
  const twin = { tower: "text", method: "twin" };
  const agreed = (...lines: readonly (readonly [readonly number[], object])[]) =>
    mapAgreement(lines.map(([heads, options]) => ablated(heads, options))).map(({ of }) => of);
  assertEquals(agreed([[1, 2, 3], twin], [[1, 2, 3], twin]), ["ablate"]);
  const atlas = { ...twin, method: "twin,restore,remove" }; // as an atlas runs it
  assertEquals(agreed([[1, 2, 3], atlas], [[1, 2, 3], twin]), ["ablate"]);
  assertEquals(agreed([[1, 2, 3], twin], [[1, 2, 4], twin]), []);
  for (const other of [{ ...twin, tower: "image" }, { ...twin, method: "mean" }]) {
    assertEquals(agreed([[1, 2, 3], other], [[1, 2, 3], other]), []);
  }
});

Deno.test("mapAgreement() divides what rows hold at a role, by the sign of their d, by the sum of |d|", () => {
  const shared = (part: number) => {
    const lines = [["a", 3], ["b", -1], ["e", 2]].flatMap(([id, d]) =>
      [0, 1, 2].flatMap((layer) =>
        ["negator", "subject_first", "eot"].map((role, i) => {
          const share = layer === 1 ? [part, 0.25, 0.75 - part][i]! : Number(i === layer);
          return {
            id,
            negation: "foil",
            segment: "correct",
            layer,
            role,
            effect: share * Number(d),
          };
        })
      )
    );
    return lineOf("a", [tableWith(SHARES.schema, lines as never)]);
  };
  const [row] = mapAgreement([shared(0.5), shared(0.125)]);
  assertEquals(row!.n, 3);
  assertAlmostEquals(row!.mean_absolute_difference!, 2 * 0.375 / 3, 1e-12);
});

Deno.test("modelLine() has the measures of the experiments that there are, and names those that lack", () => {
  const traced = ["resid", "mlp_out"].flatMap((site) =>
    ["denoise", "noise"].flatMap((direction) =>
      [0, 1, 2].map((layer) => {
        const isOwn = site === "resid" && direction === "denoise";
        return { id: "a", site, direction, layer, role: "eot", cte: isOwn ? 3 * layer / 2 : 9 };
      })
    )
  );
  const effects = traced.map((line) => ({ ...line, effect: line.cte }));
  const circuit = [["foil", 1], ["all", 4]].map(([negation, nodes]) => (
    { negation, nodes, faithfulness: 0.5, random_mean: 0.25 }
  ));
  const figures = [["all", "text", 0.1], ["frame", "accuracy", 0.2], ["all", "accuracy", 0.75]]
    .map(([by, measure, value]) => ({ by, measure, value }));
  const tables = [
    ...[tableWith(EFFECTS, effects as never), tableWith(CIRCUIT_TABLE, circuit as never)],
    tableWith(FIGURES, figures as never),
  ];
  const { measures, missing, layers, curves } = lineOf("a", tables);
  assertEquals(curves!.shares.eot.map(({ estimate }) => estimate), [0, 0.5, 1]);
  const { accuracy, circuit_nodes, random_faithfulness, heads, eot_layer } = measures;
  assertEquals(
    [accuracy, circuit_nodes, random_faithfulness, heads, eot_layer].map((of) => of!.value),
    [0.75, 4, 0.25, undefined, 1],
  );
  assertEquals([missing, layers], [["heads (attend)"], 12]);
  const enough = (faithfulness: string) => {
    const manifest = { ...MANIFEST, options: { faithfulness } };
    return lineOf("a", tables, manifest).measures["circuit_nodes"]!.value;
  };
  assertEquals(["0.9", "0.8"].map(enough), [4, undefined]); // of another question
  assertEquals(lineOf("a", []).missing, [
    ...["accuracy (evaluate)", "roles by layer (shares or trace)", "heads (attend)"],
    "circuit (circuit)",
  ]);
});
