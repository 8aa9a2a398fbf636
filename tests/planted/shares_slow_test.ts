/** The shares of models whose circuit is known by construction. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Study } from "../../lib/runs/study.ts";
import type { ModelName } from "../../data/planted/recipe/models.ts";
import { type Truth, TRUTHS } from "../fixtures/planted/truths.ts";
import { pixelOf, ROWS, score } from "../../data/planted/recipe/rows.ts";

/** Scores are 100 x a cosine in float32; a share is an average of differences of two. */
const SHARE = 1e-4;

/** One of each kind: one token after the other, either of two, several heads, cancelling heads, and an output of the affirmative sentence. */
const NAMES: readonly ModelName[] = ["relay", "backup", "and", "spread", "opposed", "generic"];

/** The shares of each model, by `ROW LAYER ROLE`, and its findings. */
const found = sharesOfModels();

async function sharesOfModels() {
  const results = new Map<ModelName, { shares: Map<string, number>; findings: string }>();
  for (const name of NAMES) {
    await using study = await Study.open({ model: `planted/${name}`, threads: 1, cache: false });
    const { tables, own } = await study.run("shares");
    const shares = new Map(
      [...tables.shares.rows].map((
        { id, layer, role, effect },
      ) => [`${id} ${layer} ${role}`, effect]),
    );
    results.set(name, { shares, findings: own.findings });
  }
  return results;
}

async function sharesOf(name: ModelName) {
  return (await found).get(name)!;
}

/** d of a row whose sentences have these outputs. */
function dOf(id: string, { affirmative = 0, negated }: Pick<Truth, "affirmative" | "negated">) {
  const { image, negation } = ROWS.find((row) => row.id === id)!;
  const change = score(negated, pixelOf(image)) - score(affirmative, pixelOf(image));
  return negation === "caption" ? change : -change;
}

/** Asserts which share of d every role has at every layer; those that are not listed have none. */
async function assertHeld(
  name: ModelName,
  held: Readonly<Record<number, Readonly<Record<string, number>>>>,
): Promise<void> {
  const { shares } = await sharesOf(name);
  const listed = new Set<string>();
  for (const [place, share] of shares) {
    const [id, layer, role] = place.split(" ") as [string, string, string];
    const part = held[Number(layer)]![role] ?? 0;
    if (part !== 0) listed.add(`${layer} ${role}`);
    assertAlmostEquals(share, part * dOf(id, TRUTHS[name]), SHARE, place);
  }
  assertEquals(
    [...listed].sort(),
    Object.entries(held).flatMap(([layer, roles]) =>
      Object.keys(roles).map((role) => `${layer} ${role}`)
    ).sort(),
  );
}

const RELAYED = {
  0: { negator: 1 },
  1: { subject_first: 1 },
  2: { subject_first: 1 },
  3: { eot: 1 },
  4: { eot: 1 },
};

for (const name of ["relay", "generic", "opposed"] as const) {
  Deno.test(`${name}: the first subject token holds all of d in layers 1 and 2, and the end token from layer 3 on`, () =>
    assertHeld(name, RELAYED));
}

Deno.test("backup: the negator and the first subject token, either of which is enough in layer 1, have half each", () =>
  assertHeld("backup", { ...RELAYED, 1: { negator: 0.5, subject_first: 0.5 } }));

Deno.test("and: the negator holds all of d until layer 1, and the end token from layer 2 on", () =>
  assertHeld("and", {
    ...{ 0: { negator: 1 }, 1: { negator: 1 } },
    ...{ 2: { eot: 1 }, 3: { eot: 1 }, 4: { eot: 1 } },
  }));

Deno.test("spread: the end token holds a quarter more in each layer, and the negator the rest", async () => {
  const { shares } = await sharesOf("spread");
  const { negated } = TRUTHS.spread;
  for (const [place, share] of shares) {
    const [id, layer, role] = place.split(" ") as [string, string, string];
    const arrived = Number(layer) / 4 * negated;
    // Two players: the mean of what one adds to nothing and to the other, since S is slightly curved.
    const d = (output: number) => dOf(id, { negated: output });
    const eot = (d(arrived) + d(negated) - d(negated - arrived)) / 2;
    const expected = role === "eot" ? eot : role === "negator" ? d(negated) - eot : 0;
    assertAlmostEquals(share, expected, SHARE, place);
  }
});

Deno.test("the summary of shares names no role that holds nothing, and all that do", async () => {
  const named = async (name: ModelName) =>
    (await sharesOf(name)).findings.split("\n").filter((line) => line.startsWith("foil "))
      .map((line) => line.split(/ {2,}/)[1]!).toSorted();
  assertEquals(await named("relay"), ["EOT in layer 3", "subject (first) in layers 1-2"]);
  assertEquals(await named("and"), ["EOT in layers 2-3", "negator in layer 1"]);
  assertEquals(await named("backup"), [
    ...["EOT in layer 3", "negator in layer 1", "subject (first) in layers 1-2"],
  ]);
});
