import type { ErrorCode } from "../errors.ts";
import type { Log } from "../log.ts";

const missing: ErrorCode = "module-missing";

/** The same log, but that says of each missing module once that it is missing, however many sensors need it. */
export const sayMissingModulesOnce = (log: Log): Log => {
  const said = new Set<unknown>();
  return {
    ...log,
    warn: (event, fields = {}) => {
      const isRepeated = fields["code"] === missing && said.has(fields["error"]);
      if (fields["code"] === missing) said.add(fields["error"]);
      if (isRepeated) log.debug(event, fields);
      else log.warn(event, fields);
    },
  };
};
