// The table: columns, filters, order, and which rows are on the page.

const PAGE_ROWS = 100;
const total = (counts) => Object.values(counts).reduce((sum, each) => sum + each, 0);
const named = (counts, kind) => Object.entries(counts).map(([name, times]) => badge(name + " " + times, kind));
const hasTokens = rows.some((row) => row.tokens_written !== null);
const chars = (row) => row.chars_written + row.chars_read;
const tokens = (row) => (row.tokens_written === null ? -1 : row.tokens_written + row.tokens_read);

// name, what sorts, what is shown, class of the cell, whether there is anything to show
const COLUMNS = [
  ["#", (row) => row.number, null, "number", true],
  ["file", (row) => row.file, null, "plain", index.files.length > 1],
  ["task", (row) => row.task_id, null, "plain", true],
  ["question", (row) => row.question, (row) => element("a", { href: address(row.number), title: row.question, "data-number": row.number }, row.question || "–"), "question", true],
  ["type", (row) => row.type, null, "plain", rows.some((row) => row.type)],
  ["sample", (row) => row.sample, null, "number", rows.some((row) => row.sample)],
  ["reward", (row) => row.reward.total, (row) => badge(String(row.reward.total), grade(row.reward)), "number", true],
  ["turns", (row) => row.turns, null, "number", true],
  ["tools", (row) => total(row.tools), (row) => element("span", {}, ...named(row.tools, "")), "many", true],
  ["invalid", (row) => total(row.invalid), (row) => element("span", {}, ...named(row.invalid, "bad")), "many", rows.some((row) => total(row.invalid))],
  ["ended", (row) => row.ended, null, "plain", true],
  ["characters", chars, (row) => count(chars(row)), "number", !hasTokens],
  ["tokens", tokens, (row) => (tokens(row) < 0 ? "–" : count(tokens(row))), "number", hasTokens],
].filter((column) => column[4]);

// name, label, the values of a row
const FILTERS = [
  ["file", "File", (row) => [row.file]],
  ["task", "Task", (row) => [row.task_id]],
  ["type", "Type", (row) => [row.type]],
  ["policy", "Policy", (row) => [row.policy]],
  ["reward", "Reward", (row) => [String(row.reward.total)]],
  ["ended", "Ended", (row) => [row.ended]],
  ["invalid", "Invalid turns", (row) => Object.keys(row.invalid).length ? Object.keys(row.invalid) : [""]],
];

const view = { q: "", deep: false, sort: "#", down: false, page: 0, chosen: {}, found: null, shown: rows };

function address(number) {
  const given = new URLSearchParams();
  if (number) given.set("episode", number);
  if (view.q) given.set("q", view.q);
  if (view.deep) given.set("deep", "1");
  for (const [name, value] of Object.entries(view.chosen)) given.set(name, value);
  if (view.sort !== "#" || view.down) given.set("sort", (view.down ? "-" : "") + view.sort);
  if (view.page) given.set("page", view.page + 1);
  return "#" + given.toString();
}

function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  view.q = given.get("q") || "";
  view.deep = given.get("deep") === "1";
  view.chosen = {};
  for (const [name] of FILTERS) if (given.has(name)) view.chosen[name] = given.get(name);
  const sort = given.get("sort") || "#";
  view.down = sort.startsWith("-");
  view.sort = COLUMNS.some(([name]) => name === sort.replace(/^-/, "")) ? sort.replace(/^-/, "") : "#";
  view.page = Math.max(0, (parseInt(given.get("page"), 10) || 1) - 1);
  return parseInt(given.get("episode"), 10) || 0;
}

function select() {
  const words = view.q.toLowerCase();
  const wanted = Object.entries(view.chosen).map(([name, value]) => [FILTERS.find((each) => each[0] === name)[2], value]);
  view.shown = rows.filter((row) =>
    wanted.every(([values, value]) => values(row).includes(value)) &&
    (!words || (view.found && view.found.has(row.number)) ||
      [row.question, row.task_id, row.expected, row.given].some((text) => text.toLowerCase().includes(words))));
  const key = COLUMNS.find(([name]) => name === view.sort)[1];
  const sign = view.down ? -1 : 1;
  view.shown.sort((a, b) => (key(a) < key(b) ? -sign : key(a) > key(b) ? sign : a.number - b.number));
  view.page = Math.min(view.page, Math.max(0, Math.ceil(view.shown.length / PAGE_ROWS) - 1));
}

