/**
 * Every message that a user can see, as functions that make the error to throw.
 *
 * A message is in sentence case without a final full stop. It says what could not be done, quotes the value, and says what was
 * expected and what to do. `TypeError` is for a wrong type or shape, `RangeError` for a wrong value, `SyntaxError` for unreadable text.
 */

/** Wrong use of a task: the process ends with exit code 2 instead of 1. */
export class UsageError extends Error {
  /** What a printed error begins with. */
  override readonly name = "UsageError";
}

// ---- usage (scripts, flags)

/** A flag that the task does not have. */
export function flagUnknown(flag: string, nearest: string | undefined): UsageError {
  const hint = nearest === undefined ? "--help lists the flags" : `the nearest is ${nearest}`;
  return new UsageError(`Cannot use "${flag}": there is no such flag; ${hint}`);
}

/** An argument without a flag before it. */
export function flagNotAlone(argument: string, example: string): UsageError {
  return new UsageError(
    `Cannot use "${argument}": expected a flag before it, such as ${example} "${argument}"`,
  );
}

/** A flag that comes twice. */
export function flagTwice(flag: string): UsageError {
  return new UsageError(`Cannot use ${flag} twice: give it once`);
}

/** A flag without its value. */
export function flagMissingValue(flag: string, value: string): UsageError {
  return new UsageError(`Cannot use ${flag}: expected ${flag} ${value}`);
}

/** A flag with a value that takes none. */
export function flagTakesNoValue(flag: string, value: string): UsageError {
  return new UsageError(`Cannot use ${flag} "${value}": expected ${flag} without a value`);
}

/** A flag with a value that it cannot have. */
export function flagValueWrong(flag: string, value: string, expected: string): UsageError {
  return new UsageError(`Cannot use ${flag} "${value}": expected ${expected}`);
}

/** A model or data of the user's without the rest. */
export function dataNotGiven(given: string, missing: string): UsageError {
  return new UsageError(`Cannot run with ${given} alone: expected ${missing} beside it`);
}

/** No program that runs notebooks. */
export function jupyterMissing(command: string): UsageError {
  return new UsageError(
    `Cannot run the notebooks with "${command}": expected Jupyter with nbconvert; get it by "python3 -m venv .venv && .venv/bin/pip install -r .ci/jupyter.txt", then set NEGSCOPE_JUPYTER=.venv/bin/jupyter`,
  );
}

/** A file without the cells of a notebook. */
export function notebookWithoutCells(path: string): TypeError {
  return new TypeError(
    `Cannot run notebook "${path}": it has no list of cells; name files such as notebooks/01_tour.ipynb`,
  );
}

/** No notebook of that name. */
export function notebookMissing(path: string, cause: unknown): Error {
  return new Error(
    `Cannot run notebook "${path}": ${
      readingFailure(cause)
    }; name files such as notebooks/01_tour.ipynb`,
    { cause },
  );
}

/** Flags that leave no row. */
export function noRowsLeft(path: string, rows: number): UsageError {
  return new UsageError(
    `Cannot run on "${path}": --limit and --shard leave none of its ${rows} rows; take a smaller N`,
  );
}

/** What an interrupted task says; no error, since the user wanted it. */
export function interrupted(
  { resumable, overwrite }: { readonly resumable: boolean; readonly overwrite: boolean },
): string {
  if (!resumable) return "Interrupted: give the same command to start again";
  const command = overwrite ? "the same command without --overwrite" : "the same command";
  return `Interrupted: finished rows are kept; give ${command} to go on`;
}

// ---- files and folders

/** An output folder that cannot be written to. */
export function folderNotWritable(path: string, cause: unknown): Error {
  const code = codeOf(cause);
  const why = code === "EEXIST" || code === "ENOTDIR"
    ? "a file is in the way"
    : code === "EACCES" || code === "EPERM" || code === "EROFS" ||
        cause instanceof Deno.errors.NotCapable
    ? "it may not be written to"
    : code === "ENOSPC" || code === "EDQUOT"
    ? "the disk is full"
    : firstLine(cause);
  return new Error(`Cannot write into "${path}": ${why}; choose another folder with --out`, {
    cause,
  });
}

/** An output folder with files of the names to be written, but of no run. */
export function folderHoldsFiles(path: string, names: readonly string[]): Error {
  return new Error(
    `Cannot write into "${path}": it holds ${
      names.join(", ")
    } without a manifest.json; choose another folder with --out, or --overwrite`,
  );
}

/** An output folder with another run. */
export function folderHoldsOtherRun(path: string, difference: string): Error {
  return new Error(
    `Cannot write into "${path}": it holds another run, ${difference}; choose another folder with --out, or --overwrite`,
  );
}

/** An output folder that another process writes into. */
export function folderInUse(path: string): Error {
  return new Error(
    `Cannot write into "${path}": another run is writing into it; wait until it is done, or choose another folder with --out`,
  );
}

/** A file that cannot be written. */
export function fileNotWritten(path: string, cause: unknown): Error {
  const code = codeOf(cause);
  const why = code === "ENOENT"
    ? "its folder does not exist; make it first"
    : code === "EISDIR"
    ? "a folder of that name is in the way; move it or write elsewhere"
    : code === "ENOSPC" || code === "EDQUOT"
    ? "the disk is full; make room and start again"
    : code === "EACCES" || code === "EPERM" || code === "EROFS"
    ? "it may not be written there; choose a folder that you may write to"
    : firstLine(cause);
  return new Error(`Cannot write "${path}": ${why}`, { cause });
}

// ---- model folder, tokeniser, images

/** A file that a model folder lacks. */
export function modelFolderLacks(folder: string, file: string): Error {
  return new Error(
    `Cannot find "${file}" in model folder "${folder}": expected a folder in Hugging Face layout (config.json, tokenizer.json, preprocessor_config.json, onnx/); check --model`,
  );
}

/** A file of a model folder that cannot be read. */
export function modelFolderUnreadable(path: string, cause: unknown): Error {
  return new Error(`Cannot read "${path}": ${readingFailure(cause)}; check --model`, { cause });
}

/** A file that is not JSON. */
export function jsonUnreadable(path: string, cause: unknown): SyntaxError {
  return new SyntaxError(
    `Cannot read "${path}" as JSON: ${firstLine(cause)}; download or write it again`,
    { cause },
  );
}

/** A file that is JSON, but no object. */
export function jsonNotObject(path: string, value: unknown): TypeError {
  return new TypeError(`Cannot use "${path}": expected a JSON object, but it is ${shown(value)}`);
}

