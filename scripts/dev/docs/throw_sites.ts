/** Finds the places in the source that make errors, and their messages. */

import { unknownName, unreadableFile, wrongValue } from "../../../lib/errors/kinds.ts";
import { type ErrorCode, messageOf } from "../../../lib/errors/negscope_error.ts";
import { withoutComments } from "../../../lib/version/comments.ts";
import { readArguments, readProperties, type SourceProperty } from "./source_texts.ts";

export interface ThrowSite {
  readonly code: string;
  /** Its message, with `…` for the parts that vary. */
  readonly message: string;
  /** The message without what it says to do, and without what was expected if it has a reason. */
  readonly beginning: string;
}

const MADE =
  /new NegscopeError\(\s*"([\w-]+)",\s*\{|\b(unreadableFile|unknownName)\(\s*\{|\b(wrongValue)\(/g;

const ARGUMENTS = ["doing", "value", "expected"];

/** Finds the errors that source makes with `new NegscopeError("code", { … })` or the functions of lib/errors/kinds.ts. */
export function throwSites(source: string): ThrowSite[] {
  const code = withoutComments(source);
  return [...code.matchAll(MADE)].map((match): ThrowSite => {
    const kind = match[2] ?? match[3];
    const properties = propertiesAt(code, match.index + match[0].length, kind);
    const text = (name: string) => properties.find((property) => property.name === name)?.text;
    return kind === undefined ? ofCode(match[1]!, text) : ofKind(kind, text);
  });
}

/** The parts of an error by name, wherever its call has them. */
function propertiesAt(code: string, at: number, kind: string | undefined): SourceProperty[] {
  if (kind !== "wrongValue") return readProperties(code, at);
  const [given, more] = [readArguments(code, at).slice(0, 3), readArguments(code, at)[3]];
  return [
    ...given.map((property, i) => ({ ...property, name: ARGUMENTS[i]! })),
    ...(more === undefined ? [] : readProperties(more.source, 1)),
  ];
}

type TextOf = (name: string) => string | undefined;

function ofCode(code: string, text: TextOf): ThrowSite {
  const [problem = "…", reason, expected, fix] = ["problem", "reason", "expected", "fix"].map(text);
  return {
    code,
    message: messageOf({ problem, reason, expected, fix }),
    beginning: messageOf({
      problem,
      reason,
      expected: reason === undefined ? expected : undefined,
    }),
  };
}

/** An error of lib/errors/kinds.ts with `…` for the parts that vary. */
function ofKind(kind: string, text: TextOf): ThrowSite {
  const [doing = "…", reason, expected = "…", fix] = ["doing", "reason", "expected", "fix"].map(
    text,
  );
  const given = text("code") as ErrorCode | undefined;
  const code = given === undefined ? {} : { code: given };
  const error = kind === "unreadableFile"
    ? unreadableFile({ doing, path: "…", cause: "…", fix: fix ?? "…", ...code })
    : kind === "unknownName"
    ? unknownName({ doing, name: "…", known: ["…"], fix })
    : wrongValue(doing, NaN, expected, { reason, fix, ...code });
  const message = error.message.replace(" NaN", " …").replace('are "…"', "are …");
  return { code: error.code, message, beginning: message };
}
