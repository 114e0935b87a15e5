#!/usr/bin/env -S node --max-semi-space-size=1
import { setMaxListeners } from "node:events";
import { Command, InvalidArgumentError, Option } from "commander";
import { systemClock } from "./clock.ts";
import type { DeclaredCommand, Run } from "./commands/declaration.ts";
import { declaredCommands } from "./commands/declarations/index.ts";
import { configFile, simulate, webConfigFile } from "./commands/flags.ts";
import type { System } from "./commands/system.ts";
import { exitCodes } from "./commands/system.ts";
import { nearestWord } from "./config/nearest.ts";
import { StartError } from "./errors.ts";
import { logFormats, logLevels } from "./log.ts";
import { processVariables } from "./systemd/variables.ts";
import { readVersion } from "./version.ts";

const defaultColumns = 100;

/** What cannot be written has nobody to be told; a log that is lost must not end a program that measures. */
const bearLostOutput = (stop: AbortController): void => {
  process.stderr.on("error", () => {});
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough, as `head` has, is no failure.
    if (error.code === "EPIPE") {
      stop.abort(error);
      return;
    }
    process.stderr.write(`sensor-exporter: cannot write its output: ${error.message}\n`);
    process.exit(exitCodes.failed);
  });
};

// A pipe whose reader stands still makes no writer wait here; what is written piles up.
const mostUnreadBytes = 1_048_576;

/** Text for standard error; what would pile up without end is lost. */
const complain = (text: string): void => {
  if (process.stderr.writableLength < mostUnreadBytes) process.stderr.write(text);
};

/** The first request to stop aborts the signal; the second ends the process on the spot. */
const stopSignal = (): AbortSignal => {
  const stop = new AbortController();
  // `read` has one for each sensor.
  setMaxListeners(0, stop.signal);
  bearLostOutput(stop);
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(exitCodes.failed);
      stop.abort(new Error(name));
    });
  }
  return stop.signal;
};

/** The environment as it was at the start; a child of this process does not take for its own what is not. */
const takeEnvironment = (): System["environment"] => {
  const environment = { ...process.env };
  for (const name of processVariables) delete process.env[name];
  return environment;
};

const { variables } = process.config;

const createSystem = (): System => ({
  clock: systemClock,
  environment: takeEnvironment(),
  print: (text) => process.stdout.write(text),
  complain,
  isTerminal: process.stdout.isTTY === true,
  columns: process.stdout.columns ?? defaultColumns,
  stop: stopSignal(),
  onHangUp: (listener) => process.on("SIGHUP", listener),
  processId: process.pid,
  startedMs: systemClock.nowMs() - process.uptime() * 1000,
  nodeVersion: process.version,
  processor: {
    architecture: process.arch,
    armVersion: "arm_version" in variables ? String(variables.arm_version) : undefined,
  },
  user: { userId: process.getuid?.() ?? 0, groupIds: process.getgroups?.() ?? [] },
});

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

const path = (value: string): string => {
  if (!/^\/[^\s?#]*$/u.test(value)) throw new InvalidArgumentError("It must begin with /.");
  if (value === "/" || value.startsWith("/-/")) {
    throw new InvalidArgumentError("The landing page and the health checks are there.");
  }
  return value;
};

const count = (value: string): number => {
  if (!/^\d{1,6}$/u.test(value)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(value);
};

/** Runs a command module, which is loaded only now: `check` has no use for what `serve` needs. */
const runner =
  <Options>(load: () => Promise<Run<Options>>) =>
  async (words: readonly string[], options: Options): Promise<void> => {
    try {
      const run = await load();
      process.exitCode = await run(createSystem(), options, words);
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      process.stderr.write(`sensor-exporter: ${error.message}\n`);
      process.exitCode = error.exitCode;
    }
  };

const addServe = (program: Command): Command =>
  program
    .command("serve", { isDefault: true })
    .description("poll the sensors and serve their readings (the default)")
    .option(...configFile)
    .option(...simulate)
    .option(
      "--web.listen-address <address>",
      "address to listen on; repeatable (default: :10048)",
      collect,
    )
    .option("--web.systemd-socket", "listen on the sockets that systemd hands over instead")
    .option(...webConfigFile)
    .option("--web.telemetry-path <path>", "path of the metrics", path, "/metrics")
    .option(
      "--web.max-requests <count>",
      "requests answered at once, all others get 503; 0 for no limit",
      count,
      40,
    )
    .option("--web.disable-exporter-metrics", "leave out process_* and nodejs_* metrics")
    .option("--web.enable-lifecycle", "reload the configuration on POST /-/reload")
    .option("--state.directory <path>", "where counters are kept (default: $STATE_DIRECTORY)")
    .addOption(
      new Option("--log.level <level>", "least important lines to log")
        .choices(logLevels)
        .default("info"),
    )
    .addOption(
      new Option("--log.format <format>", "form of a line").choices(logFormats).default("logfmt"),
    )
    .action((options) => {
      // Until the listener of `serve` is there, the signal would end the process.
      process.on("SIGHUP", () => {});
      return runner(async () => (await import("./commands/serve.ts")).serve)([], options);
    });

const addDeclared = (program: Command, declared: DeclaredCommand): void => {
  const command = program.command(declared.usage).description(declared.description);
  for (const [flag, help] of declared.flags) command.option(flag, help);
  declared.accept((load) => {
    command.action((...given) => runner(load)(command.args, given.at(-2)));
  });
};

/** A first word that is no command would else be taken for a superfluous argument of `serve`. */
const refuseUnknownCommand = (program: Command, word: string | undefined): void => {
  const commands = [...program.commands.map((command) => command.name()), "help"];
  if (word === undefined || word.startsWith("-") || commands.includes(word)) return;
  const nearest = nearestWord(word, commands);
  const hint = nearest === undefined ? commands.join(", ") : `did you mean ${nearest}?`;
  program.error(`error: unknown command '${word}'; ${hint}`);
};

const main = async (): Promise<void> => {
  const program = new Command("sensor-exporter")
    .description("Prometheus exporter for the sensors of single-board computers")
    .version(`sensor-exporter ${readVersion()}`, "--version")
    .showHelpAfterError("(see sensor-exporter --help)")
    .configureHelp({ showGlobalOptions: true });
  const serve = addServe(program);
  const [, options = ""] = serve.helpInformation().split(/^Options:$|\n^Global Options:$/mu);
  program.addHelpText("after", `\nOptions of serve, the command if none is named:${options}`);
  for (const declared of declaredCommands) addDeclared(program, declared);
  refuseUnknownCommand(program, process.argv[2]);
  await program.parseAsync();
};

/** Resolves once all that was printed is written, or is known to be lost. */
const flushed = (): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.write("", () => resolve());
  });

await main();
await flushed();
// What still holds the event loop now (a wedged bus, a foreign handle) must not keep the process from ending.
process.exit();
