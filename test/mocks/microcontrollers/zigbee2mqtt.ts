import { type Firmware, json, rounded } from "../microcontroller.ts";

// https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html: bridge/devices and its exposes.
const numeric = (property: string, unit: string) => ({
  access: 1,
  label: property,
  name: property,
  property,
  type: "numeric",
  unit,
});

const devices = [
  {
    ieee_address: "0x00158d0001a2b3c4",
    type: "EndDevice",
    friendly_name: "nursery climate",
    power_source: "Battery",
    supported: true,
    interview_completed: true,
    definition: {
      model: "WSDCGQ11LM",
      vendor: "Aqara",
      exposes: [
        numeric("battery", "%"),
        numeric("temperature", "°C"),
        numeric("humidity", "%"),
        numeric("pressure", "hPa"),
      ],
    },
  },
  {
    ieee_address: "0x00158d0001d4e5f6",
    type: "EndDevice",
    friendly_name: "balcony/door",
    power_source: "Battery",
    supported: true,
    interview_completed: true,
    definition: {
      model: "MCCGQ11LM",
      vendor: "Aqara",
      exposes: [
        numeric("battery", "%"),
        {
          access: 1,
          label: "Contact",
          name: "contact",
          property: "contact",
          type: "binary",
          value_off: true,
          value_on: false,
        },
      ],
    },
  },
];

/** Two battery devices behind a Zigbee coordinator. */
export const firmware: Firmware = (surroundings) => {
  const air = surroundings("nursery climate");
  const door = surroundings("balcony door");
  return {
    announce: () => [
      json("zigbee2mqtt/bridge/state", { state: "online" }, true),
      json("zigbee2mqtt/bridge/devices", devices, true),
      json("zigbee2mqtt/nursery climate/availability", { state: "online" }, true),
      json("zigbee2mqtt/balcony/door/availability", { state: "online" }, true),
    ],
    report: () => [
      json("zigbee2mqtt/nursery climate", {
        battery: 87,
        humidity: rounded(air.value("relativeHumidityRatio") * 100, 2),
        linkquality: 112,
        pressure: rounded(air.value("pressurePascals") / 100, 1),
        temperature: rounded(air.value("temperatureCelsius"), 2),
      }),
      json("zigbee2mqtt/balcony/door", {
        battery: 100,
        contact: door.value("contactOpen") < 0.5,
        linkquality: 78,
      }),
    ],
  };
};
