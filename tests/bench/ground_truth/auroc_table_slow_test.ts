import { assertEquals } from "@std/assert";
import { modelAurocs } from "./auroc_table.ts";
import { LEAST, type NodeMethod } from "./methods.ts";
import { Study } from "../../../lib/runs/study.ts";

const method = (name: string, scores: Readonly<Record<string, number>>): NodeMethod => ({
  name,
  scores: () => Promise.resolve(new Map(Object.entries(scores))),
});

/** Of `planted/and`: heads 2.1 and 2.3 and MLP 2 among 16 heads and 4 MLPs. */
const METHODS = [
  method("all", { "head 2.1": 1, "head 2.3": 0.5, "mlp 2": 0.2, "head 1.1": 0.1 }),
  method("nothing", {}),
  method("one head", { "head 2.1": 3 }),
  method("a wrong head as well", { "head 2.1": 1, "head 1.4": 1 + LEAST / 10, "mlp 2": -1 }),
  method("rounding", { "head 1.1": LEAST / 3, "mlp 4": -LEAST / 3 }),
];

Deno.test("modelAurocs() compares all nodes, of which those without a score and those within a rounding error are tied", async () => {
  await using study = await Study.open({ model: "planted/and", threads: 1, cache: false });
  const { model, nodes, count, aurocs } = await modelAurocs(study, METHODS);
  assertEquals([model, nodes, count], ["planted/and", ["head 2.1", "head 2.3", "mlp 2"], 20]);
  const others = 17;
  assertEquals([...aurocs], [
    ["all", 1],
    ["nothing", 0.5],
    ["one head", (others + 2 * others / 2) / (3 * others)],
    ["a wrong head as well", (2 * (others - 1 / 2) + (others - 1) / 2) / (3 * others)],
    ["rounding", 0.5],
  ]);
});
