"use strict";
// The texts of all episodes lie in blocks of deflated JSON; a block is opened when one of its texts is needed.

const index = JSON.parse(document.getElementById("index").textContent);
const rows = index.rows.map((values) => Object.fromEntries(index.columns.map((name, at) => [name, values[at]])));
const opened = new Map();
const KEPT_BLOCKS = 24;

async function openBlock(number) {
  const packed = atob(document.getElementById("block-" + number).textContent);
  const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text());
}

async function block(number) {
  if (!opened.has(number)) opened.set(number, openBlock(number));
  const found = opened.get(number);
  opened.delete(number);
  opened.set(number, found);
  if (opened.size > KEPT_BLOCKS) opened.delete(opened.keys().next().value);
  return found;
}

function blockOf(text) {
  let low = 0, high = index.blocks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (index.blocks[middle] <= text) low = middle; else high = middle - 1;
  }
  return low;
}

async function readText(number) {
  const at = blockOf(number);
  return (await block(at))[number - index.blocks[at]];
}

async function readEpisode(row) {
  const episode = JSON.parse(await readText(row.detail));
  await Promise.all(episode.turns.map(async (turn) => { turn.observation = await readText(turn.observation); }));
  return episode;
}

// Numbers of the episodes whose turns or pages hold the words. One pass: an episode stands behind all it refers to.
async function searchTurns(words, report, isStale) {
  const details = new Map(rows.map((row) => [row.detail, row.number]));
  const texts = new Set(), episodes = new Set();
  for (let number = 0; number < index.blocks.length && !isStale(); number++) {
    report(number / index.blocks.length);
    (await openBlock(number)).forEach((text, at) => {
      const id = index.blocks[number] + at;
      if (!details.has(id)) {
        if (text.toLowerCase().includes(words)) texts.add(id);
      } else if (JSON.parse(text).turns.some((turn) => texts.has(turn.observation) || said(turn).includes(words))) {
        episodes.add(details.get(id));
      }
    });
  }
  return episodes;
}

function said(turn) {
  const parts = [turn.thought, turn.tool, turn.answer || "", turn.raw, ...turn.arguments.flat()];
  return parts.join("\n").toLowerCase();
}

// A text fit for the eye: a sign stands for each control character but tab and line end, and for what turns writing.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const harmless = (text) => text.replace(CONTROLS, (sign) => (sign < " " ? String.fromCharCode(0x2400 + sign.charCodeAt(0)) : "\ufffd"));

// An element. Everything that comes from a file goes through here as text, never as markup.
function element(name, options = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(options)) {
    if (key === "class") made.className = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, key === "title" ? harmless(String(value)) : value);
  }
  made.append(...children.map((child) => (typeof child === "string" ? harmless(child) : child)));
  return made;
}

const count = (number) => number.toLocaleString("en");

function share(part, whole) {
  const percent = (100 * part) / whole;
  return whole ? percent.toFixed(percent % 1 && (percent < 10 || percent > 90) ? 1 : 0) + " %" : "–";
}

const grade = (reward) => (reward.answer === 1 ? "good" : reward.total > 0 ? "fair" : "bad");
const badge = (text, kind = "") => element("span", { class: "badge " + kind }, text);
