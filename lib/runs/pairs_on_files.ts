/** Controlled pairs from start to finish: what is in the images is read, pairs are made, the folder is written. */

import { basename } from "node:path";
import {
  type Contents,
  pairsOfChoices,
  readChoiceFile,
  readContents,
} from "../controlled_pairs/sources.ts";
import { readContent } from "../benchmark/formats/format.ts";
import { type MadePairs, makePairs } from "../controlled_pairs/make_pairs.ts";
import { pairsSummary, pairsText } from "../controlled_pairs/summary.ts";
import { rowsUnusable, skippedRows } from "../data/bad_rows.ts";
import { droppedRows } from "../data/read.ts";
import { unreadableFile } from "../errors/errors.ts";
import { fetchKitFiles } from "../files/kit_files.ts";
import { MOST_BYTES, onDisk, readBytes } from "../files/read_file.ts";
import { sha256Bytes, sha256Text } from "../reading/sha256.ts";
import { loadSentences, type SentenceReader } from "../model/text/text_tower.ts";
import { findModel, nameOf, SHAPES } from "../opening/find_model.ts";
import type { OpeningOptions } from "../opening/open_inputs.ts";
import { Stopwatch } from "../study/experiment/measure_rows.ts";
import type { StudyChoice } from "../study/choice/study_options.ts";
import { finishedAlready, NO_PICTURES } from "./draw_figures.ts";
import { RunFolder } from "./run_folder.ts";
import { manifestOf, SUMMARY } from "./write_results.ts";
import { optionTexts, versionsNow } from "./run_identity.ts";
import type { RunSettings } from "./run_experiment.ts";

const PAIRS = "controlled_pairs.json";

const PAIR_FILES: readonly string[] = [PAIRS, SUMMARY];

interface PairsTask
  extends Pick<StudyChoice, "model" | "tokenizer" | "weights" | "data" | "skipBad"> {
  readonly most: number;
}

type PairsSettings = Omit<RunSettings, "pictures"> & Pick<OpeningOptions, "called">;

export async function pairsOnFiles(
  { most, data: given, skipBad = false, ...choice }: PairsTask,
  { out, overwrite = false, seed, say = () => {}, called = (option) => option }: PairsSettings,
): Promise<void> {
  const stopwatch = new Stopwatch();
  const data = given ?? await fetchKitFiles(SHAPES.objects);
  const bytes = await readBytes(data, MOST_BYTES.rows).catch((cause: unknown) => {
    throw unreadableFile({
      doing: "read data file",
      path: data,
      cause,
      fix: "check the data file",
    });
  });
  const content = readContent(bytes, data);
  const choices = readChoiceFile(content, data);
  const contents = choices === undefined ? readContents(content, data) : undefined;
  const rowsRead = choices?.choices ?? contents!.contents;
  const { bad } = choices ?? contents!;
  if (bad.length > 0 && (!skipBad || rowsRead.length === 0)) {
    throw rowsUnusable(bad, { source: data, rows: rowsRead.length + bad.length });
  }
  const { folder: model } = await findModel(choice, called);
  const text = await loadSentences(onDisk(model), choice);
  const tokensIn = (sentence: string) => {
    const { start, end } = text.ownTokens(sentence);
    return end - start;
  };
  const making = { source: data, tokensIn, most, seed };
  const made = choices === undefined
    ? makePairs(contents!.contents, making)
    : pairsOfChoices(choices.choices, making);
  const identity = {
    command: "pairs",
    options: {
      ...optionTexts({ data: given, ...choice, "skip-bad": skipBad || undefined }),
      rows: `${most}`,
      seed: `${seed}`,
    },
    versions: versionsNow(),
    sources: {
      model: [{ file: "tokens", sha256: sha256Text(tokensText(made.pairs, text)) }],
      data: [{ file: basename(data), sha256: await sha256Bytes(bytes) }],
    },
  };
  using folder = await RunFolder.open(out, identity, { files: PAIR_FILES, overwrite });
  if (folder === undefined) {
    say(await finishedAlready(out, NO_PICTURES));
    return;
  }
  const { kept, dropped } = choices === undefined ? imagesKept(contents!.contents, made) : {
    kept: made.pairs.length,
    dropped: made.notMade.map(({ reason, n = 0 }) => ({ reason, n })),
  };
  const rows = {
    read: rowsRead.length + bad.length,
    kept,
    dropped: [...droppedRows(skippedRows(bad)), ...dropped],
  };
  const run = { identity, seed, rows, stopwatch };
  await folder.begin(manifestOf(run, PAIR_FILES), { overwrite });
  await folder.writeFile(PAIRS, pairsText(made.pairs));
  const { screen, summary } = pairsSummary(made, {
    read: `${rowsRead.length} ${choices === undefined ? "images" : "rows"}`,
    isControlled: choices === undefined,
    bad: bad.length,
    source: basename(data),
    model: nameOf(model, choice),
  });
  await folder.writeFile(SUMMARY, summary);
  await folder.finish(manifestOf(run, folder.files));
  say(screen);
  say(`Pairs: ${out}/${PAIRS}`);
}

function imagesKept(contents: readonly Contents[], { pairs }: MadePairs) {
  const shown = new Set(pairs.map(({ image }) => image));
  const kept = contents.filter(({ image }) => shown.has(image)).length;
  const n = contents.length - kept;
  return { kept, dropped: n === 0 ? [] : [{ reason: "no pair shows it", n }] };
}

/** The tokens of all sentences, which stand for the tokeniser whatever the form of its files. */
function tokensText(pairs: MadePairs["pairs"], text: SentenceReader): string {
  return pairs.map(({ caption, foil }) => `${text.encode(caption)}|${text.encode(foil)}`).join(
    "\n",
  );
}