/** A setting of the wrong type. */
export function settingOfWrongType(
  file: string,
  key: string,
  value: unknown,
  expected: string,
): TypeError {
  return new TypeError(
    `Cannot use "${file}": "${key}" must be ${expected}, but it is ${shown(value)}`,
  );
}

/** A setting of the right type whose value cannot be. */
export function settingOfWrongValue(
  file: string,
  key: string,
  value: unknown,
  expected: string,
): RangeError {
  return new RangeError(
    `Cannot use "${file}": "${key}" must be ${expected}, but it is ${shown(value)}`,
  );
}

/** A model of another kind. */
export function modelNotClip(file: string, modelType: unknown): RangeError {
  return new RangeError(
    `Cannot use "${file}": "model_type" must be "clip", but it is ${
      shown(modelType)
    }; point --model at a CLIP model with both towers' settings`,
  );
}

/** A tokeniser file that the tokeniser library does not take. */
export function tokenizerUnreadable(path: string, cause: unknown): TypeError {
  return new TypeError(
    `Cannot make a tokeniser from "${path}": ${
      libraryLine(cause)
    }; save it again as a fast tokeniser`,
    { cause },
  );
}

/** A tokeniser of another kind. */
export function tokenizerNotClip(path: string, found: string): TypeError {
  return new TypeError(
    `Cannot use "${path}": expected CLIP's tokeniser (byte pairs with "</w>" at the end of a word, a start and an end token around the sentence), but it ${found}; take the tokenizer.json of the model`,
  );
}

/** A token that the model has no embedding of. */
export function tokenBeyondVocabulary(
  path: string,
  { token, id, vocabSize }: {
    readonly token: string;
    readonly id: number;
    readonly vocabSize: number;
  },
): RangeError {
  return new RangeError(
    `Cannot use "${path}": token "${token}" has id ${id}, but config.json has a vocabulary of ${vocabSize}; take tokenizer.json and config.json from the same model`,
  );
}

/** An end token that the model does not read the embedding at. */
export function endTokenDiffers(path: string, id: number, expected: number): RangeError {
  return new RangeError(
    `Cannot use "${path}": its end token has id ${id}, but "eos_token_id" of config.json is ${expected}; take tokenizer.json and config.json from the same model`,
  );
}

/** A sentence that the tokeniser makes no token ids of. */
export function sentenceNotEncoded(sentence: string, cause: unknown): TypeError {
  return new TypeError(
    `Cannot make token ids of ${shown(sentence)}: ${
      libraryLine(cause)
    }; take the tokenizer.json of the model`,
    { cause },
  );
}

/** A token id that the tokeniser does not have. */
export function tokenUnknown(id: number): RangeError {
  return new RangeError(
    `Cannot name token ${id}: the tokeniser has no such id; check that it belongs to the model`,
  );
}

/** A folder of images that is none. */
export function imageFolderMissing(folder: string, cause: unknown): Error {
  return new Error(
    `Cannot find images in "${folder}": there is no such folder; check --images`,
    { cause },
  );
}

/** An image that is not there. */
export function imageMissing(
  name: string,
  { folder, pair }: { readonly folder: string; readonly pair?: string | undefined },
): Error {
  const of = pair === undefined ? "" : ` of pair "${pair}"`;
  return new Error(
    `Cannot find image "${name}"${of} in folder "${folder}": there is no such file; check --images`,
  );
}

/** An image that cannot be read from its folder. */
export function imageUnreachable(
  name: string,
  { folder, pair, cause }: {
    readonly folder: string;
    readonly pair?: string | undefined;
    readonly cause: unknown;
  },
): Error {
  const of = pair === undefined ? "" : ` of pair "${pair}"`;
  return new Error(
    `Cannot read image "${name}"${of} from folder "${folder}": ${
      readingFailure(cause)
    }; check --images`,
    { cause },
  );
}

/** An image name that leads out of the image folder. */
export function imageOutside(
  name: string,
  { folder, pair }: { readonly folder: string; readonly pair?: string | undefined },
): RangeError {
  const of = pair === undefined ? "" : ` of pair "${pair}"`;
  return new RangeError(
    `Cannot read image "${name}"${of}: it lies outside the image folder "${folder}"; name a file within it, without "..", and copy what a link points to`,
  );
}

/** Bytes that are no image. */
export function imageUndecodable(name: string, why: string, cause?: unknown): SyntaxError {
  return new SyntaxError(
    `Cannot decode image "${name}": ${why}; expected a whole JPEG, PNG, WebP, GIF or TIFF file`,
    { cause },
  );
}

/** An image with more pixels than any photograph. */
export function imageTooLarge(name: string, limit: number): RangeError {
  return new RangeError(
    `Cannot decode image "${name}": it has more than ${limit} pixels; scale it down first`,
  );
}

// ---- pairs

/** A data file that is not there or cannot be read. */
export function dataFileUnreadable(path: string, cause: unknown): Error {
  return new Error(`Cannot read data file "${path}": ${readingFailure(cause)}; check --data`, {
    cause,
  });
}

/** A text that holds pairs in none of the known forms. */
export function dataFormatUnknown(source: string, why: string): SyntaxError {
  return new SyntaxError(
    `Cannot read pairs from "${source}": expected the JSON object of a VALSE file, a JSON array of pairs, or CSV with columns id, image, negation, caption, foil, but ${why}`,
  );
}

/** A data file with a syntax error. */
export function dataBroken(source: string, form: "JSON" | "CSV", cause: unknown): SyntaxError {
  return new SyntaxError(
    `Cannot read "${source}" as ${form}: ${firstLine(cause)}; mend it or write it again`,
    { cause },
  );
}

/** A table of pairs without a column that it needs. */
export function dataColumnMissing(
  source: string,
  column: string,
  found: readonly string[],
): TypeError {
  return new TypeError(
    `Cannot read pairs from "${source}": column "${column}" is missing; expected id, image, negation, caption, foil[, negator][, subject_size], found ${
      found.join(", ")
    }`,
  );
}

/** A table of pairs with two columns of one name. */
export function dataColumnTwice(source: string, column: string): TypeError {
  return new TypeError(
    `Cannot read pairs from "${source}": column "${column}" is there twice; rename or remove one`,
  );
}

/** A CSV record with too many or too few fields. */
export function dataFieldsDiffer(
  source: string,
  { row, fields, columns }: {
    readonly row: number;
    readonly fields: number;
    readonly columns: number;
  },
): SyntaxError {
  return new SyntaxError(
    `Cannot read row ${row} from "${source}": it has ${fields} fields, but the header has ${columns}; put quotes around text with commas`,
  );
}

