// One episode as a timeline, made when it is opened.

const KINDS = ["search", "visit", "click", "find"];
const SHOWN_CHARS = 2500;

function kindOf(turn, row) {
  if (turn.invalid) return "invalid";
  if (turn.answer !== null) return row.reward.answer === 1 ? "right" : "wrong-answer";
  return KINDS.includes(turn.tool) ? turn.tool : "other";
}

// A text in which the given words are marked.
function marked(text, words) {
  const pieces = [];
  let at = 0;
  while (at < text.length) {
    let next = -1, length = 0;
    for (const word of words) {
      const place = text.indexOf(word, at);
      if (place >= 0 && (next < 0 || place < next || (place === next && word.length > length))) [next, length] = [place, word.length];
    }
    if (next < 0) break;
    pieces.push(text.slice(at, next), element("mark", {}, text.slice(next, next + length)));
    at = next + length;
  }
  return [...pieces, text.slice(at)];
}

// A long text: its start, and a button for all of it.
function longText(text, words, wrong) {
  const drawn = (shown) => element("pre", { class: "text" + (wrong ? " wrong" : ""), tabindex: "0" }, ...marked(shown, words));
  let box = drawn(text.slice(0, SHOWN_CHARS));
  if (text.length <= SHOWN_CHARS && text.split("\n").length < 15) return [box];
  const button = element("button", { type: "button", class: "more", "aria-expanded": "false", onclick: () => {
    const whole = !box.classList.contains("whole");
    const other = drawn(whole ? text : text.slice(0, SHOWN_CHARS));
    other.classList.toggle("whole", whole);
    box.replaceWith(other);
    box = other;
    button.textContent = whole ? "Show less" : "Show all " + count(text.length) + " characters";
    button.setAttribute("aria-expanded", String(whole));
  } }, "Show all " + count(text.length) + " characters");
  return [box, button];
}

function drawTurn(turn, number, words, row) {
  const kind = kindOf(turn, row);
  const size = turn.tokens === null ? count(turn.chars) + " characters" : count(turn.tokens) + " tokens";
  const card = element("li", { class: "turn " + kind, id: "turn-" + number, tabindex: "-1" },
    element("header", {},
      element("h3", {}, number + " · " + (turn.tool || (turn.answer !== null ? "answer" : "no action"))),
      turn.invalid ? badge(turn.invalid, "bad") : "",
      kind === "right" ? badge("right", "good") : kind === "wrong-answer" ? badge("wrong", "fair") : "",
      element("small", {}, size + " written, " + count(turn.observation.length) + " characters read")));
  if (turn.thought) card.append(element("p", { class: "thought" }, turn.thought));
  if (turn.arguments.length) {
    card.append(element("dl", { class: "arguments" }, ...turn.arguments.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])));
  }
  if (turn.answer !== null) card.append(element("p", { class: "given" }, ...marked(turn.answer, words)));
  if (turn.raw) card.append(element("div", { class: "label" }, "as written; the form is wrong"), ...longText(turn.raw, [], true));
  if (turn.observation) card.append(element("div", { class: "label" }, "observation"), ...longText(turn.observation, words, turn.invalid));
  return card;
}

function goToTurn(number) {
  const card = document.getElementById("turn-" + number);
  card.scrollIntoView({ block: "start" });
  card.focus({ preventScroll: true });
}

function drawSighting(item) {
  const [turn, words, kind] = item.read ? [item.read, "read in turn " + item.read, "good"]
    : item.opened ? [item.opened, "page opened in turn " + item.opened + ", these words not read", "fair"]
    : item.listed ? [item.listed, "page listed in turn " + item.listed + ", not opened", "fair"] : [0, "never seen", "bad"];
  return element("li", {}, element("q", {}, item.text), element("code", {}, item.url),
    turn ? element("button", { type: "button", class: kind, onclick: () => goToTurn(turn) }, words) : element("span", { class: kind }, words));
}

function panel(title, ...children) {
  return element("section", { class: "panel" }, element("h2", {}, title), ...children);
}

function facts(pairs) {
  return element("dl", { class: "facts" }, ...pairs.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
}

function drawSide(row, episode) {
  const pairs = [["ended", row.ended], ["turns", count(row.turns) + " of " + count(episode.max_turns)]];
  pairs.push(["tools", Object.entries(row.tools).map(([name, times]) => times + " " + name).join(", ") || "none"]);
  if (total(row.invalid)) pairs.push(["invalid", Object.entries(row.invalid).map(([name, times]) => times + " " + name).join(", ")]);
  pairs.push(["written", count(row.chars_written) + " characters"], ["read", count(row.chars_read) + " characters"]);
  if (row.tokens_written !== null) pairs.push(["tokens", count(row.tokens_written) + " written, " + count(row.tokens_read) + " read"]);
  pairs.push(["policy", row.policy], ["seed, sample", episode.seed + ", " + row.sample]);
  if (row.type) pairs.push(["type", row.type]);
  if (episode.hops) pairs.push(["hops", String(episode.hops)]);
  if (row.file) pairs.push(["file", row.file]);
  const side = element("aside", { class: "side", "aria-label": "About this episode" },
    panel("Reward", element("div", { class: "total " + grade(row.reward) }, String(row.reward.total)),
      element("small", {}, "0.1 × format " + row.reward.format + " + 0.9 × answer " + row.reward.answer)),
    panel("Answer", facts([["given", row.given || "none"], ["expected", [episode.answer, ...episode.aliases].join(" · ")]])),
    panel("Episode", facts(pairs)));
  if (episode.evidence.length) side.append(panel("Evidence", element("ul", { class: "proof" }, ...episode.evidence.map(drawSighting))));
  return side;
}

function drawSteer(row) {
  const at = view.shown.indexOf(row);
  const step = (label, target) => element("button", Object.assign({ type: "button", onclick: () => { location.hash = address(target.number); } }, target ? {} : { disabled: "" }), label);
  return element("nav", { class: "steer", "aria-label": "Episodes" },
    element("button", { type: "button", onclick: goBack }, "← All episodes"),
    step("‹ Previous", view.shown[at - 1]), step("Next ›", at < 0 ? undefined : view.shown[at + 1]),
    element("span", {}, "Episode " + count(row.number) + " of " + count(rows.length)));
}

async function drawEpisode(row) {
  const episode = await readEpisode(row);
  const words = [...new Set([...episode.evidence.map((item) => item.text), episode.answer])].filter((word) => word.length > 2);
  const strip = element("nav", { class: "strip", "aria-label": "Turns" }, ...episode.turns.map((turn, at) =>
    element("button", { type: "button", class: kindOf(turn, row), title: turn.invalid || turn.tool || "answer", onclick: () => goToTurn(at + 1) }, String(at + 1))));
  const timeline = element("ol", { class: "timeline" }, ...episode.turns.map((turn, at) => drawTurn(turn, at + 1, words, row)));
  const body = element("article", {}, element("h2", { class: "asked" }, episode.question), badge(row.task_id), row.type ? badge(row.type) : "", badge("sample " + row.sample), strip, timeline);
  return [drawSteer(row), element("div", { class: "episode" }, body, drawSide(row, episode))];
}
