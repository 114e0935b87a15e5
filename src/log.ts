/** Fields of a log line; undefined ones are left out. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export type LogLevel = "debug" | "info" | "warn" | "error";

/** Writes one line per change of state: fields, not prose. */
export type Log = Readonly<Record<LogLevel, (event: string, fields?: LogFields) => void>>;
