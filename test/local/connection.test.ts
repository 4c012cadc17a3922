import assert from "node:assert/strict";
import { devNull } from "node:os";
import { clientConfig, connectionEnvironment } from "../../local/connection";

const plain = {
  endpoint: "http://127.0.0.1:9",
  region: "eu-west-1",
  credentials: { accessKeyId: "test", secretAccessKey: "secret" },
};
const secure = {
  ...plain,
  endpoint: "https://127.0.0.1:9",
  credentials: { ...plain.credentials, sessionToken: "token" },
  certificate: { pem: "-----BEGIN CERTIFICATE-----", certificateFile: "/run/tls/certificate.pem" },
};

describe("the connection to the local cloud", () => {
  it("is all that a client is made of", () => assert.deepEqual(clientConfig(plain), plain));

  it("leads to another Region where one is named", () => {
    assert.deepEqual(clientConfig(plain, "us-east-1"), { ...plain, region: "us-east-1" });
  });

  it("has clients trust its certificate", () => {
    const { requestHandler, credentials } = clientConfig(secure);
    assert.equal(requestHandler?.httpsAgent.ca, secure.certificate.pem);
    assert.equal(credentials.sessionToken, "token");
  });

  it("is handed to child processes without anything of the user's set-up", () => {
    assert.deepEqual(connectionEnvironment(plain), {
      AWS_ENDPOINT_URL: "http://127.0.0.1:9",
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "",
      AWS_PROFILE: "",
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
    });
  });

  it("is handed to them with the certificate's file", () => {
    const { NODE_EXTRA_CA_CERTS, AWS_SESSION_TOKEN } = connectionEnvironment(secure);
    assert.deepEqual([NODE_EXTRA_CA_CERTS, AWS_SESSION_TOKEN], ["/run/tls/certificate.pem", "token"]);
  });
});
