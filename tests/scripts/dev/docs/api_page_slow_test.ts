import { assert, assertEquals } from "@std/assert";
import { apiPages, entryPoints, namesIn } from "../../../../scripts/dev/docs/api_page.ts";

const entries = await entryPoints();

Deno.test("docs/api is up to date with deno task docs", async () => {
  const folder = new URL("../../../../docs/api/", import.meta.url);
  const pages = await apiPages();
  for (const [name, page] of pages) {
    const before = await Deno.readTextFile(new URL(name, folder));
    const advice = `${name}: public names have changed; lib/api lists those of a file with others`;
    assertEquals(namesIn(before), namesIn(page), advice);
    assertEquals(before, page, name);
  }
  const files = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  assertEquals(files.sort(), [...pages.keys()].sort());
});

Deno.test("negscope has at most 70 names", () => {
  const { specifier, names } = entries[0]!;
  assertEquals(specifier, "negscope");
  assert(names.length <= 70, names.map(({ name }) => name).join(", "));
});

Deno.test("a name means the same thing in every entry point", () => {
  const declared = new Map<string, Set<string>>();
  for (const own of entries.flatMap(({ names }) => names)) {
    declared.set(own.name, (declared.get(own.name) ?? new Set()).add(own.declared));
  }
  const several = [...declared].filter(([, places]) => places.size > 1);
  assertEquals(several.map(([name, places]) => [name, ...places]), []);
});

Deno.test("apiPages() has signatures, members and the first sentence of each", async () => {
  const pages = await apiPages();
  const page = pages.get("negscope.md")!;
  assert(page.includes("function zero(hook: string, selection: Selection): Zero"));
  assert(
    page.includes(
      "  // Runs an experiment on all rows.\n  override async run(experiment: Name, ",
    ),
  );
  const hooks = pages.get("hooks.md")!;
  assert(hooks.includes("[`zero`](negscope.md#zero)"));
  assert(!hooks.includes("function zero("));
});