/** A data file without a single pair to use. */
export function dataEmpty(source: string, why: string): RangeError {
  return new RangeError(`Cannot use data file "${source}": ${why}; expected at least one pair`);
}

/** Where a row stands: its data file, and itself as messages name it. */
interface RowPlace {
  readonly source: string;
  readonly where: string;
}

/** A value of a row, and what it should be. */
interface WrongValue {
  readonly key: string;
  readonly value: unknown;
  readonly expected: string;
}

/** A row that is no record of values. */
export function pairNotObject({ source, where }: RowPlace, value: unknown): TypeError {
  return new TypeError(
    `Cannot read ${where} from "${source}": expected an object, but it is ${shown(value)}`,
  );
}

/** A value of a row that is of the wrong type. */
export function pairValueOfWrongType(place: RowPlace, wrong: WrongValue): TypeError {
  return new TypeError(pairValueMessage(place, wrong));
}

/** A value of a row that is of the right type, but cannot be. */
export function pairValueWrong(place: RowPlace, wrong: WrongValue): RangeError {
  return new RangeError(pairValueMessage(place, wrong));
}

function pairValueMessage({ source, where }: RowPlace, wrong: WrongValue): string {
  const found = shown(wrong.value);
  return `Cannot read ${where} from "${source}": "${wrong.key}" must be ${wrong.expected}, but it is ${found}`;
}

/** An id that two rows share. */
export function pairIdRepeated({ source, where }: RowPlace, first: string): RangeError {
  return new RangeError(
    `Cannot read ${where} from "${source}": "id" must be unique, but ${first} has it already`,
  );
}

/** A pair of sentences that are the same. */
export function pairSentencesEqual({ source, where }: RowPlace): RangeError {
  return new RangeError(
    `Cannot read ${where} from "${source}": "caption" and "foil" must differ, but they are the same sentence`,
  );
}

/** A pair that is not in the rephrased form. */
export function pairWordsDiffer({ source, where }: RowPlace, found: string): RangeError {
  return new RangeError(
    `Cannot read ${where} from "${source}": caption and foil must differ in exactly one word, but they ${found}; use --protocol standard`,
  );
}

/** A rephrased pair whose sentences have different numbers of tokens. */
export function pairLengthsDiffer(id: string, negated: number, affirmative: number): RangeError {
  return new RangeError(
    `Cannot align pair "${id}": its sentences must have equally many tokens, but the negated one has ${negated} and the affirmative one ${affirmative}; use --protocol standard`,
  );
}

/** A pair whose negated sentence has nothing to negate with. */
export function pairNegatorMissing(id: string): RangeError {
  return new RangeError(
    `Cannot find the negator of pair "${id}": the affirmative sentence has every token of the negated one; check which sentence is negated, and that both fit into the tokens that the model reads`,
  );
}

/** A rephrased pair whose sentences differ in other than one token. */
export function pairTokensDiffer(id: string, tokens: number): RangeError {
  return new RangeError(
    `Cannot align pair "${id}": its sentences must differ in exactly one token, but they differ in ${tokens}; use --protocol standard`,
  );
}

/** A negator position that does not fit the sentence. */
export function pairNegatorWrong(id: string, negator: number, expected: string): RangeError {
  return new RangeError(
    `Cannot align pair "${id}": its negator must be ${expected}, but it is ${negator}`,
  );
}

// ---- finished runs and the published tables

/** A run's folder that is not there. */
export function runMissing(folder: string): Error {
  return new Error(
    `Cannot read run "${folder}": there is no such folder; expected the folder of a finished run, such as results/trace after deno task trace`,
  );
}

/** A folder that no run was written into. */
export function runManifestMissing(folder: string): Error {
  return new Error(
    `Cannot read run "${folder}": it holds no manifest.json; expected the folder of a finished run, such as results/trace after deno task trace`,
  );
}

/** A manifest that says nothing. */
export function runManifestUnreadable(path: string, cause: unknown): SyntaxError {
  return new SyntaxError(
    `Cannot read "${path}" as a run's manifest: ${firstLine(cause)}; repeat the run`,
    { cause },
  );
}

/** A run that was stopped, or is still under way. */
export function runUnfinished(folder: string): Error {
  return new Error(
    `Cannot read run "${folder}": it is not finished; wait for it, or start it again with the same command`,
  );
}

/** A run without a table that was published. */
export function runNothingToCompare(
  folder: string,
  tables: readonly { readonly measured: string; readonly task: string }[],
): RangeError {
  const expected = new Set(tables.map(({ measured, task }) => `${measured} of deno task ${task}`));
  return new RangeError(
    `Cannot compare run "${folder}": it has no table that was published; expected ${
      [...expected].join(", ")
    }`,
  );
}

/** A trace of other activations than the published one. */
export function runSiteDiffers(folder: string, site: string, expected: string): RangeError {
  return new RangeError(
    `Cannot compare run "${folder}": its trace.csv is of site "${site}", but the published one is of "${expected}"; trace with --site ${expected}`,
  );
}

/** A table that two runs have. */
export function runTableTwice(file: string, first: string, second: string): RangeError {
  return new RangeError(
    `Cannot compare runs "${first}" and "${second}" at once: both have ${file}; name only one of them`,
  );
}

/** A table of the kit's that is no CSV. */
export function tableUnreadable(path: string, cause: unknown): SyntaxError {
  return new SyntaxError(
    `Cannot read table "${path}": ${firstLine(cause)}; restore the file as it was written`,
    { cause },
  );
}

/** A value that its column cannot hold. */
export function tableValueWrong(
  { source, row }: { readonly source: string; readonly row: number },
  { column, value, expected }: {
    readonly column: string;
    readonly value: string | undefined;
    readonly expected: string;
  },
): SyntaxError {
  const found = value === undefined ? "there is no such column" : `it is ${shown(value)}`;
  return new SyntaxError(
    `Cannot read row ${row} of table "${source}": "${column}" must be ${expected}, but ${found}; restore the file as it was written`,
  );
}

/** A row that repeats another one's cell. */
export function tableCellTwice(
  { source, row }: { readonly source: string; readonly row: number },
  first: number,
): SyntaxError {
  return new SyntaxError(
    `Cannot read row ${row} of table "${source}": row ${first} holds the same cell; restore the file as it was written`,
  );
}

/** A table that the kit should have brought along. */
export function publishedMissing(path: string, cause: unknown): Error {
  return new Error(
    `Cannot read "${path}": it belongs to the kit and holds published figures; install the kit again`,
    { cause },
  );
}

/** A published table with more or fewer cells than the paper has. */
export function publishedSizeDiffers(path: string, cells: number, expected: number): RangeError {
  return new RangeError(
    `Cannot use "${path}": expected ${expected} published figures, but it has ${cells}; install the kit again`,
  );
}

