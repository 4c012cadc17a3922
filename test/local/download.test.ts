import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { download } from "../../local/download";

describe("a download from the local cloud", () => {
  let server: Server;
  let endpoint: string;
  beforeEach(async () => {
    server = createServer((request, response) => {
      response.statusCode = request.url?.startsWith("/there") ? 200 : 404;
      response.end(request.url);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => void server.close());

  const get = async (path: string) =>
    (
      await download(
        { endpoint, region: "eu-west-1", credentials: { accessKeyId: "", secretAccessKey: "" } },
        path,
      )
    ).toString();

  it("is the body of the answer", async () => assert.equal(await get("/there?a=b"), "/there?a=b"));

  it("takes of a URL what lies behind the host: the local cloud is where it is, whatever it says", async () => {
    assert.equal(await get("http://localhost:1/there?sig=%2F"), "/there?sig=%2F");
  });

  it("fails with the status of any other answer", async () => {
    await assert.rejects(get("/gone"), /GET http:.*\/gone answered HTTP 404/);
  });

  it("fails when nobody is there", async () => {
    server.close();
    await assert.rejects(get("/there"), { code: "ECONNREFUSED" });
  });
});
