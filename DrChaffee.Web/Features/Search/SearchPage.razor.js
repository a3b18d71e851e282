// Answers while a question is typed: fetches the page of the next address and swaps its parts in. Without this script every link and form still works.
const typingPause = 150;
const patience = 250;
const parts = ["heading", "found", "kept"];

class SearchPage extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form[role=search]");
    this.box = this.form.querySelector("input[type=search]");
    this.suggestions = this.querySelector("search-box");
    this.dialog = this.querySelector("dialog");
    this.shown = location.href;
    this.box.addEventListener("input", event => { if (!event.isComposing) this.typed(); });
    this.box.addEventListener("compositionend", () => this.typed());
    this.form.addEventListener("submit", event => this.submitted(event));
    this.addEventListener("click", event => this.clicked(event));
    this.onKey = event => this.pressed(event);
    this.onBack = () => this.go(location.href, { keepAddress: true, fillBox: true });
    document.addEventListener("keydown", this.onKey);
    addEventListener("popstate", this.onBack);
    this.tidy();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onKey);
    removeEventListener("popstate", this.onBack);
  }

  address() {
    const asked = new URLSearchParams(new FormData(this.form));
    asked.set("q", this.box.value.trim());
    return `/?${asked}`;
  }

  typed() {
    clearTimeout(this.timer);
    if (!/^(\p{L}{1,2})?$/u.test(this.box.value.trim())) this.timer = setTimeout(() => this.go(this.address(), { typed: true, unfinished: !/\s$/.test(this.box.value) }), typingPause);
    else this.abort?.abort(); // what was asked before is no longer meant
  }

  submitted(event) {
    event.preventDefault();
    if (this.box.value.trim() === "") return;
    this.go(this.address(), { submitted: true });
  }

  clicked(event) {
    if (event.target.closest("[data-act=keys]")) { this.dialog.showModal(); return; }
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const to = new URL(link.href, location.href);
    if (to.origin !== location.origin || to.pathname !== "/" || !to.searchParams.get("q")) return;
    event.preventDefault();
    this.go(to.href, { fillBox: true, focus: link.dataset.key, toTop: !link.dataset.key });
  }

  async go(address, { typed, unfinished, submitted, keepAddress, fillBox, focus, toTop }) {
    clearTimeout(this.timer);
    this.abort?.abort();
    const abort = this.abort = new AbortController();
    const late = setTimeout(() => this.toggleWaiting(true), patience);
    try {
      const answer = await fetch(unfinished ? `${address}&unfinished=true` : address, { signal: abort.signal, headers: { accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.statusText);
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (abort.signal.aborted) return; // a later question has been asked meanwhile
      this.querySelector("[data-away]").hidden = true;
      const { completed, wordless } = next.querySelector("search-page")?.dataset ?? {};
      if (typed && wordless !== undefined) return; // "why does" says nothing yet: what is shown stays
      this.swap(next);
      const shown = new URL(address, location.href);
      if (completed) shown.searchParams.set("q", completed);
      const settled = shown.href;
      if (!keepAddress && settled !== location.href) {
        if (this.typing && (typed || (submitted && this.guessed))) history.replaceState(null, "", settled);
        else history.pushState(null, "", settled);
      }
      this.typing = Boolean(typed);
      this.guessed = Boolean(completed);
      this.shown = settled;
      if (fillBox) this.fill(shown.searchParams.get("q") ?? "");
      if (focus) this.querySelector(`[data-key="${CSS.escape(focus)}"]`)?.focus();
      if (toTop) scrollTo({ top: 0 });
      this.announce();
    } catch (error) {
      if (error.name !== "AbortError") this.querySelector("[data-away]").hidden = false;
    } finally {
      clearTimeout(late);
      if (this.abort === abort) this.toggleWaiting(false);
    }
  }

  swap(next) {
    for (const part of parts) {
      const [here, there] = [this, next].map(root => root.querySelector(`[data-part=${part}]`));
      if (here && there) here.replaceWith(document.importNode(there, true));
    }
    const page = next.querySelector("search-page");
    if (page) this.className = page.className;
    document.title = next.title;
    this.tidy();
  }

  tidy() {
    for (const button of this.querySelectorAll("[data-act=keys]")) button.hidden = false;
  }

  toggleWaiting(on) {
    if (!on) delete this.dataset.waiting;
    else this.dataset.waiting = this.querySelector("[data-result]") ? "some" : "empty";
  }

  announce() {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => { this.querySelector("[data-announce]").textContent = this.querySelector("[data-told]")?.textContent ?? ""; }, 800);
  }

  fill(text) {
    this.suggestions.close?.();
    this.box.value = text;
  }

  results() {
    return [...this.querySelectorAll("[data-result] .at")];
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || this.dialog.open) return;
    const inBox = event.target === this.box;
    if (inBox && event.key === "Escape") { event.preventDefault(); this.box.blur(); return; } // left alone, the browser would empty the box
    if (inBox && event.key === "ArrowDown") { this.step(event, 1); return; }
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const chosen = event.target.closest?.("[data-result]")?.querySelector(".at");
    switch (event.key) {
      case "/": event.preventDefault(); this.box.focus(); this.box.select(); break;
      case "?": event.preventDefault(); this.dialog.showModal(); break;
      case "j": this.step(event, 1); break;
      case "k": this.step(event, -1); break;
      case "ArrowDown": if (chosen) this.step(event, 1); break;
      case "ArrowUp": if (chosen) this.step(event, -1, { intoBox: true }); break;
      case "Enter":
        if (event.shiftKey && chosen?.dataset.published) { event.preventDefault(); open(chosen.dataset.published, "_blank", "noopener"); }
        break;
      case "c": if (chosen) { event.preventDefault(); this.copy(chosen); } break;
    }
  }

  step(event, by, { intoBox } = {}) {
    const all = this.results();
    if (all.length === 0) return;
    event.preventDefault();
    const at = all.indexOf(event.target.closest("[data-result]")?.querySelector(".at"));
    if (intoBox && at === 0) { this.box.focus(); return; }
    const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
    next.focus({ focusVisible: true });
    next.closest("[data-result]").scrollIntoView({ block: "nearest" });
  }

  async copy(link) {
    try {
      await navigator.clipboard.writeText(link.href);
    } catch {
      return; // a page that is not served safely may not write there
    }
    const label = link.parentElement.querySelector(".match");
    const before = label.textContent;
    label.textContent = "Copied";
    setTimeout(() => { label.textContent = before; }, 1500);
  }
}

customElements.define("search-page", SearchPage);
