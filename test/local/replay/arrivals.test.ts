import assert from "node:assert/strict";
import { announcedKeys, wrongArrivals } from "../../../local/replay/arrivals";

const LOG =
  "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/04/111122223333_CloudTrail_eu-west-1_20260304T0506Z_AbCdEfGhIjKlMnOp.json.gz";
const DIGEST =
  "AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/03/04/111122223333_CloudTrail-Digest_eu-west-1_audit_eu-west-1_20260304T050607Z.json.gz";

describe("announcements of the file-arrived topic", () => {
  it("name their objects, whose keys S3 encodes as in a form", () => {
    const message = JSON.stringify({ Records: [{ s3: { object: { key: "a+b/%3D.json.gz" } } }] });
    assert.deepEqual(announcedKeys({ message }), ["a b/=.json.gz"]);
  });

  it("may be of no object, as S3's test event is", () => {
    assert.deepEqual(announcedKeys({ message: JSON.stringify({ Event: "s3:TestEvent" }) }), []);
  });

  it("are right when each log file is announced, however often", () => {
    assert.deepEqual(wrongArrivals([LOG], [LOG, LOG]), []);
  });

  it("are wrong when a log file is not announced, or a digest is", () => {
    const [missing, strange] = wrongArrivals([LOG], [DIGEST]);
    assert.match(missing ?? "", /_AbCdEfGhIjKlMnOp\.json\.gz was delivered.*did not announce it/);
    assert.match(strange ?? "", /CloudTrail-Digest.*is no log file/);
  });
});
