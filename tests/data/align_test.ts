import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import {
  type Alignment,
  alignPadding,
  alignTokens,
  assignRoles,
  type OwnTokens,
  ROLES,
} from "../../lib/data/align.ts";
import { onDisk } from "../../lib/files/read_file.ts";
import { loadClipConfig } from "../../lib/model/forms/settings.ts";
import { loadTokenizer } from "../../lib/model/text/clip_tokenizer.ts";
import {
  affirmativeSentence,
  negatedSentence,
  type Pair,
  type Protocol,
} from "../../lib/data/pairs.ts";
import { readPairs } from "../../lib/data/read.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { sharedFile, testWithShared } from "../reference_material.ts";

/** The own tokens between a start and an end token. */
function betweenEnds({ length }: readonly unknown[]): OwnTokens {
  return { start: 1, end: length - 1, keepsPunctuation: true };
}

function roles(sentence: string, negator: number, aligned?: readonly (number | undefined)[]) {
  const tokens = `SOT ${sentence} EOT`.split(" ");
  const all = { aligned: [...tokens.keys()], own: betweenEnds(tokens) };
  return assignRoles(tokens, { ...all, negator, ...aligned && { aligned } });
}

/** A sentence, its negator's position, the roles between the start and the end, and where other tokens are aligned. */
const FRAMED = "there is_are negator";
const ASSIGNED: readonly (readonly [string, number, string, (readonly (number | undefined)[])?])[] =
  [
    [
      "there are no people in the picture .",
      3,
      `${FRAMED} subject_first subject_further subject_further subject_further full_stop`,
    ],
    ["there is no dog .", 3, `${FRAMED} subject_first full_stop`],
    ["there are none .", 3, `${FRAMED} full_stop`],
    // an unaligned token, in both kinds of sentence
    [
      ...["there are no people .", 3, "there is_are inserted subject_first full_stop"] as const,
      [0, 1, 2, undefined, 3, 4, 5],
    ],
    ["no people", 1, "inserted after", [0, undefined, 1, 2]],
    // without the frame
    ["you see no dogs .", 3, "before before negator after after"],
    ["there are no dogs", 3, "before before negator after"],
    ["there were no dogs .", 3, "before before negator after after"],
    ["there are dogs without hats .", 4, "before before before negator after after"],
  ];

Deno.test("assignRoles() gives the roles of the method to a sentence with the frame, and before and after to others", () => {
  for (const [sentence, negator, expected, aligned] of ASSIGNED) {
    assertEquals(roles(sentence, negator, aligned).join(" "), `sot ${expected} eot`, sentence);
  }
  assertEquals(new Set(ROLES).size, ROLES.length); // in the order of a sentence
  const order = roles("there are no people in it .", 3).map((role) => ROLES.indexOf(role));
  assertEquals(order, order.toSorted((a, b) => a - b));
});

Deno.test("assignRoles() needs no start token, and a full stop only where punctuation is kept", () => {
  const of = (text: string, own: Omit<OwnTokens, "start">) =>
    assignRoles(text.split(" "), {
      negator: 2,
      aligned: [0, 1, 2, 3, 4, 5],
      own: { start: 0, ...own },
    });
  const frame = ["there", "is_are", "negator", "subject_first"];
  const plain = { end: 5, keepsPunctuation: false };
  assertEquals(of("there are no people here END", plain), [...frame, "subject_further", "eot"]);
  assertEquals(of("there is none END", { end: 3, keepsPunctuation: false }), [
    ...frame.slice(0, 3),
    "eot",
  ]);
  const kept = { end: 5, keepsPunctuation: true };
  assertEquals(of("there are no people . END", kept), [...frame, "full_stop", "eot"]);
  assertEquals(of("there are no people here END", kept)[0], "before");
});

Deno.test("assignRoles() tells padding from the end token and the pooled position, without a start token", () => {
  const rolesOf = (sentence: string, negator: number, all: number, keepsPunctuation = true) => {
    const words = sentence.split(" ");
    const own = { start: 0, end: words.length, keepsPunctuation, padded: true };
    const tokens = [...words, ...new Array<string>(all - words.length).fill("END")];
    return assignRoles(tokens, { negator, aligned: [...tokens.keys()], own });
  };
  assertEquals(
    rolesOf("there is no dog .", 2, 9),
    ["there", "is_are", "negator", "subject_first", "full_stop", "eot", "pad", "pad", "pooled"],
  );
  assertEquals( // SigLIP's first tokeniser drops full stops
    rolesOf("there is no big dog", 2, 7, false),
    ["there", "is_are", "negator", "subject_first", "subject_further", "eot", "pooled"],
  );
  assertEquals(rolesOf("there is no big dog", 2, 7)[1], "before");
  const own = { start: 0, end: 1, keepsPunctuation: false, padded: true };
  assertEquals( // with or without a counterpart
    assignRoles(["no", "END", "PAD", "PAD"], { negator: 0, aligned: [0, 1, undefined, 3], own }),
    ["negator", "eot", "pad", "pooled"],
  );
  // No padding: the end token is the last position.
  assertEquals(rolesOf("a no", 1, 3), ["before", "negator", "pooled"]);
});

