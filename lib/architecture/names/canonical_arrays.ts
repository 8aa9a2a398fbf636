import { entriesOf, type StoredArray, transposed } from "../../checkpoint/stored_array.ts";
import { NegscopeError, shown } from "../../errors/errors.ts";
import {
  HUGGING_FACE,
  type NamedArrays,
  type NameRules,
  notOfClip,
  OPENAI,
  type Origin,
  type Place,
  REAL,
  refuseAdapter,
  type TowerName,
} from "./conventions.ts";

/** Parts of names that torch adds for a module that it wraps: torch.compile, FSDP and activation checkpoints. */
const WRAPPERS = ["_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"];

/** Buffers, and the numbers that OpenAI's archives keep beside the weights, behind any prefix. */
const BUFFERS = /(?:^|\.)(?:position_ids|attn_mask|input_resolution|context_length|vocab_size)$/;

/**
 * Gives the arrays of a checkpoint canonical names, those of Hugging Face's `CLIPModel` and `SiglipModel`. It reads names and shapes only:
 * fused and transposed weights become views.
 *
 * Arrays of a tower that is not wanted are not looked at. The checkpoint may have Hugging Face's names, OpenAI's or open_clip's, behind any prefix, such as `module.`, and with one tower only.
 */
export function canonicalArrays(
  arrays: ReadonlyMap<string, StoredArray>,
  source: string,
  { towers: wanted = ["text", "image"] }: { readonly towers?: readonly TowerName[] } = {},
): NamedArrays {
  const names = [...arrays.keys()];
  refuseAdapter(names, source);
  const plain = withoutWrappers(arrays, source);
  const model = findModel([...plain.keys()], source);
  const canonical = new Map<string, StoredArray>();
  const origins = new Map<string, Origin>();
  const unused: string[] = [];
  const unknown: string[] = [];
  const foreign: Partial<Record<TowerName, string>> = {};
  for (const [name, { stored, array }] of plain) {
    const local = withoutPrefix(name, model);
    const tower = local === undefined ? undefined : towerOf(name, local, model);
    const other = local === undefined ? undefined : foreignTower(local, model);
    if (other !== undefined) foreign[other] ??= stored;
    const isTowers = tower !== undefined && model.towers.includes(tower) && wanted.includes(tower);
    const place = local === undefined || tower !== undefined && !isTowers
      ? undefined
      : placeOf(local, model);
    if (place === undefined) {
      if (BUFFERS.test(name)) continue;
      if (isTowers) unknown.push(stored);
      // what is trained are floating-point numbers
      else if (tower === undefined && other === undefined && REAL.includes(array.type)) {
        unused.push(stored);
      }
      continue;
    }
    for (const [to, view] of viewsOf(array, place, { stored, source })) {
      if (canonical.has(to)) throw twice(stored, source);
      canonical.set(to, view);
      origins.set(to, { stored, kind: place.kind });
    }
  }
  if (unknown.length > 0) throw notOfClip(unknown, source);
  const { rules: { naming }, prefix, textPrefix, towers } = model;
  return {
    source,
    arrays: canonical,
    origins,
    naming,
    prefix,
    textPrefix,
    foreign,
    unused: unused.filter((name) => !canonical.has(/logit_(?:scale|bias)$/.exec(name)?.[0] ?? "")),
    towers: towers.filter((tower) => wanted.includes(tower)),
  };
}

function withoutPrefix(name: string, { prefix, textPrefix }: FoundModel): string | undefined {
  if (textPrefix !== prefix && name.startsWith(textPrefix)) return name.slice(textPrefix.length);
  return name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
}

/** Everything behind a text tower's own prefix is its own, and so is a variant of it, as in `text_neg.ln_final.weight`. */
function towerOf(name: string, local: string, { rules, prefix, textPrefix }: FoundModel) {
  const isText = textPrefix !== prefix && /^text(?![a-z])/.test(name.slice(prefix.length));
  return isText ? "text" : rules.towerOf(local);
}

/** The tower without an anchor that an array belongs to by its name, in open_clip's models perhaps behind `text.`. */
function foreignTower(local: string, { rules, towers }: FoundModel): TowerName | undefined {
  if (BUFFERS.test(local)) return undefined;
  const tower = rules.towerOf(local) ?? (/^text\./.test(local) ? "text" : undefined);
  return tower === undefined || towers.includes(tower) ? undefined : tower;
}

function placeOf(name: string, { rules }: FoundModel): Place | undefined {
  if (name === "logit_scale" || name === "logit_bias") return { kind: "same", name };
  return rules.placeOf(name);
}

