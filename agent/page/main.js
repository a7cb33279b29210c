// What the address says is what is shown; what people do changes the address.

const part = (id) => document.getElementById(id);
let lastSearch = "", lastOpened = 0, opening = 0;

function refresh() {
  select();
  drawHead();
  drawTiles();
  drawRows();
  part("q").value = view.q;
  part("deep").checked = view.deep;
  for (const [name] of FILTERS) {
    const box = part("filter-" + name);
    if (box) {
      box.value = name in view.chosen ? "=" + view.chosen[name] : "";
      box.classList.toggle("set", name in view.chosen);
    }
  }
}

function changed() {
  history.replaceState(null, "", address(0));
  refresh();
  searchDeep();
}

function choose(name, value) {
  if (value) view.chosen[name] = value.slice(1); else delete view.chosen[name];
  view.page = 0;
  changed();
}

function sortBy(name) {
  view.down = view.sort === name ? !view.down : false;
  view.sort = name;
  view.page = 0;
  changed();
  const at = COLUMNS.findIndex((column) => column[0] === name);
  part("head").children[at].firstChild.focus();
}

async function searchDeep() {
  const wanted = view.deep ? view.q.toLowerCase() : "";
  if (wanted === lastSearch) return;
  lastSearch = wanted;
  view.found = null;
  part("searching").hidden = !wanted;
  if (wanted) {
    const report = (done) => { part("searching").textContent = "Searching turns and pages: " + Math.round(100 * done) + " %"; };
    const found = await searchTurns(wanted, report, () => lastSearch !== wanted);
    if (lastSearch !== wanted) return;
    view.found = found;
    part("searching").hidden = true;
  }
  refresh();
}

function goBack() {
  location.hash = address(0);
}

async function follow() {
  const mine = ++opening;
  const number = readAddress();
  refresh();
  searchDeep();
  const row = rows[number - 1];
  const drawn = row ? await drawEpisode(row) : [];
  if (mine !== opening) return;
  part("list").hidden = Boolean(row);
  part("episode").hidden = !row;
  part("episode").replaceChildren(...drawn);
  document.title = harmless(row ? "Episode " + number + " · " + row.task_id : index.title || "Episodes · " + index.files.join(", "));
  if (row) {
    part("episode").focus({ preventScroll: true });
    scrollTo(0, 0);
  } else if (lastOpened) {
    const link = part("rows").querySelector('a[data-number="' + lastOpened + '"]');
    if (link) link.focus();
  }
  lastOpened = row ? number : 0;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.matches("input, select, textarea");
  const isOpen = !part("episode").hidden;
  if (event.key === "Escape" && typing) event.target.blur();
  else if (event.key === "Escape" && isOpen) goBack();
  else if (typing) return;
  else if (event.key === "/" && !isOpen) { event.preventDefault(); part("q").focus(); }
  else if (isOpen && (event.key === "j" || event.key === "k")) {
    const at = view.shown.findIndex((row) => row.number === readAddress());
    const next = view.shown[at + (event.key === "j" ? 1 : -1)];
    if (at >= 0 && next) location.hash = address(next.number);
  }
}

function start() {
  part("sources").textContent = harmless(index.files.join(", ")) + (index.left_out ? " (more episodes were left out by --limit)" : "");
  if (!("DecompressionStream" in window)) {
    part("searching").hidden = false;
    part("searching").textContent = "This browser is too old to open an episode; one of 2023 or later can.";
  }
  drawFilters();
  part("q").addEventListener("input", () => { view.q = part("q").value; view.page = 0; changed(); });
  part("deep").addEventListener("change", () => { view.deep = part("deep").checked; view.page = 0; changed(); });
  part("filters").addEventListener("submit", (event) => event.preventDefault());
  part("clear").addEventListener("click", () => { Object.assign(view, { q: "", deep: false, page: 0, chosen: {} }); changed(); });
  part("earlier").addEventListener("click", () => { view.page -= 1; changed(); });
  part("later").addEventListener("click", () => { view.page += 1; changed(); });
  part("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
  });
  addEventListener("hashchange", follow);
  addEventListener("keydown", onKey);
  follow();
}

start();
