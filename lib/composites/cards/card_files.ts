/** What a card is; reads cards, refuses those that are of another version, not of the form, or at odds with themselves; writes a card, and a folder of cards as a page with tables. */

import { Ajv } from "ajv";
import schema from "../../../data/card.schema.json" with { type: "json" };
import { NegscopeError, shown, unreadableFile } from "../../errors/errors.ts";
import { MOST_BYTES, readText, sha256File } from "../../files/read_file.ts";
import { isObject, jsonFailure, jsonText, parseJson } from "../../reading/json.ts";
import { allNodes, nodeName } from "../../tables/nodes.ts";
import type { BlocksSummaryRow } from "../../study/evaluate/blocks.ts";
import { sha256Text } from "../../reading/sha256.ts";
import { findReplaced, makeFolder, writeWhole } from "../../files/write_whole.ts";
import { basename, type FileDigest } from "../../reading/path.ts";
import { tableToCsv } from "../../tables/csv.ts";
import { fillTable } from "../../tables/table.ts";
import { cardsTable, mapAgreement, type NamedCard, seedRows, SEEDS } from "./tables.ts";
import { cardsPage } from "./cards_page.ts";
import { AGREEMENT } from "../compare/agreement.ts";

/** What a card's `format` says. */
export const FORMAT = "negscope card 1";

/** A value and the bounds of its 95 % interval. */
export type CardEstimate = readonly [value: number, low: number, high: number];

interface CardSide {
  readonly n: number;
  readonly accuracy: CardEstimate;
  readonly d: CardEstimate;
}

/** The scores on some data; `blocks` has the means over blocks of two pictures and two sentences, if the rows form any. */
export interface CardScores {
  readonly data: readonly FileDigest[];
  readonly protocol: string;
  readonly cluster: string;
  readonly sides: Readonly<Partial<Record<"foil" | "caption" | "all", CardSide>>>;
  readonly gamma?: CardEstimate | undefined;
  readonly alpha?: CardEstimate | undefined;
  readonly blocks?: Readonly<Record<BlocksSummaryRow["quantity"], CardEstimate>> | undefined;
}

/** What a part does on the way from the negator to the score. */
export type CardWay = "reads" | "passes" | "writes" | "against";

/** A head (`head 1.2`) or MLP (`mlp 3`), with its share of gamma, its alpha in logits, and whether it is of negation, by the control with another determiner. */
export interface CardPart {
  readonly part: string;
  readonly gamma?: CardEstimate | undefined;
  readonly alpha?: CardEstimate | undefined;
  readonly way?: readonly CardWay[] | undefined;
  readonly circuit?: boolean | undefined;
  readonly negation?: boolean | undefined;
}

/** The circuit's faithfulness on the rows that it was chosen on and on others, and the areas under the curves of the ranking that its search began with. */
export interface CardCircuit {
  readonly parts: number;
  readonly of: number;
  readonly faithfulness?: CardEstimate | undefined;
  readonly held_out?: CardEstimate | undefined;
  readonly cpr?: CardEstimate | undefined;
  readonly cmd?: CardEstimate | undefined;
}

export interface CardSizes {
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
}

/** A card, as its file holds it: data/card.schema.json says what its fields are. */
export interface Card {
  readonly format: typeof FORMAT;
  readonly kit: string;
  readonly code?: string | undefined;
  readonly model: {
    readonly name: string;
    readonly recipe?: string | undefined;
    readonly files: readonly FileDigest[];
    readonly text: CardSizes;
    readonly image?: CardSizes | undefined;
    readonly random_weights?: number | undefined;
  };
  readonly seed: number;
  readonly scores: CardScores;
  readonly controlled?: CardScores | undefined;
  readonly parts: readonly CardPart[];
  readonly circuit?: CardCircuit | undefined;
  readonly says: readonly string[];
  readonly checksum: string;
}

/** The SHA-256 of all that stands before it: a card that was edited by hand is refused. */
export function checksumOf({ checksum: _, ...content }: Partial<Card>): string {
  return sha256Text(JSON.stringify(content));
}

const isCard = new Ajv({ strict: false }).compile<Card>(schema);

export async function readCard(path: string): Promise<Card> {
  const text = await readText(path, MOST_BYTES.own).catch((cause: unknown) => {
    const fix = "name a card, as deno task card writes it";
    throw unreadableFile({ doing: "read card", path, cause, fix });
  });
  let content: unknown;
  try {
    content = parseJson(text);
  } catch (cause) {
    throw wrong(path, `it is not JSON (${jsonFailure(cause)})`, cause);
  }
  const format = isObject(content) ? content["format"] : undefined;
  if (typeof format === "string" && format !== FORMAT && /^negscope card /.test(format)) {
    throw wrong(path, `it is a "${format}", and this version of the kit reads a "${FORMAT}"`);
  }
  if (!isCard(content)) {
    const { instancePath, message = "" } = isCard.errors![0]!;
    const place = instancePath.slice(1).replaceAll("/", ".") || "content";
    throw wrong(path, `its ${place} ${message}`);
  }
  const odd = contradiction(content);
  if (odd !== undefined) throw wrong(path, odd);
  if (content.checksum !== checksumOf(content)) {
    throw wrong(path, "it was edited after it was written: its checksum is another");
  }
  return content;
}