/** A published cell without its figure. */
export function publishedValueMissing(path: string, column: string): RangeError {
  return new RangeError(
    `Cannot use "${path}": expected a figure in every row, but "${column}" is empty in one; install the kit again`,
  );
}

// ---- shards

/** Where a shard stands among those of its run. */
interface ShardPlace {
  readonly folder: string;
  readonly k: number;
  readonly n: number;
}

/** A folder with a run that is no part of one. */
export function shardNotOne(folder: string): RangeError {
  return new RangeError(
    `Cannot merge "${folder}": it holds a whole run; expected the folders of runs with --shard K/N`,
  );
}

/** Shards of a run in different numbers of parts. */
export function shardOtherCount(shard: ShardPlace, first: ShardPlace): RangeError {
  return new RangeError(
    `Cannot merge "${shard.folder}" with "${first.folder}": it is shard ${shard.k}/${shard.n}, that is ${first.k}/${first.n}; expected shards of one N`,
  );
}

/** Shards of different runs. */
export function shardForeign(
  folder: string,
  first: string,
  { key, there, here }: { readonly key: string; readonly there: string; readonly here: string },
): RangeError {
  return new RangeError(
    `Cannot merge "${folder}" with "${first}": they are of different runs, its ${key} is ${here}, that one's is ${there}; run the shard again as the others`,
  );
}

/** A shard that is there twice. */
export function shardTwice(shard: string, [first, second]: readonly [string, string]): RangeError {
  const where = first === second
    ? `"${first}" is named twice`
    : `"${first}" and "${second}" both hold it`;
  return new RangeError(`Cannot merge shard ${shard} twice: ${where}; name each shard once`);
}

/** Shards that no folder holds. */
export function shardsMissing(missing: readonly string[]): RangeError {
  const which = missing.length > 8
    ? `${missing.slice(0, 8).join(", ")} and ${missing.length - 8} more`
    : missing.join(", ");
  return new RangeError(
    `Cannot merge without shard ${which}: expected every shard of the run; run the same command with --shard ${
      missing[0]
    } and name its folder too`,
  );
}

/** Shards of another release than the one that merges. */
export function shardOtherVersion(
  folder: string,
  { key, there, here }: { readonly key: string; readonly there: string; readonly here: string },
): RangeError {
  return new RangeError(
    `Cannot merge "${folder}": its ${key} is ${there}, this one's is ${here}; merge with the version that made the shards, or run them again`,
  );
}

/** A shard without its rows. */
export function shardRowsUnreadable(path: string, cause: unknown): SyntaxError {
  return new SyntaxError(
    `Cannot read the rows of a shard from "${path}": ${
      cause instanceof Deno.errors.NotFound ? "there is no such file" : firstLine(cause)
    }; copy the shard's folder again, or repeat its run with --overwrite`,
    { cause },
  );
}

// ---- ONNX graphs

/** The bytes are no ONNX model. */
export function onnxUnreadable(source: string, cause: unknown): SyntaxError {
  const message =
    `Cannot read "${source}" as an ONNX model: the file is truncated or of another format; export or download it again`;
  return new SyntaxError(message, { cause });
}

/** The model has nothing to compute. */
export function onnxEmpty(source: string): SyntaxError {
  return new SyntaxError(
    `Cannot read "${source}" as an ONNX model: it holds no graph with nodes; export or download it again`,
  );
}

/** A node reads what nothing before it makes. */
export function onnxUnsorted(source: string, node: string, value: string): SyntaxError {
  return new SyntaxError(
    `Cannot use "${source}": node "${node}" reads "${value}", which no weight, input or earlier node provides; export it again`,
  );
}

/** A graph with more nodes and values than CLIP can have. */
export function onnxTooLarge(source: string, entries: number, limit: number): RangeError {
  return new RangeError(
    `Cannot use "${source}": its graph describes ${entries} nodes and values where ${limit} are allowed; export the plain CLIP towers`,
  );
}

/** A value that is made twice. */
export function onnxRepeats(source: string, value: string): SyntaxError {
  return new SyntaxError(
    `Cannot use "${source}": value "${value}" is made or stored twice; export or download it again`,
  );
}

/** A weight whose data and dimensions disagree. */
export function weightWrong(source: string, weight: string, has: string): RangeError {
  return new RangeError(
    `Cannot use "${source}": weight "${weight}" ${has}; export or download it again`,
  );
}

/** A node that no part of CLIP has. */
export function nodeWrong(source: string, node: string, why: string): RangeError {
  return new RangeError(
    `Cannot use "${source}": node "${node}" ${why}; export the plain CLIP towers`,
  );
}

/** A weight that lies in another file where no such file is looked for. */
export function weightElsewhere(source: string, weight: string): TypeError {
  return new TypeError(
    `Cannot use "${source}": weight "${weight}" lies in another file; expected only named weights to, save the model again`,
  );
}

/** A weight whose file lies outside the model's folder. */
export function externalDataOutside(source: string, weight: string, location: string): RangeError {
  return new RangeError(
    `Cannot read weight "${weight}" of "${source}": "${location}" lies outside the model's folder; put the file beside the model`,
  );
}

/** A weight that its file does not hold. */
export function externalDataWrong(source: string, weight: string, why: string): RangeError {
  return new RangeError(
    `Cannot read weight "${weight}" of "${source}": ${why}; download model and weights again, both of one version`,
  );
}

/** A part of a model that is too large to be loaded by itself. */
export function pieceTooLarge(source: string, bytes: number): RangeError {
  return new RangeError(
    `Cannot load "${source}": a part between two hook points has ${bytes} bytes of weights where 2 GB is the limit; use a model with smaller blocks`,
  );
}

/** A graph whose attention blocks are not those of the configuration. */
export function blockCountDiffers(source: string, found: number, expected: number): TypeError {
  return new TypeError(
    `Cannot find the attention blocks of "${source}": expected ${expected} as in config.json, found ${found}; check that the file and config.json belong together`,
  );
}

/** A graph in which a hook point has no value of its own. */
export function hookUnreachable(source: string, hook: string, advice: string): TypeError {
  return new TypeError(`Cannot reach hook point "${hook}" in "${source}": ${advice}`);
}

/** A graph without a tower's input or output. */
export function towerMissing(
  source: string,
  tower: string,
  names: readonly string[],
  found: readonly string[],
): TypeError {
  const expected = names.map((name) => `"${name}"`).join(" and ");
  return new TypeError(
    `Cannot find the ${tower} tower in "${source}": expected ${expected}, found ${
      found.join(", ")
    }; point at a CLIP export with this tower`,
  );
}

