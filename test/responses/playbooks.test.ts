import assert from "node:assert/strict";
import { PLAYBOOK_IDS } from "../../responses/playbook-ids";
import { PLAYBOOKS } from "../../responses/playbooks";

describe("the playbooks", () => {
  it("are all there, each under its own id, in the order of the ids", () => {
    assert.deepEqual([...PLAYBOOKS.keys()], PLAYBOOK_IDS);
    assert.deepEqual(
      [...PLAYBOOKS.values()].map(({ id }) => id),
      PLAYBOOK_IDS,
    );
  });

  it("have titles that tell them apart, in the imperative", () => {
    const titles = [...PLAYBOOKS.values()].map(({ title }) => title);
    assert.equal(new Set(titles).size, titles.length);
    for (const title of titles) assert.match(title, /^[A-Z].*[^.]$/);
  });
});
