import type { Position } from "../problems.ts";
import { at, type Templates } from "./words.ts";

/** Messages about the file as text and as YAML. */
export const fileMessages = {
  "file-unreadable": (reason: string, remedy: string) => ({
    problem: `cannot be read: ${reason}`,
    remedy,
  }),
  "file-too-large": (limit: string) => ({
    problem: `is larger than ${limit}`,
    remedy: "check that this is the configuration file",
  }),
  "file-encoding": () => ({
    problem: "is not UTF-8 text from here on",
    remedy: "save it as UTF-8",
  }),
  "file-utf-16": () => ({ problem: "is UTF-16 text", remedy: "save it as UTF-8" }),
  "file-control-character": (name: string) => ({
    problem: `holds the control character ${name}`,
    remedy: "remove it, or restore the file if it was damaged",
  }),
  "file-empty": () => ({
    problem: "is empty",
    remedy: "start from config/minimal.yaml",
  }),
  "problems-more": (count: number) => ({ problem: `${count} more problems follow` }),
  "yaml-syntax": (fault: string, remedy: string | undefined) => ({
    problem: `is not valid YAML: ${fault}`,
    remedy,
  }),
  "yaml-documents": () => ({
    problem: "a second YAML document starts here",
    remedy: "keep everything in one, without a --- between",
  }),
  "yaml-version": () => ({
    problem: "asks for another YAML than 1.2, in which yes, no and 010 mean something else",
    remedy: "remove the %YAML line",
  }),
  "yaml-tag": () => ({ problem: "has a tag that means nothing here", remedy: "remove the !tag" }),
  "yaml-key": () => ({
    problem: "the key is not a plain word or text",
    remedy: "write key: value",
  }),
  "yaml-duplicate-key": (first: Position) => ({
    problem: `is given twice, first at ${at(first)}`,
    remedy: "keep one of them",
  }),
  "yaml-alias": () => ({
    problem: "is an alias of nothing above it",
    remedy: "put text that starts with * in quotes",
  }),
  "yaml-alias-cycle": () => ({
    problem: "is an alias of a value that it is part of",
    remedy: "write the value out",
  }),
  "yaml-merge": () => ({
    problem: "only mappings can be merged with <<",
    remedy: "give an alias of a mapping, or a list of such",
  }),
  "yaml-too-many-values": (limit: number) => ({
    problem: `the file has more than ${limit} values, aliases counted each time`,
    remedy: "use fewer aliases of large values",
  }),
  "yaml-too-deep": (limit: number) => ({
    problem: `is nested more than ${limit} levels deep`,
    remedy: "no key of this file needs that",
  }),
  "environment-unset": (name: string) => ({
    problem: `the environment variable ${name} is not set`,
    remedy: "set it for the service, or write $${ for a plain ${",
  }),
  "environment-syntax": () => ({
    problem: "$" + "{ must be followed by the name of a variable and }",
    remedy: "write $${ for a plain ${",
  }),
} satisfies Templates;
