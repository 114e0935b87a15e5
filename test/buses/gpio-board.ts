import { setImmediate as turn } from "node:timers/promises";
import type { GpioRequest } from "../../src/buses/gpio.ts";
import { createOnoffBackend } from "../../src/buses/gpio-onoff.ts";
import { createVirtualClock } from "../mocks/clock.ts";
import { createGpioSimulation, type GpioSimulation } from "../mocks/gpio.ts";
import type { SimulatedChip } from "../mocks/gpio-kernel.ts";

/** The header's chip of a Pi 4 on kernels since 6.6. */
export const pi4Chip: SimulatedChip = {
  name: "gpiochip0",
  label: "pinctrl-bcm2711",
  base: 512,
  lines: 58,
};

type Edge = Parameters<GpioRequest["onEdge"]>[0];

/** A request for line 17 that writes down what it hears. */
export const listen = (overrides: Partial<GpioRequest> = {}) => {
  const edges: Edge[] = [];
  const failures: unknown[] = [];
  const request: GpioRequest = {
    address: { line: 17 },
    edges: "both",
    activeLow: false,
    debounceMs: 0,
    allowReserved: false,
    onEdge: (edge) => edges.push(edge),
    onFailure: (error) => failures.push(error),
    ...overrides,
  };
  return { request, edges, failures };
};

/** A simulated board with the sysfs backend on it. */
export const createBoard = (
  options: { readonly chips?: readonly SimulatedChip[]; readonly udevDelayMs?: number } = {},
) => {
  const clock = createVirtualClock();
  const simulation = createGpioSimulation({ chips: [pi4Chip], clock, ...options });
  const backend = createOnoffBackend({
    files: simulation.files,
    clock,
    loadOnoff: async () => simulation.onoff,
  });
  return { clock, simulation, backend, open: backend.open };
};

/** A signal that nobody aborts. */
export const noAbort = new AbortController().signal;

/** Lets the event loop turn until pending events of the simulation were reported. */
export const settle = async (): Promise<void> => {
  for (let turns = 0; turns < 4; turns += 1) await turn();
};

/** Pulses on line 17 that are over before the event loop sees them, one to a turn. */
export const pulse = async (
  simulation: GpioSimulation,
  count: number,
  rest: 0 | 1 = 0,
): Promise<void> => {
  for (let done = 0; done < count; done += 1) {
    simulation.drive("pinctrl-bcm2711", 17, rest === 0 ? 1 : 0);
    simulation.drive("pinctrl-bcm2711", 17, rest);
    await settle();
  }
};
