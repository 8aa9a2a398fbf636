import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  stackCurve as typedCurve,
  valueMap as typedMap,
} from "../../../lib/experiments/transplant/findings.ts";
import { assertSpec, ofSomeColumns, SOURCES, valueAt } from "../../charts/fixtures.ts";

const stackCurve = ofSomeColumns(typedCurve);
const valueMap = ofSomeColumns(typedMap);

const bounded = (share: number) => ({ share, share_low: share - 0.1, share_high: share + 0.1 });

const STACK = ["all", "foil"].flatMap((negation) =>
  ["first", "last"].flatMap((kind) =>
    [-1, 0, 1, 2, 3].map((number) => ({
      ...{ negation, kind, number, n: 20, accuracy: 0.5 },
      ...bounded((number + 1) / (negation === "all" ? 4 : 8)),
    }))
  )
);
const VALUES = ["sot", "eot"].flatMap((role) =>
  [0, 1, 2].map((layer) => ({
    ...{ negation: "all", kind: "value", number: layer, set: role, n: 20 },
    ...bounded(role === "eot" ? layer / 2 : 0),
    ...{ simultaneous_low: role === "eot" ? layer / 4 : -1, simultaneous_high: 1.2 },
  }))
);

Deno.test("stackCurve() makes the committed spec, in which each share has its interval", () => {
  const spec = stackCurve(STACK, { sources: SOURCES });
  assertSpec(spec, "transplant_stack");
  assertEquals(valueAt(spec, "layer.1.mark.type"), "rule");
  assertEquals((valueAt(spec, "data.values") as unknown[]).length, 10);
});

Deno.test("stackCurve() promises no intervals where there are none", () => {
  const rows = STACK.map(({ share_low: _, share_high: __, ...row }) => row);
  const text = JSON.stringify(stackCurve(rows, { sources: SOURCES }));
  assertStringIncludes(text, "the other model; too few clusters for intervals");
});

Deno.test("valueMap() makes the committed spec, and names the largest certain shares", () => {
  const ofSide = VALUES.map((row) => ({ ...row, negation: "foil", share: 0.5 }));
  const spec = valueMap([...VALUES, ...ofSide], { sources: SOURCES });
  assertSpec(spec, "transplant_values");
  assertStringIncludes(`${spec["description"]}`, "EOT in layer 2 (1)");
});
