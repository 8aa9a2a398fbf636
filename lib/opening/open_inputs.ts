/** The inputs of a study: the model's files, the rows and their images, found and checked before a model is loaded. */

import { findModel, madeForText, nameOf, openEdit, type OwnData, SHAPES } from "./find_model.ts";
import { negationWarnings, rowsUnusable, warningText } from "../data/bad_rows.ts";
import { imageReader } from "./images/image_folder.ts";
import { usable } from "../data/read.ts";
import { nearestName } from "../errors/kinds.ts";
import { NegscopeError } from "../errors/negscope_error.ts";
import { fetchKitFiles } from "../files/kit_files.ts";
import { isSamePath } from "../files/read_file.ts";
import type { Pair } from "../data/pairs.ts";
import { chosenEmbeddings, type StoredEmbeddings } from "./stored_embeddings.ts";
import type { InputNeeds, StudyInputs } from "../study/choice/inputs.ts";
import {
  findEmbeddings,
  findImages,
  type GivenData,
  givenData,
  readGiven,
  sizedData,
  unusableRows,
} from "./rows.ts";
import { rowsOfShard, sampleRows } from "../study/rows/left_out.ts";
import {
  checkedChoice,
  EMBEDDED_BLOCKS,
  EMBEDDED_PAIRS,
  EMBEDDED_SENTENCES,
  STUDY_OPTIONS,
  type StudyChoice,
  type StudyOption,
} from "../study/choice/study_options.ts";

const KIT_DATA = [EMBEDDED_SENTENCES, EMBEDDED_PAIRS, EMBEDDED_BLOCKS];

type Rules = Required<Pick<InputNeeds, "imagesAre"> & Pick<OpeningOptions, "called">>;

/** Checks a choice of data without images: no experiment that needs images, and no images where they would be read. */
export function refuseImages(
  { images, imageEmbeddings }: StudyChoice,
  { source, imagesAre, called }: Rules & { readonly source: string },
): void {
  if (imagesAre === "needed") {
    throw new NegscopeError("usage-data-text-only", {
      problem: `Cannot run on "${source}"`,
      reason: "its rows are sentences without images",
      fix: "give data with images, or run what needs none: attend, or circuit with --circuit",
    });
  }
  const given = { images, imageEmbeddings };
  for (const option of ["images", "imageEmbeddings"] as const) {
    if (imagesAre === "ignored" || given[option] === undefined) continue;
    throw new NegscopeError("usage-data-text-only", {
      problem: `Cannot use ${called(option)} with "${source}"`,
      reason: "the rows of the data are sentences without images",
      fix: "leave it out",
    });
  }
}

/** Checks that data and images are given together, or image embeddings; without data, images take their place beside a model's own. */
export function checkImages(
  { images, imageEmbeddings }: StudyChoice,
  { source, imagesAre, called, embedded }: Rules & {
    readonly source: string | undefined;
    readonly embedded: boolean;
  },
): void {
  const lacks = source === undefined
    ? images !== undefined && !embedded && imagesAre !== "ignored" ? "data" : undefined
    : images === undefined && imageEmbeddings === undefined && imagesAre === "needed"
    ? "images"
    : undefined;
  if (lacks === undefined) return;
  const [option, value] = lacks === "data"
    ? ["images", images] as const
    : ["data", source] as const;
  const near = lacks === "images" ? nearestName(source!, KIT_DATA) : undefined;
  throw new NegscopeError("usage-input-missing", {
    problem: `Cannot run with ${called(option)} "${value}" alone`,
    expected: `${called(lacks)} ${STUDY_OPTIONS[lacks].placeholder} beside it`,
    ...near !== undefined && { fix: `of the kit's own data the nearest is "${near}"` },
  });
}

/** Reads the rows of a choice, if it has all that goes with them: a missing option comes before what is wrong with a file. */
export async function readChosen(
  choice: StudyChoice,
  { source, name, images, pairs }: GivenData,
  { protocol, aligned, ...rules }: Rules & Parameters<typeof readGiven>[1] & {
    readonly embedded: boolean;
  },
): ReturnType<typeof readGiven> {
  const checkGiven = () =>
    checkImages({ ...choice, images: choice.images ?? images }, { source, ...rules });
  const read = await readGiven(pairs ?? name, { protocol, aligned }).catch((error: unknown) => {
    checkGiven();
    throw error;
  });
  if (read.textOnly) refuseImages(choice, { source: name, ...rules });
  checkGiven();
  return read;
}

/** How a study's files are opened. */
export interface OpeningOptions {
  /** Decides which rows `limit` draws. @default {0} */
  readonly seed?: number;
  /** Called with each message for the user. @default {none} */
  readonly say?: ((line: string) => void) | undefined;
  /** Called with each warning: a model of this repository on other data, and rows that may not be what they say. @default {none} */
  readonly warn?: ((line: string) => void) | undefined;
  /** The name of an option in messages. @default {its name} */
  readonly called?: (option: StudyOption) => string;
}

