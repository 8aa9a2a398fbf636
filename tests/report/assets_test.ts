import { assertEquals, assertStringIncludes } from "@std/assert";
import { SCRIPT } from "../../lib/report/assets.ts";

const FOLDER = new URL("../../lib/report/browser/", import.meta.url);

Deno.test("the page's script is every module of the folder in one scope, and a browser can read it", () => {
  const modules = [...Deno.readDirSync(FOLDER)].filter(({ name }) => name.endsWith(".js"));
  const names: string[] = [];
  for (const { name } of modules) {
    const text = Deno.readTextFileSync(new URL(name, FOLDER));
    assertStringIncludes(SCRIPT, text.trimEnd().split("\n").at(-1)!);
    names.push(...[...text.matchAll(/^(?:export )?(?:async )?(?:const|let|function|class) (\w+)/gm)]
      .map(([, own]) => own!));
    for (const [, imported] of text.matchAll(/^import \{([^}]+)\}/gm)) {
      for (const used of imported!.split(",")) assertStringIncludes(SCRIPT, ` ${used.trim()}`);
    }
  }
  assertEquals(names.filter((name, i) => names.indexOf(name) !== i), []); // they would collide
  assertEquals(SCRIPT.match(/^(import|export) .*/gm), null);
  assertEquals(SCRIPT.includes("</script"), false);
  new Function(SCRIPT); // throws a SyntaxError if it cannot be read
});