function wrong(path: string, reason: string, cause?: unknown): NegscopeError {
  return new NegscopeError("file-malformed", {
    problem: `Cannot read card "${path}"`,
    reason,
    fix: "make it again with deno task card, whose form data/card.schema.json describes",
    cause,
  });
}

/** What of a card cannot be, given the rest of it; undefined if nothing is. */
function contradiction({ model: { text }, scores, controlled, parts, circuit }: Card) {
  const nodes = new Set(allNodes(text).map(nodeName));
  const names = parts.map(({ part }) => part);
  const unknown = names.find((name) => !nodes.has(name));
  if (unknown !== undefined) return `the model has no ${unknown}`;
  if (new Set(names).size < names.length) return "it has a part twice";
  if (circuit !== undefined) {
    if (circuit.of !== nodes.size) {
      return `its circuit is of ${circuit.of} parts, but the model has ${nodes.size}`;
    }
    const members = parts.filter((part) => part.circuit).length;
    if (circuit.parts !== members) {
      return `its circuit has ${circuit.parts} parts, but ${members} parts are in it`;
    }
  }
  const odd = estimatesIn({ scores, controlled, parts, circuit }).find(([value, low, high]) => {
    const beside = (high - low) / 2; // a resampled interval of a skewed mean may miss it by a little
    return low > high || value < low - beside || value > high + beside;
  });
  if (odd !== undefined) return `a value of it is not in its interval: ${shown(odd)}`;
  return oddScores(scores) ?? (controlled && oddScores(controlled));
}

function estimatesIn(value: unknown): CardEstimate[] {
  if (Array.isArray(value) && typeof value[0] === "number") return [value as never];
  return isObject(value) || Array.isArray(value) ? Object.values(value).flatMap(estimatesIn) : [];
}

/** Numbers of a card have four digits. */
const ROUNDING = 1e-3;

function oddScores({ sides: { foil, caption, all }, blocks }: CardScores): string | undefined {
  const own = [foil, caption].filter((side) => side !== undefined);
  const n = own.reduce((sum, side) => sum + side.n, 0);
  const isWhole = own.length === 2; // a side with few rows has no intervals, and is left out
  if (isWhole ? all!.n !== n : all!.n < n) {
    return `its sides have ${n} rows, but all are ${all!.n}`;
  }
  for (const measure of isWhole ? ["accuracy", "d"] as const : []) {
    const sum = own.reduce((sum, side) => sum + side.n * side[measure][0], 0);
    const scale = Math.max(1, ...own.map((side) => Math.abs(side[measure][0])));
    if (Math.abs(sum / n - all![measure][0]) > ROUNDING * scale) {
      return `its ${measure} of all rows is not the mean of those of the sides`;
    }
  }
  const rights = blocks && Math.min(blocks.sentences_right[0], blocks.pictures_right[0]);
  return blocks !== undefined && blocks.all_right[0] > rights! + ROUNDING
    ? "more of its blocks are right in all than in one of both"
    : undefined;
}

/** Checks that a card is of the model in a folder, which has all of its files. */
export async function checkModel({ model }: Card, folder: string): Promise<void> {
  for (const { file, sha256 } of model.files) {
    const own = await sha256File(`${folder}/${file}`).catch(() => undefined);
    if (own === sha256) continue;
    throw new NegscopeError("not-comparable", {
      problem: `Cannot take the card of "${model.name}" for that of "${folder}"`,
      reason: own === undefined ? `${file} is not there` : `${file} there is another`,
      fix: "name the folder of the model that it was made of",
    });
  }
}

/** What a file that was written here holds, so that it may be replaced. */
const OWN =
  /^\{\s*"format": "negscope card |<title>How CLIP models process negation<|^(card|recipe|of),/;

/** Makes a folder for files, and reads those of their names that are there; refuses what was not written here. */
async function replaced(folder: string, names: readonly string[]) {
  const found = new Map<string, string>();
  await makeFolder(folder);
  await findReplaced(folder, names, {
    isOwn: async (name) => {
      const text = await readText(`${folder}/${name}`, MOST_BYTES.rows).catch(() => "");
      found.set(name, text);
      return OWN.test(text);
    },
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
      fix: "choose another folder, or replace it with --overwrite",
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
  await replaced(out, [...Object.keys(files), ...others.map(({ name }) => name)]);
  for (const [name, text] of Object.entries(files)) await writeWhole(`${out}/${name}`, text);
  return Object.keys(files);
}