/** Aligns sentences whose words are their tokens. */
function align(
  negated: string,
  affirmative: string,
  options: { readonly protocol?: Protocol; readonly negator?: number } = {},
): Alignment {
  const tokens = `SOT ${negated} EOT`.split(" ");
  const others = `SOT ${affirmative} EOT`.split(" ");
  const vocabulary = [...new Set([...tokens, ...others])];
  const ids = (words: readonly string[]) => words.map((word) => vocabulary.indexOf(word));
  return alignTokens(
    ids(tokens),
    ids(others),
    { id: "p", protocol: "standard", tokens, own: betweenEnds(tokens), ...options },
  );
}

/** The sentences, where the tokens of the negated one are aligned, and its negator. */
const ALIGNED: readonly (readonly [string, string, readonly (number | undefined)[], number])[] = [
  // an inserted negator is alone
  ["there are no people .", "there are people .", [0, 1, 2, undefined, 3, 4, 5], 3],
  ["no people", "people", [0, undefined, 1, 2], 1],
  // a substituted one is with what stands in its place
  ["there are no people .", "there are some people .", [0, 1, 2, 3, 4, 5, 6], 3],
  // three edits whether "is", "no" or "dog" stays alone: it is the negator
  ["there is no dog .", "there are dogs .", [0, 1, 2, undefined, 3, 4, 5], 3],
  ["no no dog", "no dog", [0, undefined, 1, 2, 3], 1],
  // past a token that only the affirmative sentence has
  ["no dog .", "a big dog .", [0, 2, 3, 4, 5], 1],
  // tokens that are moved are with the same ones, and others by edits
  ["a cup and no cow .", "no cup and a cow .", [0, 4, 2, 3, 1, 5, 6, 7], 4],
  ["only a cup but not a cow", "not only a cup but a cow", [0, 2, 3, 4, 5, 1, 6, 7, 8], 5],
  ["a cup and no cow .", "no cup and some cow .", [0, 1, 2, 3, 4, 5, 6, 7], 4],
  // the negator is the first differing token that negates
  ["the person is not here", "a person is here", [0, 1, 2, 3, undefined, 4, 5], 4],
  ["person isn 't here", "person is here", [0, 1, 2, undefined, 3, 4], 3],
  ["zero dogs", "many dogs", [0, 1, 2, 3], 1],
  ["no cat without a hat", "no cat with a hat", [0, 1, 2, 3, 4, 5, 6], 3],
];

Deno.test("alignTokens() aligns by the fewest edits, the negator with what stands in its place or alone, and moved tokens with the same", () => {
  for (const [negated, affirmative, aligned, negator] of ALIGNED) {
    assertEquals(align(negated, affirmative), { aligned, negator }, negated);
  }
  const [negated, affirmative, aligned] = ALIGNED[2]!;
  assertEquals(align(negated, affirmative, { protocol: "rephrased" }).aligned, aligned);
  assertEquals(align("no cow no", "cow no no no").aligned.length, 5);
});

Deno.test("alignTokens() takes the negator of the data file over its own", () => {
  assertEquals(align("zero old dogs", "many new dogs", { negator: 2 }).negator, 2);
  const refuses = (options: Parameters<typeof align>[2], says: string) =>
    assertThrowsCode(() => align("zero dogs", "many dogs", options), "row-wrong", says);
  refuses(
    { negator: 3 },
    'Cannot align pair "p": its negator must be at a position from 1 to 2, bu',
  );
  const place = "its negator must be at position 1, where the sentences differ, but it is 2";
  refuses({ negator: 2, protocol: "rephrased" }, place);
});

Deno.test("alignTokens() refuses pairs that are not in the rephrased form", () => {
  const refuses = (negated: string, affirmative: string, says: string) =>
    assertThrowsCode(
      () => align(negated, affirmative, { protocol: "rephrased" }),
      "pair-not-minimal",
      says,
    );
  refuses("no people", "people", "equally many tokens, but the negated one has 4 and the affirmat");
  refuses("no cats", "some dogs", "must differ in exactly one token, but they differ in 2; reword");
});

