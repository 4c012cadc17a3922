import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, get } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Certificate, makeCertificate } from "../../../local/emulator/certificate";

const DAY_MS = 24 * 60 * 60 * 1000;

describe("the certificate of a run", () => {
  let folder: string;
  let made: Certificate;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "trailkeeper-certificate-"));
    made = await makeCertificate(join(folder, "tls"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is for 127.0.0.1 alone, vouches for nobody else, and ends within days", () => {
    const certificate = new X509Certificate(made.pem);

    assert.equal(certificate.checkIP("127.0.0.1"), "127.0.0.1");
    assert.equal(certificate.checkIP("127.0.0.2"), undefined);
    assert.equal(certificate.checkHost("localhost"), undefined);
    assert.equal(certificate.ca, false);
    assert.ok(Date.parse(certificate.validFrom) < Date.now());
    assert.ok(Date.parse(certificate.validTo) < Date.now() + 8 * DAY_MS);
  });

  it("is another one each time", async () => {
    const other = await makeCertificate(join(folder, "other"));
    assert.notEqual(readFileSync(other.keyFile, "utf8"), readFileSync(made.keyFile, "utf8"));
  });

  it("is kept where its owner alone can read it", function () {
    if (process.platform === "win32") this.skip();
    for (const file of [made.keyFile, made.certificateFile])
      assert.equal(statSync(file).mode & 0o777, 0o600, file);
    assert.equal(readFileSync(made.certificateFile, "utf8"), made.pem);
  });

  it("is what Node trusts a server with, and does not without", async () => {
    const server = createServer(
      { key: readFileSync(made.keyFile), cert: made.pem },
      (_request, response) => void response.end("hello"),
    );
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    const status = (ca?: string) =>
      new Promise<number | undefined>((done, failed) => {
        get({ host: "127.0.0.1", port, ca, agent: false }, (response) => {
          response.resume();
          done(response.statusCode);
        }).once("error", failed);
      });
    try {
      assert.equal(await status(made.pem), 200);
      await assert.rejects(status(), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    } finally {
      server.close();
    }
  });
});
