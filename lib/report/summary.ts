/** The run's summary in its parts: sentences as paragraphs, and all else as the terminal shows it. */

import { findingParts, type SummaryParts, summaryParts, unwrapText } from "../tables/words.ts";
import { beginning, clipped, Html, html } from "./html.ts";

/** The most characters of the summary; the rest of a longer one is only in summary.txt. */
const MOST_LETTERS = 20_000;

const MOST_HEADING = 1_000;

/** Bytes of a part, which has more than letters if these cannot be seen. */
const MOST_BYTES = 30_000;

/** What a page shows of a summary, part by part; one that it lacks is undefined. */
export interface SummaryHtml {
  readonly heading: Html;
  readonly found: Html | undefined;
  readonly tables: Html | undefined;
  readonly method: Html | undefined;
  /** The words with what they mean, folded. */
  readonly words: Html | undefined;
  /** Where a summary goes on that is too long for a page. */
  readonly rest: Html | undefined;
}

export function summaryHtml(summary: string): SummaryHtml {
  const text = beginning(summary, MOST_LETTERS);
  const { heading, sentences, tables, method, words } = summaryParts(text);
  const [about, ...entries] = words.split("\n");
  return {
    heading: clipped(unwrapText(heading), MOST_HEADING),
    ...foundHtml({ sentences, tables }),
    method: method === "" ? undefined : asPrinted(method),
    words: words === "" ? undefined : html`
      <details class="glossary">
        <summary>${about}</summary>
        ${asPrinted(entries.join("\n"))}
      </details>
    `,
    rest: text.length === summary.length
      ? undefined
      : html`<p>The summary goes on in <a href="summary.txt">summary.txt</a>.</p>`,
  };
}

export function findingsHtml(findings: string): Pick<SummaryHtml, "found" | "tables"> {
  return foundHtml(findingParts(findings));
}

/** The sentences, the lists before the first table, and the rest; without sentences all is what was found. */
function foundHtml(
  { sentences, tables }: Pick<SummaryParts, "sentences" | "tables">,
): Pick<SummaryHtml, "found" | "tables"> {
  const blocks = tables === "" ? [] : tables.split(/\n{2,}/);
  const first = blocks.findIndex((block) => (block.match(/\S {2,}\S.*$/gm)?.length ?? 0) > 1);
  const end = sentences === "" ? blocks.length : Math.max(0, first);
  const [lists, rest] = [blocks.slice(0, end), blocks.slice(end)].map((some) =>
    some.length === 0 ? undefined : asPrinted(some.join("\n\n"))
  );
  const lines = sentences === ""
    ? []
    : clipped(unwrapText(sentences), MOST_BYTES).source.split(/\n+/);
  const found = html`${
    lines.map((line) => html`<p class="found">${new Html(line)}</p>\n`)
  }${lists}`;
  return { found: found.source === "" ? undefined : found, tables: rest };
}

/** Text with its spaces, which scrolls where it is too wide. */
function asPrinted(text: string): Html {
  return html`<pre class="box" tabindex="0">${clipped(text, MOST_BYTES)}</pre>\n`;
}
