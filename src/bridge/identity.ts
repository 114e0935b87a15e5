import type { Labels } from "../reading.ts";
import type { Gate } from "./gate.ts";

/** Who a device is. */
export interface DeviceIdentity {
  /** What never changes about it: a serial number, an address, the topic where there is nothing better. */
  readonly id: string;
  /** What people call it; may change, and may be that of another device too. */
  readonly name: string;
  /** The user's own. */
  readonly labels?: Labels | undefined;
  /** Model, version and the like, for `sensor_info`. */
  readonly info?: Labels | undefined;
  /** What it lies behind: a bridge, a gateway. */
  readonly gates?: readonly Gate[] | undefined;
  /** True if the user has excluded it: it has no series. */
  readonly isUnwanted?: boolean | undefined;
  /**
   * True if no more is known of it than the topics it seems to have, of which another dialect may know better whose they
   * are: it is only shown while it has readings. Heeded when it is made.
   */
  readonly isPresumed?: boolean | undefined;
}

/** Who says so. */
export interface Witness {
  readonly broker: string;
  readonly dialect: string;
}
