/**
 * What the page shows of the run's manifest: the rows that were left out or are doubtful, and the record without its times, so that equal runs
 * have the same page.
 */

import type { Manifest } from "../files/manifest.ts";
import type { Json } from "../reading/json.ts";
import type { FileDigest } from "../reading/path.ts";
import { clipped, type Html, html } from "./escape.ts";
import { fitting } from "./fitting.ts";

const MOST_LIST_BYTES = 8_000;

const MOST_TEXT = 1_000;

/** The HTML of the manifest. Only manifest.json says when the run began and how long it took. */
export function recordHtml(manifest: Manifest): Html {
  const { command, options, seed, versions, model, sources, rows } = manifest;
  const settings = Object.entries({ task: command, ...options, seed });
  const dropped = rows.dropped.map(({ reason, n }) => [`dropped: ${reason}`, n] as const);
  return html`
    ${list("Options", settings)}
    ${list("Rows", [["read", rows.read], ["kept", rows.kept], ...dropped])}
    ${model &&
      list("Model", [
        ["text tower", sizes(model.text)],
        ["image tower", model.image === undefined ? "not used" : sizes(model.image)],
        ...model.score === undefined ? [] : [["S", model.score] as const],
      ])}
    ${list("Versions", Object.entries(versions))}
    ${files("Model files", sources.model)}
    ${files("Data files", sources.data)}
    ${otherFiles(manifest.files)}
    <p class="files">With the times: <a href="manifest.json">manifest.json</a></p>
  `;
}

function otherFiles(names: readonly string[]): Html | undefined {
  const others = names.filter((name) => name.endsWith(".json") && !name.endsWith(".vl.json"));
  if (others.length === 0) return undefined;
  return html`<p class="files">For other programs: ${
    others.map((name, i) => html`${i === 0 ? "" : ", "}<a href="${name}">${name}</a>`)
  }</p>`;
}

function list(title: string, entries: readonly (readonly [string, Json])[]): Html {
  const text = (value: Json) =>
    clipped(typeof value === "object" ? JSON.stringify(value) : `${value}`, MOST_TEXT);
  const { parts, rest } = fitting(
    entries.map(([key, value]) => [() => html`<dt>${text(key)}<dd>${text(value)}\n`]),
    MOST_LIST_BYTES,
    moreAre,
  );
  return html`<h3>${title}</h3>\n<dl>\n${parts}</dl>${rest}`;
}

function moreAre(others: number, what = "more are"): Html {
  return html`<p>${others} ${what} in <a href="manifest.json">manifest.json</a>.</p>`;
}

function sizes(
  { layers, heads, width, projection }: NonNullable<Manifest["model"]>["text"],
): string {
  return `${layers} blocks x ${heads} heads, width ${width}, projection ${projection}`;
}

function files(title: string, digests: readonly FileDigest[]): Html {
  return list(
    `${title}, SHA-256`,
    digests.map(({ file, sha256 }) => [file, sha256] as const),
  );
}

const MOST_REASONS = 20;

const MOST_ID_BYTES = 40_000;

/** The HTML of the dropped and the doubtful rows, below the number of rows that were used. */
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
  const shown = reasons.slice(0, MOST_REASONS);
  const others = reasons.length - shown.length;
  return html`
    ${counts}
    ${shown.map((reason) => reasonHtml(reason, MOST_ID_BYTES / shown.length))}
    ${others === 0 ? undefined : moreAre(others, "more reasons are")}
  `;
}

interface Reason {
  readonly what: string;
  readonly reason: string;
  readonly n: number;
  readonly ids: readonly string[] | undefined;
}

function reasonHtml({ what, reason, n, ids }: Reason, most: number): Html {
  const head = html`<b>${n}</b> ${what}: ${clipped(reason, 500)}`;
  if (ids === undefined) return html`<p class="reason">${head}</p>\n`;
  const { parts, rest } = fitting(
    ids.map((id, i) => [() => html`${i === 0 ? "" : ", "}<code>${clipped(id, 200)}</code>`]),
    most,
    moreAre,
  );
  return html`
    <details class="reason"><summary>${head}</summary>
    <p class="ids">${parts}</p>
    ${rest}</details>
  `;
}
