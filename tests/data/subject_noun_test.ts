import { assertEquals } from "@std/assert";
import { subjectNoun } from "../../lib/data/subject.ts";

Deno.test("subjectNoun() finds the head noun after the negator, in the singular", () => {
  const expected: Readonly<Record<string, string>> = {
    "There are no people.": "person",
    "There are no people in the photo.": "person",
    "There is no person pictured here.": "person",
    "There are no people riding on elephants.": "person",
    "There are no clouds visible in the sky.": "cloud",
    "There are no traffic lights in the street.": "light",
    "There is no black horse.": "horse",
    "There are no floor grates clearly visible.": "grate",
    "There are no buildings.": "building",
    "There are no red buildings shown on this street.": "building",
    "There are no of his feet touching the ground.": "foot",
    "There are no blueberries.": "blueberry",
    "There are no dishes in the picture.": "dish",
    "There are no glasses, but cups.": "glasses",
    "There is no bus.": "bus",
    "There isn’t a dog on the beach": "dog",
    "A man without a hat.": "hat",
    "There is no red swing.": "swing",
    "There are no red swings.": "swing",
    "There is no blue moped.": "moped",
    "There is no white duckling on the pond.": "duckling",
    "There is no train crossing.": "crossing",
    "There are no train crossings.": "crossing",
    "There are no trains crossing.": "train",
    "There is no train crossing the road.": "train",
    "There is no person crossing.": "person",
    "There are no people painting.": "person",
    "There are no paintings on the wall.": "painting",
    "There is no old painting on the wall.": "painting",
    "There is no red rolling suitcase.": "suitcase",
    "There is no dog sleeping.": "dog",
    "There is no constructor.": "constructor",
    "There is not any of the apples left.": "left", // no grammar is consulted
  };
  for (const [sentence, noun] of Object.entries(expected)) {
    assertEquals(`${sentence} ${subjectNoun(sentence)}`, `${sentence} ${noun}`);
  }
});

Deno.test("subjectNoun() gives the whole sentence if there is no negator or nothing after it", () => {
  assertEquals(["", "A Dog.", "Certainly not."].map(subjectNoun), ["", "a dog.", "certainly not."]);
});
