/** What the entry points export, as `deno doc` reads it. */

import { assert, assertEquals } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { ROOT } from "../imports.ts";
import { runDeno } from "../scripts/task_process.ts";

interface Documented {
  readonly nodes: Readonly<
    Record<string, {
      readonly symbols: readonly {
        readonly name: string;
        readonly declarations: readonly {
          readonly kind: string;
          readonly location: { readonly filename: string };
          readonly def?: { readonly target?: { readonly filename: string } };
        }[];
      }[];
    }>
  >;
}

const files = Object.entries(config.exports).filter(([path]) => path !== "./cli");
const paths = files.map(([, file]) => file);
const { stdout } = await runDeno(["doc", "--json", ...paths], { cwd: ROOT });
const { nodes }: Documented = JSON.parse(stdout);

Deno.test("negscope has at most 70 names", () => {
  const [, { symbols }] = Object.entries(nodes).find(([file]) => file.endsWith("/mod.ts"))!;
  assert(symbols.length <= 70, symbols.map(({ name }) => name).join(", "));
});

Deno.test("a name means the same thing in every entry point", () => {
  assertEquals(Object.keys(nodes).length, files.length);
  const declared = new Map<string, Set<string>>();
  for (const { name, declarations } of Object.values(nodes).flatMap(({ symbols }) => symbols)) {
    const [{ kind, location, def }] = declarations as [typeof declarations[number]];
    if (kind === "namespace") continue; // declared where it is exported
    const { filename } = def?.target ?? location;
    declared.set(name, (declared.get(name) ?? new Set()).add(filename));
  }
  const several = [...declared].filter(([, places]) => places.size > 1);
  assertEquals(several.map(([name, places]) => [name, ...places]), []);
});
