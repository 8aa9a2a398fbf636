/** A section of docs/errors.md: a theme and its errors. */

/** What the page says of an error. */
export interface CodeText {
  /** What lies behind it. */
  readonly cause: string;
  /** What to do about it. */
  readonly fix: string;
}

/** A theme and its errors by code, in the order of the page. */
export interface Section<Code extends string = string> {
  /** The heading. */
  readonly title: string;
  /** What goes before the errors; may be empty. */
  readonly intro: string;
  /** The errors. */
  readonly codes: Readonly<Record<Code, CodeText>>;
}

/** Makes a section; its codes become the type. */
export function section<Code extends string>(
  title: string,
  intro: string,
  codes: Readonly<Record<Code, CodeText>>,
): Section<Code> {
  return { title, intro, codes };
}
