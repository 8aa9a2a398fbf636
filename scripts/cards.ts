/** Shows the cards of a folder beside each other: a page without a server, and their numbers as CSV. */

import { readCards, writeCards } from "../lib/composites/cards/card_files.ts";
import { flagSet, type FlagValues, settingsOf, textFlag } from "../lib/cli/flags.ts";
import { dataOf, distinctCards } from "../lib/composites/cards/tables.ts";
import { bestSentences } from "../lib/composites/compare/models.ts";
import { runTask } from "../lib/cli/task.ts";
import { wrapText } from "../lib/tables/words.ts";

export const help = {
  name: "cards",
  operands: "FOLDER",
  needsOperands: true,
  does:
    "puts the cards of a folder, one for each model as card writes them, on one page: understanding against bias, a table to sort and filter, and each model's circuit.",
  example: "data/cards --static results/cards",
};

export const flags = {
  static: { value: "FOLDER", help: "where the page is written (default: results/cards)" },
  ...flagSet("quiet"),
};

export async function work(values: FlagValues): Promise<void> {
  const { say } = settingsOf(values, help);
  const out = textFlag(values, "static") ?? "results/cards";
  const cards = distinctCards(await readCards(values.operands![0]!));
  const files = await writeCards(cards, out);
  const measured = (estimate: readonly number[] | undefined) =>
    estimate && { value: estimate[0], low: estimate[1], high: estimate[2] };
  say(`negscope cards: ${cards.length} ${cards.length === 1 ? "model" : "models"}\n`);
  for (const { name, copies = [] } of cards.filter(({ copies }) => copies?.length)) {
    const same = "the same model and data as";
    say(`${wrapText(`${copies.join(", ")}: ${same} ${name}, counted once.`)}\n`);
  }
  const byData = Map.groupBy(cards, ({ card }) => dataOf(card));
  const best = [...byData.values()].flatMap((own) =>
    bestSentences(own.map(({ name, card: { scores } }) => ({
      name,
      accuracy: measured(scores.sides.all?.accuracy),
      rows: scores.sides.all?.n,
      gamma: measured(scores.gamma),
    }))).map((text) =>
      byData.size === 1 ? text : `On ${own[0]!.card.scores.data[0]!.file}: ${text}`
    )
  );
  if (best.length > 0) say(`${best.map((text) => wrapText(`${text}.`)).join("\n")}\n`);
  say(`Page: ${out}/index.html\nAlso written: ${files.slice(1).join(", ")}`);
}

if (import.meta.main) await runTask(help, flags, work);