/** A graph that wants an input the kit cannot provide. */
export function inputUnknown(source: string, input: string): TypeError {
  return new TypeError(
    `Cannot feed input "${input}" of "${source}": expected input_ids, attention_mask, position_ids or pixel_values; export the plain CLIP towers`,
  );
}

/** A value whose size is not what config.json says. */
export function hookShapeDiffers(
  source: string,
  hook: string,
  values: number,
  expected: readonly number[],
): TypeError {
  return new TypeError(
    `Cannot use "${source}": hook point "${hook}" holds ${values} values where config.json asks for [${
      expected.join(", ")
    }]; check that the file and config.json belong together`,
  );
}

/** An input that is bound to more rows and positions than can be run. */
export function inputTooLarge(source: string, input: string, size: readonly string[]): RangeError {
  return new RangeError(
    `Cannot use "${source}": its input "${input}" has the fixed size [${
      size.join(", ")
    }]; use an export with dynamic axes`,
  );
}

/** An output that holds no embeddings. */
export function embeddingTypeDiffers(
  source: string,
  output: string,
  type: string | undefined,
): TypeError {
  return new TypeError(
    `Cannot use "${source}": its output "${output}" must be of float32, but it is of ${
      type ?? "no known type"
    }; export the plain CLIP towers`,
  );
}

/** A sentence with more tokens than a graph is made for. */
export function inputTooLong(source: string, tokens: number, limit: number): RangeError {
  return new RangeError(
    `Cannot run a sentence of ${tokens} tokens: "${source}" is bound to ${limit}; use an export with dynamic axes`,
  );
}

/** A tower without a file. */
export function onnxFileMissing(candidates: readonly string[], found: readonly string[]): Error {
  const expected = candidates.map((path) => `"${path}"`).join(" or ");
  const names = found.length === 0 ? "no ONNX file" : found.join(", ");
  return new Error(
    `Cannot find ${expected}: the folder's onnx/ holds ${names}; choose one with --onnx, --onnx-text or --onnx-vision`,
  );
}

/** A tower that was left out when loading. */
export function towerNotLoaded(tower: string): TypeError {
  return new TypeError(
    `Cannot use the ${tower} tower: it was not loaded; add "${tower}" to the towers of Clip.load()`,
  );
}

/** A tower whose sessions are gone. */
export function towerReleased(tower: string): TypeError {
  return new TypeError(`Cannot run the ${tower} tower: it was released; load the model again`);
}

/** Pixels of another size than the image tower's input. */
export function pixelsShapeDiffers(
  found: readonly number[],
  expected: readonly number[],
): TypeError {
  return new TypeError(
    `Cannot embed pixels of shape [${found.join(", ")}]: expected [${
      expected.join(", ")
    }] as made by pixels()`,
  );
}

/** An embedding whose size is not what config.json says. */
export function embeddingSizeDiffers(source: string, found: number, expected: number): TypeError {
  return new TypeError(
    `Cannot use "${source}": its embeddings have ${found} values where config.json asks for ${expected}; check that the file and config.json belong together`,
  );
}

/** A model file that cannot be read. */
export function modelFileUnreadable(path: string, cause: unknown): Error {
  return new Error(
    `Cannot read model file "${path}": ${readingFailure(cause)}; check --model and --onnx`,
    { cause },
  );
}

/** A model file that another has taken the place of. */
export function modelFileChanged(path: string): Error {
  return new Error(
    `Cannot go on with model file "${path}": it has changed since it was loaded; start again`,
  );
}

/** A value whose element type cannot be told. */
export function onnxUnknownType(source: string, value: string): TypeError {
  return new TypeError(
    `Cannot cut "${source}" at "${value}": its element type is neither stored nor known from its operator; export it again with shape inference`,
  );
}

/** A cut at a place that its chain has passed. */
export function cutOutOfOrder(source: string, value: string): RangeError {
  return new RangeError(
    `Cannot cut "${source}" at "${value}": it is made before its stage, or depends on another target of the stage; list targets in the order of computation`,
  );
}

/** A graph whose blocks need more than rows outside attention. */
export function rowsInseparable(source: string): TypeError {
  return new TypeError(
    `Cannot sweep "${source}" by the fast schedule: a block's projections or its MLP need more than the rows that they change; the general sweep is used, or take a plain export of CLIP`,
  );
}

/** Pieces that, row by row, do not compute what the whole graph does. */
export function rowsDisagree(source: string, { difference, bound }: {
  readonly difference: number;
  readonly bound: number;
}): TypeError {
  return new TypeError(
    `Cannot sweep "${source}" by the fast schedule: row by row its embeddings differ by ${
      difference.toExponential(1)
    } of the largest value, expected at most ${
      bound.toExponential(0)
    }, as with half-precision weights; the general sweep is used, or take a float32 export of CLIP`,
  );
}

/** The runtime does not load a model. */
export function sessionRefused(source: string, cause: unknown): TypeError {
  return new TypeError(`Cannot load "${source}" in ONNX Runtime: ${firstLine(cause)}`, { cause });
}

/** The runtime stops in a run. */
export function sessionRunFailed(source: string, cause: unknown): Error {
  return new Error(
    `Cannot run "${source}": ${
      firstLine(cause)
    }; check that the file and config.json belong together`,
    { cause },
  );
}

/** A value of a type that CLIP has no use for. */
export function valueTypeUnknown(source: string, value: string, type: string): TypeError {
  return new TypeError(
    `Cannot use value "${value}" of "${source}": expected float32, int64, int32 or bool, but it is ${type}; export the plain CLIP towers`,
  );
}

/** A value that a run does not hold as numbers. */
export function liveValueMissing(name: string): TypeError {
  return new TypeError(
    `Cannot change "${name}": the run holds no float32 value of this name at this stop; ask for its hook point`,
  );
}

// ---- hook points and interventions

/** Storage and shape disagree. */
export function tensorSizeMismatch(
  values: number,
  shape: readonly number[],
  axes: readonly string[],
): TypeError {
  return new TypeError(
    `Cannot make a tensor of shape [${shape.join(", ")}] with axes [${
      axes.join(", ")
    }] from ${values} values: expected one value per cell and one axis name per size`,
  );
}

/** An index that no value has. */
export function tensorIndexOutside(indices: readonly number[], tensor: string): RangeError {
  return new RangeError(
    `Cannot read index [${
      indices.join(", ")
    }] of ${tensor}: expected one index per axis, each from 0 to below its size`,
  );
}