/** Finds the model, reads the rows, and checks that each has its image or embedding. Without data, a model has its own or the embedded. */
export async function openInputs(
  given: StudyChoice,
  needs: InputNeeds = {},
  { seed = 0, say, warn, called = (option) => option }: OpeningOptions = {},
): Promise<StudyInputs> {
  const { imagesAre = "needed", aligned = true } = needs;
  const choice = checkedChoice(given);
  const model = await findModel(choice, called);
  const { protocol = "rephrased" } = choice;
  const edit = await openEdit(choice);
  const { own } = model;
  const chosen = givenData(choice, own?.data);
  const { source, name: dataName } = chosen;
  const read = await readChosen(choice, chosen, {
    ...{ protocol, aligned, imagesAre, called, embedded: own !== undefined },
  });
  const stored = imagesAre === "ignored"
    ? undefined
    : await chosenEmbeddings(choice, model.folder, called);
  const folder = imagesAre === "ignored"
    ? undefined
    : choice.images ?? chosen.images ?? (source === undefined ? (own ?? SHAPES).images : undefined);
  if (folder !== undefined) await fetchKitFiles(folder);
  if (source === undefined && own === undefined && imagesAre !== "ignored") {
    say?.(
      `Data: the embedded drawings of shapes (${called("data")} and ${
        called("images")
      } name others)`,
    );
  }
  const checks = {
    folder,
    stored,
    modelFolder: model.folder,
    tokenizer: choice.tokenizer,
    weights: choice.weights,
    protocol: aligned ? protocol : undefined,
  };
  const settling = { source: dataName, skipBad: choice.skipBad ?? false };
  const isChecked = settling.skipBad || read.bad.length > 0 || read.textOnly ||
    choice.pair !== undefined; // else only the drawn rows are, later
  const further = isChecked ? await unusableRows(read.pairs, checks) : [];
  const usableRows = usable(read, { ...settling, further, isByRule: read.textOnly });
  const { data, ...sized } = await sizedData(usableRows, choice.subjectSizes);
  const drawn = sampleRows(data.pairs, choice.limit, seed);
  const pairs = rowsOfShard(drawn, choice.shard);
  if (pairs.length === 0) {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot run on "${dataName}"`,
      reason: `${called("shard")} leaves none of ${drawn.length} rows`,
      fix: "take a smaller N",
    });
  }
  if (own !== undefined && await isForeign(choice, chosen, own)) {
    warn?.(madeForText(own, called));
  }
  for (const warning of negationWarnings(pairs)) warn?.(warningText(warning));
  return {
    choice,
    modelFolder: model.folder,
    modelName: nameOf(model.folder, choice),
    edit,
    protocol,
    data,
    ...sized,
    pairs,
    drawn,
    aligned,
    ...(chosen.pairs === undefined ? { dataPath: dataName } : {}),
    ...await imagesOf(drawn, { stored, folder, source: dataName }),
  };
}

/** The images of all shards, since the merged run has one checksum, or the embeddings that stand in for them. */
async function imagesOf(
  drawn: readonly Pair[],
  { stored, folder, source }: {
    readonly stored: StoredEmbeddings | undefined;
    readonly folder: string | undefined;
    readonly source: string;
  },
): Promise<Pick<StudyInputs, "embeddings" | "images">> {
  const rows = { source, rows: drawn.length };
  const found = stored && await findEmbeddings(stored, drawn);
  if (found && found.bad.length > 0) {
    throw rowsUnusable(found.bad, { ...rows, embeddings: stored.path });
  }
  const made = found && { embeddings: found.embeddings };
  if (folder === undefined) return { ...made };
  const { paths, bad } = await findImages(folder, drawn);
  if (bad.length > 0) throw rowsUnusable(bad, { ...rows, images: folder });
  return { ...made, images: { paths, read: imageReader(folder) } };
}

/** Whether a model of this repository runs on what does not come with it: on other pictures or, without pictures, on other sentences. */
async function isForeign(
  choice: StudyChoice,
  { source, name, ...chosen }: GivenData,
  own: OwnData,
): Promise<boolean> {
  const images = choice.images ?? chosen.images;
  if (source === undefined || choice.pair !== undefined && images === undefined) return false;
  const [ownPath, further] = images === undefined
    ? [own.data, [SHAPES.sentences, SHAPES.pairs, SHAPES.blocks]]
    : [own.images, [SHAPES.blockImages]];
  const known = [ownPath, ...own === SHAPES ? further : []];
  const found = await Promise.all(known.map((path) => isSamePath(path, images ?? name)));
  return !found.includes(true);
}
