import { assertEquals } from "@std/assert";
import { assignRoles, type OwnTokens, ROLES } from "../../lib/data/align.ts";

function roles(sentence: string, negator: number, aligned?: readonly (number | undefined)[]) {
  const tokens = `SOT ${sentence} EOT`.split(" ");
  return assignRoles(tokens, aligned === undefined ? { negator } : { negator, aligned });
}

Deno.test("assignRoles() gives the roles of the method to a sentence with the frame", () => {
  assertEquals(roles("there are no people in the picture .", 3), [
    "sot",
    "there",
    "is_are",
    "negator",
    "subject_first",
    "subject_further",
    "subject_further",
    "subject_further",
    "full_stop",
    "eot",
  ]);
});

Deno.test("assignRoles() needs no further subject tokens, nor a subject", () => {
  const prefix = ["sot", "there", "is_are", "negator"];
  assertEquals(roles("there is no dog .", 3), [...prefix, "subject_first", "full_stop", "eot"]);
  assertEquals(roles("there are none .", 3), [...prefix, "full_stop", "eot"]);
});

Deno.test("assignRoles() calls an unaligned token inserted, in both kinds of sentence", () => {
  const aligned = [0, 1, 2, undefined, 3, 4, 5];
  assertEquals(roles("there are no people .", 3, aligned)[3], "inserted");
  assertEquals(roles("there are no people .", 3, aligned)[4], "subject_first");
  assertEquals(roles("no people", 1, [0, undefined, 1, 2]), ["sot", "inserted", "after", "eot"]);
});

Deno.test("assignRoles() says before and after where there is no frame", () => {
  assertEquals(roles("you see no dogs .", 3), [
    "sot",
    "before",
    "before",
    "negator",
    "after",
    "after",
    "eot",
  ]);
  const withoutFrame = [
    roles("there are no dogs", 3), // no full stop
    roles("there were no dogs .", 3),
    roles("there are dogs without hats .", 4),
  ];
  for (const found of withoutFrame) assertEquals(found[1], "before");
});

Deno.test("ROLES has every role once, in the order of a sentence", () => {
  assertEquals(new Set(ROLES).size, ROLES.length);
  const framed = roles("there are no people in it .", 3);
  const order = framed.map((role) => ROLES.indexOf(role));
  assertEquals(order, [...order].sort((a, b) => a - b));
});

Deno.test("assignRoles() needs no start token, and a full stop only where punctuation is kept", () => {
  const of = (text: string, own: Omit<OwnTokens, "start">) =>
    assignRoles(text.split(" "), { negator: 2, own: { start: 0, ...own } });
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
    return assignRoles(tokens, { negator, own });
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
