import type { Census } from "../census.ts";

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

const group = (count: number, one: string, down: number, isWhat: string): string =>
  counted(count, one) + (down === 0 ? "" : ` (${down} ${isWhat})`);

/** How the program is doing, in words for `systemctl status`: 12 sensors (1 down), 2 brokers. */
export const describeCensus = ({ sensors, sensorsDown, brokers, brokersDown }: Census): string => {
  const local = group(sensors, "sensor", sensorsDown, "down");
  return brokers === 0
    ? local
    : `${local}, ${group(brokers, "broker", brokersDown, "not connected")}`;
};
