import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  directMap as typedDirectMap,
  readRoles as typedReadRoles,
} from "../../../lib/experiments/attribute/maps.ts";
import { attributionSteps } from "../../../lib/experiments/attribute/tables.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { assertSpec, ofSomeColumns, SOURCES, valueAt } from "../../charts/fixtures.ts";
import { attributedRow } from "./rows.ts";

const directMap = ofSomeColumns(typedDirectMap);
const readRoles = ofSomeColumns(typedReadRoles);

const OPTIONS = { sources: SOURCES };

const ROWS = Array.from({ length: 24 }, (_, i) => {
  const negation = i < 12 ? "foil" : "caption";
  return attributedRow(`${i}`, [4 + i / 10, i % 3 - 1, -0.5, -i / 20], {
    ...{ negation, affirmative: 20 + i / 8, isLong: i % 2 === 0 },
  });
});

const { summary, roles } = finish(attributionSteps(ROWS, { seed: 0 }));

Deno.test("directMap() makes the committed spec", () => {
  assertSpec(directMap(summary.rows, OPTIONS), "attribution_map");
});

Deno.test("readRoles() makes the committed spec", () => {
  assertSpec(readRoles(roles.rows, summary.rows, OPTIONS), "attribution_roles");
});

const FOIL = { negation: "foil", segment: "all", n: 9 };

const HEAD = { ...FOIL, component: "head", layer: 1, share: 2, share_low: 1, share_high: 3 };

Deno.test("directMap() shows the net effects of heads over all segments", () => {
  const rows = [
    { ...HEAD, head: 1, net_share: -0.5, net_share_low: -1, net_share_high: 0.25 },
    { ...HEAD, head: 1, segment: "correct", net_share: 9 },
    { ...HEAD, component: "mlp", net_share: 8 },
  ];
  assertEquals(valueAt(directMap(rows, OPTIONS), "concat.0.data.values"), [{
    ...{ layer: 1, head: 1, share: -0.5, label: "−.50" },
    mark: "own 95 % interval includes 0",
    tip: "head 1.1: net effect, share of d −0.5 [−1, 0.25], n = 9",
  }]);
});

Deno.test("readRoles() shows the heads of each side whose net effect's simultaneous interval excludes 0, the largest share first", () => {
  const net = (value: number, low: number) => (
    {
      ...{ net_share: value, net_share_low: low, net_share_high: value + 1 },
      ...{ net_simultaneous_low: low, net_simultaneous_high: value + 1 },
    }
  );
  const heads = [
    { ...HEAD, head: 1, ...net(2, 1) },
    { ...HEAD, head: 2, ...net(-5, -6) },
    { ...HEAD, head: 3, share: 9, ...net(2, -1) },
    { ...HEAD, head: 4, negation: "caption", ...net(2, -1) },
  ];
  const read = heads.map(({ head, negation }) => (
    { ...HEAD, head, negation, role: "negator", ...net(head, head - 1) }
  ));
  const spec = readRoles(read, heads, OPTIONS);
  assertEquals(valueAt(spec, "concat.length"), 1);
  assertEquals(valueAt(spec, "concat.0.encoding.y.scale.domain"), ["1.2", "1.1"]);
  assertEquals(
    [0, 1].map((i) => valueAt(spec, `concat.0.data.values.${i}.tip`)),
    [
      "head 1.2 reads negator: net effect, share of d 2 [1, 3], n = 9",
      "head 1.1 reads negator: net effect, share of d 1 [0, 2], n = 9",
    ],
  );
  assertStringIncludes(spec.description, "foil-negated (n = 9): 1.2 reads negator (2).");
});
