import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { cloudTrailClientConfig, type ProviderConfiguration } from "../../preflight/provider-connection";

async function credentialsOf(configuration: ProviderConfiguration) {
  const client = new CloudTrailClient(cloudTrailClientConfig(configuration, "eu-west-1"));
  const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
  return { accessKeyId, secretAccessKey, sessionToken };
}

describe("cloudTrailClientConfig", () => {
  it("leaves to the SDK what is not configured", () => {
    const { credentials, endpoint } = cloudTrailClientConfig({}, "eu-west-1");
    assert.deepEqual([credentials, endpoint], [undefined, undefined]);
  });

  it("takes Region, endpoint and kind of endpoint over", () => {
    const configuration = {
      endpoints: [{ sts: "http://127.0.0.1:1" }, { cloudtrail: "http://127.0.0.1:2" }],
      useFipsEndpoint: true,
      useDualstackEndpoint: false,
    };

    const config = cloudTrailClientConfig(configuration, "us-gov-west-1");
    assert.deepEqual(
      [config.region, config.endpoint, config.useFipsEndpoint, config.useDualstackEndpoint],
      ["us-gov-west-1", "http://127.0.0.1:2", true, false],
    );
  });

  it("uses configured keys", async () => {
    assert.deepEqual(await credentialsOf({ accessKey: "AKIAKEYS", secretKey: "s", token: "t" }), {
      accessKeyId: "AKIAKEYS",
      secretAccessKey: "s",
      sessionToken: "t",
    });
  });

  it("uses the configured profile of the configured files", async () => {
    const folder = mkdtempSync(join(tmpdir(), "profile-"));
    try {
      const file = join(folder, "credentials");
      writeFileSync(file, "[audit]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = s\n");

      const { accessKeyId } = await credentialsOf({ profile: "audit", sharedCredentialsFiles: [file] });
      assert.equal(accessKeyId, "AKIAPROFILE");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  describe("assumed roles", () => {
    let server: Server;
    let sts: string;
    let assumed: URLSearchParams[];
    let signers: string[];

    before(async () => {
      server = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
          const parameters = new URLSearchParams(Buffer.concat(chunks).toString());
          assumed.push(parameters);
          signers.push(/Credential=(\w+)\//.exec(request.headers.authorization ?? "")?.[1] ?? "nobody");
          const action = parameters.get("Action") ?? "";
          response.writeHead(200, { "content-type": "text/xml" });
          response.end(
            `<${action}Response><${action}Result><Credentials><AccessKeyId>ASIAROLE${assumed.length}</AccessKeyId>` +
              `<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>` +
              `<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></${action}Result></${action}Response>`,
          );
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      sts = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    after(() => new Promise((resolve) => server.close(resolve)));
    beforeEach(() => {
      assumed = [];
      signers = [];
    });

    it("are assumed one after the other, as configured", async () => {
      const { accessKeyId } = await credentialsOf({
        accessKey: "AKIAKEYS",
        secretKey: "s",
        endpoints: [{ sts }],
        assumeRoles: [
          { roleArn: "arn:aws:iam::111122223333:role/Hub" },
          {
            roleArn: "arn:aws:iam::444455556666:role/Deploy",
            sessionName: "ci",
            externalId: "id-1",
            tags: { a: "b" },
          },
        ],
      });

      assert.equal(accessKeyId, "ASIAROLE2");
      assert.deepEqual(signers, ["AKIAKEYS", "ASIAROLE1"]);
      assert.deepEqual(
        assumed.map((parameters) => parameters.get("RoleArn")),
        ["arn:aws:iam::111122223333:role/Hub", "arn:aws:iam::444455556666:role/Deploy"],
      );
      assert.deepEqual(
        ["RoleSessionName", "ExternalId", "Tags.member.1.Key"].map((name) => assumed[1]?.get(name)),
        ["ci", "id-1", "a"],
      );
    });

    it("may come from a web identity", async () => {
      const { accessKeyId } = await credentialsOf({
        endpoints: [{ sts }],
        assumeRoleWithWebIdentity: {
          roleArn: "arn:aws:iam::111122223333:role/Ci",
          webIdentityToken: "header.payload.signature",
        },
      });

      assert.equal(accessKeyId, "ASIAROLE1");
      assert.equal(assumed[0]?.get("WebIdentityToken"), "header.payload.signature");
    });
  });
});
