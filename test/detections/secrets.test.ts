import assert from "node:assert/strict";
import { isSecretField, maskSecrets } from "../../detections/secrets";

describe("isSecretField", () => {
  for (const field of [
    "responseElements.accessKey.secretAccessKey",
    "responseElements.credentials.sessionToken",
    "responseElements.credentials",
    "requestParameters.masterUserPassword",
    "requestParameters.userData",
    "requestParameters.SecretString",
    "requestParameters.privateKey",
    "requestParameters.authorization.value",
  ])
    it(`is true for ${field}`, () => assert.equal(isSecretField(field), true));

  for (const field of [
    "requestParameters.secretId",
    "userIdentity.accessKeyId",
    "responseElements.credentials.accessKeyId",
    "requestParameters.passwordResetRequired",
    "requestParameters.minimumPasswordLength",
    "requestParameters.userName",
    "userIdentity.sessionContext.sessionIssuer.arn",
  ])
    it(`is false for ${field}`, () => assert.equal(isSecretField(field), false));
});

describe("maskSecrets", () => {
  for (const [what, text, masked] of [
    ["a secret access key", "key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY.", "key [hidden]."],
    ["a session token", `IQoJb3JpZ2luX2VjE${"Ab3/".repeat(60)}==`, "[hidden]"],
    ["a JSON web token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def", "[hidden]"],
    ["a private key", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "[hidden]"],
    ["an assigned password", "mysql --password=hunter2 -u root", "mysql --password=[hidden] -u root"],
    ["a password in JSON", '{"dbPassword": "hunter2"}', '{"dbPassword": "[hidden]"}'],
    [
      "a signed link",
      "?X-Amz-Security-Token=abc&X-Amz-Signature=def",
      "?X-Amz-Security-Token=[hidden]&X-Amz-Signature=[hidden]",
    ],
    ["a password in a link", "https://user:hunter2@example.com/", "https://user:[hidden]@example.com/"],
    ["a header", "Authorization: Bearer abcdef", "Authorization: Bearer [hidden]"],
  ] as const)
    it(`hides ${what}`, () => assert.equal(maskSecrets(text), masked));

  for (const text of [
    "AKIAIOSFODNN7EXAMPLE",
    "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/Database1-AbCdEf",
    "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/bob@example.com",
    "7b5e9f3a-1c2d-4e5f-8a9b-0c1d2e3f4a5b",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: sts:GetSessionToken: explicit deny",
    "aws-cli/2.15.0 Python/3.11.6 Linux/6.1 exe/x86_64 md/prompt#off md/command#secretsmanager.get-secret-value",
  ])
    it(`leaves ${text.slice(0, 60)} alone`, () => assert.equal(maskSecrets(text), text));

  it("takes time in proportion to the text", () => {
    const text = "aB1/".repeat(20_000) + " token=".repeat(20_000) + "://a:".repeat(20_000);
    const masked = maskSecrets(text);
    assert.ok(masked.length < text.length);
  });
});