function drawHead() {
  document.getElementById("head").replaceChildren(...COLUMNS.map(([name, , , kind]) => {
    const head = element("th", { scope: "col", class: kind }, element("button", { type: "button", onclick: () => sortBy(name) }, name));
    if (view.sort === name) head.setAttribute("aria-sort", view.down ? "descending" : "ascending");
    return head;
  }));
}

function drawRows() {
  const start = view.page * PAGE_ROWS;
  const drawn = view.shown.slice(start, start + PAGE_ROWS).map((row) =>
    element("tr", { onclick: (event) => { if (!event.target.closest("a")) location.hash = address(row.number); } },
      ...COLUMNS.map(([, key, show, kind]) => element("td", show ? { class: kind } : { class: kind, title: key(row) }, show ? show(row) : String(key(row))))));
  const nothing = element("tr", {}, element("td", { class: "empty", colspan: COLUMNS.length }, "No episode fits these filters."));
  document.getElementById("rows").replaceChildren(...(drawn.length ? drawn : [nothing]));
  const end = start + drawn.length;
  document.getElementById("where").textContent =
    (drawn.length ? count(start + 1) + "–" + count(end) + " of " : "0 of ") + count(view.shown.length) +
    (view.shown.length < rows.length ? " (" + count(rows.length) + " in all)" : "");
  document.getElementById("earlier").disabled = !view.page;
  document.getElementById("later").disabled = end >= view.shown.length;
}

function drawTiles() {
  const shown = view.shown, size = shown.length;
  const sum = (value) => shown.reduce((all, row) => all + value(row), 0);
  const right = sum((row) => row.reward.answer === 1), formed = sum((row) => row.reward.format === 1);
  const turns = sum((row) => row.turns), invalid = sum((row) => total(row.invalid));
  const cut = sum((row) => row.ended !== "answer");
  const noted = shown.filter((row) => tokens(row) >= 0);
  const mean = (all, digits = 1) => (size ? (all / size).toFixed(digits) : "–");
  const length = hasTokens
    ? ["Tokens", noted.length ? count(Math.round(noted.reduce((all, row) => all + tokens(row), 0) / noted.length)) : "–", "an episode"]
    : ["Characters", size ? count(Math.round(sum(chars) / size)) : "–", size ? "an episode, " + count(Math.round(sum((row) => row.chars_written) / size)) + " written" : ""];
  const tiles = [
    ["Episodes", count(size), count(new Set(shown.map((row) => row.task_id)).size) + " tasks"],
    ["Right answers", share(right, size), count(right) + " of " + count(size), right / size],
    ["Mean reward", mean(sum((row) => row.reward.total), 3), "of 1 at most"],
    ["Well formed", share(formed, size), count(formed) + " of " + count(size), formed / size],
    ["Turns an episode", mean(turns), count(turns) + " in all"],
    ["Invalid turns", share(invalid, turns), count(invalid) + " of " + count(turns), invalid / turns],
    ["Without an answer", share(cut, size), count(cut) + " of " + count(size), cut / size],
    length,
  ];
  document.getElementById("tiles").replaceChildren(...tiles.map(([name, value, note, part]) => {
    const tile = element("dl", { class: "tile" }, element("dt", {}, name), element("dd", {}, value, element("small", {}, note)));
    tile.style.margin = "0";
    if (part !== undefined) tile.append(meter(part || 0));
    return tile;
  }));
}

function meter(part) {
  const bar = element("i");
  bar.style.width = 100 * part + "%";
  return element("div", { class: "meter", "aria-hidden": "true" }, bar);
}

function drawFilters() {
  const made = FILTERS.map(([name, label, values]) => {
    const counts = new Map();
    for (const row of rows) for (const value of values(row)) counts.set(value, (counts.get(value) || 0) + 1);
    if (counts.size < 2) return null;
    const options = [...counts].sort((a, b) => String(a[0]).localeCompare(String(b[0]), "en", { numeric: true }))
      .map(([value, times]) => element("option", { value: "=" + value }, (value || "(none)") + " · " + count(times)));
    const box = element("select", { id: "filter-" + name, onchange: () => choose(name, box.value) }, element("option", { value: "" }, "all"), ...options);
    return element("label", {}, label, box);
  });
  document.getElementById("selects").replaceChildren(...made.filter(Boolean));
}
