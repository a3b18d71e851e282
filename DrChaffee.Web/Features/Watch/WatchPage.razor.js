// Ties the recording to its transcript: the spoken line is marked and kept in sight, a line that is clicked is played.

import { MediaPlayer, YoutubePlayer } from "./Player.razor.js";

class WatchRoom extends HTMLElement {
  following = true;
  spoken = -1;

  connectedCallback() {
    this.lines = [...this.querySelectorAll(".line")];
    this.starts = Float64Array.from(this.lines, line => Number(line.dataset.t));
    this.backButton = this.querySelector("[data-act=follow]");
    const at = this.dataset.at ? Number(this.dataset.at) : null;
    this.target = { at, index: this.lines.findIndex(line => line.classList.contains("marked")) };
    this.player = this.findPlayer(at);

    this.addEventListener("click", event => this.click(event));
    this.leaving = new AbortController();
    const { signal } = this.leaving;
    document.addEventListener("keydown", event => this.key(event), { signal });
    for (const hand of ["wheel", "touchmove"]) addEventListener(hand, () => this.letGo(), { signal, passive: true });
    addEventListener("scroll", () => this.offerWayBack(), { signal, passive: true });

    this.querySelector(".marked")?.scrollIntoView({ block: "center", behavior: "instant" });
    if (!this.player) return;
    this.player.onTime(() => this.show());
    if (at !== null) this.player.seek(at);
    const copy = this.querySelector("[data-act=copy]");
    copy.disabled = false;
    this.querySelector("[data-act=speed]").addEventListener("change", event => { this.player.speed = Number(event.target.value); });
  }

  disconnectedCallback() { this.leaving.abort(); }

  findPlayer(at) {
    const element = this.querySelector("[data-player]");
    if (!element) return null;
    return element.dataset.player === "media" ? new MediaPlayer(element) : new YoutubePlayer(element, at);
  }

  /** Marks the line that is spoken now. */
  show() {
    const { time } = this.player;
    const clock = this.querySelector("[data-show=time]");
    if (clock) clock.textContent = spokenClock(time);
    const index = this.indexAt(time + 0.05);
    if (index === this.spoken) return;
    this.lines[this.spoken]?.classList.remove("spoken");
    this.lines[index]?.classList.add("spoken");
    this.spoken = index;
    if (this.following) this.bringIntoSight(); else this.offerWayBack();
  }

  /** A link rounds down: from its second on, the line it means counts as spoken, though the one before may still end. */
  indexAt(time) {
    const index = lastUpTo(this.starts, time);
    const { at, index: meant } = this.target;
    return at !== null && time >= at ? Math.max(index, meant) : index;
  }

  bringIntoSight() {
    const line = this.lines[this.spoken];
    if (!line || this.isComfortable(line)) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    line.scrollIntoView({ block: "center", behavior: calm ? "instant" : "smooth" });
  }

  isComfortable(line) {
    const { top, bottom } = line.getBoundingClientRect();
    return top > innerHeight * 0.2 && bottom < innerHeight * 0.7;
  }

  isInSight(line) {
    const { top, bottom } = line.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  }

  letGo() {
    if (this.spoken < 0) return;
    this.following = false;
    this.offerWayBack();
  }

  offerWayBack() {
    if (this.spoken < 0 || this.following) return;
    this.backButton.hidden = this.isInSight(this.lines[this.spoken]);
  }

  follow() {
    this.following = true;
    this.backButton.hidden = true;
    this.bringIntoSight();
  }

  jump(seconds, play) {
    this.querySelector(".marked")?.classList.remove("marked");
    this.target.at = null;
    this.player.seek(Math.max(0, seconds));
    if (play) this.player.play();
    this.following = true;
    this.backButton.hidden = true;
  }

  click(event) {
    const target = event.target.closest("[data-act], a.at, .line");
    if (!target) return;
    switch (target.dataset.act) {
      case "follow": return this.follow();
      case "copy": return this.copy(target, this.player.time);
      case "copy-at": return this.copy(target, Number(target.dataset.t));
    }
    if (!this.player || target.dataset.act || event.ctrlKey || event.metaKey || event.shiftKey || String(getSelection()) !== "") return;
    event.preventDefault();
    this.jump(Number(target.dataset.t), true);
  }

  async copy(button, seconds) {
    const address = new URL(`/watch/${this.dataset.key}?t=${Math.floor(seconds)}`, location.origin).href;
    if (navigator.clipboard) await navigator.clipboard.writeText(address);
    else prompt("The link:", address); // without https browsers have no clipboard
    button.classList.add("copied");
    const before = button.innerHTML;
    if (button.dataset.act === "copy") button.textContent = "Copied";
    setTimeout(() => {
      button.classList.remove("copied");
      if (button.dataset.act === "copy") {
        button.innerHTML = before;
        this.show();
      }
    }, 1500);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown"].includes(event.key)) this.letGo();
    if (!this.player || event.target.closest("input, textarea, select, audio, video, summary")) return;
    if (event.key === " " && event.target.closest("button, a")) return;
    const act = {
      " ": () => this.player.toggle(),
      k: () => this.player.toggle(),
      ArrowLeft: () => this.jump(this.player.time - 5),
      ArrowRight: () => this.jump(this.player.time + 5),
      j: () => this.jump(this.player.time - 10),
      l: () => this.jump(this.player.time + 10),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}

/** The index of the last of rising numbers that is not above a limit, or -1. */
function lastUpTo(numbers, limit) {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= limit) low = middle + 1; else high = middle;
  }
  return low - 1;
}

function spokenClock(seconds) {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, String(whole % 60).padStart(2, "0")];
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

customElements.define("watch-room", WatchRoom);