/** A hook point that the tower does not have. */
export function unknownHook(pattern: string, nearest: readonly string[]): RangeError {
  const names = nearest.map((name) => `"${name}"`).join(", ");
  return new RangeError(
    `Cannot find hook point "${pattern}": the nearest are ${names}; run the inspect task for all of them`,
  );
}

/** A hook point that a cache does not hold. */
export function cacheLacksHook(name: string, cached: readonly string[]): RangeError {
  return new RangeError(
    `Cannot read "${name}" from the cache: it holds ${
      cached.join(", ") || "nothing"
    }; ask for it in runWithCache`,
  );
}

/** A row that a cache does not hold. */
export function cacheLacksRow(name: string, row: number, rows: number): RangeError {
  return new RangeError(
    `Cannot read row ${row} of "${name}" from the cache: expected a row from 0 to ${rows - 1}`,
  );
}

/** Rows of several lengths cannot stand in one tensor. */
export function cacheLengthsDiffer(name: string): RangeError {
  return new RangeError(
    `Cannot read "${name}" of all rows as one tensor: their token lengths differ; read one row at a time with row(name, index)`,
  );
}

/** A selection on an axis that the hook point does not have. */
export function selectionUnknownAxis(
  hook: string,
  key: string,
  axes: readonly string[],
): TypeError {
  return new TypeError(
    `Cannot select ${key} of "${hook}": its axes are [${axes.join(", ")}]; leave ${key} out`,
  );
}

/** A selection that no value has. */
export function selectionOutside(
  hook: string,
  key: string,
  index: number,
  size: number,
): RangeError {
  return new RangeError(
    `Cannot select ${key} ${index} of "${hook}": expected a whole number from 0 to ${size - 1}`,
  );
}

/** A knock-out of something that is no attention pattern. */
export function interventionNeedsPattern(hook: string): TypeError {
  return new TypeError(
    `Cannot knock out "${hook}": it holds no attention weights; use a hook_pattern, or zero() for other values`,
  );
}

/** A mean over positions of something that has none. */
export function meanNeedsPositions(hook: string): TypeError {
  return new TypeError(
    `Cannot take the mean of "${hook}" over positions: its axes are queries and keys; use patch() or edit()`,
  );
}

/** A vector or a source of another size. */
export function interventionSizeDiffers(hook: string, size: number, expected: number): TypeError {
  return new TypeError(
    `Cannot write into "${hook}": the values given have size ${size} where ${expected} is expected; take them from the same hook point and token length`,
  );
}

/** A cache whose rows do not pair with the run's. */
export function interventionRowsDiffer(hook: string, rows: number, expected: number): RangeError {
  return new RangeError(
    `Cannot patch "${hook}": the cache has ${rows} rows and the run ${expected}; use a cache of one row, one of as many rows, or say fromRow`,
  );
}

/** A patch from one position to none or several. */
export function patchNeedsPosition(hook: string): TypeError {
  return new TypeError(
    `Cannot patch "${hook}" with fromPosition: expected a single position to write to; say position, or leave fromPosition out`,
  );
}

/** An edit function that returns another shape. */
export function editChangedShape(
  hook: string,
  expected: readonly number[],
  found: readonly number[],
): TypeError {
  return new TypeError(
    `Cannot use what the edit of "${hook}" returned: its shape is [${found.join(", ")}] where [${
      expected.join(", ")
    }] is expected`,
  );
}

/** Embeddings of different sizes. */
export function vectorsDiffer(text: number, image: number): RangeError {
  return new RangeError(
    `Cannot compare a text embedding of ${text} values with an image embedding of ${image}: expected both from one model`,
  );
}

/** The reference of a benchmark that does not run. */
export function referenceFailed(python: string, script: string, said: string): Error {
  const last = said.split("\n").at(-1);
  return new Error(
    `Cannot compare with "${python}"${
      script === "" ? "" : ` and "${script}"`
    }: ${last}; --compare needs a Python with torch and transformers 5, --reference the script, and the model folder its model.safetensors`,
  );
}

// ---- statistics

/** A seed that would not be told from another one. */
export function seedOutOfRange(seed: number): RangeError {
  return new RangeError(
    `Cannot seed with ${seed}: expected a whole number from 0 to 4294967295; choose another with --seed`,
  );
}

/** A range without a whole number in it. */
export function randomRangeEmpty(n: number): RangeError {
  return new RangeError(`Cannot draw a whole number below ${n}: expected a whole number from 1`);
}

/** A bootstrap that says nothing. */
export function bootstrapOptionInvalid(
  option: string,
  value: number,
  expected: string,
): RangeError {
  return new RangeError(`Cannot bootstrap with ${option} ${value}: expected ${expected}`);
}

/** A column that does not go with the rows. */
export function bootstrapRowsDiffer(values: number, rows: number): TypeError {
  return new TypeError(
    `Cannot bootstrap ${values} values over ${rows} rows: expected one value per row`,
  );
}

/** A value that would make every sum useless. */
export function bootstrapValueNotFinite(row: number, value: number): RangeError {
  return new RangeError(
    `Cannot bootstrap as every value must be finite: value ${row} is ${value}; leave a missing value undefined`,
  );
}

/** Columns that are not of the same rows. */
export function columnsDiffer(values: number, rows: number): TypeError {
  return new TypeError(
    `Cannot compare columns of ${values} and ${rows} values: expected one value of each per row`,
  );
}

/** A value that would make a statistic useless. */
export function columnValueNotFinite(row: number, value: number): RangeError {
  return new RangeError(
    `Cannot compare columns as every value must be finite: value ${row} is ${value}; leave out rows with a missing value`,
  );
}

/** A permutation test without permutations. */
export function permutationsInvalid(permutations: number): RangeError {
  return new RangeError(
    `Cannot test with ${permutations} permutations: expected a whole number from 1`,
  );
}

/** Keys that do not go with the rows to permute. */
export function permutationKeysDiffer(keys: number, rows: number): TypeError {
  return new TypeError(
    `Cannot permute ${rows} rows with ${keys} keys: expected one key of each kind per row`,
  );
}

/** A feature of rows where one of their clusters is expected. */
export function featureNotOfCluster(feature: number, cluster: string): RangeError {
  return new RangeError(
    `Cannot shuffle feature ${feature} among clusters: it differs between the rows of "${cluster}"; shuffle it among rows with testRowFeatures()`,
  );
}

/** A p-value that is no probability. */
export function pValueOutOfRange(index: number, value: number): RangeError {
  return new RangeError(
    `Cannot adjust p-values as each must be in [0, 1]: value ${index} is ${value}; leave a missing one undefined`,
  );
}

