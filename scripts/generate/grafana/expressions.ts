import { definitionOf, type Quantity } from "../../../src/quantities.ts";
import { ofSensors, own, selectSensors } from "./selectors.ts";

/** Labels that tell boards apart. */
export const perBoard = "job, instance";

/** Labels that tell sensors apart. */
export const perSensor = `${perBoard}, sensor`;

/** Whether Prometheus reaches the boards, 1 or 0. */
export const scraped = 'up{job=~"$job", instance=~"$board"}';

/** Age of each sensor's newest reading at the scrape, in seconds, by the board's own clock, be it wrong or not. */
export const age = `(${own("time")} - on (${perBoard}) group_right () ${ofSensors("lastReading")})`;

/** Seconds by which the clock of each board is ahead of Prometheus's, negative if it is behind. */
export const clockOffset = `(${own("time")} - timestamp(${own("time")}))`;

/** Seconds since the configuration was loaded, of each sensor that had no reading since then. */
export const unreadFor =
  `((${ofSensors("up")} unless on (${perSensor}) ${ofSensors("lastReading")}) * 0` +
  ` + on (${perBoard}) group_left () (${own("time")} - ${own("configReloadTimestamp")}))`;

/** Sensors whose latest poll failed, or that their source says are gone. */
export const sensorsDown = `${ofSensors("up")} == 0`;

/** Series of a quantity of the sensors chosen. */
export const reading = (quantity: Quantity, matchers = ""): string =>
  `${definitionOf(quantity).metric}{${selectSensors}${matchers === "" ? "" : `, ${matchers}`}}`;

/** Temperature of each board's processor, as the kernel's thermal zones have it. */
export const processorTemperature =
  `max by (${perBoard}) (${reading("temperatureCelsius")}` +
  ` and on (${perSensor}) ${own("sensor", 'driver="thermal"')})`;

/** The value, or 0 where there is nothing to count. */
export const orNone = (expression: string): string => `${expression} or vector(0)`;

/** The same per minute, of a counter. */
export const perMinute = (counter: string, by: string): string =>
  `sum by (${by}) (rate(${counter}[$__rate_interval])) * 60`;
