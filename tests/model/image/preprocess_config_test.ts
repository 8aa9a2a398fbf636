import { parseClipConfig, parsePreprocessConfig } from "../parsed_settings.ts";
import { onDisk } from "../../../lib/files/read_file.ts";
import { SIGLIP } from "../../../lib/model/families.ts";
import { assertEquals } from "@std/assert";
import {
  loadPreprocessConfig,
  preprocessorSettings,
} from "../../../lib/model/image/preprocess_config.ts";
import { assertEachThrows, assertRejectsCode } from "../../error_codes.ts";
import { withFiles } from "../../scripts/task_process.ts";

const { vision } = parseClipConfig('{"model_type": "clip"}', "config.json"); // 224 px

function parse(settings: Record<string, unknown>) {
  return parsePreprocessConfig(JSON.stringify(settings), { vision });
}

Deno.test("preprocessConfig() fills absent settings as CLIPImageProcessor does", () => {
  assertEquals(parse({}), {
    resize: { shortestEdge: 224 },
    crop: { height: 224, width: 224 },
    rescaleFactor: 1 / 255,
    mean: [0.48145466, 0.4578275, 0.40821073],
    std: [0.26862954, 0.26130258, 0.27577711],
  });
});

Deno.test("preprocessConfig() reads sizes as numbers and as objects", () => {
  const crop = { height: 224, width: 224 };
  assertEquals(parse({ size: 256, crop_size: 224 }).resize, { shortestEdge: 256 });
  assertEquals(parse({ size: { shortest_edge: 256 }, crop_size: crop }).crop, crop);
  assertEquals(
    parse({ size: { height: 224, width: 224 }, do_center_crop: false }),
    { ...parse({}), resize: crop, crop: undefined },
  );
});

Deno.test("preprocessConfig() leaves out what the flags turn off", () => {
  const off = parse({ do_resize: false, do_rescale: false, do_normalize: false, resample: 0 });
  assertEquals(
    [off.resize, off.rescaleFactor, off.mean, off.std],
    [undefined, 1, [0, 0, 0], [1, 1, 1]],
  );
});

Deno.test("preprocessConfig() takes what the file omits, and the filter, from SigLIP's processor", () => {
  const file = { size: { height: 384, width: 384 }, image_mean: [0.1, 0.1, 0.1], resample: 2 };
  const of = (settings: unknown, imageSize: number) =>
    parsePreprocessConfig(JSON.stringify(settings), {
      vision: { ...vision, imageSize },
      family: SIGLIP,
    });
  const half = [0.5, 0.5, 0.5] as const;
  assertEquals(of({}, 224), {
    ...{ resize: { height: 224, width: 224 }, crop: undefined, rescaleFactor: 1 / 255 },
    ...{ mean: half, std: half },
  });
  assertEquals(of(file, 384), {
    ...{ resize: { height: 384, width: 384 }, filter: "bilinear", crop: undefined },
    ...{ rescaleFactor: 1 / 255, mean: [0.1, 0.1, 0.1], std: half },
  });
});

Deno.test("preprocessConfig() names the key of a wrong setting", () => {
  assertEachThrows("setting-wrong", [
    [() => parse({ crop_size: 336 }), '"crop_size" must be 224 x 224 as "image_size" of the model'],
    [() => parse({ resample: 1 }), '"resample" must be 2 (bilinear) or 3 (bicubic), but it is 1'],
    [() => parse({ crop_size: { height: 224, width: 200 } }), '"width":200'],
    [() => parse({ do_center_crop: false }), '"size" must be 224 x 224'],
    [() => parse({ image_mean: [0.5] }), '"image_mean" must be a list of three'],
    [() => parse({ image_std: [1, 0, 1] }), '"image_std" must be positive'],
    [() => parse({ size: { shortest_edge: -1 } }), '"size.shortest_edge"'],
    [() => parse({ crop_size: { height: 224 } }), '"crop_size.width"'],
    [
      () => parse({ crop_rounding: "up" }),
      '"crop_rounding" must be "half_even", or absent, but it is "up"',
    ],
    [() => parse({ do_resize: "yes" }), '"do_resize" must be true or false'],
  ]);
});

Deno.test("loadPreprocessConfig() names a folder without the file", async () => {
  const load = () => loadPreprocessConfig(onDisk("no/such"), vision);
  const says = '"preprocessor_config.json" in model folder "no/such"';
  await assertRejectsCode(load, "model-file-missing", says);
});

Deno.test("loadPreprocessConfig() takes the settings of processor_config.json first, if it has any", async () => {
  const own = JSON.stringify({ image_mean: [0.9, 0.9, 0.9] });
  const cases = [ // as transformers 5 nests them; tests/model/transformers_5_test.ts has a whole file
    [{ image_processor: { image_mean: [0.5, 0.4, 0.3] } }, "processor_config", [0.5, 0.4, 0.3]],
    [{}, "preprocessor_config", [0.9, 0.9, 0.9]],
  ] as const;
  for (const [more, taken, mean] of cases) {
    const newer = JSON.stringify({ ...more, processor_class: "CLIPProcessor" });
    const files = { "preprocessor_config.json": own, "processor_config.json": newer };
    await withFiles(files, async (folder) => {
      assertEquals((await loadPreprocessConfig(onDisk(folder), vision)).mean, [...mean]);
      const { file } = await preprocessorSettings(onDisk(folder));
      assertEquals(file, `${folder}/${taken}.json`);
    });
  }
});
