import { assertEquals } from "@std/assert";
import { explorerScript, SCRIPTS } from "../../../../scripts/dev/docs/files.ts";
import { assertRejectsCode } from "../../../error_codes.ts";
import { ROOT } from "../../../imports.ts";

Deno.test("the scripts in data/explore are what Deno bundles of their source", async () => {
  for (const [name, entry] of Object.entries(SCRIPTS)) {
    const text = await Deno.readTextFile(`${ROOT}data/explore/${name}`);
    assertEquals(text === await explorerScript(entry), true, name); // a difference of half a megabyte tells nobody anything
  }
});

Deno.test("explorerScript() says why there is no script", async () => {
  await assertRejectsCode(
    () => explorerScript("lib/explore/none.ts"),
    "page-not-bundled: Cannot bundle",
  );
});
