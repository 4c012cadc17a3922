import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { backtest } from "../../../cli/backtest/backtest";
import { timelineOf } from "../../../cli/report/backtest-figures";
import type { BacktestReport } from "../../../cli/report/backtest-model";
import { renderBacktest } from "../../../cli/report/backtest-report";
import { escapeHtml, html, renderPage } from "../../../cli/report/html";
import { inline } from "../../../cli/report/markdown";
import { record, sampleRules } from "../backtest/sample-rules";

const NASTY = `"><img src=x onerror=alert(1)>'&\u202e | \`code\` [a](https://example.com) @team #1 <script>`;

/** A report over records in which somebody has put what reports might trip over. */
async function report(records: readonly object[]): Promise<BacktestReport> {
  const folder = mkdtempSync(join(tmpdir(), "trailkeeper-report-"));
  try {
    const path = join(folder, "log.ndjson");
    writeFileSync(path, [...records.map((one) => JSON.stringify(one)), "{broken"].join("\n"));
    const rules = sampleRules();
    const result = await backtest([path], { rules });
    return { paths: [NASTY], rules, minLevel: "informational", problems: [], result };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const nasty = (count: number): object[] =>
  Array.from({ length: count }, (_, index) =>
    record(index + 1, index * 4_000, "StopLogging", {
      userIdentity: { type: "IAMUser", arn: `arn:aws:iam::111122223333:user/${NASTY}` },
      requestParameters: { name: NASTY.repeat(index % 3) },
      awsRegion: NASTY,
      userAgent: NASTY,
      sourceIPAddress: NASTY,
      errorCode: NASTY,
    }),
  );

describe("the backtest's reports", () => {
  it("as text fit into 100 columns and name what could not be used", async () => {
    const text = renderBacktest(await report(nasty(150)), "text", false);
    for (const line of text.split("\n")) assert.ok(line.length <= 100, line);
    assert.match(text, /HIGH\s+Logging stopped/);
    assert.match(text, /and 50 more alerts/);
    assert.match(text, /log\.ndjson, line 151: not JSON/);
    assert.match(text, /150 alerts: 150 high\nfrom 150 events in 1 file by 6 rules/);
    assert.ok(!text.includes("\u001b"));
  });

  it("as text have colours where they are understood", async () => {
    const text = renderBacktest(await report(nasty(1)), "text", true);
    assert.ok(text.includes("\u001b[1;31mHIGH\u001b[0m"));
  });

  it("as JSON keep the contract", async () => {
    const object = JSON.parse(renderBacktest(await report(nasty(2)), "json", false)) as Record<
      string,
      unknown
    >;
    const { alerts, byLevel, byRule, malformed, ...rest } = object;
    assert.deepEqual(
      [rest.schemaVersion, rest.events, rest.files, rest.duplicates, rest.suppressed, typeof rest.seconds],
      [1, 2, 1, 0, 0, "number"],
    );
    assert.deepEqual(byLevel, { informational: 0, low: 0, medium: 0, high: 2, critical: 0 });
    assert.deepEqual(byRule, { "00000000-0000-4000-8000-00000000000a": 2 });
    const [first] = alerts as Record<string, unknown>[];
    assert.deepEqual(
      [first?.rule, first?.title, first?.level, first?.eventIDs, first?.time, first?.account],
      [
        "00000000-0000-4000-8000-00000000000a",
        "Logging stopped",
        "high",
        ["00000000-0000-4000-8000-000000000001"],
        "2026-03-02T09:00:00Z",
        "111122223333",
      ],
    );
    assert.equal(typeof first?.actor, "string");
    assert.equal(typeof first?.region, "string");
    const [bad] = malformed as Record<string, unknown>[];
    assert.deepEqual([bad?.line, typeof bad?.file, typeof bad?.reason], [3, "string", "string"]);
  });

  it("as Markdown fit into a comment and show what a log holds as text only", async () => {
    const markdown = renderBacktest(await report(nasty(600)), "markdown", false);
    assert.ok(markdown.length <= 65_536);
    assert.match(markdown, /<summary>Alerts: the worst \d+ of 600<\/summary>/);
    assert.deepEqual([...new Set(markdown.match(/<[^>]*>/g))].sort(), [
      "</details>",
      "</summary>",
      "<details>",
      "<summary>",
    ]);
    assert.ok(!/(^|[^\\])[[`]/.test(markdown), "no link, no code");
    assert.ok(!/@team|https:|#1\b/.test(markdown));
  });

  it("as HTML hold nothing that a log brought along, and ask nobody for anything", async () => {
    const page = renderBacktest(await report(nasty(3)), "html", false);
    assert.ok(!page.includes("<img"));
    assert.equal(page.match(/<script/g)?.length, 1);
    assert.ok(
      !/\s(?:src|srcset|href|style|on\w+)=/.test(
        page.replace(/<(style|script)>[\s\S]*?<\/\1>/g, "").replace(/&[^;]+;[^<]*/g, ""),
      ),
    );
    assert.match(page, /Coverage by ATT&#?\w+;CK tactic/);
    assert.match(page, /T1562\.008/);
    assert.match(page, /<svg class="chart"/);
  });

  it("say so when nothing alerted", async () => {
    const quiet = await report([record(1, 0, "DescribeInstances")]);
    assert.match(renderBacktest(quiet, "text", false), /^0 alerts/m);
    assert.match(renderBacktest(quiet, "html", false), /Nothing would have alerted/);
    assert.match(renderBacktest(quiet, "markdown", false), /Backtest: 0 alerts/);
  });
});

describe("html", () => {
  it("escapes what is inserted, and leaves what is HTML already", () => {
    const inner = html`<b>${"<i>"}</b>`;
    assert.equal(
      html`<p title="${'"'}">${[inner, false, undefined, 5]}</p>`.markup,
      '<p title="&quot;"><b>&lt;i&gt;</b>5</p>',
    );
  });

  it("lets no text become markup", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        assert.ok(!/[<>"']/.test(escapeHtml(text)));
      }),
    );
  });

  it("allows exactly the style and script that the page has", () => {
    const page = renderPage({ title: "<t>", body: html`<p></p>`, styles: "p{}", script: "void 0" });
    const [, policy = ""] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    const [, style = ""] = /<style>([\s\S]*)<\/style>/.exec(page) ?? [];
    assert.match(policy, /^default-src 'none'; /);
    assert.ok(policy.includes(`style-src ${hash(style)};`));
    assert.ok(policy.includes(`script-src ${hash("void 0")};`));
    assert.match(page, /<title>&lt;t&gt;<\/title>/);
  });
});

describe("Markdown of a text", () => {
  it("has no character left that could start something", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const shown = inline(text)
          .replace(/\\[^A-Za-z0-9\s]/g, "")
          .replace(/&#?\w+;/g, "");
        assert.ok(!/[<>&@#`*_[\]|~\n]/.test(shown), shown);
      }),
    );
  });
});

describe("timelineOf", () => {
  it("counts each alert once, in slots or gaps that fit on the chart", async () => {
    const { result } = await report([...nasty(40), record(99, 4e8, "StopLogging")]);
    const { slots } = timelineOf(result.alerts);
    const counted = slots.map((slot) =>
      "counts" in slot ? Object.values(slot.counts).reduce((a, b) => a + b) : 0,
    );
    assert.equal(
      counted.reduce((a, b) => a + b),
      result.alerts.length,
    );
    assert.ok(slots.length <= 100);
    assert.ok(slots.some((slot) => "gapMs" in slot));
  });
});
