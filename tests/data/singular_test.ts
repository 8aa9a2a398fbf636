import { assertEquals } from "@std/assert";
import { singular } from "../../lib/data/subject.ts";

const PLURALS: Readonly<Record<string, string>> = {
  ...{ tie: "ties", pie: "pies", cookie: "cookies", movie: "movies", zombie: "zombies" },
  ...{ berry: "berries", puppy: "puppies", boy: "boys", key: "keys", baby: "babies" },
  ...{ potato: "potatoes", tomato: "tomatoes", shoe: "shoes", toe: "toes", piano: "pianos" },
  ...{ size: "sizes", maze: "mazes", quiz: "quizzes", box: "boxes", axe: "axes", fox: "foxes" },
  ...{ cache: "caches", moustache: "moustaches", headache: "headaches", beach: "beaches" },
  ...{ bench: "benches", sandwich: "sandwiches", couch: "couches", niche: "niches" },
  ...{ dish: "dishes", brush: "brushes", dress: "dresses", class: "classes", horse: "horses" },
  ...{ bus: "buses", house: "houses", vase: "vases", lens: "lenses", octopus: "octopuses" },
  ...{ calf: "calves", thief: "thieves", glove: "gloves", olive: "olives", valve: "valves" },
  ...{ knife: "knives", bookshelf: "bookshelves", wolf: "wolves", sleeve: "sleeves" },
  ...{ person: "people", woman: "women", policeman: "policemen", grandchild: "grandchildren" },
  ...{ mouse: "mice", foot: "feet", omen: "omens", specimen: "specimens", ski: "skis" },
  ...{ tennis: "tennis", sheep: "sheep", glasses: "glasses", menu: "menus", tree: "trees" },
};

Deno.test("singular() gives the same noun for the singular and the plural", () => {
  for (const [one, many] of Object.entries(PLURALS)) {
    assertEquals([singular(one), singular(many)], [one, one]);
  }
});

Deno.test("singular() gives a word and its plural the same noun even if it knows neither", () => {
  for (const word of ["benche", "goonie", "gauche", "gazoe", "constructor", "toString"]) {
    assertEquals(singular(`${word}s`), singular(word), word);
  }
  assertEquals(singular("constructor"), "constructor");
});
