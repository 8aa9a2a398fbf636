/** What pairs are about: the objects of a file, in the singular and the plural. */

import { singular } from "../data/singular.ts";
import type { Contents } from "./contents.ts";
import type { Subject } from "./templates.ts";

export interface KnownSubject extends Subject {
  /** The head noun in the singular: pairs about it are held out together. */
  readonly noun: string;
  readonly present: readonly number[];
  /** The places of the images that have it alone: one of it in the singular, and no other object of the file. */
  readonly alone: readonly number[];
  readonly absent: readonly number[];
  /** For each image 1 if it has it, -1 if not, and 0 if that is not known. */
  readonly truth: Int8Array;
}

/** Plurals that no rule makes. */
const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ...[["person", "people"], ["man", "men"], ["woman", "women"], ["child", "children"]] as const,
  ...[["knife", "knives"], ["mouse", "mice"], ["sheep", "sheep"], ["foot", "feet"]] as const,
  ...[["tooth", "teeth"], ["goose", "geese"], ["leaf", "leaves"], ["shelf", "shelves"]] as const,
  ...[["wolf", "wolves"], ["loaf", "loaves"], ["scarf", "scarves"], ["fish", "fish"]] as const,
]);

const PLURALS =
  /^(?:scissors|skis|glasses|sunglasses|people|children|men|women|pants|jeans|shorts|trousers)$/u;

const UNCOUNTED =
  /^(?:broccoli|furniture|food|grass|water|sand|snow|pizza|rice|bread|cheese|clothing|luggage)$/u;

export function plural(name: string): string {
  const [, before = "", noun = name] = /^(.*[ -])?(\S+)$/u.exec(name) ?? [];
  const irregular = IRREGULAR.get(noun);
  if (irregular !== undefined) return before + irregular;
  if (/[^aeiou]y$/u.test(noun)) return `${before}${noun.slice(0, -1)}ies`;
  return before + noun + (/(?:s|x|z|ch|sh)$/u.test(noun) ? "es" : "s");
}

export function subjectsOf(contents: readonly Contents[]): readonly KnownSubject[] {
  const named = contents.flatMap(({ present, absent = [] }) => [...present.keys(), ...absent]);
  const all = [...new Set(named)].sort();
  return all.flatMap((name) => {
    const head = name.split(" ").at(-1)!.toLowerCase();
    const isPlural = PLURALS.test(head);
    const noun = singular(head);
    const about = { name, all, contents };
    const single = subject({ text: name, isPlural, noun }, about, 1);
    const isCounted = contents.some(({ present }) => (present.get(name) ?? 0) > 1);
    if (isPlural || UNCOUNTED.test(head) || !isCounted) return [single];
    return [single, subject({ text: plural(name), isPlural: true, noun }, about, 2)];
  });
}

/** A subject with its images; a plural is there where there are two or more. */
function subject(
  words: Subject & Pick<KnownSubject, "noun">,
  { name, all, contents }: {
    readonly name: string;
    readonly all: readonly string[];
    readonly contents: readonly Contents[];
  },
  least: number,
): KnownSubject {
  const truth = Int8Array.from(contents, ({ present, absent }) => {
    if (present.has(name)) return (present.get(name) ?? 1) >= least ? 1 : 0;
    return absent === undefined || absent.has(name) ? -1 : 0;
  });
  const places = (value: number) => [...truth.keys()].filter((place) => truth[place] === value);
  const present = places(1);
  const alone = present.filter((place) => {
    const image = contents[place]!;
    const isMore = !words.isPlural && (image.present.get(name) ?? 1) > 1;
    return !isMore && all.every((object) => isNoOther(object, name, image));
  });
  return { ...words, truth, present, alone, absent: places(-1) };
}

/** Whether an object adds nothing to a named one: it is known not to be there, is a kind of it, or the same under a wider name. */
function isNoOther(object: string, name: string, { present, absent }: Contents): boolean {
  if (object === name || object.endsWith(` ${name}`)) return true;
  if (!present.has(object)) return absent === undefined || absent.has(object);
  return name.endsWith(` ${object}`) && (present.get(object) ?? 1) <= (present.get(name) ?? 1);
}
