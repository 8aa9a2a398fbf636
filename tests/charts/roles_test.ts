import { assertEquals } from "@std/assert";
import { roleLabel, rolesInOrder } from "../../lib/charts/roles.ts";
import { ROLES } from "../../lib/data/roles.ts";

Deno.test("roleLabel() has words for each role, and leaves others as they are", () => {
  assertEquals(
    ROLES.map(roleLabel).join("; "),
    [
      ...["SOT", "there", "is / are", "before", "negator", "inserted"],
      ...["subject (first)", "subject (further)", "after", "full stop", "EOT"],
    ].join("; "),
  );
  assertEquals(roleLabel("verb"), "verb");
});

Deno.test("rolesInOrder() puts roles once each into the order of a sentence, others last as they come", () => {
  const roles = ["eot", "verb", "negator", "eot", "adverb", "sot", "verb"];
  assertEquals(rolesInOrder(roles), ["sot", "negator", "eot", "verb", "adverb"]);
  assertEquals(rolesInOrder([]), []);
});
