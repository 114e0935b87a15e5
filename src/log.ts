/** Fields of a log line; undefined ones are left out. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

export const logFormats = ["logfmt", "json"] as const;
export type LogFormat = (typeof logFormats)[number];

/** Writes one line per change of state: fields, not prose. */
export type Log = Readonly<Record<LogLevel, (event: string, fields?: LogFields) => void>>;

// What a program further down the pipe sends along can be of any length; a line of log cannot.
const maximumValueLength = 1000;

const clip = (text: string): string =>
  text.length > maximumValueLength ? `${text.slice(0, maximumValueLength)}…` : text;

const logfmtValue = (value: string | number | boolean): string => {
  const text = clip(String(value));
  // https://brandur.org/logfmt: bare unless a blank, a quote, an equals sign or a control character is in it.
  return text === "" || /[\s"=\\\p{Cc}]/u.test(text) ? JSON.stringify(text) : text;
};

const logfmt = (fields: LogFields): string =>
  Object.entries(fields)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${logfmtValue(value)}`]))
    .join(" ");

const json = (fields: LogFields): string =>
  JSON.stringify(fields, (_name, value: unknown) =>
    typeof value === "string" ? clip(value) : value,
  );

/** A log that writes lines of at least that level, each ended by a newline, through `write`. */
export const createLog = ({
  level,
  format,
  write,
  wallMs,
}: {
  readonly level: LogLevel;
  readonly format: LogFormat;
  readonly write: (line: string) => void;
  readonly wallMs: () => number;
}): Log => {
  const render = format === "json" ? json : logfmt;
  const writer = (own: LogLevel) => {
    if (logLevels.indexOf(own) < logLevels.indexOf(level)) return () => {};
    return (event: string, fields: LogFields = {}) => {
      const time = new Date(wallMs()).toISOString();
      write(`${render({ time, level: own, event, ...fields })}\n`);
    };
  };
  return {
    debug: writer("debug"),
    info: writer("info"),
    warn: writer("warn"),
    error: writer("error"),
  };
};
