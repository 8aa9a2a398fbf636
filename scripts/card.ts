/** Writes the card of a model's negation from its atlas, which is run if none is named; or checks a card. */

import { runAtlas } from "../lib/composites/atlas/atlas.ts";
import { makeCard } from "../lib/composites/cards/make_card.ts";
import { checkModel, readCard, writeCard } from "../lib/composites/cards/card_files.ts";
import {
  called,
  choiceOf,
  FLAGS,
  type FlagSet,
  flagSet,
  type FlagValues,
  givenFlag,
  RUN_FLAGS,
  settingsOf,
  textFlag,
} from "../lib/cli/flags.ts";
import { runTask } from "../lib/cli/task.ts";
import { NegscopeError } from "../lib/errors/errors.ts";
import { refuseOtherRun } from "../lib/runs/run_folder.ts";
import { findModel } from "../lib/opening/find_model.ts";
import { wrapText } from "../lib/tables/words.ts";

export const help = {
  name: "card",
  operands: "[ATLAS|CARD]",
  does:
    "writes a card: what an atlas says of a model's negation, in a few kB that others can check and put beside theirs (cards). ATLAS is the folder of a finished atlas; without one the atlas is run. Of a CARD it checks the form and, with --model, the model's files.",
  example: "--model openai/clip-vit-base-patch32 --data existence.json --images images",
};

const { default: standard, ...model } = FLAGS["model"]!;

export const flags: FlagSet = {
  recipe: {
    value: "NAME",
    help: "what models that differ only by chance share, such as the seed of their training",
  },
  controlled: { value: "RUN", help: "the folder of a run of evaluate on controlled pairs" },
  ...flagSet(...RUN_FLAGS),
  model: { ...model, help: `${model.help} (default: ${standard})` }, // a card is compared with a model that is named
};

const OUTPUT = ["out", "overwrite", "quiet"];

export async function work(values: FlagValues): Promise<void> {
  const settings = settingsOf(values, help);
  const { out, say } = settings;
  const choice = choiceOf(values);
  const [given] = values.operands ?? [];
  if (given?.endsWith(".json")) {
    const card = await readCard(given);
    const model = textFlag(values, "model");
    if (model !== undefined) await checkModel(card, (await findModel(choice, called)).folder);
    const files = model === undefined ? "" : `, and is of the files of ${model}`;
    return say(
      wrapText(
        `The card of ${card.model.name} is as it was written${files}. Its numbers were not computed again: for that, run the atlas.`,
      ),
    );
  }
  const chosen = givenFlag(values, flags, RUN_FLAGS.filter((name) => !OUTPUT.includes(name)));
  if (given !== undefined && chosen !== undefined) {
    throw new NegscopeError("usage-flags-exclusive", {
      problem: `Cannot use --${chosen} beside the folder of an atlas`,
      reason: "the atlas there is of one model and data",
      expected: "either a folder or the flags of an atlas",
    });
  }
  await refuseOtherRun(out, given);
  const atlas = given ?? `${out}/atlas`;
  if (given === undefined) await runAtlas(choice, { ...settings, out: atlas, say: () => {} });
  const card = await makeCard(atlas, {
    controlled: textFlag(values, "controlled"),
    recipe: textFlag(values, "recipe"),
  });
  const path = await writeCard(card, out, { overwrite: settings.overwrite });
  say(`negscope card: ${card.model.name}\n`);
  say(card.says.map((text) => wrapText(text)).join("\n"));
  say(`\nCard: ${path}`);
}

if (import.meta.main) await runTask(help, flags, work);
