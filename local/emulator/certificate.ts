import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generate } from "selfsigned";

/** A certificate of the run's own, for 127.0.0.1 alone. */
export interface Certificate {
  /** The certificate, PEM. */
  readonly pem: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** A run takes minutes, one that is kept perhaps a day; nobody should trust the certificate for longer. */
const VALID_DAYS = 7;
const DAY_MS = 24 * 60 * 60 * 1000;

/** In the certificate's first seconds a clock that is set back must not find it invalid. */
const CLOCK_MARGIN_MS = 60 * 60 * 1000;

/**
 * Makes a self-signed certificate for 127.0.0.1. Both files can be read by their owner alone.
 *
 * @param folder made where it does not exist
 */
export async function makeCertificate(folder: string): Promise<Certificate> {
  const now = Date.now();
  const { cert, private: key } = await generate([{ name: "commonName", value: "trailkeeper local run" }], {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date(now - CLOCK_MARGIN_MS),
    notAfterDate: new Date(now + VALID_DAYS * DAY_MS),
    extensions: [
      // It is trusted by name, as itself: it signs nothing else.
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      { name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] },
    ],
  });
  const certificate = {
    pem: `${cert}\n`,
    certificateFile: join(folder, "certificate.pem"),
    keyFile: join(folder, "key.pem"),
  };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(certificate.certificateFile, certificate.pem, { mode: 0o600 });
  await writeFile(certificate.keyFile, key, { mode: 0o600 });
  return certificate;
}
