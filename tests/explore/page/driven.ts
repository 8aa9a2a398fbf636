/** The explorer's page in a browser that tests drive. */

import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { engineOf } from "../../../lib/explore/engine/explorer.ts";
import type { Explorer } from "../../../lib/explore/protocol.ts";
import { loadFiles, openFiles } from "../../../lib/explore/serve/open_engine.ts";
import type { FinishedRun } from "../../../lib/explore/serve/read_run.ts";
import { localPage } from "../../../lib/explore/serve/page.ts";
import { serveExplorer } from "../../../lib/explore/serve/server.ts";
import { CHROMIUM, CHROMIUM_FLAGS } from "../../chromium.ts";

/** The page on a server with its engine, and the browser. */
export interface Driven {
  readonly engine: Explorer;
  readonly address: string;
  readonly browser: Browser;
  /** What pages have asked for, and what they have complained of. */
  readonly asked: string[];
  readonly complaints: string[];
}

/** How a page is seen. */
interface Seen {
  readonly width: 1280 | 390;
  readonly scheme: "light" | "dark";
}

export const SEEN: readonly Seen[] = [
  { width: 1280, scheme: "light" },
  { width: 390, scheme: "dark" },
  { width: 1280, scheme: "dark" },
  { width: 390, scheme: "light" },
];

/** Serves the page with the embedded model and a run of it, opens a browser, and ends both after the work. */
export async function drive(
  folder: string,
  run: FinishedRun | undefined,
  work: (driven: Driven) => Promise<void>,
): Promise<void> {
  const options = { cache: false, run };
  const files = await openFiles({ limit: 60 }, options);
  const { study, parts } = await loadFiles(files, options);
  const engine = engineOf(parts);
  const page = await localPage();
  const { address, stop } = serveExplorer(Promise.resolve(engine), page, { port: 0 });
  try {
    const empty = { asked: [], complaints: [] };
    await inBrowser(folder, (browser) => work({ engine, address, browser, ...empty }));
  } finally {
    await stop();
    await study[Symbol.asyncDispose]();
  }
}

/** Opens a browser, and ends it after the work. */
export async function inBrowser(
  folder: string,
  work: (browser: Browser) => Promise<void>,
): Promise<void> {
  const args = [...CHROMIUM_FLAGS];
  const options = { executablePath: CHROMIUM!, args, userDataDir: `${folder}/profile` };
  const browser = await puppeteer.launch(options);
  try {
    await work(browser);
  } finally {
    await browser.close();
  }
}

/** Opens a page, and waits until it shows numbers. */
export async function open(
  { browser, address, asked, complaints }: Driven,
  { width = 1280, scheme = "light" }: Partial<Seen> = {},
  hash = "",
): Promise<Page> {
  const page = await browser.newPage();
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  const isMobile = width === 390;
  const height = isMobile ? 844 : 800;
  await page.setViewport({ width, height, isMobile, hasTouch: isMobile });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(address + hash);
  await settled(page);
  return page;
}

/** Waits until nothing is computed any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(`
    document.querySelector(".scores strong, .problem") !== null &&
    document.querySelector('[aria-busy="true"], .wait, .blank') === null
  `);
}

/** Clicks the button, tab, part or cell with a label or text, as a person finds it. */
export async function click(page: Page, label: string): Promise<void> {
  await page.locator(`::-p-aria([name=${JSON.stringify(label)}])`).click();
  await settled(page);
}

/** The text of what a selector finds first. */
export function textOf(page: Page, selector: string): Promise<string> {
  return page.$eval(selector, (element) => element.textContent ?? "");
}

/** What a field holds. */
export function valueOf(page: Page, selector: string): Promise<string> {
  return page.$eval(selector, (element) => (element as unknown as { value: string }).value);
}

/** A number as the page writes it. */
export function numberIn(text: string): number {
  return Number(text.replace("−", "-"));
}

/** d as the page shows it. */
export async function shownD(page: Page): Promise<number> {
  return numberIn(await textOf(page, ".scores .difference strong"));
}
