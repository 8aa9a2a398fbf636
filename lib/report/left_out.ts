/** The rows of the data that a run does not use or doubts, with reasons and ids. */

import type { Manifest } from "../files/manifest.ts";
import { clipped, type Html, html } from "./escape.ts";

/** More reasons are only in the manifest. */
const MOST_REASONS = 20;

/** More ids of one reason are only in the manifest. */
const MOST_IDS = 500;

/** Characters of all ids of one reason. */
const MOST_LETTERS = 5_000;

/**
 * The HTML of the dropped and the doubtful rows, below the number of rows that were used.
 *
 * @param manifest The run's record.
 */
export function leftOutHtml({ rows: { read, kept, dropped }, warnings = [] }: Manifest): Html {
  const counts = html`<p>Of ${read} rows ${kept} were used.</p>`;
  const reasons: Reason[] = [
    ...dropped.map(({ reason, n, ids, skipped }) => {
      return { what: skipped ? "skipped" : "dropped", reason, n, ids };
    }),
    ...warnings.map(({ warning, n, ids }) => {
      return { what: "used, but doubtful", reason: warning, n, ids };
    }),
  ];
  const rest = reasons.length - MOST_REASONS;
  const more = rest > 0
    ? html`<p>${rest} more reasons are in <a href="manifest.json">manifest.json</a>.</p>`
    : undefined;
  return html`
    ${counts}
    ${reasons.slice(0, MOST_REASONS).map(reasonHtml)}
    ${more}
  `;
}

/** Rows with one reason. */
interface Reason {
  readonly what: string;
  readonly reason: string;
  readonly n: number;
  readonly ids: readonly string[] | undefined;
}

function reasonHtml({ what, reason, n, ids }: Reason): Html {
  const head = html`<b>${n}</b> ${what}: ${clipped(reason, 500)}`;
  if (ids === undefined) return html`<p class="reason">${head}</p>\n`;
  const shown = idsWithin(ids);
  const rest = ids.length - shown.length;
  const more = rest === 0
    ? undefined
    : html`<p>${rest} more are in <a href="manifest.json">manifest.json</a>.</p>`;
  return html`
    <details class="reason"><summary>${head}</summary>
    <p class="ids">${shown.map((id, i) => html`${i === 0 ? "" : ", "}<code>${id}</code>`)}</p>
    ${more}</details>
  `;
}

/** The first ids, as many as the page holds. */
function idsWithin(ids: readonly string[]): string[] {
  let letters = 0;
  const shown: string[] = [];
  for (const id of ids.slice(0, MOST_IDS)) {
    const text = clipped(id, 200);
    letters += text.length;
    if (letters > MOST_LETTERS) break;
    shown.push(text);
  }
  return shown;
}
