/** A section of docs/errors.md: a theme and its errors. */

/** The page's explanation of an error. */
export interface CodeText {
  /** Why it happens. */
  readonly cause: string;
  /** What to do about it. */
  readonly fix: string;
}

/** A theme and its errors. */
export interface Section {
  /** The heading. */
  readonly title: string;
  /** The text before the errors; may be empty. */
  readonly intro: string;
  /** The errors by code, in the order of the page. */
  readonly codes: Readonly<Record<string, CodeText>>;
}
