import { health } from "../../../src/health.ts";

/** Matchers of the boards that the reader chose. */
export const selectBoards = 'job=~"$job", instance=~"$board"';

/** Matchers of the sensors that the reader chose, on the boards that the reader chose. */
export const selectSensors = `${selectBoards}, room=~"$room", sensor=~"$sensor"`;

/** What the exporter says about its sensors and itself, by the keys of src/health.ts, of the boards chosen. */
export const own = (key: keyof typeof health, matchers = ""): string =>
  `${health[key].name}{${selectBoards}${matchers === "" ? "" : `, ${matchers}`}}`;

/** The same of a family about sensors, of the sensors chosen. */
export const ofSensors = (key: keyof typeof health, matchers = ""): string =>
  `${health[key].name}{${selectSensors}${matchers === "" ? "" : `, ${matchers}`}}`;
