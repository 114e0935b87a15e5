import { type Statement, say } from "./messages.ts";

/** Values nested deeper than this are refused; the deepest key of the schema is at a quarter of it. */
export const maximumDepth = 32;

const remedies: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "indent with spaces",
  BAD_SCALAR_START: "put the text in quotes",
  BLOCK_AS_IMPLICIT_KEY: "put text with a colon in quotes",
  MULTILINE_IMPLICIT_KEY: "look for a missing colon or quote",
  MISSING_CHAR: "look for a missing quote or bracket",
  BAD_INDENT: "indent the entries of a mapping or list alike, and close every bracket",
  UNEXPECTED_TOKEN: "look for a missing quote; put text with braces or brackets in quotes",
  BAD_DQ_ESCAPE: "write a backslash twice, or use single quotes",
};

/** The message for an error or warning of the YAML parser, by its code. */
export const describeSyntaxError = (error: {
  readonly code: string;
  readonly message: string;
}): Statement => {
  if (error.code === "MULTIPLE_DOCS") return say("yaml-documents");
  if (error.code === "TAG_RESOLVE_FAILED") return say("yaml-tag");
  if (error.code === "RESOURCE_EXHAUSTION") return say("yaml-too-deep", maximumDepth);
  // What follows a colon quotes the file, which may hold a secret.
  const words = error.message.replace(/:.*$/s, "");
  const fault = words.charAt(0).toLowerCase() + words.slice(1);
  return say("yaml-syntax", fault, remedies[error.code]);
};
