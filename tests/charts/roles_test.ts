import { assertEquals } from "@std/assert";
import { roleLabel, rolesInOrder } from "../../lib/charts/roles.ts";
import { ROLES } from "../../lib/data/align.ts";

Deno.test("roleLabel() has a label for each role, and leaves unknown ones as they are", () => {
  assertEquals(
    ROLES.map(roleLabel).join("; "),
    [
      ...["SOT", "there", "is / are", "before", "negator", "inserted"],
      ...["subject (first)", "subject (further)", "after", "full stop", "EOT", "padding", "pooled"],
    ].join("; "),
  );
  assertEquals(roleLabel("verb"), "verb");
});

Deno.test("rolesInOrder() lists each role once in the order of the sentence, and unknown ones last", () => {
  const roles = ["eot", "verb", "negator", "eot", "adverb", "sot", "verb"];
  assertEquals(rolesInOrder(roles), ["sot", "negator", "eot", "verb", "adverb"]);
  assertEquals(rolesInOrder([]), []);
});
