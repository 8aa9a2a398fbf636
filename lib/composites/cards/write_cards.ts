/** Writes a card, and a folder of cards as a page with a table. */

import { findReplaced, makeFolder } from "../../files/folders.ts";
import { writeWhole } from "../../files/write_whole.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { MOST_BYTES, readText } from "../../files/read_file.ts";
import { jsonText } from "../../reading/json.ts";
import { basename } from "../../reading/path.ts";
import { tableToCsv } from "../../tables/csv.ts";
import { fillTable } from "../../tables/table.ts";
import { cardsTable, mapAgreement, type NamedCard, seedRows, SEEDS } from "./tables.ts";
import { cardsPage } from "./cards_page.ts";
import { type Card, readCard } from "./read_card.ts";
import { AGREEMENT } from "../compare/comparison.ts";

/** What a file that was written here holds, so that it may be replaced. */
const OWN =
  /^\{\s*"format": "negscope card |<title>How CLIP models process negation<|^(card|recipe|of),/;

/** Makes a folder for files, and reads those of their names that are there; refuses what was not written here. */
async function replaced(folder: string, names: readonly string[], flag = "--out") {
  const found = new Map<string, string>();
  await makeFolder(folder);
  await findReplaced(folder, names, {
    isOwn: async (name) => {
      const text = await readText(`${folder}/${name}`, MOST_BYTES.rows).catch(() => "");
      found.set(name, text);
      return OWN.test(text);
    },
    fix: `move that away, or choose another folder (${flag})`,
  });
  return found;
}

/** Writes a card; another card of the same name is replaced only with `overwrite`, any other file never. Returns the path of the file. */
export async function writeCard(
  card: Card,
  folder: string,
  { name = "card", overwrite = false }: { readonly name?: string; readonly overwrite?: boolean } =
    {},
): Promise<string> {
  const [text, file] = [jsonText(card), `${name}.json`];
  const path = `${folder}/${file}`;
  const earlier = (await replaced(folder, [file])).get(file);
  if (earlier !== undefined && earlier !== text && !overwrite) {
    throw new NegscopeError("folder-taken", {
      problem: `Cannot write "${path}"`,
      reason: "there is another card",
      fix: "choose another folder (--out), or replace it with --overwrite",
    });
  }
  await writeWhole(path, text);
  return path;
}

/** Reads the cards of a folder, in which what does not end in `.json` is passed over. */
export async function readCards(folder: string): Promise<NamedCard[]> {
  const files = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
  const names = files.map(({ name }) => name).filter((name) => name.endsWith(".json")).sort();
  if (names.length === 0) {
    throw new NegscopeError("run-missing", {
      problem: `Cannot read cards from "${folder}"`,
      reason: "there is no .json file in it",
      expected: "a folder of cards, as deno task card writes them",
    });
  }
  return await Promise.all(names.map(async (name) => (
    { name: basename(name).slice(0, -".json".length), card: await readCard(`${folder}/${name}`) }
  )));
}

/**
 * Writes the page of cards, `index.html`, and their numbers, `cards.csv`, `seeds.csv` and `agreement.csv`; returns the names of the files. A
 * folder in `out` with the name of a card and an `index.html` is linked as its page of the explorer. A folder that holds any file but these
 * and cards, such as those of a run, is refused.
 */
export async function writeCards(cards: readonly NamedCard[], out: string): Promise<string[]> {
  const seeds = seedRows(cards.map(({ card }) => card));
  const agreement = mapAgreement(cards);
  const pages = new Map<string, string>();
  for (const { name } of cards) {
    const isThere = await Deno.stat(`${out}/${name}/index.html`).then(
      ({ isFile }) => isFile,
      () => false,
    );
    if (isThere) pages.set(name, `./${encodeURIComponent(name)}/index.html`);
  }
  const files = {
    "index.html": cardsPage({ cards, pages, seeds, agreement }),
    "cards.csv": tableToCsv(cardsTable(cards)),
    ...seeds.length > 0 && { "seeds.csv": tableToCsv(fillTable(SEEDS, seeds)) },
    ...agreement.length > 0 && { "agreement.csv": tableToCsv(fillTable(AGREEMENT, agreement)) },
  };
  const there = await Array.fromAsync(Deno.readDir(out)).catch(() => []);
  const others = there.filter(({ name, isDirectory }) => !isDirectory && !name.startsWith("."));
  await replaced(out, [...Object.keys(files), ...others.map(({ name }) => name)], "--static");
  for (const [name, text] of Object.entries(files)) await writeWhole(`${out}/${name}`, text);
  return Object.keys(files);
}