function viewsOf(
  array: StoredArray,
  place: Place,
  { stored, source }: { readonly stored: string; readonly source: string },
): readonly (readonly [string, StoredArray])[] {
  if (place.kind === "same") return [[place.name, array]];
  const { shape } = array;
  if (place.kind === "transposed") {
    if (shape.length !== 2) throw impossible("a matrix [width, projection]");
    return [[place.name, transposed(array)]];
  }
  const [rows = 0] = shape;
  const width = rows / 3;
  if (!Number.isInteger(width) || width < 1 || shape.length > 2 || (shape[1] ?? width) !== width) {
    throw impossible("query, key and value of the same width, [3 x width, width] or [3 x width]");
  }
  return place.names.map((name, i) => [name, entriesOf(array, i * width, width)] as const);

  function impossible(expected: string): NegscopeError {
    return new NegscopeError("model-files-differ", {
      problem: `Cannot use array "${stored}" of "${source}"`,
      reason: `its shape is [${shape.join(", ")}]`,
      expected,
      fix: "use the checkpoint of a CLIP or SigLIP model",
    });
  }
}

function withoutWrappers(
  arrays: ReadonlyMap<string, StoredArray>,
  source: string,
): ReadonlyMap<string, { readonly stored: string; readonly array: StoredArray }> {
  const plain = new Map<string, { stored: string; array: StoredArray }>();
  for (const [stored, array] of arrays) {
    const name = stored.split(".").filter((part) => !WRAPPERS.includes(part)).join(".");
    if (plain.has(name)) throw twice(stored, source);
    plain.set(name, { stored, array });
  }
  return plain;
}

function twice(name: string, source: string): NegscopeError {
  return new NegscopeError("weights-not-one-model", {
    problem: `Cannot tell which array of "${source}" to use`,
    reason: `${shown(name)} is there a second time under another name`,
    fix: "save the model that you want to a file of its own",
  });
}

interface FoundModel {
  readonly rules: NameRules;
  readonly prefix: string; // what stands before each of its names
  /** What stands before the names of its text tower: the prefix, in newer open_clip models with `text.`. */
  readonly textPrefix: string;
  readonly towers: readonly TowerName[]; // towers whose anchors are there, the text tower first
}

function findModel(names: readonly string[], source: string): FoundModel {
  const found = [HUGGING_FACE, OPENAI].flatMap((rules) => modelsOf(names, rules));
  const [model, ...others] = found;
  if (model === undefined) throw notFound(names, source);
  if (others.length === 0) return model;
  throw new NegscopeError("weights-not-one-model", {
    problem: `Cannot tell which model of "${source}" to use`,
    reason: `it holds ${found.length}`,
    fix: "save the one that you want to a file of its own",
    details: found.slice(0, 10).map(({ rules, prefix, textPrefix, towers }) => {
      const before = towers[0] === "text" ? textPrefix : prefix;
      const from = before === "" ? "without a prefix" : `behind ${shown(before)}`;
      return `${towers.join(" and ")} tower by ${rules.naming}'s names, ${from}`;
    }),
  });
}

/** The models by one convention: for each text tower, the first behind its prefix with the image tower there, and image towers alone. */
function modelsOf(names: readonly string[], rules: NameRules): FoundModel[] {
  const prefixOf = (before: string) =>
    rules === OPENAI ? before.replace(/(^|\.)text\.$/, "$1") : before;
  const texts = beforeAnchor(names, rules, "text");
  const images = beforeAnchor(names, rules, "image");
  const prefixes = texts.map(prefixOf);
  const alone = images.filter((prefix) => !prefixes.includes(prefix));
  return [
    ...texts.map((textPrefix, i): FoundModel => {
      const prefix = prefixes[i]!;
      const isWhole = images.includes(prefix) && prefixes.indexOf(prefix) === i;
      return { rules, prefix, textPrefix, towers: isWhole ? ["text", "image"] : ["text"] };
    }),
    ...alone.map((prefix): FoundModel => ({
      rules,
      prefix,
      textPrefix: prefix,
      towers: ["image"],
    })),
  ];
}

function beforeAnchor(names: readonly string[], rules: NameRules, tower: TowerName): string[] {
  const anchor = rules.anchors[tower];
  return names.filter((name) => name === anchor || name.endsWith(`.${anchor}`))
    .map((name) => name.slice(0, -anchor.length))
    .filter((before) => rules !== OPENAI || !before.endsWith("embeddings.")); // Hugging Face's name ends in OpenAI's
}

function notFound(names: readonly string[], source: string): NegscopeError {
  const some = names.slice(0, 3).map((name) => shown(name)).join(", ");
  return new NegscopeError("model-unsupported", {
    problem: `Cannot find a CLIP or SigLIP model in "${source}"`,
    reason: names.length === 0
      ? "it holds no arrays"
      : `of its ${names.length} arrays (${some}${
        names.length > 3 ? ", …" : ""
      }), none has the name of a token or patch embedding`,
    expected: `a name such as "${HUGGING_FACE.anchors.text}" or "${OPENAI.anchors.text}"`,
    fix: "use the checkpoint of a whole model, in Hugging Face's or OpenAI's names",
  });
}
