import { assert, assertEquals } from "@std/assert";
import { disagreementsOf, namingsOf, REASONS } from "../../lib/atlas/disagreements.ts";
import type { AtlasPart } from "../../lib/atlas/read_atlas.ts";
import { ROOT } from "../imports.ts";
import { part, value } from "./parts_by_hand.ts";

const NONE = value(0);
const AT = (role: string, share: number) => ({ ...value(share), role });

/** The reasons of a part for one method that names it and each that does not. */
function reasons(of: AtlasPart): Record<string, string> {
  const { rows } = disagreementsOf([of]);
  return Object.fromEntries(
    rows.map(({ named_by, not_named_by, reason }) => [`${named_by}, not ${not_named_by}`, reason]),
  );
}

Deno.test("disagreementsOf() says why methods differ of a head that only looks, one of a relay, and its backup", () => {
  const looks = part("2.1", { attend: value(1), knockout: NONE, ablate: NONE, total: NONE }, false);
  assertEquals(new Set(Object.values(reasons(looks))), new Set(["looks without writing"]));
  const first = part("1.2", {
    ...{ attend: value(1), knockout: value(1), ablate: value(2), direct: NONE },
    total: AT("subject_first", 1),
  }, true);
  assertEquals(reasons(first), {
    "attend, not direct": "acts at an earlier token",
    "knockout, not direct": "acts at an earlier token",
    "ablate, not direct": "acts at an earlier token",
    "total, not direct": "acts at an earlier token",
    "circuit, not direct": "acts at an earlier token",
  });
  const last = part("3.3", {
    ...{ attend: NONE, knockout: NONE, ablate: value(2), direct: value(1), total: AT("eot", 1) },
  });
  assertEquals(
    new Set(Object.values(reasons(last))),
    new Set(["reads what an earlier part moved"]),
  );
  const backedUp = part("1.2", {
    ...{ attend: value(1), knockout: NONE, ablate: value(1), total: AT("subject_first", 1) },
  });
  assertEquals(new Set(Object.values(reasons(backedUp))), new Set(["another part stands in"]));
});

Deno.test("disagreementsOf() tells an input of an AND from one method's uncertainty", () => {
  const input = { attend: value(1), knockout: value(1), ablate: value(1) };
  assertEquals(
    reasons(part("2.1", { ...input, direct: NONE, total: NONE })),
    Object.fromEntries(
      ["attend", "knockout", "ablate"].flatMap((named) =>
        ["direct", "total"].map((other) => [
          `${named}, not ${other}`,
          "counts only with another part",
        ])
      ),
    ),
  );
  const uncertain = part("2.1", { ...input, total: value(0.5, 0.6) });
  assertEquals(
    new Set(Object.values(reasons(uncertain))),
    new Set(["uncertain: wide interval"]),
  );
});

Deno.test("namingsOf() leaves out what does not measure a part, and values without an interval", () => {
  const few = { ablate: value(2, null), total: value(0.2, null), direct: value(0.1) };
  assertEquals(namingsOf(part("mlp 2", few)), { named: ["direct"], notNamed: [] });
  assertEquals(namingsOf(part("mlp 2", { ablate: value(0.009), total: value(0.01) }, false)), {
    named: ["total"],
    notNamed: ["ablate", "circuit"],
  });
  assertEquals(namingsOf(part("1.1", { attend: value(-0.3) })).named, []);
});

Deno.test("docs/methods/atlas.md explains every reason", () => {
  const page = Deno.readTextFileSync(`${ROOT}docs/methods/atlas.md`);
  for (const { reason } of REASONS) assert(page.includes(`| ${reason} `), reason);
});
