import { isObject } from "../payload.ts";

/** Part of an announcement, its keys long. */
export type Block = Readonly<Record<string, unknown>>;

const table = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .trim()
      .split(/\s*\n\s*/u)
      .flatMap((line) => {
        const [short, long] = line.split(" ");
        return short === undefined || long === undefined ? [] : [[short, long] as const];
      }),
  );

// homeassistant/components/mqtt/abbreviations.py; those of settings and commands are left out.
const entityKeys = table(`
  avty availability
  avty_mode availability_mode
  avty_t availability_topic
  avty_tpl availability_template
  bri_scl brightness_scale
  bri_stat_t brightness_state_topic
  bri_val_tpl brightness_value_template
  cmps components
  curr_hum_t current_humidity_topic
  curr_hum_tpl current_humidity_template
  curr_temp_t current_temperature_topic
  curr_temp_tpl current_temperature_template
  def_ent_id default_entity_id
  dev device
  dev_cla device_class
  e encoding
  en enabled_by_default
  ent_cat entity_category
  exp_aft expire_after
  migr_discvry migrate_discovery
  o origin
  obj_id object_id
  off_dly off_delay
  ops options
  p platform
  pl_avail payload_available
  pl_not_avail payload_not_available
  pl_off payload_off
  pl_on payload_on
  pos_clsd position_closed
  pos_open position_open
  pos_t position_topic
  pos_tpl position_template
  stat_cla state_class
  stat_off state_off
  stat_on state_on
  stat_t state_topic
  stat_tpl state_template
  stat_val_tpl state_value_template
  t topic
  temp_stat_t temperature_state_topic
  temp_stat_tpl temperature_state_template
  temp_unit temperature_unit
  uniq_id unique_id
  unit_of_meas unit_of_measurement
  val_tpl value_template
`);

// The same short keys mean other things in a device block.
const deviceKeys = table(`
  cns connections
  hw hw_version
  ids identifiers
  mdl model
  mdl_id model_id
  mf manufacturer
  sa suggested_area
  sn serial_number
  sw sw_version
`);

/** More keys than any component has. */
const maximumKeys = 250;

const expanded = (block: Block, keys: ReadonlyMap<string, string>): Block =>
  Object.fromEntries(
    Object.entries(block)
      .slice(0, maximumKeys)
      .map(([key, value]) => [keys.get(key) ?? key, value]),
  );

/** The block of a device with its keys written out. */
export const deviceBlock = (block: unknown): Block =>
  isObject(block) ? expanded(block, deviceKeys) : {};

/** The block of an entity with its keys written out, and those of its list of availability. */
export const entityBlock = (block: Block): Block => {
  const long = expanded(block, entityKeys);
  const { availability } = long;
  if (Array.isArray(availability)) {
    const entries = availability.map((each: unknown) =>
      isObject(each) ? expanded(each, entityKeys) : each,
    );
    return { ...long, availability: entries };
  }
  return isObject(availability)
    ? { ...long, availability: [expanded(availability, entityKeys)] }
    : long;
};

const withBase = (topic: string, base: string): string => {
  const begun = topic.startsWith("~") ? base + topic.slice(1) : topic;
  return begun.endsWith("~") ? begun.slice(0, -1) + base : begun;
};

const withBaseIn = (block: Block, base: string): Block =>
  Object.fromEntries(
    Object.entries(block).map(([key, value]) => [
      key,
      typeof value === "string" && key.endsWith("topic") ? withBase(value, base) : value,
    ]),
  );

/** A block whose topics begin or end with `~`, that being replaced by the block's own `~`. */
export const replaceBase = (block: Block): Block => {
  const base = block["~"];
  if (typeof base !== "string") return block;
  const { availability } = block;
  const entries = Array.isArray(availability)
    ? availability.map((each: unknown) => (isObject(each) ? withBaseIn(each, base) : each))
    : availability;
  return { ...withBaseIn(block, base), availability: entries };
};
