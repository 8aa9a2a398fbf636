/** Checks specs against the schema of Vega-Lite. */

import { Ajv } from "ajv";
// An entry in deno.json would make every project that links the kit install this version, with a warning about its peers.
// deno-lint-ignore no-import-prefix
import schema from "npm:vega-lite@5.23.0/build/vega-lite-schema.json" with { type: "json" };

/** Whether a spec is valid; if not, `validate.errors` says why. */
export const validate = new Ajv({
  strict: false,
  validateFormats: false,
  code: { optimize: false },
})
  .compile(schema);
