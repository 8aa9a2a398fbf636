import { readPicture } from "../../lib/images/image_folder.ts";
import { assertRejectsCode } from "../error_codes.ts";

Deno.test("readPicture() names a picture that is missing or no file", async () => {
  const fix = "check the path of the image";
  await assertRejectsCode(
    () => readPicture("nowhere.png"),
    "image-missing",
    `Cannot find image "nowhere.png": there is no such file; ${fix}`,
  );
  await assertRejectsCode(() => readPicture("lib"), "image-missing", "it is a folder");
});
