/**
 * Checks the documentation of the public API: `deno doc --lint` on mod.ts and all sub-paths.
 *
 *     deno task check:docs
 *
 * Table schemas may lack an explicit type, since the type of a table's rows is inferred from them.
 */

import { print, printError } from "../../lib/show/terminal.ts";

const decoder = new TextDecoder();
const roots = ["mod.ts", ...[...Deno.readDirSync("lib/api")].map(({ name }) => `lib/api/${name}`)];
const { stderr } = await new Deno.Command(Deno.execPath(), {
  args: ["doc", "--lint", ...roots.sort()],
  env: { NO_COLOR: "1" },
  stdin: "null",
  stdout: "null",
}).output();
const found = decoder.decode(stderr).split(/^(?=error)/m).filter((part) =>
  part.startsWith("error[")
);
const faults = found.filter((part) =>
  !part.startsWith("error[missing-explicit-type]") || !/ = table\(/.test(part)
);
if (faults.length > 0) printError(faults.join(""));
print(`${faults.length} faults in the documentation of ${roots.length} entry points`);
if (faults.length > 0) Deno.exit(1);
