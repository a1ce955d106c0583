// Grades the samples of a file with the published scanner, run in a checkout of it. Prints one result for each.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
const load = (p) => import(pathToFileURL(path.join(process.cwd(), p)).href);
const { analyzeScan } = await load("src/scanner/index.js");
const { ALL_RESULTS } = await load("src/constants.js");
const { Site } = await load("src/site.js");
const { Requests } = await load("src/types.js");
const { parseHttpEquivHeaders } = await load("src/retriever/utils.js");
const { AxiosHeaders } = await import("axios");
const { CookieJar } = await import("tough-cookie");

const headersOf = (h) => {
  const out = new AxiosHeaders();
  for (const [name, values] of Object.entries(h)) out.set(name, name === "Set-Cookie" ? values : values.join(", "));
  return out;
};
const results = JSON.parse(fs.readFileSync(process.argv.at(-1), "utf8")).map((x) => {
  const r = new Requests(Site.fromSiteString(x.host));
  const url = new URL((x.https ? "https://" : "http://") + x.host + "/");
  const auto = { status: x.page.status, headers: headersOf(x.page.headers), verified: x.verified || !x.https, data: x.html };
  r.responses.auto = auto;
  r.resources.path = x.html;
  const mime = (auto.headers.get("content-type") ?? "").split(";", 1)[0];
  auto.httpEquiv = mime === "text/html" && x.html ? parseHttpEquivHeaders(x.html, url.href) : new Map();
  r.responses.https = x.https ? auto : null;
  r.responses.http = !x.https ? auto : x.http?.length ? { status: 200, headers: new AxiosHeaders(), verified: x.verified || !x.http.some((u) => u.startsWith("https")) } : null;
  r.responses.httpRedirects = (x.https ? (x.http ?? []) : [url.href]).map((u) => ({ url: new URL(u), status: 200 }));
  r.responses.cors = { status: x.cors.status, headers: headersOf(x.cors.headers), request: { headers: new AxiosHeaders({ Origin: "https://http-observatory.security.mozilla.org" }) } };
  const jar = new CookieJar();
  for (const c of x.page.headers["Set-Cookie"] ?? []) jar.setCookieSync(c, url.href, { ignoreError: true });
  r.session = { url, jar };
  try {
    const { scan, tests } = analyzeScan(r);
    return { Error: "", Grade: scan.grade, Score: scan.score, Tests: ALL_RESULTS.map((o) => tests[o.name].result) };
  } catch (error) {
    return { Error: String(error), Grade: "", Score: 0, Tests: [] };
  }
});
console.log(JSON.stringify(results));
