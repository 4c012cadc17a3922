import assert from "node:assert/strict";
import { readConfiguration } from "../../../local/aws-provider/configuration";

describe("the provider's configuration", () => {
  it("gives the region and the tags for every resource, which travel as JSON text", () => {
    const wire = { region: "eu-west-1", defaultTags: '{"tags":{"owner":"security"}}', version: "7.48.0" };

    assert.deepEqual(readConfiguration(wire), { region: "eu-west-1", defaultTags: { owner: "security" } });
  });

  it("may be empty", () => {
    assert.deepEqual(readConfiguration({}), { region: undefined, defaultTags: {} });
  });

  it("leaves settings aside that only concern signing in", () => {
    assert.doesNotThrow(() => readConfiguration({ profile: "dev", skipCredentialsValidation: "true" }));
  });

  it("refuses a setting that would change what is made, and does not show its value", () => {
    assert.throws(
      () => readConfiguration({ assumeRoles: '[{"externalId":"hunter2"}]' }),
      (error: Error) =>
        /aws:assumeRoles is not supported/.test(error.message) && !error.message.includes("hunter2"),
    );
  });
});
