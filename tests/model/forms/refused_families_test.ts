import { assertEquals } from "@std/assert";
import { familyOf, refusedFamily } from "../../../lib/model/families.ts";
import { ModelJson } from "../../../lib/model/model_json.ts";
import { assertThrowsCode } from "../../error_codes.ts";

Deno.test("refusedFamily() names the model that a folder holds", () => {
  const cases: readonly (readonly [unknown, string])[] = [
    ["metaclip_2", 'it is "metaclip_2"'],
    ["siglip_text_model", '"siglip_text_model", a single text tower'],
    ["owlvit_vision_model", '"owlvit_vision_model", a single image tower'],
    ["mirror", '"mirror"'],
    ["constructor", '"constructor"'],
    [undefined, "missing"],
    [7, "7"],
  ];
  for (const [model_type, ending] of cases) {
    const error = refusedFamily(new ModelJson("config.json", { model_type }));
    assertEquals(error.code, "model-unsupported");
    assertEquals(
      error.message.replace(/; use a CLIP or SigLIP model.*$/, "").endsWith(ending),
      true,
      error.message,
    );
  }
});

Deno.test("familyOf() throws what refusedFamily() says", () => {
  assertThrowsCode(
    () => familyOf(new ModelJson("config.json", { model_type: "chinese_clip" })),
    "model-unsupported",
    'Cannot use "config.json": "model_type" must be "clip" or "siglip", but it is "chinese_clip"; use a CLIP or SigLIP model with both towers\' settings, such as openai/clip-vit-base-patch32, which the download task fetches',
  );
});

Deno.test("refusedFamily() tells timm's settings, which have no model_type, from a CLIP's", () => {
  const settings = { architecture: "vit_base_patch16_224", num_classes: 1000 };
  const { message } = refusedFamily(new ModelJson("config.json", settings));
  assertEquals(
    message,
    'Cannot use "config.json": it describes "vit_base_patch16_224", an image model of timm without a text tower; use a CLIP or SigLIP model with both towers\' settings, such as openai/clip-vit-base-patch32, which the download task fetches; docs/models.md lists what can be read',
  );
});

Deno.test("familyOf() names EVA-CLIP, whose own code calls its settings those of a CLIP", () => {
  const whole = { model_type: "clip", text_config: {}, vision_config: {} };
  for (
    const settings of [
      { ...whole, architectures: ["EvaCLIPModel"] },
      { ...whole, auto_map: { AutoModel: "modeling_evaclip.EvaCLIPModel" } },
    ]
  ) {
    assertThrowsCode(
      () => familyOf(new ModelJson("config.json", settings)),
      "model-unsupported",
      'Cannot use "config.json": the folder holds EVA-CLIP; use a CLIP or SigLIP model',
    );
  }
});