Deno.test("alignTokens() refuses sentences without a negator", () => {
  for (const protocol of ["standard", "rephrased"] as const) {
    const find = () => align("a dog", "a dog", { protocol });
    assertThrowsCode(find, 'row-wrong: Cannot find the negator of pair "p"');
  }
  const exchanged = () => align("a dog", "no a dog");
  assertThrowsCode(exchanged, "row-wrong: check which sentence is negated");
});

testWithShared(
  "alignTokens() aligns all rows of VALSE existence with CLIP's vocabulary",
  async () => {
    const folder = sharedFile("fixtures/clip-small");
    const tokenizer = await loadTokenizer(
      onDisk(folder),
      (await loadClipConfig(onDisk(folder))).text,
    );
    const file = sharedFile("data/valse/existence.json");
    const csv = await Deno.readTextFile(sharedFile("data/valse/rephrased.csv"));
    const tokenCounts = parse(csv, { skipFirstRow: true }).map(({ tokens }) => Number(tokens));

    const alignedIn = (pair: Pair, protocol: Protocol) => {
      const ids = tokenizer.encode(negatedSentence(pair));
      const affirmative = tokenizer.encode(affirmativeSentence(pair));
      const [tokens, own] = [tokenizer.tokens(ids), betweenEnds(ids)];
      const found = alignTokens(ids, affirmative, { id: pair.id, protocol, tokens, own });
      return { ids, affirmative, tokens, ...found, roles: assignRoles(tokens, { ...found, own }) };
    };
    const rephrased = (await readPairs(onDisk(file), { protocol: "rephrased" })).pairs;
    assertEquals(rephrased.length, 490);
    rephrased.forEach((pair, row) => {
      const { ids, aligned, negator, roles } = alignedIn(pair, "rephrased");
      assertEquals(ids.length, tokenCounts[row]);
      assertEquals(negator, 3);
      assertEquals(aligned, [...ids.keys()]);
      const prefix = ["sot", "there", "is_are", "negator", "subject_first"];
      assertEquals(roles.slice(0, 5), prefix);
      assertEquals(roles.slice(-2), ["full_stop", "eot"]);
      assert(roles.slice(5, -2).every((role) => role === "subject_further"));
    });

    const standard = (await readPairs(onDisk(file), { protocol: "standard" })).pairs;
    assertEquals(standard.length, 505);
    let inserted = 0;
    for (const pair of standard) {
      const { ids, affirmative, tokens, aligned, negator, roles } = alignedIn(pair, "standard");
      assertEquals(tokens[negator], "no");
      // Every other token has its like in the twin.
      ids.forEach((id, position) => {
        if (position !== negator) assertEquals(id, affirmative[aligned[position]!], pair.id);
      });
      assertEquals([aligned[0], aligned.at(-1)], [0, affirmative.length - 1]);
      if (roles[negator] === "inserted") inserted++;
      else assertEquals(roles[negator], "negator");
      assertEquals(roles.filter((role) => role === "inserted" || role === "negator").length, 1);
    }
    assertEquals(inserted, 423);
  },
);

Deno.test("alignPadding() pairs padding by position, and the last positions with each other", () => {
  const inserted = [0, undefined, 1, 2]; // no people END, people END
  assertEquals(
    alignPadding(inserted, { padded: 6, affirmative: 3 }),
    [0, undefined, 1, 2, 4, 5],
  );
  // Where the affirmative sentence is longer, its words stand at positions of the negated one's padding.
  assertEquals(
    alignPadding([0, 2, 3], { padded: 6, affirmative: 4 }),
    [0, 2, 3, undefined, 4, 5],
  );
  // An end token at the last position is what is pooled, and has no other counterpart.
  assertEquals(alignPadding([0, 1, 3], { padded: 4, affirmative: 4 }), [0, 1, undefined, 3]);
  assertEquals(alignPadding([0, undefined, 1, 2], { padded: 4, affirmative: 3 })[3], 3);
});

Deno.test("alignTokens() takes a negator at the first position where there is no start token", () => {
  const [negated, affirmative] = [[8, 9, 1], [6, 9, 1]];
  const own = { start: 0, end: 2, keepsPunctuation: true };
  const options = { id: "p", tokens: ["no", "dog", "END"], own };
  for (const protocol of ["rephrased", "standard"] as const) {
    const { negator } = alignTokens(negated, affirmative, { ...options, protocol, negator: 0 });
    assertEquals(negator, 0);
  }
  assertThrowsCode(
    () => alignTokens(negated, affirmative, { ...options, protocol: "standard", negator: 2 }),
    "row-wrong: at a position from 1 to 2, but it is 3", // as the file counts
  );
});
