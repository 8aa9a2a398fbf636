import { assertEquals, assertStringIncludes } from "@std/assert";
import { renderSvg } from "../../../lib/draw/render.ts";
import {
  probeChart as typedProbeChart,
  probeFindings,
} from "../../../lib/experiments/probe/index.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";
import { assertSpec, ofSomeColumns, SOURCES, valueAt } from "../../charts/fixtures.ts";
import { someRows } from "../some_rows.ts";

function probeText(rows: readonly object[]): string {
  return findingText(probeFindings(someRows(rows))).replace(/\n {2}/g, " ");
}

/** A value with its interval, and that of all layers at once under another name. */
function estimateOf(name: string, value: number, together: string) {
  return {
    [name]: value,
    ...{ [`${name}_low`]: value - 0.125, [`${name}_high`]: value + 0.125 },
    ...{ [`${together}_low`]: value - 0.1875, [`${together}_high`]: value + 0.1875 },
  };
}

/** The lines of a layer: what is decoded above the control, and the share of d of each method. */
function layerOf(
  layer: number,
  above: number | undefined,
  shares: Readonly<Record<string, number>> = {},
  more: object = {},
) {
  const of = { negation: "foil", segment: "all", held_out: "nouns", layer, n: 9, ...more };
  const decoded = above === undefined ? { pairs: 9, pairs_differing: 0 } : {
    ...{ pairs: 9, pairs_differing: 9, control_accuracy: 0.5 },
    ...estimateOf("accuracy", 0.5 + above, "none"),
    ...estimateOf("above_control", above, "above_control_simultaneous"),
  };
  return ["direction", "probe", "full"].map((method) => ({
    ...{ ...of, method, ...estimateOf("share", shares[method] ?? 0, "simultaneous") },
    ...method === "probe" && { ...decoded, ...more },
  }));
}

const LINES = [
  layerOf(0, undefined),
  layerOf(1, 0.1875, { full: 0.25 }), // from 0 on
  layerOf(3, 0.5, { full: 0.5, direction: 0.25 }),
  layerOf(2, 0.375),
  layerOf(4, 0.4375, { full: 1, direction: 0.375, probe: 0.15625 }), // the last off 0 by its own interval alone
].flat();

Deno.test("probeFindings() names the layers in which negation is told apart, and those in which a direction carries d", () => {
  const text = probeText([...layerOf(2, 0.5, { direction: 1 }, { segment: "correct" }), ...LINES]);
  assertStringIncludes(
    text,
    "Where the foil is negated, a probe tells the sentences apart in layers 2-4, best in layer 3: 1.00 (0.88 to 1.13) of them, the control 0.50.",
  );
  assertStringIncludes(text, "the mean difference (share up to 0.38, 0.19 to 0.56)");
  assertEquals(text.includes("whole vector in layers 1, 3-4"), false); // in the last the method fixes it
  assertStringIncludes(text, "Held out: what is fitted for a row has not seen its subject noun");
});

Deno.test("probeFindings() says that nothing is decoded, that too few clusters have no interval, and where there is nothing to decode", () => {
  assertStringIncludes(
    probeText(layerOf(1, 0.0625)),
    "tells the sentences apart in no layer, best in layer 1: 0.56 (0.44 to 0.69)",
  );
  const few = layerOf(1, 0, {}, { above_control_low: undefined });
  assertStringIncludes(probeText(few), "no layer is tested: too few rows");
  const some = layerOf(3, 0.5, {}, { pairs_differing: 5 });
  const text = probeText([...layerOf(2, undefined), ...layerOf(1, undefined), ...some]);
  assertStringIncludes(
    text,
    "foil-negated: nothing to decode in layers 1-2, where the two vectors of every pair are the same but for rounding",
  );
  assertStringIncludes(text, "foil-negated: in layer 3 decoded in 5 of 9 pairs, since the vectors");
  assertEquals(/nothing to decode|decoded in/.test(probeText(LINES)), false);
});

Deno.test("probeFindings() lists frames that were held out, in the layer that is decoded best", () => {
  const frame = (layer: number) =>
    layerOf(layer, 0.25, {}, { held_out: "frame there is no … here" });
  const { tables } = probeFindings(someRows([...LINES, ...frame(2), ...frame(3)]));
  assertEquals(
    tables![0]!.lines.map((line) => [line["frame"], line["layer"], line["decoded - control"]]),
    [["", "3", "0.50 (0.38 to 0.63)"], ["there is no … here", "3", "0.25 (0.13 to 0.38)"]],
  );
  const captions = LINES.map((line) => ({ ...line, negation: "caption" }));
  const both = probeFindings(someRows([...LINES, ...captions]));
  assertEquals(both.tables![0]!.lines.map(({ frame }) => frame), [undefined, undefined]);
  assertEquals(both.notes!.filter((note) => note.startsWith("Held out: ")).length, 1);
});

const probeChart = ofSomeColumns(typedProbeChart);
const CHARTED = [
  ...layerOf(0, undefined),
  ...layerOf(1, 0.4, { full: 0.4, direction: 0.2, probe: -0.2 }),
  ...layerOf(2, 0.45, { full: 1, direction: 0.6, probe: 0.3 }),
  ...layerOf(2, 0.3, {}, { negation: "caption" }),
];

Deno.test("probeChart() has what is decoded beside what is used for each side, one legend for all lines, and a grey band where nothing is decoded", async () => {
  const spec = probeChart([...layerOf(1, 0.1, {}, { segment: "correct" }), ...CHARTED], {
    sources: SOURCES,
  });
  assertSpec(spec, "probe");
  const titles = [0, 1, 2, 3].map((panel) => valueAt(spec, `concat.${panel}.title.text`));
  assertEquals(titles, [
    ...["foil-negated (n = 9): accuracy", "foil-negated (n = 9): share of d"],
    ...["caption-negated (n = 9): accuracy", "caption-negated (n = 9): share of d"],
  ]);
  const bands = [0, 1].map((panel) => valueAt(spec, `concat.${panel}.layer.0.data`));
  assertEquals(bands, [{ values: [{ from: -0.45, to: 0.45 }] }, undefined]);
  const svg = await renderSvg(spec);
  for (const name of ["probe", "control", "whole vector", "mean difference", "probe direction"]) {
    assertEquals(svg.split(`>${name}</text>`).length, 2, name);
  }
});
