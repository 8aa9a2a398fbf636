import { onDisk } from "../../../lib/files/disk.ts";
import { assertEquals } from "@std/assert";
import { MODELS, type PlantedModel } from "../../../data/planted/recipe/models.ts";
import { PLANTED, PLANTED_NAMES } from "../../../lib/opening/data/kit_models.ts";
import { plantedNodes } from "../../../lib/opening/data/planted.ts";
import { readPairs } from "../../../lib/data/read.ts";
import { allNodes, nodeName } from "../../../lib/tables/nodes.ts";
import { assertRejectsCode } from "../../error_codes.ts";

Deno.test("PLANTED_NAMES are the models of the recipe, in its order", () => {
  assertEquals([...PLANTED_NAMES], Object.keys(MODELS));
});

Deno.test("PLANTED has 48 minimal pairs, each side of 24, and their images", async () => {
  const { pairs, rows } = await readPairs(onDisk(PLANTED.data), { protocol: "rephrased" });
  assertEquals([pairs.length, rows], [48, 48]);
  assertEquals(pairs.filter(({ negation }) => negation === "foil").length, 24);
  for (const { image } of pairs) {
    assertEquals((await Deno.stat(`${PLANTED.images}/${image}`)).isFile, true);
  }
});

Deno.test("plantedNodes() gives nodes of the model: what the recipe plants, but for what carries nothing", async () => {
  for (const [name, { circuit, nodes }] of Object.entries<PlantedModel>(MODELS)) {
    const found = await plantedNodes(`planted/${name}`);
    assertEquals(found, nodes);
    const known = allNodes({ layers: 4, heads: circuit.heads }).map(nodeName);
    assertEquals(found.filter((node) => !known.includes(node)), []);
    const heads = circuit.planted.map(({ layer, head }) => `head ${layer}.${head}`);
    const built = [...heads, ...circuit.gate === undefined ? [] : [`mlp ${circuit.gate.layer}`]];
    const idle = {
      ...{ decoy: ["head 2.1"], generic: ["head 2.1"], constant: ["head 4.1"] },
      leak: ["head 1.1"],
    };
    const others: readonly string[] = idle[name as keyof typeof idle] ?? [];
    assertEquals(found.toSorted(), built.filter((node) => !others.includes(node)).sort(), name);
  }
});

Deno.test("plantedNodes() lists the names for one that does not exist", async () => {
  await assertRejectsCode(
    () => plantedNodes("planted/silent"),
    "name-unknown",
    'Cannot find planted model "planted/silent": expected one of planted/relay, planted/backup, ' +
      "planted/both, planted/and, planted/decoy, planted/generic, planted/positional, ",
  );
});
