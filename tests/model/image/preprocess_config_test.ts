import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { parseClipConfig } from "../../../lib/model/config.ts";
import {
  loadPreprocessConfig,
  parsePreprocessConfig,
} from "../../../lib/model/image/preprocess_config.ts";

const { vision } = parseClipConfig('{"model_type": "clip"}', "config.json"); // 224 px

function parse(settings: Record<string, unknown>) {
  return parsePreprocessConfig(JSON.stringify(settings), { vision });
}

Deno.test("parsePreprocessConfig() fills absent settings as CLIPImageProcessor does", () => {
  assertEquals(parse({}), {
    resize: { shortestEdge: 224 },
    crop: { height: 224, width: 224 },
    rescaleFactor: 1 / 255,
    mean: [0.48145466, 0.4578275, 0.40821073],
    std: [0.26862954, 0.26130258, 0.27577711],
  });
});

Deno.test("parsePreprocessConfig() reads sizes as numbers and as objects", () => {
  const crop = { height: 224, width: 224 };
  assertEquals(parse({ size: 256, crop_size: 224 }).resize, { shortestEdge: 256 });
  assertEquals(parse({ size: { shortest_edge: 256 }, crop_size: crop }).crop, crop);
  assertEquals(parse({ size: { height: 224, width: 224 }, do_center_crop: false }), {
    ...parse({}),
    resize: crop,
    crop: undefined,
  });
});

Deno.test("parsePreprocessConfig() leaves out what the flags turn off", () => {
  const off = parse({ do_resize: false, do_rescale: false, do_normalize: false, resample: 0 });
  assertEquals([off.resize, off.rescaleFactor, off.mean, off.std], [
    undefined,
    1,
    [0, 0, 0],
    [1, 1, 1],
  ]);
});

Deno.test("parsePreprocessConfig() refuses other resampling by name", () => {
  assertThrows(
    () => parse({ resample: 2 }),
    RangeError,
    '"resample" must be 3 (bicubic), but it is "2 (bilinear)"',
  );
});

Deno.test("parsePreprocessConfig() refuses a result that the image tower does not take", () => {
  assertThrows(
    () => parse({ crop_size: 336 }),
    RangeError,
    '"crop_size" must be 224 x 224 as "image_size" of config.json',
  );
  assertThrows(() => parse({ crop_size: { height: 224, width: 200 } }), RangeError, '"width":200');
  assertThrows(() => parse({ do_center_crop: false }), RangeError, '"size" must be 224 x 224');
});

Deno.test("parsePreprocessConfig() names the key of a wrong setting", () => {
  assertThrows(
    () => parse({ image_mean: [0.5] }),
    TypeError,
    '"image_mean" must be a list of three',
  );
  assertThrows(() => parse({ image_std: [1, 0, 1] }), RangeError, '"image_std" must be positive');
  assertThrows(() => parse({ size: { shortest_edge: -1 } }), RangeError, '"size.shortest_edge"');
  assertThrows(() => parse({ crop_size: { height: 224 } }), TypeError, '"crop_size.width"');
  assertThrows(() => parse({ do_resize: "yes" }), TypeError, '"do_resize" must be true or false');
});

Deno.test("loadPreprocessConfig() names a folder without the file", async () => {
  await assertRejects(
    () => loadPreprocessConfig("no/such", vision),
    Error,
    'Cannot find "preprocessor_config.json" in model folder "no/such"',
  );
});
