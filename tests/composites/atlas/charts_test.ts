import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { atlasMap, atlasPicture, picturedCircuit } from "../../../lib/composites/atlas/picture.ts";
import { SOURCES } from "../../charts/fixtures.ts";
import type { SummaryRow } from "../../../lib/study/evaluate/summary.ts";
import type { Atlas } from "../../../lib/composites/atlas/read_atlas.ts";
import { atlasOf, part, path, value } from "./parts_by_hand.ts";

Deno.test("atlasMap() fades by the interval of a cell alone, as its legend says", () => {
  const total = { ...value(0.25, 0.125), simultaneousLow: -0.0625, simultaneousHigh: 0.5625 };
  const text = JSON.stringify(atlasMap({ parts: [part("1.2", { total })] }, { sources: SOURCES }));
  assert(text.includes("0.125") && text.includes("0.375"), "the interval of the cell");
  assert(!/0\.5625|0\.0625/.test(text), "not the one of all cells at once");
});

Deno.test("atlasPicture() divides alpha by the size of gamma, so that a push keeps its sign, and a head that looks at the negator is reached from it", () => {
  const pushed = { ...value(0.5), alpha: value(1), role: "negator" };
  const head = part("1.2", { attend: value(0.5), ablate: pushed, total: pushed, knockout: pushed });
  const parts = [{ ...head, negation: "both" as const }, head];
  const panelsOf = (gamma: number) => {
    const scores = [{ negation: "both", n: 9, gamma } as SummaryRow];
    const options = { sources: SOURCES, sizes: { layers: 1, heads: 2 } };
    return JSON.stringify(atlasPicture(atlasOf({ parts, scores }), options));
  };
  const texts = [2, -2].map((gamma) =>
    [...panelsOf(gamma).matchAll(/"tip":"(negator → 1\.2[^"]*)"/g)].map(([, tip]) => tip)
  );
  const distinct = new Set(texts[0]!.map((tip) => tip!.replace(/ \[.*/, "")));
  assertEquals([...distinct], [
    "negator → 1.2 by its queries, keys and values together: share 0.5",
  ]); // in both panels
  assertEquals(new Set(texts[0]).size, 2); // whose intervals differ
  assertEquals(texts[1], texts[0]);
});

Deno.test("atlasPicture() says why a pair has no arrow and what a side lacks, and its legends have what some line has", () => {
  const effect = (share: number) => ({ ...value(share), alpha: value(0), role: "eot" });
  const made = ["2.1", "2.3", "mlp 2"].map((name, i) =>
    part(name, { ablate: effect(0.5), total: effect(i === 2 ? 1 : 0) }, true)
  );
  const parts = made.flatMap((own) => [{ ...own, negation: "both" as const }, own]);
  const line = { negation: "both", segment: "all", method: "restore" };
  const ablated = [["head", 1, 0], ["head", 3, 0], ["head 2.1 + head 2.3", undefined, 1]].map((
    [part, head, share],
  ) => ({
    ...{ ...line, part, layer: head && 2, head, share },
    ...{ simultaneous_low: share, simultaneous_high: share },
  })) as never;
  const paths = [{ ...path("mlp 2", "score", 1), ...effect(0.9996), negation: "both" as const }];
  const scores = [{ negation: "both", n: 9, gamma: 1 } as SummaryRow];
  const sizes = { layers: 2, heads: 4 };
  const textOf = (circuit: Atlas["circuit"]) =>
    JSON.stringify(
      atlasPicture(atlasOf({ parts, paths, scores, ablated, circuit }), {
        sources: SOURCES,
        sizes,
      }),
    );
  assertStringIncludes(textOf([{ negation: "all" } as never]), "boxes: the circuit, at the token");
  assertStringIncludes(textOf([{ negation: "all" } as never]), "The circuit: the heads");
  const text = textOf([]);
  assertMatch(
    text,
    /Parts with a total effect: .* across. Left, shares .* no control tells whether/,
  );
  assertStringIncludes(text, "2.1 and 2.3 carry nothing alone: no arrow");
  assertStringIncludes(text, "no path is named"); // of alpha
  assertStringIncludes(
    text,
    "boxes: parts whose total effect is named, since no circuit was found",
  );
  assertStringIncludes(text, '"values":["above 0"]');
  assertStringIncludes(text, '"legend":{"values":[1]');
});

Deno.test("picturedCircuit() has the 14 paths of a side with the largest sizes, the largest first", () => {
  const [early, late] = [1, 2].map((layer) => [1, 2, 3, 4].map((head) => `${layer}.${head}`));
  const parts = [...early!, ...late!].map((name) => part(name, { total: value(1) }, true));
  const shares = early!.flatMap((_, i) =>
    late!.map((_, j) => (j % 2 === 0 ? 1 : -1) * (4 * i + j + 10) / 100)
  );
  const paths = shares.map((share, i) => path(early![i >> 2]!, late![i % 4]!, share));
  paths.push(path("1.1", "3.1", 9)); // which leads to no box
  const [side] = picturedCircuit(atlasOf({ parts, paths })).sides;
  const largest = shares.toSorted((a, b) => Math.abs(b) - Math.abs(a)).slice(0, 14);
  assertEquals(side!.paths.map(({ share }) => share), largest);
});
