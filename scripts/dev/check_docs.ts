/**
 * Checks the documentation of the public API: `deno doc --lint` on all entry points.
 *
 *     deno task check:docs
 */

import config from "../../deno.json" with { type: "json" };

const { code } = await new Deno.Command(Deno.execPath(), {
  args: ["doc", "--lint", ...Object.values(config.exports)],
  stdin: "null",
  stdout: "null",
  stderr: "inherit",
}).output();
Deno.exit(code);