/** A share that is not between 0 and 1. */
export function levelInvalid(level: number): RangeError {
  return new RangeError(`Cannot draw a band at level ${level}: expected a share between 0 and 1`);
}

// ---- reports

/** A document to write a table into that cannot be read. */
export function documentUnreadable(path: string, cause: unknown): Error {
  return new Error(
    `Cannot update document "${path}": ${readingFailure(cause)}; check --document`,
    { cause },
  );
}

/** A document without the place for a table. */
export function markdownMarkMissing(name: string): SyntaxError {
  return new SyntaxError(
    `Cannot update the document: expected "<!-- ${name} -->" and "<!-- /${name} -->" in it; put both marks where the table belongs`,
  );
}

/** A font that the kit should have brought along. */
export function fontMissing(path: string, cause: unknown): Error {
  return new Error(
    `Cannot read font "${path}": it belongs to the kit and charts are measured with it; install the kit again`,
    { cause },
  );
}

/** A font file that is not the one that the kit brought along. */
export function fontDamaged(cause?: unknown): Error {
  return new Error(
    "Cannot read the kit's font: the file is no TrueType font; install the kit again",
    { cause },
  );
}

/** A folder to draw figures from that has none. */
export function noCharts(folder: string, cause?: unknown): Error {
  return new Error(
    `Cannot find charts (NAME.vl.json) in "${folder}"; give the folder of a finished run, such as results/trace`,
    { cause },
  );
}

/** A chart's file that holds no spec. */
export function chartUnreadable(path: string, cause?: unknown): SyntaxError {
  return new SyntaxError(
    `Cannot read chart "${path}": it must be a JSON object, a Vega-Lite spec; repeat the run with --overwrite`,
    { cause },
  );
}

/** A chart whose labels take more width than its preset has. */
export function pictureTooNarrow(
  preset: string,
  { width, needed }: { readonly width: number; readonly needed: number },
): RangeError {
  return new RangeError(
    `Cannot fit the chart into ${width} points of "${preset}": labels and legends alone need ${needed}; take a wider venue`,
  );
}

/** A release of Vega that does not let text be measured. */
export function textNotMeasurable(): TypeError {
  return new TypeError(
    "Cannot measure text: this release of Vega has no textMetrics.width; use the one that deno.json names",
  );
}

/** Bytes that a notebook cannot show as a picture. */
export function pictureOfUnknownType(start: Uint8Array): TypeError {
  return new TypeError(
    `Cannot show a picture that begins with the bytes "${start.toHex()}": expected the content of a PNG or JPEG file`,
  );
}

/** A chart's file of which no picture can be made. */
export function chartNotDrawn(path: string, cause: unknown): Error {
  return new Error(`Cannot make pictures of "${path}": ${firstLine(cause)}`, { cause });
}

/** A chart that Vega does not understand. */
export function chartInvalid(cause: unknown): SyntaxError {
  return new SyntaxError(
    `Cannot draw the chart as it is no Vega-Lite spec: ${
      firstLine(cause)
    }; mend it, or repeat the run with --overwrite`,
    { cause },
  );
}

/** A chart that Vega complains about. */
export function chartWarned(message: string): Error {
  return new Error(`Cannot draw the chart as Vega warns: ${message}; mend its spec or its table`);
}

/** A chart that is not complete in itself. */
export function chartLoadsData(name: string): Error {
  return new Error(
    `Cannot draw the chart as its data set "${name}" is loaded from elsewhere: put the rows into the spec`,
  );
}

/** A number that no table may hold. */
export function cellNotFinite(
  table: string,
  column: string,
  row: number,
  value: number,
): RangeError {
  return new RangeError(
    `Cannot write table "${table}": column "${column}" of row ${row} is ${value}, but a number must be finite; leave a missing value undefined`,
  );
}

/** A row with a value that the table would drop. */
export function columnNotListed(
  table: string,
  column: string,
  columns: readonly string[],
): TypeError {
  const listed = columns.join(", ");
  return new TypeError(
    `Cannot write table "${table}": its rows have "${column}", which is not among its columns ${listed}; list it or leave it out of the rows`,
  );
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : "";
}

/** Why a file cannot be read. */
function readingFailure(cause: unknown): string {
  const code = codeOf(cause);
  if (cause instanceof Deno.errors.NotFound) return "there is no such file";
  if (code === "EISDIR") return "it is a folder";
  if (code === "ENOTDIR") return "a file stands where a folder is expected";
  if (code === "ENAMETOOLONG") return "its name is too long";
  const forbidden = code === "EACCES" || code === "EPERM" ||
    cause instanceof Deno.errors.NotCapable;
  return forbidden ? "it may not be read" : firstLine(cause);
}

function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.split("\n", 1)[0]!.trim().replace(/\.$/, "");
}

/** What the tokeniser's library says, unless it merely stumbles. */
function libraryLine(cause: unknown): string {
  const stumbles = cause instanceof TypeError || cause instanceof RangeError;
  return stumbles ? "a part of tokenizer.json is missing or of another form" : firstLine(cause);
}

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

// ---- downloads (lib/hub, scripts/download.ts) and the Hub's cache

/** A download of nothing. */
export function downloadNothing(targets: readonly string[]): UsageError {
  return new UsageError(
    `Cannot download nothing: expected one of ${targets.join(", ")} after "deno task download"`,
  );
}

/** A download of what the kit does not know. */
export function downloadUnknown(target: string, hint: string): UsageError {
  return new UsageError(`Cannot download "${target}": ${hint}`);
}

/** An argument too many. */
export function downloadOperandTooMany(argument: string, form: string): UsageError {
  return new UsageError(`Cannot use "${argument}": expected deno task download ${form}`);
}

/** A flag of another download. */
export function downloadFlagForeign(flag: string, target: string, owner: string): UsageError {
  return new UsageError(
    `Cannot use ${flag} to download ${target}: it is for deno task download ${owner}`,
  );
}

/** A name that no repository of the Hub can have. */
export function hubNameWrong(name: string): UsageError {
  return new UsageError(
    `Cannot download "${name}": expected the name of a repository on the Hub, OWNER/NAME or OWNER/NAME@REVISION, such as Xenova/clip-vit-base-patch32`,
  );
}

/** A model of the Hub that is not in the cache. */
export function hubModelNotDownloaded(
  name: string,
  { cache, whole }: { readonly cache: string; readonly whole: boolean },
): Error {
  const what = whole
    ? `there is neither a folder of that name nor a download of it in "${cache}"`
    : `its download in "${cache}" is not complete`;
  return new Error(
    `Cannot find model "${name}": ${what}; check --model, or first run: deno task download clip ${name}`,
  );
}

