/** A section of docs/errors.md: a theme and its errors. */

/** What the page says of an error. */
export interface CodeText {
  /** What lies behind it. */
  readonly cause: string;
  /** What to do about it. */
  readonly fix: string;
}

/** A theme and its errors. */
export interface Section {
  /** The heading. */
  readonly title: string;
  /** What goes before the errors; may be empty. */
  readonly intro: string;
  /** The errors by code, in the order of the page. */
  readonly codes: Readonly<Record<string, CodeText>>;
}
