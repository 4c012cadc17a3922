import { get as httpGet } from "node:http";
import { get as httpsGet } from "node:https";
import { buffer } from "node:stream/consumers";
import type { EmulatorConnection } from "./connection";

/**
 * The body of what the local cloud answers to a GET. (`fetch` trusts no certificate but those that Node was started
 * with.)
 *
 * @param path with its query, or a URL that the local cloud has given, which is of http also where it speaks https alone
 * @throws Error when it cannot be reached, or its answer's status is not 200
 */
export function download(
  { endpoint, certificate }: EmulatorConnection,
  path: string,
  signal?: AbortSignal,
): Promise<Buffer> {
  const { pathname, search } = new URL(path, endpoint);
  const url = `${endpoint}${pathname}${search}`;
  return new Promise((resolve, reject) => {
    const request = certificate ? httpsGet(url, { signal, ca: certificate.pem }) : httpGet(url, { signal });
    request.once("error", reject);
    request.once("response", (response) => {
      if (response.statusCode === 200) return void buffer(response).then(resolve, reject);
      response.resume();
      reject(new Error(`GET ${url} answered HTTP ${response.statusCode}`));
    });
  });
}
