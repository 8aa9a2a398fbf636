import { assertEquals } from "@std/assert";
import { ablationFindings } from "../../../lib/experiments/ablate/findings.ts";

Deno.test("ablationFindings() names the three largest effects of each side over all its rows, and their signs", () => {
  const row = (negation: string, segment: string, layer: number, mean_effect: number) => ({
    ...{ negation, segment, layer, part: layer % 2 === 0 ? "mlp_out" : "attn_out", n: 4 + layer },
    ...{ mean_effect, low: mean_effect - 0.25, high: mean_effect + 0.25 },
  });
  const text = ablationFindings([
    row("foil", "correct", 1, 9),
    ...[0.5, -2, 1, -0.25, 0.375].map((effect, i) => row("foil", "all", i + 1, effect)),
    { ...row("foil", "all", 6, 5), low: undefined, high: undefined },
    row("caption", "incorrect", 1, -9),
    ...[0.125, -0.5].map((effect, i) => row("caption", "all", i + 1, effect)),
  ]);
  assertEquals(
    text,
    [
      "Largest effects on d of the image tower's parts",
      "negated  n  layer  part      effect  95 % interval     the part",
      "foil     6      2  mlp_out   -2.000  -2.250 to -1.750  takes away from d",
      "foil     7      3  attn_out   1.000  0.750 to 1.250    adds to d",
      "foil     5      1  attn_out   0.500  0.250 to 0.750    adds to d",
      "caption  6      2  mlp_out   -0.500  -0.750 to -0.250  takes away from d",
      "foil-negated: 4 of 5 parts, of which 3 are listed",
      "caption-negated: 1 of 2 parts",
      "Layers count from 1 here: layer 1 is vision.blocks.0 in hook names.",
      "",
    ].join("\n"),
  );
});

Deno.test("ablationFindings() says that no effect is more than chance and rounding", () => {
  const idle = { negation: "foil", segment: "all", layer: 1, part: "mlp_out", n: 4 };
  const text = ablationFindings([
    { ...idle, mean_effect: 0.5, low: -0.25, high: 1.25 },
    { ...idle, layer: 2, mean_effect: 4e-5, low: 3e-5, high: 5e-5 },
  ]);
  assertEquals(
    text,
    "Largest effects on d of the image tower's parts: none of 0.01 or more whose 95 %\n" +
      "  interval excludes 0\n" +
      "foil-negated: 0 of 2 parts\n",
  );
});
