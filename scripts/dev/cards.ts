/** Makes the cards in data/cards of the models that ship with the kit: the embedded one, its recipe with other seeds, tuned and random weights, and two planted ones. */

import { runAtlas } from "../../lib/composites/atlas/atlas.ts";
import { runTask } from "../../lib/cli/task.ts";
import { makeCard } from "../../lib/composites/cards/make_card.ts";
import { writeCard } from "../../lib/composites/cards/card_files.ts";
import { SCREEN } from "../../lib/charts/spec.ts";
import { temporaryFolder } from "../../lib/files/write_whole.ts";
import { kitPath } from "../../lib/files/kit_files.ts";
import { say } from "../../lib/show/terminal.ts";
import type { StudyChoice } from "../../lib/study/choice/study_options.ts";

const MODELS: Readonly<Record<string, StudyChoice & { readonly recipe?: string }>> = {
  shapes: { recipe: "shapes" },
  seed0: { model: "shapes/seed0", recipe: "shapes" },
  seed1: { model: "shapes/seed1", recipe: "shapes" },
  tuned: { model: "shapes/tuned" },
  random: { randomWeights: 0 },
  relay: { model: "planted/relay" },
  two: { model: "planted/two" },
};

const HELP = {
  name: "cards:shipped",
  does: "makes the cards in data/cards of the models that ship with the kit, in some minutes.",
  command: "deno task dev cards:shipped",
  example: "",
};

await runTask(HELP, {}, async () => {
  for (const [name, { recipe, ...choice }] of Object.entries(MODELS)) {
    await using folder = await temporaryFolder();
    const out = `${folder.path}/atlas`;
    await runAtlas(choice, { out, pictures: { formats: [], preset: SCREEN }, cache: false });
    const card = await makeCard(out, { recipe });
    say(await writeCard(card, kitPath("data/cards"), { name, overwrite: true }));
  }
});
