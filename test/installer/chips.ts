import { stdout } from "node:process";
import { bme280Chip, sht4xChip } from "../kernel/chips.ts";

stdout.write(JSON.stringify({ "0x44": sht4xChip, "0x76": bme280Chip }));
