import { assertEquals } from "@std/assert";
import { Ajv } from "ajv";
import {
  dataFiles,
  scriptHead,
  SCRIPTS,
  studySchema,
  withExperiments,
  withTasks,
} from "../../../../scripts/dev/docs/files.ts";
import { glossaryPage, TABLES, tablesPages } from "../../../../scripts/dev/docs/pages.ts";
import { ALL_EXPERIMENTS, schemasOf } from "../../../../lib/experiments/all.ts";

const read = (path: string) => Deno.readTextFile(new URL(`../../../../${path}`, import.meta.url));

/** All that the pages of tables may have together: more takes something out. */
const MOST = { tables: 44, columns: 583, words: 7_150 };

Deno.test("docs/tables is up to date with deno task dev docs, has every column, and is short", async () => {
  const pages = await tablesPages();
  const folder = new URL("../../../../docs/tables/", import.meta.url);
  assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name).sort(), [
    ...[...pages.keys()].sort(),
  ]);
  for (const [name, page] of pages) assertEquals(await read(`docs/tables/${name}`), page);
  for (const experiment of ALL_EXPERIMENTS) {
    const page = pages.get(`${experiment.name}.md`)! + pages.get("README.md")!;
    const columns = schemasOf(experiment).flatMap((schema) => Object.keys(schema.columns));
    assertEquals(columns.filter((column) => !page.includes(`\`${column}\``)), []);
  }
  const words = [...pages.values()].join(" ").split(/\s+/).length;
  const columns = TABLES.flatMap((schema) => Object.keys(schema.columns)).length;
  const counts = { tables: TABLES.length, columns, words };
  for (const [of, most] of Object.entries(MOST)) {
    const count = counts[of as keyof typeof MOST];
    assertEquals(count <= most, true, `${count} ${of}`);
  }
});

Deno.test("docs/glossary.md is up to date with deno task dev docs", async () => {
  assertEquals(await read("docs/glossary.md"), await glossaryPage());
});

Deno.test("data/study.schema.json is up to date with deno task dev docs, and takes and refuses the study files that the kit does", async () => {
  const schema = await read("data/study.schema.json");
  assertEquals(schema, studySchema());
  const isValid = new Ajv({ strict: false }).compile(JSON.parse(schema));
  const study = JSON.parse(await read("examples/study.json"));
  const { models, experiments } = study;
  const taken = [
    study,
    { ...study, seeds: [0, 1], controls: ["image"], except: [{ model: "shapes" }] },
    { ...study, models: { one: { "random-weights": 1, threads: "4" } }, limit: 10 },
    { ...study, experiments: { mine: { task: "circuit", sets: { relay: ["head 1.2"] } } } },
    { ...study, experiments: { atlas: { control: ["random"] }, trace: { shards: 3 } } },
  ];
  const refused = [
    { models, experiments },
    { ...study, model: {} },
    { ...study, models: {} },
    { ...study, models: { "../up": {} } },
    { ...study, seeds: [] },
    { ...study, experiments: { tracing: {} } },
    { ...study, experiments: { mine: { task: "tracing" } } },
    { ...study, experiments: { trace: { sites: "z" } } },
    { ...study, experiments: { trace: { site: "zz" } } },
    { ...study, except: [{}] },
  ];
  assertEquals(taken.map((file) => isValid(file)), taken.map(() => true));
  assertEquals(refused.map((file) => isValid(file)), refused.map(() => false));
});

Deno.test("data/files.json has the checksum of every file that the kit reads as it runs", async () => {
  assertEquals(await read("data/files.json"), await dataFiles());
});

Deno.test("the scripts in data/explore are those of the source as it is", async () => {
  for (const name of Object.keys(SCRIPTS)) {
    assertEquals((await read(`data/explore/${name}`)).startsWith(scriptHead()), true, name);
  }
});

Deno.test("every experiment has its task and its line in the guide", async () => {
  const [config, guide] = [await read("deno.json"), await read("docs/guide/tasks.md")];
  assertEquals(config, withTasks(config));
  assertEquals(guide, await withExperiments(guide));
});

Deno.test("every column of an experiment's tables says what it means", () => {
  for (const { name, about, columns } of ALL_EXPERIMENTS.flatMap(schemasOf)) {
    for (const [column, { definition }] of Object.entries(columns)) {
      assertEquals(/^[A-Z`d].*\.$/s.test(definition), true, `${name}.${column}: ${definition}`);
    }
    assertEquals(/^[A-Z].*\.$/s.test(about), true, name);
  }
});
