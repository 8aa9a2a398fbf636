/** The singular of English nouns, by rules and lists. */

import { wordSet } from "./words.ts";

/** Plurals that no rule finds, with their singulars. */
const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ...[["people", "person"], ["men", "man"], ["children", "child"], ["oxen", "ox"]] as const,
  ...[["feet", "foot"], ["teeth", "tooth"], ["geese", "goose"], ["mice", "mouse"]] as const,
  ...[["knives", "knife"], ["wives", "wife"], ["lives", "life"], ["leaves", "leaf"]] as const,
  ...[["loaves", "loaf"], ["shelves", "shelf"], ["wolves", "wolf"], ["scarves", "scarf"]] as const,
  ...[["calves", "calf"], ["halves", "half"], ["elves", "elf"], ["thieves", "thief"]] as const,
  ...[["hooves", "hoof"], ["dwarves", "dwarf"], ["dice", "die"], ["cacti", "cactus"]] as const,
  ...[["quizzes", "quiz"], ["menus", "menu"], ["emus", "emu"], ["glasses", "glasses"]] as const,
]);

/** Compounds of these plurals, such as "women", "policemen" and "bookshelves". */
const COMPOUND = /^(.+)(people|men|children|feet|teeth|knives|wives|leaves|shelves)$/u;

/** Singulars that end like a plural. */
const ENDS_IN_S_OR_MEN = wordSet(
  "lens gas canvas atlas pancreas tennis iris oasis chassis debris axis basis pelvis trellis ibis mantis rhinoceros chaos news series species",
  "bus minibus trolleybus octopus cactus virus walrus campus bonus circus crocus hippopotamus platypus lotus genius chorus discus fungus",
  "specimen regimen omen abdomen ramen stamen",
);

/** Singulars that end in an e which, in other nouns with the same ending, belongs to the plural: "cookies", but "berries". */
const ENDS_IN_E = wordSet(
  "niche quiche avalanche brioche creche cliche douche tranche pastiche axe pickaxe mousse posse crevasse impasse lacrosse",
  "shoe horseshoe snowshoe toe tiptoe mistletoe canoe hoe doe foe roe oboe floe aloe woe",
  "cookie movie zombie brownie selfie smoothie hoodie birdie doggie veggie genie pixie rookie foodie magpie necktie bowtie potpie",
  "bookie collie prairie calorie cutie goalie beanie groupie junkie hippie sweetie auntie budgie brie walkie-talkie barbie newbie corgie",
);

/** Nouns in "ache" such as "cache", "headache" and "moustache", unlike the plurals "beaches" and "coaches". */
const ACHE = /(?:^|[^aeiou])ache$/u;

/**
 * The singular of a noun in lower case.
 *
 * A regular plural and its singular give the same word even where it is not the right one, unless the singular ends in s and is not
 * listed.
 */
export function singular(noun: string): string {
  const irregular = IRREGULAR.get(noun);
  if (irregular !== undefined) return irregular;
  if (ENDS_IN_S_OR_MEN.has(noun)) return noun;
  if (ENDS_IN_S_OR_MEN.has(noun.replace(/e?s$/u, ""))) return noun.replace(/e?s$/u, "");
  const compound = COMPOUND.exec(noun);
  if (compound !== null) return compound[1]! + IRREGULAR.get(compound[2]!)!;
  return withoutPluralE(/[^su]s$/u.test(noun) ? noun.slice(0, -1) : noun);
}

/** Takes away an e that a plural has before its s: "box" for "boxe", "berry" for "berrie", "potato" for "potatoe". */
function withoutPluralE(noun: string): string {
  if (noun.length <= 3 || ENDS_IN_E.has(noun) || ACHE.test(noun)) return noun;
  if (/[^aeiou]ie$/u.test(noun)) return `${noun.slice(0, -2)}y`;
  return /(?:ss|x|tz|zz|ch|sh|o)e$/u.test(noun) ? noun.slice(0, -1) : noun;
}
