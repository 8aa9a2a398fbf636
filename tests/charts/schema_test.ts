import { assert, assertEquals } from "@std/assert";
import { Ajv } from "ajv";
// An entry in deno.json would make every project that links the kit install this version, with a warning about its peers.
// deno-lint-ignore no-import-prefix
import schema from "npm:vega-lite@5.23.0/build/vega-lite-schema.json" with { type: "json" };
import { deepCharts } from "./deep_charts.ts";

const SPECS = new URL("../fixtures/specs/", import.meta.url);

Deno.test("every chart is valid against the schema of Vega-Lite 5, which it names", () => {
  const validate = new Ajv({ strict: false, validateFormats: false, code: { optimize: false } })
    .compile(schema);
  const committed = [...Deno.readDirSync(SPECS)].map(({ name }) =>
    [name, JSON.parse(Deno.readTextFileSync(new URL(name, SPECS)))] as const
  );
  assertEquals(committed.length, 14);
  for (const [name, spec] of [...committed, ...deepCharts({ layers: 24, heads: 16 })]) {
    assert(validate(spec), `${name}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
  }
  assert(!validate({ ...committed[0]![1], concat: "no" })); // the schema does refuse invalid specs
});
