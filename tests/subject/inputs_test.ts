import { openInputs, type StudyChoice } from "../../lib/subject/inputs.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { TINY } from "../studies.ts";

const { model, pairs: data, images } = TINY;

Deno.test("openInputs() wants data and images beside a model of one's own", async () => {
  const refuses = (choice: StudyChoice, expected: string) =>
    assertRejectsCode(() => openInputs(choice), "usage-input-missing", expected);
  await refuses({ model }, `--model "${model}" alone: expected --data FILE and --images FOLDER`);
  await refuses({ model, data }, `--model "${model}" alone: expected --images FOLDER beside it`);
  await refuses({ data }, `--data "${data}" alone: expected --images FOLDER beside it`);
});

Deno.test("openInputs() refuses a choice that leaves no row", async () => {
  await assertRejectsCode(
    () => openInputs({ model, data, images, shard: { k: 99, n: 99 } }),
    "usage-no-rows",
    `Cannot run on "${data}": --limit and --shard leave none of its 8 rows; take a smaller N`,
  );
});