/** No place for the Hub's cache. */
export function hubCacheUnknown(instead: string): Error {
  return new Error(
    `Cannot find the Hub's cache: neither HF_HOME nor HOME is set; set HF_HOME to a folder, or ${instead}`,
  );
}

/** A link within the Hub's cache that cannot be made. */
export function hubLinkNotMade(path: string, cause: unknown): Error {
  return new Error(
    `Cannot link "${path}" in the Hub's cache: ${
      firstLine(cause)
    }; download into a folder of your own with --out`,
    { cause },
  );
}

/** An HF_ENDPOINT that is no address of a server. */
export function hubEndpointWrong(endpoint: string): RangeError {
  return new RangeError(
    `Cannot use HF_ENDPOINT "${endpoint}": expected an address such as https://huggingface.co; correct it or unset it`,
  );
}

/** A token that would travel unencrypted. */
export function hubTokenInClear(endpoint: string): RangeError {
  return new RangeError(
    `Cannot send HF_TOKEN to "${endpoint}": anyone on the way could read it; use https in HF_ENDPOINT, or unset HF_TOKEN`,
  );
}

/** A token with characters that no header can carry. */
export function hubTokenWrong(): RangeError {
  return new RangeError(
    "Cannot use HF_TOKEN: expected a token of the Hub, which has no spaces or line ends; copy it again",
  );
}

/** A repository or revision that the Hub does not show. */
export function hubRepositoryMissing(
  name: string,
  { endpoint, hasToken }: { readonly endpoint: string; readonly hasToken: boolean },
): Error {
  const access = hasToken
    ? "check the name, and that the account of HF_TOKEN may read it"
    : "check the name; if it is private, set HF_TOKEN";
  return new Error(`Cannot download "${name}": ${endpoint} has no such repository; ${access}`);
}

/** A revision that a repository does not have. */
export function hubRevisionMissing(name: string, revision: string): Error {
  return new Error(
    `Cannot download "${name}": it has no revision "${revision}"; give a branch, a tag or a commit after "@"`,
  );
}

/** A repository whose terms must be accepted first. */
export function hubRepositoryGated(
  name: string,
  { endpoint, hasToken }: { readonly endpoint: string; readonly hasToken: boolean },
): Error {
  const mend = hasToken ? "with the account of HF_TOKEN" : "and set HF_TOKEN";
  return new Error(
    `Cannot download "${name}": its owner asks for agreement to terms; accept them at ${endpoint}/${name} ${mend}`,
  );
}

/** A token that the Hub does not take. */
export function hubTokenRefused(name: string, endpoint: string): Error {
  return new Error(
    `Cannot download "${name}": ${endpoint} refuses HF_TOKEN; make a new one there, or unset it for a public repository`,
  );
}

/** A listing of a repository that is not in the Hub's form. */
export function hubListingUnreadable(name: string, why: string): SyntaxError {
  return new SyntaxError(
    `Cannot read the Hub's list of the files of "${name}": ${why}; check HF_ENDPOINT`,
  );
}

/** A repository without a file that a model needs. */
export function hubRepositoryLacks(
  name: string,
  { file, found }: { readonly file: string; readonly found: readonly string[] },
): Error {
  const holds = found.length === 0 ? "it has no ONNX files" : `it has ${found.join(", ")}`;
  return new Error(
    `Cannot download "${name}": it has no ${file} and ${holds}; choose another --onnx or an ONNX conversion, such as Xenova/clip-vit-base-patch32`,
  );
}

/** A server that a download must not reach. */
export function hostRefused(url: string, allowed: readonly string[]): Error {
  return new Error(
    `Cannot follow the download to "${url}": expected one of the hosts ${
      allowed.map((host) => host.startsWith(".") ? `*${host}` : host).join(", ")
    }; fetch the file by hand, or name another Hub with HF_ENDPOINT`,
  );
}

/** A redirect from an encrypted to a plain connection. */
export function redirectInClear(url: string): Error {
  return new Error(`Cannot follow the download to "${url}": expected an encrypted address, https`);
}

/** Redirects without end. */
export function redirectsEndless(url: string, redirects: number): Error {
  return new Error(
    `Cannot download "${url}": it redirects more than ${redirects} times; try again later`,
  );
}

/** A file that a server refuses. */
export function downloadRefused(url: string, status: number): Error {
  const why = status === 404 || status === 410 ? "there is no such file" : "the server refuses it";
  return new Error(
    `Cannot download "${url}": ${why} (status ${status}); it may have moved, look for a newer version of negscope`,
  );
}

/** A transfer that failed as often as it may. */
export function downloadFailed(
  url: string,
  { why, failures }: { readonly why: string; readonly failures: number },
): Error {
  const times = failures === 1 ? "once" : `${failures} times in a row`;
  return new Error(
    `Cannot download "${url}": it failed ${times}, lastly because ${why}; what has come is kept: run the same command again to go on`,
  );
}

/** A server that asks to wait for too long. */
export function downloadPostponed(url: string, seconds: number): Error {
  return new Error(
    `Cannot download "${url}" now: the server asks to wait ${
      Math.ceil(seconds / 60)
    } minutes; run the same command again then`,
  );
}

/** A transfer whose file another process is writing. */
export function downloadUnderWay(path: string): Error {
  return new Error(
    `Cannot download into "${path}": another process is doing so; wait for it, or end it`,
  );
}

/** A download that the user ended. */
export function downloadInterrupted(): Error {
  return new Error("Interrupted: what has come is kept, run the same command again to go on");
}

/** Images without the data that names them. */
export function downloadDataMissing(path: string): Error {
  return new Error(
    `Cannot tell which images to download: there is no "${path}"; give --data FILE, or first run: deno task download valse`,
  );
}

/** A server that does not send parts of a file. */
export function archiveNotInParts(url: string): Error {
  return new Error(
    `Cannot read single images out of "${url}": its server does not send parts of a file; download it yourself, unpack it, and give its folder with --images`,
  );
}

/** An archive that cannot be read. */
export function archiveUnreadable(url: string, why: string): SyntaxError {
  return new SyntaxError(
    `Cannot read the archive "${url}": ${why}; try again later, or unpack it yourself and give its folder with --images`,
  );
}

/** An archive without files that the data names. */
export function archiveLacks(url: string, names: readonly string[]): Error {
  const shownNames = names.slice(0, 3).map((name) => `"${name}"`).join(", ");
  const others = names.length > 3 ? ` and ${names.length - 3} others` : "";
  return new Error(
    `Cannot find ${shownNames}${others} in "${url}": expected the images that --data names; the others are written`,
  );
}
