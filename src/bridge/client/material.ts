import type { MqttConnectionConfig } from "../../config/mqtt-config.ts";
import { explainReadFailure, readBeginning } from "../../config/read-file.ts";
import { MqttFault, mqttProblem } from "./problem.ts";

/** What the files of a connection hold at this moment. */
export interface Material {
  readonly password?: string | undefined;
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

// The certificates of all public authorities together are a quarter of it.
const maximumBytes = 2 ** 20;

const unreadable = (what: string, path: string, reason: string, remedy: string): MqttFault =>
  new MqttFault(
    mqttProblem(
      "unreadable-file",
      `The ${what} file ${path} cannot be read: ${reason}.`,
      `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}; the file is read again at each attempt.`,
    ),
  );

const readText = async (what: string, path: string | undefined): Promise<string | undefined> => {
  if (path === undefined) return undefined;
  let bytes: Uint8Array;
  try {
    bytes = await readBeginning(path, maximumBytes + 1);
  } catch (error) {
    throw unreadable(what, path, ...explainReadFailure(error));
  }
  if (bytes.length > maximumBytes) {
    throw unreadable(what, path, "it is larger than 1 MiB", "check the path");
  }
  if (bytes.length === 0) throw unreadable(what, path, "it is empty", "write it anew");
  return new TextDecoder().decode(bytes);
};

const readPassword = async ({ password }: MqttConnectionConfig): Promise<string | undefined> => {
  if (password === undefined) return undefined;
  if ("secret" in password) return password.secret.reveal();
  return (await readText("password", password.file))?.replace(/[\r\n]+$/u, "");
};

/** Reads password, certificates and key anew; rejects with an MqttFault that names the file. */
export const readMaterial = async (config: MqttConnectionConfig): Promise<Material> => ({
  password: await readPassword(config),
  ca: await readText("CA", config.tls.caFile),
  certificate: await readText("certificate", config.tls.certificateFile),
  key: await readText("key", config.tls.keyFile),
});
