import type { QuantityDefinitions } from "./definition.ts";

const joulesTotal = {
  type: "counter",
  unit: "joules",
  dimension: "energy",
  minimum: 0,
  display: { unit: "kWh", decimals: 3 },
} as const;

const joules = {
  type: "gauge",
  unit: "joules",
  dimension: "energy",
  display: { unit: "kWh", decimals: 3 },
} as const;

/** Energy: what meters count, and what stores hold. */
export const energy = {
  energyJoulesTotal: {
    name: "energy",
    metric: "sensor_energy_joules_total",
    help: "Energy consumed or produced, counted by a meter or from its pulses.",
    ...joulesTotal,
  },
  energyReturnedJoulesTotal: {
    name: "energy_returned",
    metric: "sensor_energy_returned_joules_total",
    help: "Energy delivered back (to the grid, say), counted by a meter.",
    ...joulesTotal,
  },
  energyBalanceJoules: {
    name: "energy_balance",
    metric: "sensor_energy_balance_joules",
    help: "Energy taken minus energy returned, from a meter that may count backwards.",
    ...joules,
  },
  storedEnergyJoules: {
    name: "stored_energy",
    metric: "sensor_stored_energy_joules",
    help: "Energy held by a battery or another store, 0 and up.",
    ...joules,
    minimum: 0,
  },
  reactiveEnergyVoltAmpereReactiveSecondsTotal: {
    name: "reactive_energy",
    metric: "sensor_reactive_energy_volt_ampere_reactive_seconds_total",
    help: "Reactive energy counted by a meter; 3 600 000 are one kvarh.",
    type: "counter",
    unit: "volt_ampere_reactive_seconds",
    dimension: "reactive_energy",
    minimum: 0,
    display: { unit: "kvarh", decimals: 3 },
  },
  apparentEnergyVoltAmpereSecondsTotal: {
    name: "apparent_energy",
    metric: "sensor_apparent_energy_volt_ampere_seconds_total",
    help: "Apparent energy counted by a meter; 3 600 000 are one kVAh.",
    type: "counter",
    unit: "volt_ampere_seconds",
    dimension: "apparent_energy",
    minimum: 0,
    display: { unit: "kVAh", decimals: 3 },
  },
} as const satisfies QuantityDefinitions;
