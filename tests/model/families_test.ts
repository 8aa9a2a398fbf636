import { assertAlmostEquals, assertEquals } from "@std/assert";
import { familyOf, similarity } from "../../lib/model/families.ts";
import { ModelJson } from "../../lib/model/model_json.ts";
import { assertThrowsCode } from "../error_codes.ts";

const USE =
  "use a CLIP or SigLIP model with both towers' settings, such as openai/clip-vit-base-patch32, which the download task fetches";

Deno.test("familyOf() refuses other models by name: of other families, of timm's settings, and of EVA-CLIP, which calls itself a CLIP", () => {
  const eva = { model_type: "clip", text_config: {}, vision_config: {} };
  const timm = { architecture: "vit_base_patch16_224", num_classes: 1000 };
  const cases: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
    [
      { model_type: "chinese_clip" },
      `"model_type" must be "clip" or "siglip", but it is "chinese_clip"; ${USE}`,
    ],
    [{ model_type: "siglip_text_model" }, '"siglip_text_model", a single text tower; use a CLIP'],
    [{ model_type: "owlvit_vision_model" }, '"owlvit_vision_model", a single image tower; use'],
    [{ model_type: "constructor" }, 'it is "constructor"'],
    [{ model_type: 7 }, "it is 7"],
    [
      timm,
      `it describes "vit_base_patch16_224", an image model of timm without a text tower; ${USE}; docs/models.md lists what can be read`,
    ],
    [{ ...eva, architectures: ["EvaCLIPModel"] }, "the folder holds EVA-CLIP; use a CLIP"],
    [{ ...eva, auto_map: { AutoModel: "modeling_evaclip.EvaCLIPModel" } }, "holds EVA-CLIP; use"],
  ];
  for (const [settings, message] of cases) {
    const family = () => familyOf(new ModelJson("config.json", settings));
    assertThrowsCode(family, "model-unsupported", message);
  }
});

Deno.test("similarity() is 100 x the cosine of the angle between the vectors, in double precision, whatever their lengths", () => {
  assertEquals(similarity([3, 0], [0, 5]), 0);
  assertEquals(similarity([3, 4], [6, 8]), 100);
  assertEquals(similarity([3, 4], [-3, -4]), -100);
  for (const degrees of [0, 1, 60, 89, 120, 179]) {
    const angle = degrees * Math.PI / 180;
    const vector = [2 * Math.cos(angle), 2 * Math.sin(angle)];
    assertAlmostEquals(similarity([1, 0], vector), 100 * Math.cos(angle), 1e-12); // float64 rounding
  }
  const [text, image] = [Float32Array.of(0.25, -0.5, 1), Float32Array.of(1, 0.5, 0.125)];
  for (const factor of [2 ** -60, 2 ** 60]) { // powers of two scale float32 without rounding
    assertEquals(similarity(text.map((x) => x * factor), image), similarity(text, image));
  }
  // 1 - cos = 2^-25 / 2 at an angle of 2^-12.5: lost in float32, whose neighbour of 1 is 1 - 2^-24.
  const angle = 2 ** -12.5;
  assertAlmostEquals(100 - similarity([1, 0], [1, Math.tan(angle)]), 50 * angle ** 2, 1e-12);
  assertThrowsCode(
    () => similarity([1, 2, 3], [1, 2]),
    "sizes-differ: a text embedding of 3 values with an image embedding of 2",
  );
});
